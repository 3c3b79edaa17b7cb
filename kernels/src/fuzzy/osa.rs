//! Optimal string alignment of short strings: Levenshtein's edits and the exchange of neighbours, none of them where
//! another edit was.

use std::mem::replace;

use fearless_simd::Simd;
use fearless_simd::prelude::*;

use super::blocks;
use super::lanes::{Compare, Lanes};
use super::long::Numbered;
use super::measure::Distance;
use super::short::SHORT;

/// Levenshtein's edits and exchanges of neighbours, which are not edited again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Osa;

impl Distance for Osa {
    const BITS: bool = false;

    fn long(pair: &mut Numbered, most: usize) -> u32 {
        blocks::distance::<true>(pair, most)
    }
}

/// A distance that is never reached.
const FAR: u8 = 200;

impl Compare for Osa {
    type Score = u8;

    /// One row of the table after the other, all lanes at once; the row before the last one is kept, too.
    #[inline(always)]
    fn lanes<S: Simd>(&self, simd: S, lanes: &Lanes<S>, scores: &mut [u8]) {
        let (zero, one, far) = (S::u8s::splat(simd, 0), S::u8s::splat(simd, 1), S::u8s::splat(simd, FAR));
        let mut row = [zero; SHORT + 1];
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = S::u8s::splat(simd, j as u8);
        }
        let mut older = [far; SHORT + 1];
        let mut distances = lanes.ends(0, &row);
        let mut a_before = S::u8s::splat(simd, 0xFF);
        for i in 0..lanes.a.most {
            let a = lanes.a.symbol(i);
            let mut diagonal = row[0];
            let mut left = diagonal + one;
            // Two rows up: left of the cell by two columns, and by one.
            let mut corner = far;
            let mut above = replace(&mut older[0], diagonal);
            let mut b_before = S::u8s::splat(simd, 0xFE);
            row[0] = left;
            let cells = row[1..].iter_mut().zip(&mut older[1..]);
            for (j, (cell, old)) in cells.enumerate().take(lanes.b.most) {
                let b = lanes.b.symbol(j);
                let kept = diagonal + a.simd_eq(b).select(zero, one);
                let crossed = a.simd_eq(b_before) & a_before.simd_eq(b);
                let exchanged = crossed.select(corner + one, far);
                diagonal = *cell;
                left = kept.min(left.min(diagonal) + one).min(exchanged);
                *cell = left;
                corner = replace(&mut above, replace(old, diagonal));
                b_before = b;
            }
            a_before = a;
            distances |= lanes.ends(i + 1, &row);
        }
        distances.store_slice(scores);
    }
}
