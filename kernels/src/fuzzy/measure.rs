//! What is measured of two strings.

use std::marker::PhantomData;

use arrow::array::Int64Array;
use arrow::datatypes::{ArrowPrimitiveType, Float64Type, Int64Type};

use super::jaro::Common;
use super::lanes::{Group, LANES};
use super::long::{Long, Numbered};
use super::{blocks, damerau, jaro, levenshtein, osa};

/// Lengths of two strings, and how many symbols at their start they share, of the first four.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Of the first string.
    pub a_len: usize,
    /// Of the second string.
    pub b_len: usize,
    /// Symbols shared at the start, at most four.
    pub start: usize,
}

/// A number for each pair of strings.
pub trait Measure {
    /// What a comparison finds.
    type Score: Copy + Default;
    /// Type of the result.
    type Out: ArrowPrimitiveType;
    /// Whether it looks at what strings start with.
    const STARTS: bool = false;
    /// Compares a group of short pairs.
    fn short(group: &Group, out: &mut [Self::Score; LANES]);
    /// Compares a pair of at most sixteen symbols each, where that costs less than to wait for others of its length;
    /// `one` says whether one of the two is the same for all pairs.
    #[inline(always)]
    fn sixteen(_one: bool, _a: (u128, usize), _b: (u128, usize)) -> Option<Self::Score> {
        None
    }
    /// Compares any pair.
    fn long(&self, row: usize, pair: &mut Long) -> Self::Score;
    /// The result of a row.
    fn value(&self, row: usize, score: Self::Score, shape: Shape) -> <Self::Out as ArrowPrimitiveType>::Native;
    /// The result, where the lengths decide it.
    #[inline(always)]
    fn of_lengths(&self, _row: usize, _a: usize, _b: usize) -> Option<<Self::Out as ArrowPrimitiveType>::Native> {
        None
    }
}

/// An edit distance.
pub trait Distance {
    /// Distances of a group of short pairs.
    fn short(group: &Group, out: &mut [u32; LANES]);
    /// The distance of any pair, or something above `most` where it is above that.
    fn long(pair: &mut Numbered, most: usize) -> u32;
}

/// Insertions, deletions and substitutions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Levenshtein;

/// The same and exchanges of neighbours, which are not edited again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Osa;

/// The same and exchanges of neighbours, which may be edited again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Damerau;

impl Distance for Levenshtein {
    #[inline]
    fn short(group: &Group, out: &mut [u32; LANES]) {
        levenshtein::short(group, out);
    }

    fn long(pair: &mut Numbered, most: usize) -> u32 {
        blocks::distance::<false>(pair, most)
    }
}

impl Distance for Osa {
    #[inline]
    fn short(group: &Group, out: &mut [u32; LANES]) {
        osa::short(group, out);
    }

    fn long(pair: &mut Numbered, most: usize) -> u32 {
        blocks::distance::<true>(pair, most)
    }
}

impl Distance for Damerau {
    #[inline]
    fn short(group: &Group, out: &mut [u32; LANES]) {
        damerau::short(group, out);
    }

    fn long(pair: &mut Numbered, _: usize) -> u32 {
        damerau::long(pair)
    }
}

/// No limit to a distance.
const ANY: usize = u32::MAX as usize / 2;

fn edits<D: Distance>(pair: &mut Long, most: usize) -> u32 {
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

    #[inline]
    fn short(group: &Group, out: &mut [u32; LANES]) {
        D::short(group, out);
    }

    fn long(&self, _: usize, pair: &mut Long) -> u32 {
        edits::<D>(pair, ANY)
    }

    #[inline(always)]
    fn value(&self, _: usize, score: u32, _: Shape) -> i64 {
        score.into()
    }
}

impl<D: Distance> Measure for Normalized<D> {
    type Score = u32;
    type Out = Float64Type;

    #[inline]
    fn short(group: &Group, out: &mut [u32; LANES]) {
        D::short(group, out);
    }

    fn long(&self, _: usize, pair: &mut Long) -> u32 {
        edits::<D>(pair, ANY)
    }

    #[inline(always)]
    fn value(&self, _: usize, score: u32, shape: Shape) -> f64 {
        f64::from(score) / shape.a_len.max(shape.b_len).max(1) as f64
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

    #[inline]
    fn short(group: &Group, out: &mut [u32; LANES]) {
        D::short(group, out);
    }

    fn long(&self, row: usize, pair: &mut Long) -> u32 {
        edits::<D>(pair, usize::try_from(self.most(row)).unwrap_or(0).min(ANY))
    }

    #[inline(always)]
    fn value(&self, row: usize, score: u32, _: Shape) -> i64 {
        i64::from(score).min(self.most(row).saturating_add(1))
    }

    #[inline(always)]
    fn of_lengths(&self, row: usize, a: usize, b: usize) -> Option<i64> {
        let most = self.most(row);
        (a.abs_diff(b) as i64 > most).then(|| most + 1)
    }
}

/// Jaro similarity.
#[derive(Debug, Clone, Copy)]
pub struct Jaro;

impl Measure for Jaro {
    type Score = Common;
    type Out = Float64Type;

    #[inline]
    fn short(group: &Group, out: &mut [Common; LANES]) {
        jaro::short(group, out);
    }

    #[inline(always)]
    fn sixteen(one: bool, a: (u128, usize), b: (u128, usize)) -> Option<Common> {
        (!one).then(|| jaro::sixteen(a, b))
    }

    fn long(&self, _: usize, pair: &mut Long) -> Common {
        jaro::long(&mut pair.number())
    }

    #[inline(always)]
    fn value(&self, _: usize, score: Common, shape: Shape) -> f64 {
        score.similarity(shape.a_len, shape.b_len)
    }
}

/// Jaro similarity, raised where strings start alike.
#[derive(Debug, Clone, Copy)]
pub struct JaroWinkler {
    /// Whether long strings that have much in common are raised once more.
    pub long_tolerance: bool,
}

impl Measure for JaroWinkler {
    type Score = Common;
    type Out = Float64Type;
    const STARTS: bool = true;

    #[inline]
    fn short(group: &Group, out: &mut [Common; LANES]) {
        jaro::short(group, out);
    }

    #[inline(always)]
    fn sixteen(one: bool, a: (u128, usize), b: (u128, usize)) -> Option<Common> {
        (!one).then(|| jaro::sixteen(a, b))
    }

    fn long(&self, _: usize, pair: &mut Long) -> Common {
        jaro::long(&mut pair.number())
    }

    #[inline(always)]
    fn value(&self, _: usize, score: Common, Shape { a_len, b_len, start }: Shape) -> f64 {
        let mut similarity = score.similarity(a_len, b_len);
        if similarity <= 0.7 {
            return similarity;
        }
        similarity += start as f64 * 0.1 * (1.0 - similarity);
        let (matches, shorter) = (score.matches as usize, a_len.min(b_len));
        if self.long_tolerance && shorter > 4 && matches > start + 1 && 2 * matches >= shorter + start {
            let more = (matches - start - 1) as f64 / (a_len + b_len - 2 * start + 2) as f64;
            similarity += (1.0 - similarity) * more;
        }
        similarity
    }
}
