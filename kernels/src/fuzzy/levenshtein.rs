//! Levenshtein distance of short strings: insertions, deletions and substitutions.

use std::array::from_fn;

use wide::u8x16;

use super::lanes::{Group, LANES, SHORT, differ};

/// One row of the table after the other, all lanes at once.
pub fn short(group: &Group, out: &mut [u32; LANES]) {
    let one = u8x16::splat(1);
    let mut row: [u8x16; SHORT + 1] = from_fn(|j| u8x16::splat(j as u8));
    let mut next = 0;
    group.take(0, &mut next, &row, out);
    for (i, &a) in group.a().iter().enumerate() {
        let mut diagonal = row[0];
        let mut left = diagonal + one;
        row[0] = left;
        for (&b, cell) in group.b().iter().zip(&mut row[1..]) {
            let kept = diagonal + differ(a, b);
            diagonal = *cell;
            left = kept.min(left.min(diagonal) + one);
            *cell = left;
        }
        group.take(i + 1, &mut next, &row, out);
    }
}
