//! Levenshtein distance and optimal string alignment of long strings: 64 rows of the table in a word, as the
//! differences between neighbours (Myers, 1999; Hyyrö, 2003), and of each column only what can matter. A narrow part of
//! the table is computed first, since similar strings are frequent; how fast the distance grows in it tells how much of
//! the table is needed.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch};

use super::long::Numbered;
use super::table::{Outcome, WORD};
use super::{band, strips, wave};

/// The distance, if it is at most `most`; else something above `most`.
pub fn distance<const EXCHANGES: bool>(pair: &mut Numbered, most: usize) -> u32 {
    distance_at::<EXCHANGES>(Level::new(), pair, most)
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
