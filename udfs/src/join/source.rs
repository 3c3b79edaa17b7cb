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

/// A partition that waits. One that is dropped meanwhile waits no more.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(all: &'a AtomicUsize) -> Self {
        all.fetch_add(1, Relaxed);
        Self(all)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
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
        let waiting = Waiting::new(&self.waiting);
        let mut unread = self.unread.lock().await;
        drop(waiting);
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use arrow::array::{AsArray, Int64Array};
    use arrow::datatypes::{DataType, Field, Int64Type, Schema};
    use datafusion_physical_plan::stream::RecordBatchStreamAdapter;
    use futures::executor::block_on;
    use futures::stream;

    use super::*;

    fn input(batches: &[&[i64]]) -> SendableRecordBatchStream {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
        let batch = |rows: &&[i64]| {
            let column = Arc::new(Int64Array::from(rows.to_vec()));
            Ok(RecordBatch::try_new(schema.clone(), vec![column]).unwrap())
        };
        let batches: Vec<Result<RecordBatch>> = batches.iter().map(batch).collect();
        Box::pin(RecordBatchStreamAdapter::new(schema, stream::iter(batches)))
    }

    fn rows(piece: Option<RecordBatch>) -> Option<Vec<i64>> {
        Some(piece?.column(0).as_primitive::<Int64Type>().values().to_vec())
    }

    #[test]
    fn who_has_read_its_own_input_helps_the_others() {
        let common = Common::new(vec![input(&[&[1, 2], &[3], &[4]]), input(&[&[5]]), input(&[])], None, 3);
        let next = |partition| rows(block_on(common.next(partition)).unwrap());
        assert_eq!(next(1), Some(vec![5]));
        assert_eq!(next(0), Some(vec![1, 2]));
        assert_eq!(next(1), Some(vec![3]));
        assert_eq!(next(2), Some(vec![4]));
        assert_eq!([next(0), next(1), next(2)], [None, None, None]);
    }

    #[test]
    fn few_rows_are_shared_in_pieces() {
        let all: Vec<i64> = (0..100).collect();
        let common = Common::new(vec![input(&[&all])], Some(100), 2);
        let pieces: Vec<Vec<i64>> = std::iter::from_fn(|| rows(block_on(common.next(1)).unwrap())).collect();
        assert!(pieces.iter().all(|piece| piece.len() <= LEAST));
        assert_eq!(pieces.concat(), all);
    }
}
