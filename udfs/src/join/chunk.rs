//! Build rows in memory, indexed.

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::compute::{cast, concat};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use datafusion_common::utils::memory::RecordBatchMemoryCounter;
use datafusion_common::{JoinSide, Result};

use super::condition::{Condition, Operands};
use super::index::Index;
use super::memory::Memory;
use super::rows::Rows;
use super::stream::Plan;

/// A batch of the build side, and what the condition needs of it.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) batch: RecordBatch,
    pub(super) operands: Operands,
}

impl Located {
    pub(super) fn new(condition: &Condition, side: JoinSide, batch: RecordBatch) -> Result<Self> {
        let mut operands = condition.evaluate(side, &batch)?;
        // Views are joined without their bytes, and whatever there is of them.
        let view = match operands.values.data_type() {
            _ if condition.near().is_some() => Some(DataType::Utf8View),
            DataType::Binary | DataType::LargeBinary => Some(DataType::BinaryView),
            _ => None,
        };
        if let Some(view) = view {
            operands.values = cast(&operands.values, &view)?;
            operands.field = operands.field.as_ref().clone().with_data_type(view).into();
        }
        Ok(Self { batch, operands })
    }

    /// Bytes that it adds to those which `counter` has seen, and that an index over it will take, if it can be said.
    pub(super) fn size(&self, condition: &Condition, counter: &mut RecordBatchMemoryCounter) -> Result<usize> {
        let before = counter.memory_usage();
        counter.count_batch(&self.batch);
        count(counter, &self.operands.values)?;
        Ok(counter.memory_usage() - before + Index::estimate(condition, self.batch.num_rows()))
    }
}

fn count(counter: &mut RecordBatchMemoryCounter, array: &ArrayRef) -> Result<()> {
    counter.count_batch(&RecordBatch::try_from_iter([("values", array.clone())])?);
    Ok(())
}

/// Rows and their index.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) rows: Rows,
    pub(super) index: Index,
    /// Bytes of the geometries or texts.
    values: usize,
    /// Bytes of the index before geometries were prepared.
    unprepared: usize,
    memory: Memory,
}

impl Chunk {
    /// Indexes `located`, for which `memory` is reserved already.
    pub(super) fn new(plan: &Plan, located: Vec<Located>, memory: Memory) -> Result<Self> {
        let (condition, build, schema) = (&plan.join.condition, plan.join.build, &plan.build_schema);
        let operands = match located.as_slice() {
            [only] => only.operands.clone(),
            [] => Located::new(condition, build, RecordBatch::new_empty(schema.clone()))?.operands,
            _ => {
                let of = |operands: &Operands| operands.values.clone();
                let arrays: Vec<ArrayRef> = located.iter().map(|l| of(&l.operands)).collect();
                let limits: Option<Vec<&dyn Array>> =
                    located.iter().map(|l| l.operands.limits.as_ref().map(|limits| limits as &dyn Array)).collect();
                let limits = limits.map(|limits| concat(&limits)).transpose()?;
                let values = concat(&arrays.iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
                let limits = limits.map(|limits| Float64Array::from(limits.to_data()));
                Operands { values, field: located[0].operands.field.clone(), limits }
            }
        };
        let index = Index::try_new(condition, build, &operands, &memory)?;
        let batches: Vec<RecordBatch> = located.into_iter().map(|l| l.batch).collect();
        let rows = Rows::new(schema, batches, plan.gathered(), |bytes| memory.try_grow(bytes).is_ok())?;

        // From here on, what is held is known.
        let mut counter = rows.memory();
        count(&mut counter, &operands.values)?;
        let values = operands.values.get_array_memory_size();
        let unprepared = index.size();
        memory.resize(counter.memory_usage() + unprepared);
        let chunk = Self { rows, index, values, unprepared, memory };
        chunk.keep_room();
        Ok(chunk)
    }

    /// Gives prepared forms room, and more of it as long as the pool does.
    pub(super) fn keep_room(&self) {
        if let Index::Spatial(index) = &self.index {
            let used = index.size().saturating_sub(self.unprepared);
            index.set_prepared_limit(self.memory.room_for_forms(used, self.values));
        }
    }
}
