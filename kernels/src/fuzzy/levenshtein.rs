//! Levenshtein distance: insertions, deletions and substitutions.

use wide::u8x16;

use super::blocks;
use super::lanes::Group;
use super::long::Numbered;
use super::measure::Distance;
use super::short::SHORT;

/// Insertions, deletions and substitutions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Levenshtein;

impl Distance for Levenshtein {
    /// A cell of the table is what the distance is less than the sum of both lengths: then of the three cells before it
    /// the greatest counts, and a step right or down adds nothing.
    fn short(group: &Group) -> u8x16 {
        let mut row = [u8x16::splat(0); SHORT + 1];
        let mut spared = group.ends(0, &row);
        // Several rows at once, as long as no string ends.
        let (many, few) = group.a.symbols().split_at(group.a.least.saturating_sub(1) / ROWS * ROWS);
        for a in many.as_chunks().0 {
            advance::<ROWS>(a, group.b.symbols(), &mut row);
        }
        for (i, a) in few.iter().enumerate() {
            advance(&[*a], group.b.symbols(), &mut row);
            spared |= group.ends(many.len() + i + 1, &row);
        }
        group.a.lens + group.b.lens - spared
    }

    fn long(pair: &mut Numbered, most: usize) -> u32 {
        blocks::distance::<false>(pair, most)
    }
}

const ROWS: usize = 4;

/// Replaces a row of the table by the one so many rows below.
#[inline(always)]
fn advance<const N: usize>(a: &[u8x16; N], b: &[u8x16], row: &mut [u8x16; SHORT + 1]) {
    let mut left = [row[0]; N];
    let mut corner = row[0];
    for (&b, cell) in b.iter().zip(&mut row[1..]) {
        let (mut diagonal, mut up) = (corner, *cell);
        corner = up;
        for (a, left) in a.iter().zip(&mut left) {
            let kept = diagonal + u8x16::splat(1) - a.simd_eq(b);
            diagonal = *left;
            up = left.max(up.max(kept));
            *left = up;
        }
        *cell = up;
    }
}
