//! What the ways to compute the table of a distance have in common: blocks of 64 rows, and what part of it tells.

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

/// How often the distance rises and falls in the first rows of a block.
#[inline(always)]
pub fn growth(rises: u64, falls: u64, rows: usize) -> i64 {
    let rows = if rows < WORD { !(u64::MAX << rows) } else { u64::MAX };
    i64::from((rises & rows).count_ones()) - i64::from((falls & rows).count_ones())
}
