//! Where a partition has its probe rows from.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use arrow::record_batch::RecordBatch;
use datafusion_common::Result;
use datafusion_execution::SendableRecordBatchStream;
use futures::StreamExt;
use futures::lock::Mutex;

use super::turns::step_aside;

/// Pieces for each partition, where the rows are few, so that all have something to do until the end: of geometries, some
/// are a thousand times as large as others.
const PIECES: usize = 32;

/// Rows of a piece, at least, and at most: as many as the kernel looks at together.
const LEAST: usize = 32;
const MOST: usize = 16_384;

/// Probe rows.
pub(super) enum Source {
    /// Of inputs that only this partition reads.
    Own(VecDeque<SendableRecordBatchStream>),
    /// Of inputs that all partitions read, each first those that are left to this one: who has nothing to do helps the
    /// others, and none waits for another to be polled.
    Common(Arc<Common>, usize),
}

impl Source {
    /// The next batch, or piece of one.
    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        match self {
            Self::Own(inputs) => {
                while let Some(input) = inputs.front_mut() {
                    if let Some(batch) = input.next().await.transpose()? {
                        return Ok(Some(batch));
                    }
                    inputs.pop_front();
                }
                Ok(None)
            }
            Self::Common(common, partition) => common.next(*partition).await,
        }
    }
}

/// Inputs that are read piece by piece.
pub(super) struct Common {
    /// Rows of a piece.
    step: usize,
    inputs: Vec<Shared>,
}

impl fmt::Debug for Common {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Common").field("step", &self.step).finish_non_exhaustive()
    }
}

/// An input, until it has ended, and what was read but not taken.
struct Shared {
    unread: Mutex<(Option<SendableRecordBatchStream>, VecDeque<RecordBatch>)>,
    /// Partitions that wait for another to have read.
    waiting: AtomicUsize,
}

impl Common {
    /// `inputs` that have about so many `rows`, where that is known, for so many partitions.
    pub(super) fn new(inputs: Vec<SendableRecordBatchStream>, rows: Option<usize>, partitions: usize) -> Self {
        let step = rows.map_or(MOST, |rows| rows.div_ceil(partitions * PIECES)).clamp(LEAST, MOST);
        let shared =
            |input| Shared { unread: Mutex::new((Some(input), VecDeque::new())), waiting: AtomicUsize::new(0) };
        Self { step, inputs: inputs.into_iter().map(shared).collect() }
    }

    async fn next(&self, partition: usize) -> Result<Option<RecordBatch>> {
        for i in 0..self.inputs.len() {
            let input = &self.inputs[(partition + i) % self.inputs.len()];
            if let Some(piece) = input.next(self.step).await? {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }
}

impl Shared {
    async fn next(&self, step: usize) -> Result<Option<RecordBatch>> {
        self.waiting.fetch_add(1, Relaxed);
        let mut unread = self.unread.lock().await;
        self.waiting.fetch_sub(1, Relaxed);
        let (input, pieces) = &mut *unread;
        if let (true, Some(stream)) = (pieces.is_empty(), input.as_mut()) {
            match stream.next().await.transpose()? {
                Some(batch) => {
                    let rows = batch.num_rows();
                    let starts = (0..rows.max(1)).step_by(step);
                    pieces.extend(starts.map(|start| batch.slice(start, step.min(rows - start))));
                }
                None => *input = None,
            }
        }
        let piece = pieces.pop_front();
        drop(unread);
        if self.waiting.load(Relaxed) > 0 {
            step_aside().await;
        }
        Ok(piece)
    }
}
