//! What is measured of two strings.

use std::marker::PhantomData;

use arrow::array::Int64Array;
use arrow::datatypes::{ArrowPrimitiveType, Float64Type, Int64Type};

use super::lanes::{Compare, Group, LANES};
use super::long::{Long, Numbered};

/// A number for each pair of strings.
pub trait Measure {
    /// What a comparison finds.
    type Score: Copy + Default;
    /// Type of the result.
    type Out: ArrowPrimitiveType;
    /// Whether one string of all pairs is compared by the bits of its places, at little cost for each symbol.
    const BITS: bool;
    /// Compares a group of short pairs.
    fn short(&self, group: &Group) -> [Self::Score; LANES];
    /// Compares any pair.
    fn long(&self, row: usize, pair: &mut Long) -> Self::Score;
    /// The result of a row, whose strings have so many symbols.
    fn value(&self, row: usize, score: Self::Score, a_len: usize, b_len: usize) -> Value<Self>;
}

/// The results of a measure.
pub type Value<M> = <<M as Measure>::Out as ArrowPrimitiveType>::Native;

/// An edit distance.
pub trait Distance: Compare<Score = u8> + Default {
    /// As of `Measure`.
    const BITS: bool;
    /// The distance of any pair, or something above `most` where it is above that.
    fn long(pair: &mut Numbered, most: usize) -> u32;
}

/// No limit to a distance.
const ANY: usize = u32::MAX as usize / 2;

fn edits<D: Distance>(pair: &mut Long, most: usize) -> u32 {
    if pair.a.len().abs_diff(pair.b.len()) > most {
        return most as u32 + 1;
    }
    pair.trim();
    D::long(&mut pair.number(), most)
}

/// A distance as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plain<D>(pub PhantomData<D>);

/// A distance as a part of the longer length: 0 where strings are equal, at most 1.
#[derive(Debug, Clone, Copy, Default)]
pub struct Normalized<D>(pub PhantomData<D>);

impl<D: Distance> Measure for Plain<D> {
    type Score = u32;
    type Out = Int64Type;

    const BITS: bool = D::BITS;

    fn short(&self, group: &Group) -> [u32; LANES] {
        group.scores(&D::default()).map(u32::from)
    }

    fn long(&self, _: usize, pair: &mut Long) -> u32 {
        edits::<D>(pair, ANY)
    }

    #[inline(always)]
    fn value(&self, _: usize, score: u32, _: usize, _: usize) -> i64 {
        score.into()
    }
}

impl<D: Distance> Measure for Normalized<D> {
    type Score = u32;
    type Out = Float64Type;

    const BITS: bool = D::BITS;

    fn short(&self, group: &Group) -> [u32; LANES] {
        group.scores(&D::default()).map(u32::from)
    }

    fn long(&self, _: usize, pair: &mut Long) -> u32 {
        edits::<D>(pair, ANY)
    }

    #[inline(always)]
    fn value(&self, _: usize, score: u32, a_len: usize, b_len: usize) -> f64 {
        f64::from(score) / a_len.max(b_len).max(1) as f64
    }
}

/// A distance up to a limit, which each row has its own of or all have one; above it, one more than the limit.
#[derive(Debug, Clone)]
pub struct Bounded<D> {
    most: Int64Array,
    distance: PhantomData<D>,
}

impl<D> Bounded<D> {
    /// With these limits, none of which is negative.
    pub fn new(most: Int64Array) -> Self {
        Self { most, distance: PhantomData }
    }

    #[inline(always)]
    fn most(&self, row: usize) -> i64 {
        self.most.value(if self.most.len() == 1 { 0 } else { row })
    }
}

impl<D: Distance> Measure for Bounded<D> {
    type Score = u32;
    type Out = Int64Type;

    const BITS: bool = D::BITS;

    fn short(&self, group: &Group) -> [u32; LANES] {
        group.scores(&D::default()).map(u32::from)
    }

    fn long(&self, row: usize, pair: &mut Long) -> u32 {
        edits::<D>(pair, usize::try_from(self.most(row)).unwrap_or(0).min(ANY))
    }

    #[inline(always)]
    fn value(&self, row: usize, score: u32, _: usize, _: usize) -> i64 {
        i64::from(score).min(self.most(row).saturating_add(1))
    }
}
