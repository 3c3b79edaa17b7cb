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
    /// Of inputs that all partitions read, each when it has nothing to do: none waits for another to be polled.
    Common(Arc<Common>),
}

impl Source {
    /// The next batch, or piece of one.
    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        match self {
            Self::Own(inputs) => next_of(inputs).await,
            Self::Common(common) => common.next().await,
        }
    }
}

/// Inputs that are read piece by piece.
pub(super) struct Common {
    /// Rows of a piece.
    step: usize,
    /// Partitions that wait for another to have read.
    waiting: AtomicUsize,
    unread: Mutex<(VecDeque<SendableRecordBatchStream>, VecDeque<RecordBatch>)>,
}

impl fmt::Debug for Common {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Common").field("step", &self.step).finish_non_exhaustive()
    }
}

impl Common {
    /// `inputs` that have about so many `rows`, where that is known, for so many partitions.
    pub(super) fn new(inputs: VecDeque<SendableRecordBatchStream>, rows: Option<usize>, partitions: usize) -> Self {
        let step = rows.map_or(MOST, |rows| rows.div_ceil(partitions * PIECES)).clamp(LEAST, MOST);
        Self { step, waiting: AtomicUsize::new(0), unread: Mutex::new((inputs, VecDeque::new())) }
    }

    async fn next(&self) -> Result<Option<RecordBatch>> {
        self.waiting.fetch_add(1, Relaxed);
        let mut unread = self.unread.lock().await;
        self.waiting.fetch_sub(1, Relaxed);
        let (inputs, pieces) = &mut *unread;
        if pieces.is_empty()
            && let Some(batch) = next_of(inputs).await?
        {
            let rows = batch.num_rows();
            let starts = (0..rows.max(1)).step_by(self.step);
            pieces.extend(starts.map(|start| batch.slice(start, self.step.min(rows - start))));
        }
        let piece = pieces.pop_front();
        drop(unread);
        if self.waiting.load(Relaxed) > 0 {
            step_aside().await;
        }
        Ok(piece)
    }
}

async fn next_of(inputs: &mut VecDeque<SendableRecordBatchStream>) -> Result<Option<RecordBatch>> {
    while let Some(input) = inputs.front_mut() {
        if let Some(batch) = input.next().await.transpose()? {
            return Ok(Some(batch));
        }
        inputs.pop_front();
    }
    Ok(None)
}
