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
    /// It is above the limit, and at most this, as far as can be told.
    Above(usize),
}

impl Outcome {
    /// Of a table that is computed.
    pub fn of(distance: usize, limit: usize) -> Self {
        if distance > limit { Self::Above(distance) } else { Self::Found(distance) }
    }

    /// Of a table that is given up: after so many of its lines no distance is less than `least`.
    pub fn given_up(least: usize, done: usize, of: usize) -> Self {
        let guess = least * of / done;
        Self::Above(guess + guess / 4)
    }
}

/// The distance, if it is at most `most`; else something above `most`.
pub fn distance<const EXCHANGES: bool>(pair: &mut Numbered, most: usize) -> u32 {
    distance_at::<EXCHANGES>(simd::level(), pair, most)
}

/// The distance, by vectors of some kind.
pub fn distance_at<const EXCHANGES: bool>(level: Level, pair: &mut Numbered, most: usize) -> u32 {
    let (rows, columns) = (pair.a.len(), pair.b.len());
    let (least, full) = (rows.abs_diff(columns), rows.max(columns));
    if least > most {
        return most as u32 + 1;
    }
    if rows == 0 || columns == 0 {
        return full as u32;
    }
    let most = most.min(full);
    let wide = wide(level) && full > 2 * WORD;
    let mut limit = least + WORD;
    // A narrow band of words is soonest given up where strings are not similar.
    let mut first = limit <= 4 * WORD;
    loop {
        // A band that is half as wide as the table spares too little to be tried.
        limit = if limit > full / 2 { most } else { limit.min(most) };
        let by_words = !wide || limit <= WORD || first && limit < most;
        let outcome = if by_words {
            band::within::<EXCHANGES>(pair, limit)
        } else {
            strips::within::<EXCHANGES>(level, pair, limit)
        };
        first = false;
        match outcome {
            Outcome::Found(distance) => return distance as u32,
            Outcome::Above(_) if limit == most => return most as u32 + 1,
            Outcome::Above(guess) => limit = guess,
        }
    }
}

/// Whether vectors are wide enough to be worth it: those of two words are no faster than words.
fn wide(level: Level) -> bool {
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
