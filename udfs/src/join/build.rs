//! The build side: received once, by whichever partition comes first, and shared by all.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion_common::utils::memory::RecordBatchMemoryCounter;
use datafusion_common::{DataFusionError, Result, internal_err};
use datafusion_common_runtime::JoinSet;
use datafusion_execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryReservation};
use datafusion_execution::{SendableRecordBatchStream, TaskContext};
use datafusion_physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion_physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt, Shared};

use super::bits::Bits;
use super::chunk::{Chunk, Located};
use super::index::{Index, too_large};
use super::memory::Memory;
use super::metrics::BuildMetrics;
use super::source::Common;
use super::spill::{Arrived, Parts};
use super::spool;
use super::stream::Plan;

/// The build side, ready to be probed.
#[derive(Debug)]
pub(super) struct Build {
    pub(super) held: Held,
    /// Which rows have matched; of no row where the join does not ask.
    pub(super) matched: Bits,
    _memory: MemoryReservation,
    /// Partitions that are still probing.
    probing: AtomicUsize,
}

impl Build {
    /// To be called by each partition when it has probed all it had to. True for the last one: all matches are marked.
    pub(super) fn is_last(&self) -> bool {
        self.probing.fetch_sub(1, Ordering::AcqRel) == 1
    }
}

/// Where the build side is.
#[derive(Debug)]
pub(super) enum Held {
    InMemory(Box<Chunk>),
    Spilled(Box<Parts>),
}

type Building = Shared<BoxFuture<'static, Result<Arc<Build>, Arc<DataFusionError>>>>;

/// What the partitions of a plan have in common. It is given up when all have ended, whether they came to their end or
/// not.
#[derive(Debug)]
pub(super) struct SharedBuild {
    slot: Mutex<Slot>,
    partitions: usize,
}

#[derive(Debug, Default)]
struct Slot {
    building: Option<Building>,
    probe: Option<Arc<Common>>,
    ended: usize,
}

/// What one partition has of it.
pub(super) struct Lease {
    shared: Arc<SharedBuild>,
    building: Building,
}

impl SharedBuild {
    pub(super) fn new(partitions: usize) -> Self {
        Self { slot: Mutex::default(), partitions }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The build side, which the first to ask starts to receive.
    pub(super) fn lease(
        self: &Arc<Self>,
        input: &Arc<dyn ExecutionPlan>,
        plan: &Plan,
        context: &Arc<TaskContext>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Lease> {
        let mut slot = self.slot();
        let building = match &slot.building {
            Some(building) => building.clone(),
            None => {
                let partitions = 0..input.output_partitioning().partition_count();
                let inputs = partitions.map(|p| input.execute(p, context.clone())).collect::<Result<Vec<_>>>()?;
                let building =
                    build(plan.clone(), inputs, context.clone(), BuildMetrics::new(metrics), self.partitions);
                let building = building.map(|built| built.map(Arc::new).map_err(Arc::new)).boxed().shared();
                slot.building.insert(building).clone()
            }
        };
        Ok(Lease { shared: self.clone(), building })
    }

    /// The probe side, where all partitions read it: to be asked for before the build side.
    pub(super) fn probe(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        rows: Option<usize>,
        context: &Arc<TaskContext>,
    ) -> Result<Arc<Common>> {
        let mut slot = self.slot();
        if let Some(probe) = &slot.probe {
            return Ok(probe.clone());
        }
        let partitions = 0..input.output_partitioning().partition_count();
        let inputs = partitions.map(|p| input.execute(p, context.clone())).collect::<Result<_>>()?;
        Ok(slot.probe.insert(Arc::new(Common::new(inputs, rows, self.partitions))).clone())
    }
}

impl Lease {
    pub(super) async fn build(&self) -> Result<Arc<Build>> {
        self.building.clone().await.map_err(DataFusionError::Shared)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut slot = self.shared.slot();
        slot.ended += 1;
        if slot.ended == self.shared.partitions {
            *slot = Slot::default();
        }
    }
}

async fn build(
    plan: Plan,
    inputs: Vec<SendableRecordBatchStream>,
    context: Arc<TaskContext>,
    metrics: BuildMetrics,
    partitions: usize,
) -> Result<Build> {
    let spills = plan.join.condition.near().is_none();
    let consumer = MemoryConsumer::new(format!("{} build", plan.join.name())).with_can_spill(spills);
    let memory = Arc::new(Memory::of_pool(consumer.register(context.memory_pool()), metrics.mem_used.clone()));
    let receiving = Arc::new(Receiving { plan, context, memory, metrics, refused: AtomicUsize::new(0) });
    let received = receiving.clone().collect(inputs).await?;
    let refused = receiving.refused.load(Ordering::Relaxed);
    let Some(Receiving { plan, context, memory, metrics, .. }) = Arc::into_inner(receiving) else {
        return internal_err!("the build side is still being received");
    };

    let (held, rows) = if refused == 0 {
        let located: Vec<Located> = received.into_iter().flat_map(|one| one.located).collect();
        let rows = located.iter().map(|l| l.batch.num_rows()).sum();
        let _timer = metrics.index_time.timer();
        let Some(memory) = Arc::into_inner(memory) else { return internal_err!("the build side is still in use") };
        let chunk = Chunk::new(&plan, located, memory)?;
        if let Index::Spatial(index) = &chunk.index {
            index.expect_rows(plan.join.probe_rows.unwrap_or_default());
        }
        (Held::InMemory(Box::new(chunk)), rows)
    } else {
        let mut arrived = Vec::new();
        for mut one in received {
            one.spill(&plan, &context, &memory, &metrics)?;
            arrived.extend(one.arrived);
        }
        drop(memory);
        let (parts, rows) = Parts::write(arrived, refused, partitions, (&plan, &context, &metrics)).await?;
        (Held::Spilled(Box::new(parts)), rows)
    };
    let marked = if plan.marks_build() { rows } else { 0 };
    let memory = MemoryConsumer::new(format!("{} marks", plan.join.name())).register(context.memory_pool());
    memory.try_grow(Bits::size_of(marked))?;
    Ok(Build { held, matched: Bits::new(marked), probing: AtomicUsize::new(partitions), _memory: memory })
}

/// What the tasks that receive the build side share.
struct Receiving {
    plan: Plan,
    context: Arc<TaskContext>,
    memory: Arc<Memory>,
    metrics: BuildMetrics,
    /// How much was within reach when the pool refused more; 0 as long as it has not.
    refused: AtomicUsize,
}

/// What one of them has: rows in memory or, from when on memory was refused to any of them, in a file.
struct Received {
    located: Vec<Located>,
    /// Bytes of each.
    sizes: Vec<usize>,
    arrived: Option<Arrived>,
}

impl Receiving {
    /// Receives all partitions, each in a task of its own where there is a runtime to have tasks: a host behind a
    /// foreign interface polls from threads that have none.
    async fn collect(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> Result<Vec<Received>> {
        let mut all = Vec::new();
        if inputs.len() > 1 && tokio::runtime::Handle::try_current().is_ok() {
            let mut tasks = JoinSet::new();
            for input in inputs {
                tasks.spawn(self.clone().receive(input));
            }
            while let Some(received) = tasks.join_next().await {
                all.push(received.map_err(|e| DataFusionError::ExecutionJoin(Box::new(e)))??);
            }
        } else {
            for input in inputs {
                all.push(self.clone().receive(input).await?);
            }
        }
        Ok(all)
    }

    async fn receive(self: Arc<Self>, mut input: SendableRecordBatchStream) -> Result<Received> {
        let Self { plan, context, memory, metrics, refused } = self.as_ref();
        let mut counter = RecordBatchMemoryCounter::new();
        let mut received = Received { located: Vec::new(), sizes: Vec::new(), arrived: None };
        while let Some(batch) = input.next().await.transpose()? {
            if batch.num_rows() == 0 {
                continue;
            }
            let _timer = metrics.build_time.timer();
            metrics.input_batches.add(1);
            metrics.input_rows.add(batch.num_rows());
            let located = Located::new(&plan.join.condition, plan.join.build, batch)?;
            let bytes = located.size(&plan.join.condition, &mut counter)?;
            if refused.load(Ordering::Relaxed) == 0 {
                let Err(error) = memory.try_grow(bytes) else {
                    received.located.push(located);
                    received.sizes.push(bytes);
                    continue;
                };
                check_spillable(plan, context, error)?;
                refused.fetch_max(within_reach(context, memory).max(1), Ordering::Relaxed);
            }
            received.spill(plan, context, memory, metrics)?.add(plan, &located)?;
        }
        Ok(received)
    }
}

impl Received {
    /// Writes to a file what is in memory, and gives the memory back.
    fn spill(
        &mut self,
        plan: &Plan,
        context: &TaskContext,
        memory: &Memory,
        metrics: &BuildMetrics,
    ) -> Result<&mut Arrived> {
        let arrived = self
            .arrived
            .get_or_insert_with(|| Arrived::new(&spool::manager(context, metrics.spill.clone(), &plan.build_schema)));
        for (located, bytes) in self.located.drain(..).zip(self.sizes.drain(..)) {
            arrived.add(plan, &located)?;
            drop(located);
            memory.shrink(bytes);
        }
        Ok(arrived)
    }
}

/// How much the join can have: what it has, and what the pool says to be free.
fn within_reach(context: &TaskContext, memory: &Memory) -> usize {
    let pool = context.memory_pool();
    let free = match pool.memory_limit() {
        MemoryLimit::Finite(limit) => limit.saturating_sub(pool.reserved()),
        _ => 0,
    };
    memory.size() + free
}

/// Refuses to spill where that cannot be done, in words that say why and what to do.
fn check_spillable(plan: &Plan, context: &TaskContext, refused: DataFusionError) -> Result<()> {
    if plan.join.condition.near().is_some() {
        return Err(too_large(refused));
    }
    let why = if plan.join.condition.candidates().is_some() {
        "the candidates of st_knn are searched as a whole"
    } else if plan.join.ordered {
        "rows must stay in order"
    } else if !context.runtime_env().disk_manager.tmp_files_enabled() {
        "the session has no place for temporary files"
    } else if tokio::runtime::Handle::try_current().is_err() {
        "the host of this plan polls from threads without a tokio runtime"
    } else {
        return Ok(());
    };
    let text = format!("the build side of a spatial join does not fit in memory, and cannot be spilled because {why}");
    Err(refused.context(text))
}
