//! Levenshtein distance: insertions, deletions and substitutions.

use fearless_simd::Simd;
use fearless_simd::prelude::*;

use super::blocks;
use super::lanes::{Compare, Lanes, Strings};
use super::long::Numbered;
use super::measure::Distance;
use super::pattern::{Halves, Pattern};
use super::short::SHORT;

/// Insertions, deletions and substitutions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Levenshtein;

impl Distance for Levenshtein {
    const BITS: bool = true;

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
        if let Some((one, texts)) = lanes.one() {
            return with_pattern(simd, one, texts).store_slice(scores);
        }
        let mut row = [S::u8s::splat(simd, 0); SHORT + 1];
        let mut spared = lanes.ends(0, &row);
        // Several rows at once, as long as no string ends.
        let many = lanes.a.least.saturating_sub(1) / ROWS * ROWS;
        for i in (0..many).step_by(ROWS) {
            let mut a = [row[0]; ROWS];
            for (k, a) in a.iter_mut().enumerate() {
                *a = lanes.a.symbol(i + k);
            }
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
fn advance<S: Simd, const N: usize>(simd: S, a: &[S::u8s; N], b: &Strings<S>, row: &mut [S::u8s; SHORT + 1]) {
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

/// Where all pairs have the same string: a column of the table at once, as the differences between neighbours (Myers,
/// 1999; Hyyrö, 2003), a bit for each place of that string.
#[inline(always)]
fn with_pattern<S: Simd>(simd: S, one: &Pattern, texts: &Strings<S>) -> S::u8s {
    let places = one.places(simd);
    let lens = Halves::<S>::of(texts.lens);
    let (mut rises, mut falls) = (Halves::<S>::splat(simd, u16::MAX), Halves::<S>::splat(simd, 0));
    for j in 0..texts.most {
        let equal = places.of(texts.symbol(j));
        let even = next::<S>(equal.even, rises.even, falls.even);
        let odd = next::<S>(equal.odd, rises.odd, falls.odd);
        if j < texts.least {
            (rises.even, falls.even) = even;
            (rises.odd, falls.odd) = odd;
        } else {
            let (within_even, within_odd) = (lens.even.simd_gt(j as u16), lens.odd.simd_gt(j as u16));
            rises.even = within_even.select(even.0, rises.even);
            falls.even = within_even.select(even.1, falls.even);
            rises.odd = within_odd.select(odd.0, rises.odd);
            falls.odd = within_odd.select(odd.1, falls.odd);
        }
    }
    let rows = ((1_u32 << one.len) - 1) as u16;
    let even = lens.even + (rises.even & rows).count_ones() - (falls.even & rows).count_ones();
    let odd = lens.odd + (rises.odd & rows).count_ones() - (falls.odd & rows).count_ones();
    Halves::<S> { even, odd }.bytes()
}

/// Where the distance rises and falls down the next column, whose symbol is that of these places.
#[inline(always)]
fn next<S: Simd>(equal: S::u16s, rises: S::u16s, falls: S::u16s) -> (S::u16s, S::u16s) {
    let diagonal = (((equal & rises) + rises) ^ rises) | equal | falls;
    let grows = (falls | !(diagonal | rises)) << 1 | 1;
    let shrinks = (diagonal & rises) << 1;
    (shrinks | !(diagonal | grows), grows & diagonal)
}
