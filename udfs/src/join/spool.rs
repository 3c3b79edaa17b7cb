//! Temporary files of batches.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion_common::Result;
use datafusion_execution::{SendableRecordBatchStream, SpillFile, TaskContext};
use datafusion_physical_plan::SpillManager;
use datafusion_physical_plan::metrics::SpillMetrics;
use futures::StreamExt;

/// Writes and reads files of such batches.
pub(super) fn manager(context: &TaskContext, metrics: SpillMetrics, schema: &SchemaRef) -> SpillManager {
    SpillManager::new(context.runtime_env(), metrics, schema.clone())
        .with_compression_type(context.session_config().spill_compression())
}

/// A file of batches; none until there is a row.
pub(super) struct Spool {
    manager: SpillManager,
    write: Option<Write>,
}

/// Appends a batch and gives its bytes, or finishes the file. The type of DataFusion that does both has no public name.
type Write = Box<dyn FnMut(Option<&RecordBatch>) -> Result<(usize, Option<Arc<dyn SpillFile>>)> + Send>;

impl Spool {
    pub(super) fn new(manager: &SpillManager) -> Self {
        Self { manager: manager.clone(), write: None }
    }

    /// Gives the bytes that the batch takes in memory by itself.
    pub(super) fn append(&mut self, batch: &RecordBatch) -> Result<usize> {
        let write = match &mut self.write {
            Some(write) => write,
            None => {
                let mut file = self.manager.create_in_progress_file("spatial join")?;
                self.write.insert(Box::new(move |batch| match batch {
                    Some(batch) => Ok((file.append_batch(batch)?, None)),
                    None => Ok((0, file.finish()?)),
                }))
            }
        };
        Ok(write(Some(batch))?.0)
    }

    pub(super) fn finish(self) -> Result<Spooled> {
        let file = self.write.map(|mut write| write(None)).transpose()?.and_then(|(_, file)| file);
        Ok(Spooled { manager: self.manager, file })
    }
}

/// A file that has been written. It goes when the last of its readers does.
#[derive(Clone)]
pub(super) struct Spooled {
    manager: SpillManager,
    file: Option<Arc<dyn SpillFile>>,
}

impl Spooled {
    pub(super) fn is_empty(&self) -> bool {
        self.file.is_none()
    }

    /// The rows, in batches of `rows`, however small those were that they were written in.
    pub(super) fn read(&self, rows: usize) -> Result<Reader> {
        let stream = match &self.file {
            Some(file) => Some(self.manager.read_spill_as_stream_unbuffered(file.clone(), None)?),
            None => None,
        };
        Ok(Reader { stream, rows, pending: Vec::new() })
    }
}

/// Reads a file.
pub(super) struct Reader {
    stream: Option<SendableRecordBatchStream>,
    rows: usize,
    pending: Vec<RecordBatch>,
}

impl Reader {
    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        while let Some(stream) = &mut self.stream {
            if self.pending.iter().map(RecordBatch::num_rows).sum::<usize>() >= self.rows {
                break;
            }
            match stream.next().await.transpose()? {
                Some(batch) => self.pending.push(batch),
                None => self.stream = None,
            }
        }
        let Some(first) = self.pending.first() else { return Ok(None) };
        let all = concat_batches(&first.schema(), &self.pending)?;
        let rows = all.num_rows().min(self.rows);
        self.pending.clear();
        if rows < all.num_rows() {
            self.pending.push(all.slice(rows, all.num_rows() - rows));
        }
        compact(&all.slice(0, rows)).map(Some)
    }
}

/// The same rows, without the bytes of others that views hold on to.
fn compact(batch: &RecordBatch) -> Result<RecordBatch> {
    let of = |column: &ArrayRef| -> ArrayRef {
        match column.data_type() {
            DataType::BinaryView => Arc::new(column.as_binary_view().gc()),
            DataType::Utf8View => Arc::new(column.as_string_view().gc()),
            _ => column.clone(),
        }
    };
    Ok(RecordBatch::try_new(batch.schema(), batch.columns().iter().map(of).collect())?)
}
