//! Two text columns, row by row.

use std::sync::Arc;

use arrow::array::{ArrayRef, PrimitiveArray};
use arrow::buffer::NullBuffer;

use super::column::Column;
use super::lanes::Group;
use super::long::Long;
use super::measure::{Measure, Value};
use super::short::{Coded, Codes, SHORT, Short};
use super::symbols::Unit;
use super::waiting::Waiting;
use crate::call::Call;
use crate::error::Result;

/// The unit that argument `i`, the option `by`, names.
pub fn unit(call: &Call, i: usize) -> Result<Unit> {
    Ok(Unit::ALL[call.option(i, Unit::NAMES)?])
}

/// A measure of the first two arguments for each row in which neither they nor another argument, whose nulls are
/// `nulls`, is null.
pub fn compare<M: Measure>(call: &Call, measure: &M, unit: Unit, nulls: Option<&NullBuffer>) -> Result<ArrayRef> {
    let (a, b) = (call.text(0)?, call.text(1)?);
    let (a_nulls, b_nulls) = (a.nulls(call.len()), b.nulls(call.len()));
    let nulls = NullBuffer::union_many([a_nulls.as_ref(), b_nulls.as_ref(), nulls]);
    let mut values = vec![Default::default(); call.len()];
    let mut pairs = Pairs::new(measure, unit, Column::new(&a), Column::new(&b));
    let mut found = |row: usize, value| values[row] = value;
    for row in 0..call.len() {
        if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
            pairs.add(row, (row, row), &mut found);
        }
    }
    pairs.finish(&mut found);
    Ok(Arc::new(PrimitiveArray::<M::Out>::new(values.into(), nulls)))
}

/// Pairs of values of two columns. Short ones wait until there are enough of them.
pub struct Pairs<'a, M> {
    measure: &'a M,
    unit: Unit,
    a: Operand<'a>,
    b: Operand<'a>,
    codes: Codes,
    waiting: Waiting,
    long: Long,
}

/// A column, and the one short value that stands for all its rows, if there is one.
struct Operand<'a> {
    column: Column<'a>,
    one: Option<Coded>,
}

impl<'a> Operand<'a> {
    /// A short value whose bytes are its symbols; of the one value only the length is asked.
    #[inline(always)]
    fn plain(&self, row: usize) -> Option<Short<'a>> {
        match &self.one {
            Some(one) => Some(Short { words: &[], len: one.len }),
            None => self.column.ascii(row),
        }
    }
}

impl<'a, M: Measure> Pairs<'a, M> {
    /// Of these columns.
    pub fn new(measure: &'a M, unit: Unit, a: Column<'a>, b: Column<'a>) -> Self {
        let (mut long, mut codes) = (Long::default(), Codes::default());
        let mut one = |column: &Column| {
            let (len, _) = long.read(column.one()?, "", unit);
            (len <= SHORT).then(|| codes.first(&long.a))
        };
        let (a, b) = (Operand { one: one(&a), column: a }, Operand { one: one(&b), column: b });
        let waiting = Waiting::new(a.one.as_ref(), b.one.as_ref());
        Self { measure, unit, a, b, codes, waiting, long }
    }

    /// Compares value `i` of the first column with value `j` of the second, now or later; `found` gets `row` and the
    /// result.
    #[inline(always)]
    pub fn add(&mut self, row: usize, (i, j): (usize, usize), found: &mut impl FnMut(usize, Value<M>)) {
        // In ASCII only a line's end can be a cluster of two.
        if self.unit == Unit::Char
            && let (Some(a), Some(b)) = (self.a.plain(i), self.b.plain(j))
        {
            return self.add_short(row, a, b, found);
        }
        self.add_any(row, (i, j), found);
    }

    #[inline(always)]
    fn add_short(&mut self, row: usize, a: Short, b: Short, found: &mut impl FnMut(usize, Value<M>)) {
        match self.measure.of_lengths(row, a.len, b.len) {
            Some(value) => found(row, value),
            None => self.waiting.push(row, a, b, &mut |group, rows| compare_group(self.measure, group, rows, found)),
        }
    }

    fn add_any(&mut self, row: usize, (i, j): (usize, usize), found: &mut impl FnMut(usize, Value<M>)) {
        let (a_len, b_len) = self.long.read(self.a.column.text(i), self.b.column.text(j), self.unit);
        if a_len.max(b_len) > SHORT {
            let value = self.measure.of_lengths(row, a_len, b_len).unwrap_or_else(|| {
                let score = self.measure.long(row, &mut self.long);
                self.measure.value(row, score, a_len, b_len)
            });
            return found(row, value);
        }
        let (a, b) = match (self.a.one, self.b.one) {
            (None, None) => {
                self.codes.clear();
                (self.codes.first(&self.long.a), self.codes.second(&self.long.b))
            }
            (a, b) => {
                let second = |symbols| self.codes.second(symbols);
                (a.unwrap_or_else(|| second(&self.long.a)), b.unwrap_or_else(|| second(&self.long.b)))
            }
        };
        self.add_short(row, a.short(), b.short(), found);
    }

    /// Compares all that wait.
    pub fn finish(self, found: &mut impl FnMut(usize, Value<M>)) {
        self.waiting.finish(&mut |group, rows| compare_group(self.measure, group, rows, found));
    }
}

fn compare_group<M: Measure>(measure: &M, group: &Group, rows: &[u32], found: &mut impl FnMut(usize, Value<M>)) {
    let scores = M::short(group);
    let (a_lens, b_lens) = (group.a.lens.to_array(), group.b.lens.to_array());
    for (((&row, score), a_len), b_len) in rows.iter().zip(scores).zip(a_lens).zip(b_lens) {
        let row = row as usize;
        found(row, measure.value(row, score, a_len.into(), b_len.into()));
    }
}
