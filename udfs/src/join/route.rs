//! Probe rows on their way to the parts of a spilled build side.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch, UInt32Array, UInt64Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt64Type};
use datafusion_common::Result;
use datafusion_execution::TaskContext;
use datafusion_physical_plan::metrics::SpillMetrics;
use geoplug_kernels::join::{JoinTest, Limit};
use geoplug_kernels::relation::Predicate;

use super::output::Probed;
use super::space::places;
use super::spill::Parts;
use super::spool::{Spool, Spooled, manager};
use super::stream::Plan;
use crate::execution_error;

/// Writes each probe row once for every part that may hold matches of it, with its number and whether the part is the
/// last of its parts.
pub(super) struct Routing {
    plan: Plan,
    schema: SchemaRef,
    spools: Vec<Spool>,
    /// Rows of the batch at hand, and whether it is their last part.
    pending: Vec<(Vec<u32>, Vec<bool>)>,
    /// Rows that were numbered.
    numbered: u64,
}

impl Routing {
    pub(super) fn new(plan: &Plan, parts: usize, context: &TaskContext, metrics: SpillMetrics) -> Self {
        let mut fields: Vec<_> = plan.probe_schema.fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new("number", DataType::UInt64, false)));
        fields.push(Arc::new(Field::new("last", DataType::Boolean, false)));
        let schema = Arc::new(Schema::new_with_metadata(fields, plan.probe_schema.metadata().clone()));
        let manager = manager(context, metrics, &schema);
        let spools = std::iter::repeat_with(|| Spool::new(&manager)).take(parts).collect();
        Self { plan: plan.clone(), schema, spools, pending: vec![Default::default(); parts], numbered: 0 }
    }

    /// Writes the rows of a batch, but for those that match nothing anywhere, which it gives back.
    pub(super) fn route(&mut self, parts: &Parts, batch: &RecordBatch) -> Result<RecordBatch> {
        let test = self.plan.join.condition.test(self.plan.join.build)?;
        let operands = self.plan.join.condition.evaluate(self.plan.join.build.negate(), batch)?;
        let places = places(&test, Limit::Probe, &operands).map_err(execution_error)?;
        let equal_if_empty = test == JoinTest::Predicate(Predicate::Equals);
        let mut nowhere = Vec::new();
        for (row, place) in places.iter().enumerate() {
            let mut last = None;
            for (i, part) in parts.parts.iter().enumerate() {
                let asked = match (place, &part.bounds) {
                    (Some(place), Some(bounds)) => bounds.intersects(place),
                    (None, _) => equal_if_empty && part.placeless,
                    (Some(_), None) => false,
                };
                if asked {
                    self.pending[i].0.push(row as u32);
                    self.pending[i].1.push(false);
                    last = Some(i);
                }
            }
            match last.and_then(|last| self.pending[last].1.last_mut()) {
                Some(last) => *last = true,
                None => nowhere.push(row as u32),
            }
        }
        for ((rows, last), spool) in self.pending.iter_mut().zip(&mut self.spools) {
            if rows.is_empty() {
                continue;
            }
            let (rows, last) = (std::mem::take(rows), std::mem::take(last));
            let numbers: UInt64Array = rows.iter().map(|row| self.numbered + u64::from(*row)).collect();
            let taken = take_record_batch(batch, &UInt32Array::from(rows))?;
            let mut columns = taken.columns().to_vec();
            columns.push(Arc::new(numbers));
            columns.push(Arc::new(BooleanArray::from(last)));
            spool.append(&RecordBatch::try_new(self.schema.clone(), columns)?)?;
        }
        self.numbered += batch.num_rows() as u64;
        Ok(take_record_batch(batch, &UInt32Array::from(nowhere))?)
    }

    /// The rows of each part, and how many numbers there are.
    pub(super) fn finish(self) -> Result<(Vec<Spooled>, usize)> {
        let spooled = self.spools.into_iter().map(Spool::finish).collect::<Result<Vec<_>>>()?;
        Ok((spooled, self.numbered as usize))
    }
}

/// A batch that was routed, apart from the two columns that were added to it.
pub(super) fn unrouted(plan: &Plan, batch: &RecordBatch) -> Result<(RecordBatch, ArrayRef, ArrayRef)> {
    let own = plan.probe_schema.fields().len();
    let columns: Vec<usize> = (0..own).collect();
    Ok((batch.project(&columns)?, batch.column(own).clone(), batch.column(own + 1).clone()))
}

/// Which probe rows have matched, across all parts.
pub(super) struct Seen(Vec<u64>);

impl Seen {
    pub(super) fn new(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(64)])
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.0.len() * 8
    }
}

/// What is known of the rows of a routed batch.
pub(super) struct Routed<'a> {
    seen: &'a mut Seen,
    numbers: &'a [u64],
    last: &'a BooleanArray,
    /// Whether these are the last build rows of the part.
    part_ends: bool,
}

impl<'a> Routed<'a> {
    /// Of the two columns that were added to the batch.
    pub(super) fn new(seen: &'a mut Seen, numbers: &'a ArrayRef, last: &'a ArrayRef, part_ends: bool) -> Self {
        let numbers = numbers.as_primitive::<UInt64Type>().values();
        Self { seen, numbers, last: last.as_boolean(), part_ends }
    }
}

impl Probed for Routed<'_> {
    fn note(&mut self, row: usize, hit: bool) -> (bool, Option<bool>) {
        let number = self.numbers[row] as usize;
        let (word, bit) = (&mut self.seen.0[number / 64], 1 << (number % 64));
        let before = *word & bit != 0;
        if hit {
            *word |= bit;
        }
        (hit && !before, (self.part_ends && self.last.value(row)).then_some(hit || before))
    }
}
