//! Levenshtein distance and optimal string alignment of long strings: 64 rows of the table in a word, as the
//! differences between neighbours (Myers, 1999; Hyyrö, 2003), and of each column only what can matter. A narrow part of
//! the table is computed first, since similar strings are frequent; how fast the distance grows in it tells how much of
//! the table is needed.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch};

use super::long::Numbered;
use super::{band, strips, wave};
use crate::simd;

/// Rows of a block.
pub const WORD: usize = u64::BITS as usize;

/// What a part of the table tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The distance, which is not above the limit.
    Found(usize),
    /// It is above the limit, or the table was given up; it may be this.
    Guess(usize),
}

impl Outcome {
    /// Of a table that is computed.
    pub fn of(distance: usize, limit: usize) -> Self {
        if distance > limit { Self::Guess(distance) } else { Self::Found(distance) }
    }

    /// Of a table that is given up after so many of its lines, in the last of which is this distance. It had better be too
    /// much than too little: what grew by chance as little as that grows faster from there on.
    pub fn given_up(distance: usize, done: usize, lines: usize, apart: usize) -> Self {
        let grown = distance + distance.isqrt() * 3 / 2 + 2;
        Self::Guess(grown * lines / done + apart)
    }
}

/// The distance, if it is at most `most`; else something above `most`.
pub fn distance<const EXCHANGES: bool>(pair: &mut Numbered, most: usize) -> u32 {
    distance_at::<EXCHANGES>(simd::level(), pair, most)
}

/// The distance, by vectors of some kind.
pub fn distance_at<const EXCHANGES: bool>(level: Level, pair: &mut Numbered, most: usize) -> u32 {
    let (rows, columns) = (pair.a.len(), pair.b.len());
    let (apart, full) = (rows.abs_diff(columns), rows.max(columns));
    if apart > most {
        return most as u32 + 1;
    }
    if rows == 0 || columns == 0 {
        return full as u32;
    }
    let most = most.min(full);
    let wide = wide(level) && full > 2 * WORD;
    let mut limit = apart + WORD;
    // Words tell soonest how similar strings are. They are also fastest in a narrow band, if it is not long.
    let mut first = limit <= 4 * WORD;
    let mut until = Some(if full < 32 * WORD { full } else { full / 16 });
    loop {
        // A band that is half as wide as the table spares too little to be tried.
        limit = if limit > full / 2 { most } else { limit.min(most) };
        let last = limit == most;
        let by_words = !wide || first && (!last || limit <= WORD);
        let outcome = if by_words {
            band::within::<EXCHANGES>(pair, limit, until.filter(|_| !last))
        } else {
            strips::within::<EXCHANGES>(level, pair, limit)
        };
        first = false;
        match outcome {
            Outcome::Found(distance) => return distance as u32,
            Outcome::Guess(_) if last => return most as u32 + 1,
            // After the first time a guess only counts where it is more than was tried.
            Outcome::Guess(guess) => limit = if until.is_some() { guess } else { guess.max(limit + limit / 4) },
        }
        until = None;
    }
}

/// Whether vectors are wide enough to be worth it: those of two words are no faster than words.
pub fn wide(level: Level) -> bool {
    #[inline(always)]
    fn lanes<S: Simd>(_: S) -> usize {
        S::u64s::LEN
    }
    dispatch!(level, simd => lanes(simd)) >= wave::LANES
}

/// How often the distance rises and falls in the first rows of a block.
#[inline(always)]
pub fn growth(rises: u64, falls: u64, rows: usize) -> i64 {
    let rows = if rows < WORD { !(u64::MAX << rows) } else { u64::MAX };
    i64::from((rises & rows).count_ones()) - i64::from((falls & rows).count_ones())
}
