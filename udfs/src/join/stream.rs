//! The probe side of one partition, streamed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion_common::{DataFusionError, JoinType, Result};
use datafusion_execution::memory_pool::MemoryConsumer;
use datafusion_execution::{SendableRecordBatchStream, TaskContext, TryEmitter, async_try_stream};
use datafusion_physical_plan::coop::cooperative;
use datafusion_physical_plan::joins::utils::{ColumnIndex, JoinFilter};
use datafusion_physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, RecordOutput, SpillMetrics};
use datafusion_physical_plan::stream::RecordBatchStreamAdapter;
use geoplug_kernels::join::Matches;

use super::build::{Build, Held, Lease};
use super::chunk::Chunk;
use super::exec::Join;
use super::index::{Batch, Prober};
use super::metrics::ProbeMetrics;
use super::output::{AtOnce, Output, Probed};
use super::route::{Routed, Routing, Seen, unrouted};
use super::rows::Rows;
use super::source::Source;
use super::spill::Parts;
use super::turns::step_aside;

/// What every partition knows of the join.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) join: Arc<Join>,
    /// Of the result.
    pub(super) schema: SchemaRef,
    /// Where each column of the result comes from.
    pub(super) columns: Arc<[ColumnIndex]>,
    pub(super) build_schema: SchemaRef,
    pub(super) probe_schema: SchemaRef,
}

impl Plan {
    /// The join type as it reads where the build side is the left.
    pub(super) fn kind(&self) -> JoinType {
        use datafusion_common::JoinSide::Left;
        if self.join.build == Left { self.join.join_type } else { self.join.join_type.swap() }
    }

    /// Columns of the build side that are wanted once it is indexed, ascending.
    pub(super) fn gathered(&self) -> Vec<usize> {
        let filter = self.join.filter.iter().flat_map(JoinFilter::column_indices);
        let of_build = self.columns.iter().chain(filter).filter(|column| column.side == self.join.build);
        of_build.map(|column| column.index).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether it matters which build rows have a match.
    pub(super) fn marks_build(&self) -> bool {
        use JoinType::{Full, Left, LeftAnti, LeftMark, LeftSemi};
        matches!(self.kind(), Left | Full | LeftSemi | LeftAnti | LeftMark)
    }
}

/// How long it may work without letting others have their turn.
const TURN: Duration = Duration::from_millis(10);

type Emitter = TryEmitter<RecordBatch, DataFusionError>;

/// The result of the join for the rows of `probe`.
pub(super) fn join(
    plan: Plan,
    probe: Source,
    build: Lease,
    partition: usize,
    context: &Arc<TaskContext>,
    metrics: &ExecutionPlanMetricsSet,
) -> SendableRecordBatchStream {
    let schema = plan.schema.clone();
    let batch_size = context.session_config().batch_size();
    let context = context.clone();
    let baseline = BaselineMetrics::new(metrics, partition);
    let spill = SpillMetrics::new(metrics, partition);
    let metrics = ProbeMetrics::new(metrics, partition);
    let stream = async_try_stream(move |emitter| {
        let probing = Probing {
            output: Output::new(plan.clone(), batch_size),
            plan,
            prober: Prober::default(),
            matches: Matches::default(),
            batch_size,
            turn: Instant::now(),
            context,
            spill,
            metrics,
            baseline,
            emitter,
        };
        probing.run(probe, build)
    });
    Box::pin(cooperative(RecordBatchStreamAdapter::new(schema, Box::pin(stream))))
}

/// One partition at work.
struct Probing {
    plan: Plan,
    output: Output,
    prober: Prober,
    matches: Matches,
    batch_size: usize,
    /// When others had their turn last.
    turn: Instant,
    context: Arc<TaskContext>,
    spill: SpillMetrics,
    metrics: ProbeMetrics,
    baseline: BaselineMetrics,
    emitter: Emitter,
}

impl Probing {
    async fn run(mut self, probe: Source, lease: Lease) -> Result<()> {
        let build = lease.build().await?;
        // Who built it has woken the others.
        step_aside().await;
        self.turn = Instant::now();
        match &build.held {
            Held::InMemory(chunk) => self.stream(&build, chunk, probe).await?,
            Held::Spilled(parts) => self.part_by_part(&build, parts, probe).await?,
        }
        if build.is_last() && self.plan.marks_build() {
            self.build_rows(&build).await?;
        }
        self.output.finish()?;
        self.emit().await;
        self.baseline.elapsed_compute().add(&self.metrics.probe_time);
        self.baseline.elapsed_compute().add(&self.metrics.output_time);
        Ok(())
    }

    async fn stream(&mut self, build: &Build, chunk: &Chunk, mut probe: Source) -> Result<()> {
        while let Some(batch) = probe.next().await? {
            self.receive(&batch);
            self.probe(build, (chunk, 0), &batch, &mut AtOnce).await?;
        }
        Ok(())
    }

    /// Writes the probe rows by part of the build side, then loads and probes part after part.
    async fn part_by_part(&mut self, build: &Build, parts: &Parts, mut probe: Source) -> Result<()> {
        let mut routing = Routing::new(&self.plan, parts.parts.len(), &self.context, self.spill.clone());
        while let Some(batch) = probe.next().await? {
            self.receive(&batch);
            let unmatched = routing.route(parts, &batch)?;
            self.output.take_unmatched(&unmatched)?;
            self.emit().await;
        }
        let (routed, rows) = routing.finish()?;
        let memory = MemoryConsumer::new("SpatialJoin marks").register(self.context.memory_pool());
        let mut seen = Seen::new(rows);
        memory.try_grow(seen.size())?;
        for (i, (part, routed)) in parts.parts.iter().zip(routed).enumerate() {
            let mut from = Some(0).filter(|_| !routed.is_empty());
            while let Some(first) = from {
                let loaded = parts.load(i, first).await?;
                let mut reader = routed.read(self.batch_size)?;
                while let Some(batch) = reader.next().await? {
                    let (batch, numbers, last) = unrouted(&self.plan, &batch)?;
                    let mut routed = Routed::new(&mut seen, &numbers, &last, loaded.next.is_none());
                    self.probe(build, (&loaded.chunk, part.first + loaded.from), &batch, &mut routed).await?;
                }
                from = loaded.next;
            }
        }
        Ok(())
    }

    /// Build rows that are put out at the end, now that all matches are marked.
    async fn build_rows(&mut self, build: &Build) -> Result<()> {
        match &build.held {
            Held::InMemory(chunk) => {
                let rows = chunk.index.len();
                for start in (0..rows).step_by(self.batch_size) {
                    let range = start..rows.min(start + self.batch_size);
                    self.output.take_build(&chunk.rows, range, &build.matched, 0)?;
                    self.emit().await;
                }
            }
            Held::Spilled(parts) => {
                for (i, part) in parts.parts.iter().enumerate() {
                    let mut reader = parts.rows(i)?;
                    let mut first = part.first;
                    while let Some(batch) = reader.next().await? {
                        let rows = batch.num_rows();
                        let columns = self.plan.gathered();
                        let batch = Rows::new(&self.plan.build_schema, vec![batch], columns, |_| false)?;
                        self.output.take_build(&batch, 0..rows, &build.matched, first)?;
                        self.emit().await;
                        first += rows;
                    }
                }
            }
        }
        Ok(())
    }

    fn receive(&self, batch: &RecordBatch) {
        self.metrics.input_batches.add(1);
        self.metrics.input_rows.add(batch.num_rows());
    }

    /// Probes a batch. `first` is the number of the chunk's first row among all build rows.
    async fn probe(
        &mut self,
        build: &Build,
        (chunk, first): (&Chunk, usize),
        batch: &RecordBatch,
        probed: &mut impl Probed,
    ) -> Result<()> {
        let operands = self.plan.join.condition.evaluate(self.plan.join.build.negate(), batch)?;
        let mut rows = Batch::try_new(&chunk.index, &operands)?;
        let mut from = 0;
        while from < rows.len() {
            let timer = self.metrics.probe_time.timer();
            self.matches.clear();
            let matches = &mut self.matches;
            let next = self.prober.probe(&chunk.index, &mut rows, from, self.batch_size, matches)?;
            chunk.keep_room();
            drop(timer);
            self.metrics.pairs.add(matches.len());
            let timer = self.metrics.output_time.timer();
            self.output.take(batch, &chunk.rows, from..next, matches, (&build.matched, first), probed)?;
            drop(timer);
            from = next;
            self.emit().await;
        }
        Ok(())
    }

    /// Hands over what is full, and lets others have their turn now and then.
    async fn emit(&mut self) {
        while let Some(batch) = self.output.next() {
            self.emitter.emit(batch.record_output(&self.baseline)).await;
            self.turn = Instant::now();
        }
        if self.turn.elapsed() > TURN {
            step_aside().await;
            self.turn = Instant::now();
        }
    }
}
