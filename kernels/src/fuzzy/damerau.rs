//! Damerau-Levenshtein distance of short strings: the true one, in which what was exchanged may be edited, too.

use std::mem::replace;

use fearless_simd::Simd;
use fearless_simd::prelude::*;

use super::exchanges;
use super::lanes::{Compare, Lanes};
use super::long::Numbered;
use super::measure::Distance;
use super::short::SHORT;

/// Levenshtein's edits and exchanges of neighbours, which may be edited again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Damerau;

impl Distance for Damerau {
    const BITS: bool = false;

    fn long(pair: &mut Numbered, _: usize) -> u32 {
        exchanges::distance(pair)
    }
}

/// A distance that is never reached.
const FAR: u8 = 160;

/// What is kept of a column of the table, of the last row whose symbol is the column's.
#[derive(Clone, Copy)]
struct Column<V> {
    /// Number of that row.
    row: V,
    /// The distance above it, two columns left.
    before: V,
}

impl Compare for Damerau {
    type Score = u8;

    /// The recurrence of Zhao and Sahni (2019): of all exchanges that could end in a cell only those with nothing between
    /// on one of the two sides matter, and each of the two kinds needs one value to be kept.
    #[inline(always)]
    fn lanes<S: Simd>(&self, simd: S, lanes: &Lanes<S>, scores: &mut [u8]) {
        let (zero, one, far) = (S::u8s::splat(simd, 0), S::u8s::splat(simd, 1), S::u8s::splat(simd, FAR));
        let mut row = [zero; SHORT + 1];
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = S::u8s::splat(simd, j as u8);
        }
        let mut older = [far; SHORT + 1];
        let mut columns = [Column { row: zero, before: far }; SHORT];
        let mut distances = lanes.ends(0, &row);
        for i in 0..lanes.a.most {
            let a = lanes.a.symbol(i);
            let mut diagonal = row[0];
            let mut left = diagonal + one;
            let here = left;
            // One row up, two columns left of the cell; two rows up, one column left.
            let mut before = far;
            let mut above = replace(&mut older[0], diagonal);
            row[0] = left;
            // How many columns ago the row's symbol was, and the distance two rows above, left of it.
            let mut steps = zero;
            let mut corner = far;
            let cells = row[1..].iter_mut().zip(&mut older[1..]).zip(&mut columns);
            for (j, ((cell, old), column)) in cells.enumerate().take(lanes.b.most) {
                let b = lanes.b.symbol(j);
                let same = a.simd_eq(b);
                let kept = diagonal + same.select(zero, one);
                steps = same.select(zero, steps + one);
                corner = same.select(above, corner);
                column.row = same.select(here, column.row);
                column.before = same.select(before, column.before);
                let rows = here - column.row;
                let across = steps.simd_eq(one).select(column.before + rows, far);
                let down = rows.simd_eq(one).select(corner + steps, far);
                before = diagonal;
                diagonal = *cell;
                above = replace(old, diagonal);
                left = kept.min(left.min(diagonal) + one).min(across.min(down));
                *cell = left;
            }
            distances |= lanes.ends(i + 1, &row);
        }
        distances.store_slice(scores);
    }
}
