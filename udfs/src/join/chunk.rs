//! Build rows in memory, indexed.

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::compute::{cast, concat};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use datafusion_common::utils::memory::RecordBatchMemoryCounter;
use datafusion_common::{JoinSide, Result};
use geoplug_kernels::join::SpatialIndex;

use super::condition::{Condition, Operands};
use super::memory::Memory;
use super::rows::Rows;
use super::stream::Plan;
use crate::execution_error;

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
        if matches!(operands.geometries.data_type(), DataType::Binary | DataType::LargeBinary) {
            operands.geometries = cast(&operands.geometries, &DataType::BinaryView)?;
            let field = operands.field.as_ref().clone().with_data_type(DataType::BinaryView);
            operands.field = field.into();
        }
        Ok(Self { batch, operands })
    }

    /// Bytes that it adds to those which `counter` has seen, and that an index over it will take.
    pub(super) fn size(&self, counter: &mut RecordBatchMemoryCounter) -> Result<usize> {
        let before = counter.memory_usage();
        counter.count_batch(&self.batch);
        count(counter, &self.operands.geometries)?;
        Ok(counter.memory_usage() - before + SpatialIndex::estimate(self.batch.num_rows()))
    }
}

fn count(counter: &mut RecordBatchMemoryCounter, array: &ArrayRef) -> Result<()> {
    counter.count_batch(&RecordBatch::try_from_iter([("geometry", array.clone())])?);
    Ok(())
}

/// Rows and their index.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) rows: Rows,
    pub(super) index: SpatialIndex,
    /// Bytes of the geometries.
    geometries: usize,
    /// Bytes of the index before geometries were prepared.
    unprepared: usize,
    memory: Memory,
}

impl Chunk {
    /// Indexes `located`, for which `memory` is reserved already.
    pub(super) fn new(plan: &Plan, located: Vec<Located>, memory: Memory) -> Result<Self> {
        let (condition, build, schema) = (&plan.join.condition, plan.join.build, &plan.build_schema);
        let (test, side) = condition.test(build);
        let Operands { geometries, field, limits } = match located.as_slice() {
            [only] => only.operands.clone(),
            [] => condition.evaluate(build, &RecordBatch::new_empty(schema.clone()))?,
            _ => {
                let of = |operands: &Operands| operands.geometries.clone();
                let arrays: Vec<ArrayRef> = located.iter().map(|l| of(&l.operands)).collect();
                let limits: Option<Vec<&dyn Array>> =
                    located.iter().map(|l| l.operands.limits.as_ref().map(|limits| limits as &dyn Array)).collect();
                let limits = limits.map(|limits| concat(&limits)).transpose()?;
                let geometries = concat(&arrays.iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
                let limits = limits.map(|limits| Float64Array::from(limits.to_data()));
                Operands { geometries, field: located[0].operands.field.clone(), limits }
            }
        };
        let index = SpatialIndex::try_new(test, side, &geometries, &field, limits.as_ref()).map_err(execution_error)?;
        let batches: Vec<RecordBatch> = located.into_iter().map(|l| l.batch).collect();
        let rows = Rows::new(schema, batches, plan.gathered(), |bytes| memory.try_grow(bytes).is_ok())?;

        // From here on, what is held is known.
        let mut counter = rows.memory();
        count(&mut counter, &geometries)?;
        let geometries = geometries.get_array_memory_size();
        let unprepared = index.size();
        memory.resize(counter.memory_usage() + unprepared);
        index.set_prepared_limit(memory.room_for_forms(0, geometries));
        Ok(Self { rows, index, geometries, unprepared, memory })
    }

    /// Gives prepared forms more room, as long as the pool does.
    pub(super) fn keep_room(&self) {
        let used = self.index.size().saturating_sub(self.unprepared);
        self.index.set_prepared_limit(self.memory.room_for_forms(used, self.geometries));
    }
}
