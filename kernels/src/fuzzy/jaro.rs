//! Jaro similarity, and Jaro-Winkler.

use arrow::datatypes::Float64Type;
use fearless_simd::Simd;

use super::common::{Common, Matched, START};
use super::lanes::{Compare, Group, LANES, Lanes};
use super::long::{Long, Numbered};
use super::measure::Measure;

/// Jaro similarity.
#[derive(Debug, Clone, Copy)]
pub struct Jaro;

/// Jaro similarity, raised where strings start alike.
#[derive(Debug, Clone, Copy)]
pub struct JaroWinkler {
    /// Whether long strings that have much in common are raised once more.
    pub long_tolerance: bool,
}

impl Measure for Jaro {
    type Score = f64;
    type Out = Float64Type;

    const BITS: bool = true;

    fn short(&self, group: &Group) -> [f64; LANES] {
        group.scores(self)
    }

    fn long(&self, _: usize, pair: &mut Long) -> f64 {
        let (a_len, b_len) = (pair.a.len(), pair.b.len());
        long(&mut pair.number()).similarity(a_len, b_len)
    }

    #[inline(always)]
    fn value(&self, _: usize, score: f64, _: usize, _: usize) -> f64 {
        score
    }
}

impl Measure for JaroWinkler {
    type Score = f64;
    type Out = Float64Type;

    const BITS: bool = true;

    fn short(&self, group: &Group) -> [f64; LANES] {
        group.scores(self)
    }

    fn long(&self, _: usize, pair: &mut Long) -> f64 {
        let (a_len, b_len, start) = (pair.a.len(), pair.b.len(), pair.shared_start().min(START));
        self.raised(long(&mut pair.number()), start, a_len, b_len)
    }

    #[inline(always)]
    fn value(&self, _: usize, score: f64, _: usize, _: usize) -> f64 {
        score
    }
}

impl JaroWinkler {
    #[inline(always)]
    fn raised(&self, common: Common, start: usize, a_len: usize, b_len: usize) -> f64 {
        let similarity = common.similarity(a_len, b_len);
        let mut raised = similarity + start as f64 * 0.1 * (1.0 - similarity);
        let (matches, shorter) = (common.matches as usize, a_len.min(b_len));
        if self.long_tolerance && shorter > 4 && matches > start + 1 && 2 * matches >= shorter + start {
            let more = (matches - start - 1) as f64 / (a_len + b_len - 2 * start + 2) as f64;
            raised += (1.0 - raised) * more;
        }
        if similarity <= 0.7 { similarity } else { raised }
    }
}

impl Common {
    /// The similarity of strings of these lengths.
    #[inline(always)]
    fn similarity(self, a_len: usize, b_len: usize) -> f64 {
        let matches = f64::from(self.matches);
        let placed = matches - f64::from(self.misplaced / 2);
        let similarity = (matches / a_len as f64 + matches / b_len as f64 + placed / matches) / 3.0;
        if self.matches == 0 { 0.0 } else { similarity }
    }
}

/// How far partners may be from each other.
fn reach(a_len: usize, b_len: usize) -> usize {
    (a_len.max(b_len) / 2).saturating_sub(1)
}

impl Compare for Jaro {
    type Score = f64;

    #[inline(always)]
    fn lanes<S: Simd>(&self, simd: S, lanes: &Lanes<S>, scores: &mut [f64]) {
        let common = Matched::new(simd, lanes);
        for (lane, score) in scores.iter_mut().enumerate() {
            let (common, _, a_len, b_len) = common.get(lane);
            *score = common.similarity(a_len, b_len);
        }
    }
}

impl Compare for JaroWinkler {
    type Score = f64;

    #[inline(always)]
    fn lanes<S: Simd>(&self, simd: S, lanes: &Lanes<S>, scores: &mut [f64]) {
        let common = Matched::new(simd, lanes);
        let long_tolerance = self.long_tolerance;
        // Two loops, of which the first has no branch.
        if !long_tolerance {
            for (lane, score) in scores.iter_mut().enumerate() {
                let (common, start, a_len, b_len) = common.get(lane);
                *score = JaroWinkler { long_tolerance: false }.raised(common, start, a_len, b_len);
            }
        } else {
            for (lane, score) in scores.iter_mut().enumerate() {
                let (common, start, a_len, b_len) = common.get(lane);
                *score = self.raised(common, start, a_len, b_len);
            }
        }
    }
}

/// A pair of any lengths: what reach has left behind never comes back into it, so that of the places of each symbol in
/// the first string only the next one matters.
fn long(pair: &mut Numbered) -> Common {
    const NONE: u32 = u32::MAX;
    const TAKEN: u32 = u32::MAX - 1;
    let (rows, columns) = (pair.a.len(), pair.b.len());
    let reach = reach(rows, columns);
    // The next place of each symbol, for each place the one after it, and the symbols that have a partner.
    pair.cells.clear();
    pair.cells.resize(pair.symbols + rows + columns, NONE);
    let (heads, rest) = pair.cells.split_at_mut(pair.symbols);
    let (after, partners) = rest.split_at_mut(rows);
    for (i, (&symbol, after)) in pair.a.iter().zip(&mut *after).enumerate().rev() {
        *after = std::mem::replace(&mut heads[symbol as usize], i as u32);
    }
    let mut matches = 0;
    for (j, &symbol) in pair.b.iter().enumerate() {
        let head = &mut heads[symbol as usize];
        while let Some(next) = after.get_mut(*head as usize)
            && *head as usize <= j + reach
        {
            let within = *head as usize + reach >= j;
            *head = std::mem::replace(next, if within { TAKEN } else { NONE });
            if within {
                partners[matches] = symbol;
                matches += 1;
                break;
            }
        }
    }
    let in_order = pair.a.iter().zip(after).filter(|(_, after)| **after == TAKEN).map(|(symbol, _)| symbol);
    let misplaced = in_order.zip(partners).filter(|(a, b)| *a != *b).count();
    Common { matches: matches as u32, misplaced: misplaced as u32 }
}
