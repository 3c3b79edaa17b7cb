//! Measures of a coordinate sequence, several positions at a time.

use super::coords::{Position, distance, ordinate};
use super::{Coords, Xy};

/// Positions that are gathered from a layout other than packed WKB: a loop is compiled once, for what columns mostly hold.
const RUN: usize = 32;

/// Sums of lengths from here on lose nothing to squares that underflow: those of all segments together are below the
/// last digit.
const LEAST_SUM: f64 = 1e-100;

/// x and y of a position.
#[inline(always)]
pub(super) fn xy(position: &Position) -> [f64; 2] {
    [ordinate(position, false), ordinate(&position[8..], false)]
}

impl Coords<'_> {
    /// Folds runs of positions, all in one where they stand side by side; each begins with the last `overlap` positions of
    /// the one before.
    #[inline]
    pub(super) fn fold_runs<T>(&self, overlap: usize, start: T, f: impl Fn(T, &[Position]) -> T) -> T {
        match self.packed() {
            Some(positions) => f(start, positions),
            None => self.fold_gathered(overlap, start, &f),
        }
    }

    #[inline(never)]
    fn fold_gathered<T>(&self, overlap: usize, start: T, f: impl Fn(T, &[Position]) -> T) -> T {
        let mut run = [[0; 16]; RUN];
        let (mut folded, mut from) = (start, 0);
        loop {
            let len = RUN.min(self.len() - from);
            self.pack(from, &mut run[..len]);
            folded = f(folded, &run[..len]);
            if from + len == self.len() {
                return folded;
            }
            from += len - overlap;
        }
    }

    /// Length of the path through all positions.
    #[inline]
    pub fn length(&self) -> f64 {
        let sum = self.fold_runs(1, 0.0, |sum, run| sum + length(run));
        if (LEAST_SUM..=f64::MAX).contains(&sum) { sum } else { self.careful_length() }
    }

    /// The same where squares may leave the range of doubles.
    #[cold]
    #[inline(never)]
    fn careful_length(&self) -> f64 {
        let mut sum = 0.0;
        self.each_segment(|a, b| sum += distance(a, b));
        sum
    }

    /// Area within the closed ring through all positions, positive where it runs counterclockwise: each x, from the
    /// first position, which keeps the products small where coordinates are large, times the rise around it.
    #[inline]
    pub fn signed_area(&self) -> f64 {
        let Some(Xy { x: origin, .. }) = self.first() else { return 0.0 };
        self.fold_runs(2, 0.0, |sum, run| sum + moments(run, origin)) / 2.0
    }
}

/// Length of a run. Four sums that take turns: no addition has to wait for the one before, and two roots are drawn at a
/// time.
#[inline]
fn length(run: &[Position]) -> f64 {
    let mut sums = [0.0; 4];
    let length = |a: &Position, b: &Position| {
        let ([ax, ay], [bx, by]) = (xy(a), xy(b));
        let (dx, dy) = (bx - ax, by - ay);
        (dx * dx + dy * dy).sqrt()
    };
    let mut rest = run;
    while let [a, b, c, d, e, ..] = rest {
        let four = [length(a, b), length(b, c), length(c, d), length(d, e)];
        sums.iter_mut().zip(four).for_each(|(sum, length)| *sum += length);
        rest = &rest[4..];
    }
    sums.iter_mut().zip(rest.windows(2)).for_each(|(sum, pair)| *sum += length(&pair[0], &pair[1]));
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// The sum of x, from `origin`, times the rise around it, over all positions of a run but its ends. Four sums as above.
#[inline]
fn moments(run: &[Position], origin: f64) -> f64 {
    let mut sums = [0.0; 4];
    let moment = |before, here, after| (xy(here)[0] - origin) * (xy(after)[1] - xy(before)[1]);
    let mut rest = run;
    while let [a, b, c, d, e, f, ..] = rest {
        let four = [moment(a, b, c), moment(b, c, d), moment(c, d, e), moment(d, e, f)];
        sums.iter_mut().zip(four).for_each(|(sum, moment)| *sum += moment);
        rest = &rest[4..];
    }
    sums.iter_mut().zip(rest.windows(3)).for_each(|(sum, three)| *sum += moment(&three[0], &three[1], &three[2]));
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[cfg(test)]
#[path = "runs_tests.rs"]
mod tests;
