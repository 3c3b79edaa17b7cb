//! A strip of the table, columns going through it as a wave: each lane has a block of 64 rows and is a column behind the
//! lane above it.

use std::mem::replace;

use fearless_simd::prelude::*;
use fearless_simd::{mask64x4, u64x4};

use super::table::{WORD, growth};

/// Blocks of a vector.
pub const LANES: usize = 4;
/// Vectors of a strip at most.
pub const HIGH: usize = 4;
/// Entries before the first column of a strip, and after its last: not all lanes are in the same column.
pub const ROOM: usize = HIGH * LANES;

/// What a strip leaves to the one below it, in the highest bit of a word for each column.
pub struct Edge<'e> {
    /// Where the distance grows by one from the column before.
    pub grows: &'e mut [u64],
    /// Where it falls by one.
    pub falls: &'e mut [u64],
    /// Where the symbols are equal, and the distance a column before is more than one row above and one column before
    /// that: an exchange may end below.
    pub crossed: &'e mut [u64],
}

/// What a strip is made of.
pub struct Strip<'s> {
    /// Of each symbol, which rows have it: as many words as there are lanes. No row has symbol 0.
    pub words: &'s [u64],
    /// Rows of the strip.
    pub rows: usize,
    /// The symbols of its columns, with room around them that has symbol 0.
    pub symbols: &'s [u32],
    /// What is above, with the same room.
    pub edge: Edge<'s>,
}

/// Where the lanes are: each in its column.
struct Wave<S: Simd, const N: usize> {
    /// Where the distance grows by one from a row to the next.
    rises: [u64x4<S>; N],
    /// Where it falls by one.
    falls: [u64x4<S>; N],
    /// Where it grew from a column to the next.
    grown: [u64x4<S>; N],
    /// Where it fell.
    fallen: [u64x4<S>; N],
    /// Rows that have the symbols of a column ago, which half of the lanes are behind.
    late: [u64x4<S>; N],
    /// Those of two columns ago and of one.
    later: [[u64x4<S>; 2]; N],
    /// What exchanges ask of the column before.
    before: [Before<S>; N],
}

#[derive(Clone, Copy)]
struct Before<S: Simd> {
    /// Rows whose symbol was the column's.
    equal: u64x4<S>,
    /// Where the distance was as large as one row up and one column left.
    diagonal: u64x4<S>,
    /// As in `Edge`.
    crossed: u64x4<S>,
}

impl<S: Simd, const N: usize> Wave<S, N> {
    /// Before the first column. As long as a lane gets nothing but zeros, it stays as it is.
    #[inline(always)]
    fn new(simd: S) -> Self {
        let zeros = u64x4::splat(simd, 0);
        let before = Before { equal: zeros, diagonal: zeros, crossed: zeros };
        Self {
            rises: [u64x4::splat(simd, u64::MAX); N],
            falls: [zeros; N],
            grown: [zeros; N],
            fallen: [zeros; N],
            late: [zeros; N],
            later: [[zeros; 2]; N],
            before: [before; N],
        }
    }

    /// Each lane goes on by a column, the first one to this.
    #[inline(always)]
    fn step<const EXCHANGES: bool, const ODD: usize>(&mut self, simd: S, strip: &mut Strip, column: usize) {
        let odd = mask64x4::from_bitmask(simd, 0b1010);
        let high = mask64x4::from_bitmask(simd, 0b1100);
        let Strip { words, symbols, edge, .. } = strip;
        let at = column + ROOM;
        let mut grown = u64x4::splat(simd, edge.grows[at]);
        let mut fallen = u64x4::splat(simd, edge.falls[at]);
        let mut crossed = if EXCHANGES { u64x4::splat(simd, edge.crossed[at]) } else { grown };
        for v in 0..N {
            let words = &words[(symbols[at - v * LANES] as usize * N + v) * LANES..][..LANES];
            let row = u64x4::from_slice(simd, words);
            let row = odd.select(replace(&mut self.late[v], row), row);
            let equal = high.select(replace(&mut self.later[v][ODD], row), row);

            let up_grown = below(replace(&mut grown, self.grown[v]), self.grown[v]);
            let up_fallen = below(replace(&mut fallen, self.fallen[v]), self.fallen[v]);
            let (rises, falls) = (self.rises[v], self.falls[v]);
            let from = equal | up_fallen >> (WORD as u32 - 1);
            let mut diagonal = (((from & rises) + rises) ^ rises) | from | falls;
            if EXCHANGES {
                let before = &mut self.before[v];
                let up_crossed = below(replace(&mut crossed, before.crossed), before.crossed);
                before.crossed = !before.diagonal & equal;
                diagonal |= (before.crossed << 1 | up_crossed >> (WORD as u32 - 1)) & before.equal;
                (before.equal, before.diagonal) = (equal, diagonal);
            }
            self.grown[v] = falls | !(diagonal | rises);
            self.fallen[v] = diagonal & rises;
            let grows_on = self.grown[v] << 1 | up_grown >> (WORD as u32 - 1);
            let falls_on = self.fallen[v] << 1 | up_fallen >> (WORD as u32 - 1);
            self.rises[v] = falls_on | !(diagonal | grows_on);
            self.falls[v] = grows_on & diagonal;
        }
        let at = at + 1 - N * LANES;
        edge.grows[at] = self.grown[N - 1][LANES - 1];
        edge.falls[at] = self.fallen[N - 1][LANES - 1];
        if EXCHANGES {
            edge.crossed[at] = self.before[N - 1].crossed[LANES - 1];
        }
    }

    /// How much the distance grows down a lane, of a strip of so many rows.
    #[inline(always)]
    fn growth(&self, lane: Option<usize>, rows: usize) -> i64 {
        let Some(lane) = lane else { return 0 };
        let (rises, falls) = (self.rises.map(|v| v.to_array()), self.falls.map(|v| v.to_array()));
        growth(rises.as_flattened()[lane], falls.as_flattened()[lane], rows.saturating_sub(lane * WORD))
    }
}

/// What each lane gets from the one above it, the first lane from the last one of the vector above.
#[inline(always)]
fn below<S: Simd>(above: u64x4<S>, lanes: u64x4<S>) -> u64x4<S> {
    above.slide::<{ LANES - 1 }>(lanes)
}

/// Computes a strip: its edge is then the lower one. How much the distance grows down its last column.
#[inline(always)]
pub fn pass<S: Simd, const N: usize, const EXCHANGES: bool>(simd: S, mut strip: Strip, columns: usize) -> i64 {
    let mut wave = Wave::<S, N>::new(simd);
    let last = columns - 1;
    let even = last / 2 * 2;
    for column in (0..even).step_by(2) {
        wave.step::<EXCHANGES, 0>(simd, &mut strip, column);
        wave.step::<EXCHANGES, 1>(simd, &mut strip, column + 1);
    }
    // One lane after the other comes to the last column.
    let mut down = 0;
    let end = columns + N * LANES - 1;
    for column in (even..end).step_by(2) {
        wave.step::<EXCHANGES, 0>(simd, &mut strip, column);
        down += wave.growth(column.checked_sub(last), strip.rows);
        if column + 1 < end {
            wave.step::<EXCHANGES, 1>(simd, &mut strip, column + 1);
            down += wave.growth((column + 1).checked_sub(last), strip.rows);
        }
    }
    down
}
