//! Optimal string alignment of short strings: Levenshtein's edits and the exchange of neighbours, none of them where
//! another edit was.

use std::array::from_fn;
use std::mem::replace;

use wide::u8x16;

use super::blocks;
use super::lanes::{Group, differ};
use super::long::Numbered;
use super::measure::Distance;
use super::short::SHORT;

/// Levenshtein's edits and exchanges of neighbours, which are not edited again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Osa;

/// A distance that is never reached.
const FAR: u8x16 = u8x16::splat(200);

impl Distance for Osa {
    /// One row of the table after the other, all lanes at once; the row before the last one is kept, too.
    fn short(group: &Group) -> u8x16 {
        let one = u8x16::splat(1);
        let mut row: [u8x16; SHORT + 1] = from_fn(|j| u8x16::splat(j as u8));
        let mut older = [FAR; SHORT + 1];
        let mut distances = group.ends(0, &row);
        let mut a_before = u8x16::splat(0xFF);
        for (i, &a) in group.a.symbols().iter().enumerate() {
            let mut diagonal = row[0];
            let mut left = diagonal + one;
            // Two rows up: left of the cell by two columns, and by one.
            let mut corner = FAR;
            let mut above = replace(&mut older[0], diagonal);
            let mut b_before = u8x16::splat(0xFE);
            row[0] = left;
            let cells = row[1..].iter_mut().zip(&mut older[1..]);
            for (&b, (cell, old)) in group.b.symbols().iter().zip(cells) {
                let kept = diagonal + differ(a, b);
                let crossed = a.simd_eq(b_before) & a_before.simd_eq(b);
                let exchanged = (corner + one) | !crossed;
                diagonal = *cell;
                left = kept.min(left.min(diagonal) + one).min(exchanged);
                *cell = left;
                corner = replace(&mut above, replace(old, diagonal));
                b_before = b;
            }
            a_before = a;
            distances |= group.ends(i + 1, &row);
        }
        distances
    }

    fn long(pair: &mut Numbered, most: usize) -> u32 {
        blocks::distance::<true>(pair, most)
    }
}
