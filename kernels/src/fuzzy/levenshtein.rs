//! Levenshtein distance: insertions, deletions and substitutions.

use fearless_simd::Simd;
use fearless_simd::prelude::*;

use super::blocks;
use super::lanes::{Compare, Lanes, Strings};
use super::long::Numbered;
use super::measure::Distance;
use super::short::SHORT;

/// Insertions, deletions and substitutions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Levenshtein;

impl Distance for Levenshtein {
    fn long(pair: &mut Numbered, most: usize) -> u32 {
        blocks::distance::<false>(pair, most)
    }
}

const ROWS: usize = 4;

impl Compare for Levenshtein {
    type Score = u8;

    /// A cell of the table is what the distance is less than the sum of both lengths: then of the three cells before it
    /// the greatest counts, and a step right or down adds nothing.
    #[inline(always)]
    fn lanes<S: Simd>(&self, simd: S, lanes: &Lanes<S>, scores: &mut [u8]) {
        let mut row = [S::u8s::splat(simd, 0); SHORT + 1];
        let mut spared = lanes.ends(0, &row);
        // Several rows at once, as long as no string ends.
        let many = lanes.a.least.saturating_sub(1) / ROWS * ROWS;
        for i in (0..many).step_by(ROWS) {
            let mut a = [row[0]; ROWS];
            a.iter_mut().zip(i..).for_each(|(a, i)| *a = lanes.a.symbol(i));
            advance(simd, &a, &lanes.b, &mut row);
        }
        for i in many..lanes.a.most {
            advance(simd, &[lanes.a.symbol(i)], &lanes.b, &mut row);
            spared |= lanes.ends(i + 1, &row);
        }
        (lanes.a.lens + lanes.b.lens - spared).store_slice(scores);
    }
}

/// Replaces a row of the table by the one so many rows below.
#[inline(always)]
fn advance<S: Simd, const N: usize>(
    simd: S,
    a: &[S::u8s; N],
    b: &Strings<S>,
    row: &mut [S::u8s; SHORT + 1],
) {
    let (one, two) = (S::u8s::splat(simd, 1), S::u8s::splat(simd, 2));
    let mut left = [row[0]; N];
    let mut corner = row[0];
    for (j, cell) in row[1..].iter_mut().enumerate().take(b.most) {
        let b = b.symbol(j);
        let (mut diagonal, mut up) = (corner, *cell);
        corner = up;
        for (a, left) in a.iter().zip(&mut left) {
            let kept = diagonal + a.simd_eq(b).select(two, one);
            diagonal = *left;
            up = left.max(up.max(kept));
            *left = up;
        }
        *cell = up;
    }
}
