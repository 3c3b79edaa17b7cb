//! Rows of the build side that are in memory, and how output columns are gathered from them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, new_null_array};
use arrow::compute::{concat_batches, interleave, take};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion_common::utils::memory::RecordBatchMemoryCounter;
use datafusion_common::{Result, internal_err};

/// Stands for a row of nulls.
pub(super) const NO_ROW: u32 = u32::MAX;

/// Bytes up to which batches are joined into one, from which rows are gathered faster. More might not fit the offsets of
/// a binary column.
const JOINABLE: usize = 1 << 30;

/// Rows in one or more batches, numbered through.
#[derive(Debug)]
pub(super) struct Rows {
    pieces: Vec<RecordBatch>,
    /// Which columns they have, ascending.
    columns: Vec<usize>,
    /// The number of each piece's first row.
    starts: Vec<u32>,
}

impl Rows {
    /// Some columns, in ascending order, of the rows of `pieces`. They become one batch where `may_copy` allows for so
    /// many bytes.
    pub(super) fn new(
        schema: &SchemaRef,
        pieces: Vec<RecordBatch>,
        columns: Vec<usize>,
        may_copy: impl FnOnce(usize) -> bool,
    ) -> Result<Self> {
        let pieces = pieces.into_iter().map(|piece| piece.project(&columns));
        let mut pieces = pieces.collect::<std::result::Result<Vec<_>, _>>()?;
        let bytes = count_all(&pieces).memory_usage();
        if pieces.len() != 1 && bytes <= JOINABLE && may_copy(bytes) {
            pieces = vec![concat_batches(&Arc::new(schema.project(&columns)?), &pieces)?];
        }
        let mut next = 0;
        let start = |piece: &RecordBatch| {
            next += piece.num_rows() as u32;
            next - piece.num_rows() as u32
        };
        let starts = pieces.iter().map(start).collect();
        Ok(Self { pieces, columns, starts })
    }

    /// What they take.
    pub(super) fn memory(&self) -> RecordBatchMemoryCounter {
        count_all(&self.pieces)
    }

    /// The values of a column in `rows`, null for `NO_ROW`.
    pub(super) fn gather(&self, column: usize, data_type: &DataType, rows: &[u32]) -> Result<ArrayRef> {
        let Ok(column) = self.columns.binary_search(&column) else {
            return internal_err!("column {column} of the build side was not kept");
        };
        if let [only] = self.pieces.as_slice() {
            return gather(only.column(column), rows);
        }
        let null = new_null_array(data_type, 1);
        let mut arrays: Vec<&dyn Array> = self.pieces.iter().map(|piece| piece.column(column).as_ref()).collect();
        arrays.push(&null);
        let place = |row: &u32| match *row {
            NO_ROW => (self.pieces.len(), 0),
            row => {
                let piece = self.starts.partition_point(|start| *start <= row) - 1;
                (piece, (row - self.starts[piece]) as usize)
            }
        };
        Ok(interleave(&arrays, &rows.iter().map(place).collect::<Vec<_>>())?)
    }
}

fn count_all(batches: &[RecordBatch]) -> RecordBatchMemoryCounter {
    let mut counter = RecordBatchMemoryCounter::new();
    for batch in batches {
        counter.count_batch(batch);
    }
    counter
}

/// The values of an array in `rows`, null for `NO_ROW`.
pub(super) fn gather(array: &ArrayRef, rows: &[u32]) -> Result<ArrayRef> {
    let indices = if rows.contains(&NO_ROW) {
        rows.iter().map(|row| (*row != NO_ROW).then_some(*row)).collect()
    } else {
        UInt32Array::from(rows.to_vec())
    };
    Ok(take(array, &indices, None)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use arrow::array::{Int64Array, StringArray};
    use arrow::datatypes::{Field, Schema};

    use super::*;

    fn batch(numbers: &[i64]) -> RecordBatch {
        let fields = vec![Field::new("n", DataType::Int64, true), Field::new("t", DataType::Utf8, true)];
        let texts: StringArray = numbers.iter().map(|n| Some(n.to_string())).collect();
        let columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(numbers.to_vec())), Arc::new(texts)];
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
    }

    #[test]
    fn one_piece_and_many_give_the_same_rows() {
        let pieces = vec![batch(&[10, 11]), batch(&[]), batch(&[12]), batch(&[13, 14, 15])];
        let schema = pieces[0].schema();
        let rows = [5, NO_ROW, 0, 2, 2, 3, 1];
        let wanted = Int64Array::from(vec![Some(15), None, Some(10), Some(12), Some(12), Some(13), Some(11)]);
        for may_copy in [true, false] {
            let held = Rows::new(&schema, pieces.clone(), vec![0, 1], |_| may_copy).unwrap();
            assert_eq!(held.pieces.len(), if may_copy { 1 } else { 4 });
            assert_eq!(held.gather(0, &DataType::Int64, &rows).unwrap().as_ref(), &wanted);
            let texts = held.gather(1, &DataType::Utf8, &rows).unwrap();
            let texts: Vec<Option<&str>> = arrow::array::AsArray::as_string::<i32>(&texts).iter().collect();
            assert_eq!(texts, [Some("15"), None, Some("10"), Some("12"), Some("12"), Some("13"), Some("11")]);
        }
    }

    #[test]
    fn no_rows_at_all() {
        let schema = batch(&[]).schema();
        let held = Rows::new(&schema, Vec::new(), vec![0], |_| true).unwrap();
        assert_eq!(held.gather(0, &DataType::Int64, &[NO_ROW]).unwrap().null_count(), 1);
    }
}
