//! Two text columns, row by row.

use std::sync::Arc;

use arrow::array::{ArrayRef, PrimitiveArray};
use arrow::buffer::NullBuffer;
use fearless_simd::Level;

use super::column::{Column, INLINE};
use super::lanes::{Group, lanes_of};
use super::long::Long;
use super::measure::{Measure, Value};
use super::short::{Coded, Codes, SHORT};
use super::symbols::Unit;
use super::waiting::{Together, Waiting, grouped};
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
    let mut values = Vec::with_capacity(call.len());
    let mut pairs = Pairs::new(measure, unit, Column::new(&a), Column::new(&b), |row| (row, row));
    // Results of about the same rows come at about the same time: room for them is made while it is near.
    let mut found = |row: usize, value| {
        if row >= values.len() {
            values.resize((row + ROOM).min(call.len()), Default::default());
        }
        values[row] = value;
    };
    match &nulls {
        Some(nulls) => pairs.add(nulls.valid_indices(), &mut found),
        None => pairs.add(0..call.len(), &mut found),
    }
    pairs.finish(&mut found);
    values.resize(call.len(), Default::default());
    Ok(Arc::new(PrimitiveArray::<M::Out>::new(values.into(), nulls)))
}

/// Rows for which room is made at once.
const ROOM: usize = 4096;

/// Pairs of values of two columns. Short ones wait until there are enough of them.
pub struct Pairs<'a, M, P> {
    measure: &'a M,
    unit: Unit,
    a: Operand<'a>,
    b: Operand<'a>,
    /// Where the two values of a pair are in the columns.
    places: P,
    waiting: Waiting,
    /// Pairs whose bytes are not their symbols.
    coded: Vec<CodedPair>,
    codes: Codes,
    long: Long,
    group: Box<Group>,
}

/// A column, and the one short value that stands for all its rows, if there is one.
struct Operand<'a> {
    column: Column<'a>,
    one: Option<Coded>,
}

impl Operand<'_> {
    #[inline(always)]
    fn len(&self, row: usize) -> usize {
        self.one.map_or_else(|| self.column.len(row), |one| one.len)
    }
}

struct CodedPair {
    row: u32,
    a: Coded,
    b: Coded,
}

/// Coded pairs that are compared together.
const CODED: usize = 256;

impl<'a, M: Measure, P: Fn(usize) -> (usize, usize)> Pairs<'a, M, P> {
    /// Of these columns.
    pub fn new(measure: &'a M, unit: Unit, a: Column<'a>, b: Column<'a>, places: P) -> Self {
        let (mut long, mut codes) = (Long::default(), Codes::default());
        let mut one = |column: &Column| {
            let (len, _) = long.read(column.one()?, "", unit);
            (len <= SHORT).then(|| codes.first(&long.a))
        };
        let (a, b) = (Operand { one: one(&a), column: a }, Operand { one: one(&b), column: b });
        let group = Box::new(Group::new(Level::new(), a.one.as_ref(), b.one.as_ref()));
        Self { measure, unit, a, b, places, waiting: Waiting::default(), coded: Vec::new(), codes, long, group }
    }

    /// Compares pairs, now or later; `found` gets the number of each and the result.
    #[inline(always)]
    pub fn add(&mut self, pairs: impl Iterator<Item = usize>, found: &mut impl FnMut(usize, Value<M>)) {
        if self.unit != Unit::Char {
            // In ASCII only a line's end can be a cluster of two.
            return pairs.for_each(|pair| self.add_any(pair, found));
        }
        if M::BITS && self.group.has_pattern() {
            return self.add_to_pattern(pairs, found);
        }
        for pair in pairs {
            let (i, j) = (self.places)(pair);
            let (a_len, b_len) = (self.a.len(i), self.b.len(j));
            if a_len.max(b_len) > SHORT {
                self.add_any(pair, found);
            } else if let Some(together) = self.waiting.push(pair as u32, a_len, b_len) {
                self.compare(&together, found);
            }
        }
    }

    /// Where one string is that of all pairs, and comparing so cheap that the others wait for much the same lengths only.
    fn add_to_pattern(&mut self, pairs: impl Iterator<Item = usize>, found: &mut impl FnMut(usize, Value<M>)) {
        let (mut short, mut long) = (Together::NONE, Together::NONE);
        for pair in pairs {
            let (i, j) = (self.places)(pair);
            let len = if self.b.one.is_some() { self.a.column.len(i) } else { self.b.column.len(j) };
            // Put into both, kept in one: a branch would often be foreseen wrongly.
            let full = [short.push_if(len <= INLINE, pair as u32), long.push_if(len > INLINE, pair as u32)];
            if full[0] {
                self.compare(&short, found);
                short.clear();
            } else if full[1] {
                self.compare(&long, found);
                long.clear();
            }
        }
        for left in [short, long] {
            if !left.rows().is_empty() {
                self.compare(&left, found);
            }
        }
    }

    /// Compares short pairs, those that are not ASCII after all later.
    #[inline(never)]
    fn compare(&mut self, together: &Together, found: &mut impl FnMut(usize, Value<M>)) {
        let rows = together.rows();
        let (a, b, places) = (&self.a.column, &self.b.column, &self.places);
        let coded = self.group.read_a(rows.len(), |lane| a.bytes(places(rows[lane] as usize).0))
            | self.group.read_b(rows.len(), |lane| b.bytes(places(rows[lane] as usize).1));
        let scores = self.measure.short(&self.group);
        for (lane, (&row, score)) in rows.iter().zip(scores).enumerate() {
            if coded >> lane & 1 == 0 {
                let (a_len, b_len) = self.group.lens(lane);
                found(row as usize, self.measure.value(row as usize, score, a_len, b_len));
            }
        }
        for lane in lanes_of(coded) {
            self.add_any(rows[lane] as usize, found);
        }
    }

    fn add_any(&mut self, pair: usize, found: &mut impl FnMut(usize, Value<M>)) {
        let (i, j) = (self.places)(pair);
        let (a_len, b_len) = self.long.read(self.a.column.text(i), self.b.column.text(j), self.unit);
        if a_len.max(b_len) > SHORT {
            let score = self.measure.long(pair, &mut self.long);
            return found(pair, self.measure.value(pair, score, a_len, b_len));
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
        self.coded.push(CodedPair { row: pair as u32, a, b });
        if self.coded.len() == CODED {
            self.compare_coded(found);
        }
    }

    fn compare_coded(&mut self, found: &mut impl FnMut(usize, Value<M>)) {
        let coded = &self.coded;
        for together in grouped(coded.iter().map(|pair| (pair.a.len, pair.b.len))) {
            let pair = |lane: usize| &coded[together.rows()[lane] as usize];
            self.group.read_a(together.rows().len(), |lane| &pair(lane).a);
            self.group.read_b(together.rows().len(), |lane| &pair(lane).b);
            let scores = self.measure.short(&self.group);
            for (pair, score) in (0..together.rows().len()).map(pair).zip(scores) {
                let row = pair.row as usize;
                found(row, self.measure.value(row, score, pair.a.len, pair.b.len));
            }
        }
        self.coded.clear();
    }

    /// Compares all that wait.
    pub fn finish(mut self, found: &mut impl FnMut(usize, Value<M>)) {
        for together in self.waiting.rest() {
            self.compare(&together, found);
        }
        self.compare_coded(found);
    }
}
