//! Two text columns, row by row.

use std::sync::Arc;

use arrow::array::{ArrayRef, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::ArrowPrimitiveType;

use super::column::{Column, Numbered};
use super::lanes::{Group, SHORT, Short, Shorts, Strings};
use super::long::Long;
use super::measure::{Measure, Shape};
use super::symbols::Unit;
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

/// The results of a measure.
pub type Value<M> = <<M as Measure>::Out as ArrowPrimitiveType>::Native;

/// Pairs of values of two columns. Short ones wait until there are enough of them.
pub struct Pairs<'a, M> {
    measure: &'a M,
    unit: Unit,
    a: Column<'a>,
    b: Column<'a>,
    group: Group,
    long: Long,
    /// Pairs of ASCII, read where they stand.
    plain: Shorts,
    /// Others, whose symbols are numbered.
    numbered: Shorts,
    a_numbered: Numbered,
    b_numbered: Numbered,
}

impl<'a, M: Measure> Pairs<'a, M> {
    /// Of these columns.
    pub fn new(measure: &'a M, unit: Unit, a: Column<'a>, b: Column<'a>) -> Self {
        Self {
            measure,
            unit,
            a,
            b,
            group: Group::new(),
            long: Long::default(),
            plain: Shorts::default(),
            numbered: Shorts::default(),
            a_numbered: Numbered::default(),
            b_numbered: Numbered::default(),
        }
    }

    /// Compares value `i` of the first column with value `j` of the second, now or later; `found` gets `row` and the
    /// result.
    #[inline(always)]
    pub fn add(&mut self, row: usize, (i, j): (usize, usize), found: &mut impl FnMut(usize, Value<M>)) {
        let (a_len, b_len) = (self.a.len(i), self.b.len(j));
        if self.unit == Unit::Char && a_len.max(b_len) <= SHORT && self.a.is_ascii(i) && self.b.is_ascii(j) {
            if let Some(value) = self.measure.of_lengths(row, a_len, b_len) {
                return found(row, value);
            }
            if a_len.max(b_len) <= 16 {
                let one = self.a.is_one() || self.b.is_one();
                // The first symbols of nothing are not there to be read, nor asked for.
                let read = |column: &Column, i, len| if len == 0 { 0 } else { column.sixteen(i, 0) };
                let (a, b) = (read(&self.a, i, a_len), read(&self.b, j, b_len));
                if let Some(score) = M::sixteen(one, (a, a_len), (b, b_len)) {
                    let start = if M::STARTS { start((a, a_len), (b, b_len)) } else { 0 };
                    return found(row, self.measure.value(row, score, Shape { a_len, b_len, start }));
                }
            }
            self.plain.push(Short::new(row, (i, a_len), (j, b_len)));
            if self.plain.is_full() {
                drain(self.measure, &mut self.plain, &mut self.group, (&self.a, &self.b), found);
            }
            return;
        }
        self.add_any(row, (i, j), found);
    }

    fn add_any(&mut self, row: usize, (i, j): (usize, usize), found: &mut impl FnMut(usize, Value<M>)) {
        let (a_len, b_len) = self.long.read(self.a.text(i), self.b.text(j), self.unit);
        if let Some(value) = self.measure.of_lengths(row, a_len, b_len) {
            return found(row, value);
        }
        if a_len.max(b_len) > SHORT {
            let start = if M::STARTS { self.long.shared_start().min(4) } else { 0 };
            let score = self.measure.long(row, &mut self.long);
            return found(row, self.measure.value(row, score, Shape { a_len, b_len, start }));
        }
        let pair = self.long.number();
        let (a, b) = (self.a_numbered.push(pair.a), self.b_numbered.push(pair.b));
        self.numbered.push(Short::new(row, (a, a_len), (b, b_len)));
        if self.numbered.is_full() {
            self.drain_numbered(found);
        }
    }

    fn drain_numbered(&mut self, found: &mut impl FnMut(usize, Value<M>)) {
        let strings = (&self.a_numbered, &self.b_numbered);
        drain(self.measure, &mut self.numbered, &mut self.group, strings, found);
        self.a_numbered.clear();
        self.b_numbered.clear();
    }

    /// Compares all that wait.
    pub fn finish(&mut self, found: &mut impl FnMut(usize, Value<M>)) {
        drain(self.measure, &mut self.plain, &mut self.group, (&self.a, &self.b), found);
        self.drain_numbered(found);
    }
}

fn drain<M: Measure>(
    measure: &M,
    shorts: &mut Shorts,
    group: &mut Group,
    (a, b): (&impl Strings, &impl Strings),
    found: &mut impl FnMut(usize, Value<M>),
) {
    shorts.drain((a, b), group, M::short, |short, score| {
        let (a_len, b_len) = (usize::from(short.a_len), usize::from(short.b_len));
        let start = if M::STARTS && a_len.min(b_len) > 0 {
            start((a.sixteen(short.a as usize, 0), a_len), (b.sixteen(short.b as usize, 0), b_len))
        } else {
            0
        };
        let row = short.row as usize;
        found(row, measure.value(row, score, Shape { a_len, b_len, start }));
    });
}

/// Symbols at the start that two strings share, at most four.
#[inline(always)]
fn start((a, a_len): (u128, usize), (b, b_len): (u128, usize)) -> usize {
    ((a ^ b).trailing_zeros() as usize / 8).min(a_len).min(b_len).min(4)
}
