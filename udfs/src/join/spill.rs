//! A build side that memory does not hold: spilled by parts of space, of which one at a time is loaded and probed.
//!
//! Each build row is in one part, that of its centre, so no pair is found twice. A probe row is asked in every part that
//! its matches may be in. Rows are written as they come first, which shows where they are, and then by part.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::UInt32Array;
use arrow::compute::take_record_batch;
use arrow::record_batch::RecordBatch;
use datafusion_common::utils::memory::RecordBatchMemoryCounter;
use datafusion_common::{DataFusionError, Result};
use datafusion_execution::TaskContext;
use datafusion_execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion_physical_plan::SpillManager;
use datafusion_physical_plan::metrics::Time;
use futures::future::{BoxFuture, FutureExt, Shared, WeakShared};
use geoplug_kernels::geom::Rect;
use geoplug_kernels::join::{Limit, SpatialIndex};

use super::chunk::{Chunk, Located};
use super::memory::Memory;
use super::metrics::BuildMetrics;
use super::space::{Sample, Space, centre, places};
use super::spool::{Reader, Spool, Spooled, manager};
use super::stream::Plan;
use crate::execution_error;

/// Rows as they came, and where they are.
pub(super) struct Arrived {
    pub(super) rows: Spool,
    pub(super) sample: Sample,
    /// Bytes that all of it would take in memory.
    pub(super) bytes: usize,
}

impl Arrived {
    pub(super) fn new(manager: &SpillManager) -> Self {
        Self { rows: Spool::new(manager), sample: Sample::default(), bytes: 0 }
    }

    pub(super) fn add(&mut self, plan: &Plan, located: &Located) -> Result<()> {
        let test = plan.join.condition.test(plan.join.build)?;
        let places = places(&test, Limit::Build, &located.operands).map_err(execution_error)?;
        places.iter().flatten().for_each(|place| self.sample.add(centre(place)));
        self.bytes += self.rows.append(&located.batch)? + SpatialIndex::estimate(located.batch.num_rows());
        Ok(())
    }
}

/// The build side by parts.
pub(super) struct Parts {
    pub(super) parts: Vec<Part>,
    /// Memory for all parts that are loaded at a time, and how much of it one takes.
    _memory: MemoryReservation,
    share: usize,
    /// Rows that are read at a time: a few of which fill a share.
    batch: usize,
    plan: Plan,
    context: Arc<TaskContext>,
    metrics: BuildMetrics,
    /// What is in memory now, by part and first row.
    loaded: Mutex<HashMap<(usize, usize), WeakShared<Loading>>>,
}

/// Files that all partitions of a join together may hold open.
const MOST_FILES: usize = 256;

/// A part of space.
pub(super) struct Part {
    rows: Spooled,
    /// What the box of a probe row must meet to have matches here.
    pub(super) bounds: Option<Rect>,
    /// Whether there are rows without a place. They are all in the first part; empty geometries are among them, which
    /// may equal each other.
    pub(super) placeless: bool,
    /// The number of its first row among those of all parts.
    pub(super) first: usize,
}

/// Rows of a part in memory: as many as there was room for.
pub(super) struct Loaded {
    pub(super) chunk: Chunk,
    /// The number of its first row within the part.
    pub(super) from: usize,
    /// The first row that is not among them; `None` if these are the last.
    pub(super) next: Option<usize>,
}

type Loading = BoxFuture<'static, Result<Arc<Loaded>, Arc<DataFusionError>>>;

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} parts", self.parts.len())
    }
}

impl Parts {
    /// Writes what has arrived by parts. `refused` is how much memory was within reach when more was refused. Each of the
    /// partitions that probe has one part in memory at a time. Gives the number of rows, too.
    pub(super) async fn write(
        arrived: Vec<Arrived>,
        refused: usize,
        partitions: usize,
        (plan, context, metrics): (&Plan, &Arc<TaskContext>, &BuildMetrics),
    ) -> Result<(Self, usize)> {
        let memory = MemoryConsumer::new("SpatialJoin parts").register(context.memory_pool());
        let mut wanted = refused / 4 * 3;
        while let Err(error) = memory.try_grow(wanted) {
            // Others may have taken some of it.
            wanted /= 2;
            if wanted < refused / 16 {
                return Err(error);
            }
        }
        metrics.mem_used.set_max(wanted);
        let share = wanted / partitions;

        let mut sample = Sample::default();
        let (mut files, mut bytes) = (Vec::new(), 0);
        for one in arrived {
            sample.merge(one.sample);
            bytes += one.bytes;
            files.push(one.rows.finish()?);
        }
        // Parts are not quite even.
        let count = (bytes + bytes / 4).div_ceil(share / 2 + 1).clamp(2, (MOST_FILES / partitions).max(4));
        let space = Space::new(sample, count);
        let manager = manager(context, metrics.spill.clone(), &plan.build_schema);
        let mut parts: Vec<Writing> = std::iter::repeat_with(|| Writing::new(&manager)).take(count).collect();
        let test = plan.join.condition.test(plan.join.build)?;
        for file in files {
            let mut reader = file.read(context.session_config().batch_size())?;
            while let Some(batch) = reader.next().await? {
                let operands = plan.join.condition.evaluate(plan.join.build, &batch)?;
                let places = places(&test, Limit::Build, &operands).map_err(execution_error)?;
                for (row, place) in places.iter().enumerate() {
                    let part = place.map_or(0, |place| space.part(centre(&place)));
                    parts[part].add(row, place.as_ref());
                }
                parts.iter_mut().try_for_each(|part| part.flush(&batch))?;
            }
        }
        let mut rows = 0;
        let parts: Vec<Part> = parts.into_iter().map(|part| part.finish(&mut rows)).collect::<Result<_>>()?;
        metrics.spill_partitions.add(parts.len());
        let fit = (share / 8).saturating_mul(rows) / bytes.max(1);
        let batch = fit.clamp(1, context.session_config().batch_size());
        let (plan, context, metrics) = (plan.clone(), context.clone(), metrics.clone());
        Ok((Self { parts, _memory: memory, share, batch, plan, context, metrics, loaded: Mutex::default() }, rows))
    }

    /// The rows of a part from number `from` on, as many as there is room for. Partitions that ask for the same while
    /// it is in memory share it.
    pub(super) async fn load(&self, part: usize, from: usize) -> Result<Arc<Loaded>> {
        let loading: Shared<Loading> = {
            let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
            match loaded.get(&(part, from)).and_then(WeakShared::upgrade) {
                Some(loading) => loading,
                None => {
                    let reader = self.parts[part].rows.read(self.batch)?;
                    let memory = Memory::of_share(self.share);
                    let loading = load(self.plan.clone(), reader, from, memory, self.metrics.index_time.clone());
                    let loading = loading.map(|loaded| loaded.map(Arc::new).map_err(Arc::new)).boxed().shared();
                    loaded.retain(|_, weak| weak.upgrade().is_some());
                    loaded.extend(loading.downgrade().map(|weak| ((part, from), weak)));
                    loading
                }
            }
        };
        loading.await.map_err(DataFusionError::Shared)
    }

    /// The rows of a part, to be read once more.
    pub(super) fn rows(&self, part: usize) -> Result<Reader> {
        self.parts[part].rows.read(self.context.session_config().batch_size())
    }
}

async fn load(plan: Plan, mut reader: Reader, from: usize, memory: Memory, time: Time) -> Result<Loaded> {
    let mut counter = RecordBatchMemoryCounter::new();
    let (mut located, mut skipped, mut next) = (Vec::new(), 0, from);
    let mut more = false;
    while let Some(mut batch) = reader.next().await? {
        let _timer = time.timer();
        let skip = (from - skipped).min(batch.num_rows());
        skipped += skip;
        batch = batch.slice(skip, batch.num_rows() - skip);
        if batch.num_rows() == 0 {
            continue;
        }
        let one = Located::new(&plan.join.condition, plan.join.build, batch)?;
        let size = one.size(&plan.join.condition, &mut counter)?;
        if located.is_empty() {
            memory.grow_once(size)?;
        } else if memory.try_grow(size).is_err() {
            more = true;
            break;
        }
        next += one.batch.num_rows();
        located.push(one);
    }
    let _timer = time.timer();
    let chunk = Chunk::new(&plan, located, memory)?;
    Ok(Loaded { chunk, from, next: more.then_some(next) })
}

/// A part that is being written.
struct Writing {
    spool: Spool,
    bounds: Option<Rect>,
    placeless: bool,
    rows: usize,
    /// Those of the batch at hand.
    pending: Vec<u32>,
}

impl Writing {
    fn new(manager: &SpillManager) -> Self {
        Self { spool: Spool::new(manager), bounds: None, placeless: false, rows: 0, pending: Vec::new() }
    }

    fn add(&mut self, row: usize, place: Option<&Rect>) {
        self.pending.push(row as u32);
        match (place, &mut self.bounds) {
            (Some(place), Some(bounds)) => *bounds = bounds.union(place),
            (Some(place), bounds) => *bounds = Some(*place),
            (None, _) => self.placeless = true,
        }
    }

    fn flush(&mut self, batch: &RecordBatch) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.rows += self.pending.len();
        let rows = UInt32Array::from(std::mem::take(&mut self.pending));
        self.spool.append(&take_record_batch(batch, &rows)?).map(|_| ())
    }

    fn finish(self, rows: &mut usize) -> Result<Part> {
        let first = *rows;
        *rows += self.rows;
        Ok(Part { rows: self.spool.finish()?, bounds: self.bounds, placeless: self.placeless, first })
    }
}
