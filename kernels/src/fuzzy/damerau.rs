//! Damerau-Levenshtein distance of short strings: the true one, in which what was exchanged may be edited, too.

use std::array::from_fn;
use std::mem::replace;

use wide::u8x16;

use super::exchanges;
use super::lanes::{Group, differ};
use super::long::Numbered;
use super::measure::Distance;
use super::short::SHORT;

/// Levenshtein's edits and exchanges of neighbours, which may be edited again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Damerau;

/// A distance that is never reached.
const FAR: u8x16 = u8x16::splat(160);

/// What is kept of a column of the table, of the last row whose symbol is the column's.
#[derive(Clone, Copy)]
struct Column {
    /// Number of that row.
    row: u8x16,
    /// The distance above it, two columns left.
    before: u8x16,
}

impl Distance for Damerau {
    /// The recurrence of Zhao and Sahni (2019): of all exchanges that could end in a cell only those with nothing between
    /// on one of the two sides matter, and each of the two kinds needs one value to be kept.
    fn short(group: &Group) -> u8x16 {
        let (zero, one) = (u8x16::splat(0), u8x16::splat(1));
        let mut row: [u8x16; SHORT + 1] = from_fn(|j| u8x16::splat(j as u8));
        let mut older = [FAR; SHORT + 1];
        let mut columns = [Column { row: zero, before: FAR }; SHORT];
        let mut distances = group.ends(0, &row);
        for (i, &a) in group.a.symbols().iter().enumerate() {
            let mut diagonal = row[0];
            let mut left = diagonal + one;
            let here = left;
            // One row up, two columns left of the cell; two rows up, one column left.
            let mut before = FAR;
            let mut above = replace(&mut older[0], diagonal);
            row[0] = left;
            // How many columns ago the row's symbol was, and the distance two rows above, left of it.
            let mut steps = zero;
            let mut corner = FAR;
            let cells = row[1..].iter_mut().zip(&mut older[1..]).zip(&mut columns);
            for (&b, ((cell, old), column)) in group.b.symbols().iter().zip(cells) {
                let same = a.simd_eq(b);
                let kept = diagonal + differ(a, b);
                steps = (steps + one) & !same;
                corner = same.bitselect(above, corner);
                column.row = same.bitselect(here, column.row);
                column.before = same.bitselect(before, column.before);
                let rows = here - column.row;
                let across = (column.before + rows) | !steps.simd_eq(one);
                let down = (corner + steps) | !rows.simd_eq(one);
                before = diagonal;
                diagonal = *cell;
                above = replace(old, diagonal);
                left = kept.min(left.min(diagonal) + one).min(across.min(down));
                *cell = left;
            }
            distances |= group.ends(i + 1, &row);
        }
        distances
    }

    fn long(pair: &mut Numbered, _: usize) -> u32 {
        exchanges::distance(pair)
    }
}
