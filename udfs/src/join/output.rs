//! From pairs of rows to rows of the result, by join type.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Float64Array, new_null_array};
use arrow::compute::{BatchCoalescer, cast};
use arrow::datatypes::DataType;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion_common::{JoinSide, JoinType, Result, internal_err};
use datafusion_physical_plan::joins::utils::JoinFilter;
use geoplug_kernels::join::Matches;

use super::bits::Bits;
use super::rows::{NO_ROW, Rows, gather};
use super::stream::Plan;

/// What is known of the rows of a probe batch besides the pairs at hand.
pub(super) trait Probed {
    /// Notes whether a row has a match here. Gives whether it is the first that the row has anywhere; and, once nothing
    /// more can come, whether it has any.
    fn note(&mut self, row: usize, hit: bool) -> (bool, Option<bool>);
}

/// All matches are here.
pub(super) struct AtOnce;

impl Probed for AtOnce {
    fn note(&mut self, _: usize, hit: bool) -> (bool, Option<bool>) {
        (hit, Some(hit))
    }
}

/// Puts rows out, in batches of the session's size.
pub(super) struct Output {
    plan: Plan,
    /// The join type as it reads where the build side is the left.
    kind: JoinType,
    coalescer: BatchCoalescer,
    batch_size: usize,
    /// Rows to come: of the probe side, of the build side, how far apart they are, and whether they have matched.
    probe: Vec<u32>,
    build: Vec<u32>,
    distances: Vec<f64>,
    marks: Vec<bool>,
}

impl Output {
    pub(super) fn new(plan: Plan, batch_size: usize) -> Self {
        let coalescer = BatchCoalescer::new(plan.schema.clone(), batch_size);
        let kind = plan.kind();
        let (probe, build, distances, marks) = Default::default();
        Self { plan, kind, coalescer, batch_size, probe, build, distances, marks }
    }

    /// Takes those pairs that pass the rest of the join's filter. All that the probe rows `range` match are among them, in
    /// ascending order. `from` is the number of the build side's first row in `matched`.
    pub(super) fn take(
        &mut self,
        batch: &RecordBatch,
        rows: &Rows,
        range: Range<usize>,
        pairs: &mut Matches,
        (matched, from): (&Bits, usize),
        probed: &mut impl Probed,
    ) -> Result<()> {
        if let Some(filter) = self.plan.join.filter.clone() {
            self.filter(&filter, batch, rows, pairs)?;
        }
        let Matches { probe, build, distances } = pairs;
        if self.plan.marks_build() {
            build.iter().for_each(|row| matched.set(from + *row as usize));
        }
        match self.kind {
            JoinType::Inner | JoinType::Left => {
                std::mem::swap(&mut self.probe, probe);
                std::mem::swap(&mut self.build, build);
                std::mem::swap(&mut self.distances, distances);
            }
            JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => {}
            _ => self.of_probe_rows(range, pairs, probed),
        }
        self.flush(Some(batch), Some(rows))
    }

    /// Goes through the probe rows one by one, for joins that ask which of them have a match.
    fn of_probe_rows(&mut self, range: Range<usize>, pairs: &Matches, probed: &mut impl Probed) {
        let Matches { probe, build, distances } = pairs;
        let mut at = 0;
        for row in range {
            let start = at;
            while probe.get(at).is_some_and(|p| *p as usize == row) {
                at += 1;
            }
            let (first, settled) = probed.note(row, at > start);
            match (self.kind, settled) {
                (JoinType::Right | JoinType::Full, settled) => {
                    self.probe.extend(&probe[start..at]);
                    self.build.extend(&build[start..at]);
                    self.distances.extend(distances.get(start..at).unwrap_or_default());
                    if settled == Some(false) {
                        self.probe.push(row as u32);
                        self.build.push(NO_ROW);
                        self.distances.push(f64::NAN);
                    }
                }
                (JoinType::RightSemi, _) if first => self.probe.push(row as u32),
                (JoinType::RightAnti, Some(false)) => self.probe.push(row as u32),
                (JoinType::RightMark, Some(any)) => {
                    self.probe.push(row as u32);
                    self.marks.push(any);
                }
                _ => {}
            }
        }
    }

    /// Probe rows that nothing can match.
    pub(super) fn take_unmatched(&mut self, batch: &RecordBatch) -> Result<()> {
        if matches!(self.kind, JoinType::Right | JoinType::Full | JoinType::RightAnti | JoinType::RightMark) {
            self.of_probe_rows(0..batch.num_rows(), &Matches::default(), &mut AtOnce);
        }
        self.flush(Some(batch), None)
    }

    /// The build rows `range`, of which `matched` is complete, where the join puts them out at its end.
    pub(super) fn take_build(&mut self, rows: &Rows, range: Range<usize>, matched: &Bits, from: usize) -> Result<()> {
        for row in range {
            let any = matched.get(from + row);
            match (self.kind, any) {
                (JoinType::LeftMark, any) => self.marks.push(any),
                (JoinType::LeftSemi, true) => {}
                (JoinType::Left | JoinType::Full | JoinType::LeftAnti, false) => {}
                _ => continue,
            }
            self.build.push(row as u32);
            self.distances.push(f64::NAN);
        }
        self.flush(None, Some(rows))
    }

    /// No more rows will come.
    pub(super) fn finish(&mut self) -> Result<()> {
        Ok(self.coalescer.finish_buffered_batch()?)
    }

    /// The next batch that is full.
    pub(super) fn next(&mut self) -> Option<RecordBatch> {
        self.coalescer.next_completed_batch()
    }

    fn flush(&mut self, batch: Option<&RecordBatch>, rows: Option<&Rows>) -> Result<()> {
        let (probe, build) = (std::mem::take(&mut self.probe), std::mem::take(&mut self.build));
        let (marks, distances) = (std::mem::take(&mut self.marks), std::mem::take(&mut self.distances));
        let len = probe.len().max(build.len());
        for start in (0..len).step_by(self.batch_size) {
            let range = start..len.min(start + self.batch_size);
            let part = |of: &[u32]| if of.is_empty() { None } else { Some(of[range.clone()].to_vec()) };
            let beside: ArrayRef = if self.plan.join.measured {
                // A distance that is found is a number: NaN is that of a row without a match.
                let distances = distances.get(range.clone()).unwrap_or_default();
                let distances = distances.iter().map(|d| (!d.is_nan()).then_some(*d)).collect::<Float64Array>();
                cast(&distances, &self.plan.join.condition.measure_type())?
            } else {
                Arc::new(BooleanArray::from(marks.get(range.clone()).unwrap_or_default().to_vec()))
            };
            let out = self.assemble(batch.zip(part(&probe)), rows.zip(part(&build)), &beside, range.len())?;
            self.coalescer.push_batch(out)?;
        }
        // Their memory is for the next rows.
        (self.probe, self.build, self.marks, self.distances) = (probe, build, marks, distances);
        self.probe.clear();
        self.build.clear();
        self.marks.clear();
        self.distances.clear();
        Ok(())
    }

    fn assemble(
        &self,
        probe: Option<(&RecordBatch, Vec<u32>)>,
        build: Option<(&Rows, Vec<u32>)>,
        beside: &ArrayRef,
        len: usize,
    ) -> Result<RecordBatch> {
        let column = |(i, source): (usize, &_)| -> Result<ArrayRef> {
            let datafusion_physical_plan::joins::utils::ColumnIndex { index, side } = source;
            let data_type = self.plan.schema.field(i).data_type();
            match side {
                JoinSide::None => Ok(beside.clone()),
                side if *side == self.plan.join.build => match &build {
                    Some((rows, numbers)) => rows.gather(*index, data_type, numbers),
                    None => Ok(new_null_array(data_type, len)),
                },
                _ => match &probe {
                    Some((batch, numbers)) => gather(batch.column(*index), numbers),
                    None => Ok(new_null_array(data_type, len)),
                },
            }
        };
        let columns = self.plan.columns.iter().enumerate().map(column).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(len));
        Ok(RecordBatch::try_new_with_options(self.plan.schema.clone(), columns, &options)?)
    }

    /// Leaves those pairs that pass `filter`.
    fn filter(
        &self,
        filter: &JoinFilter,
        batch: &RecordBatch,
        rows: &Rows,
        Matches { probe, build, distances }: &mut Matches,
    ) -> Result<()> {
        let mut kept = 0;
        for start in (0..probe.len()).step_by(self.batch_size) {
            let range = start..probe.len().min(start + self.batch_size);
            let len = range.len();
            let columns = filter.column_indices().iter().zip(filter.schema().fields()).map(|(source, field)| {
                if source.side == self.plan.join.build {
                    rows.gather(source.index, field.data_type(), &build[range.clone()])
                } else {
                    gather(batch.column(source.index), &probe[range.clone()])
                }
            });
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let options = RecordBatchOptions::new().with_row_count(Some(len));
            let pairs = RecordBatch::try_new_with_options(filter.schema().clone(), columns, &options)?;
            let passed = filter.expression().evaluate(&pairs)?.into_array(len)?;
            if passed.data_type() != &DataType::Boolean {
                return internal_err!("a join filter of type {}", passed.data_type());
            }
            let passed = passed.as_boolean();
            for (i, passes) in range.zip(passed.iter()) {
                if passes == Some(true) {
                    (probe[kept], build[kept]) = (probe[i], build[i]);
                    if let Some(distance) = distances.get(i).copied() {
                        distances[kept] = distance;
                    }
                    kept += 1;
                }
            }
        }
        probe.truncate(kept);
        build.truncate(kept);
        distances.truncate(kept);
        Ok(())
    }
}
