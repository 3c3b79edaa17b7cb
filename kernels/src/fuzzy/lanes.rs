//! Pairs of short strings, compared many at once: each pair has a lane, and a lane is a byte of a vector register.

use wide::u8x16;

use super::short::{Coded, SHORT};

/// Pairs that are compared at once.
pub const LANES: usize = 16;

/// Sixteen symbols of each string of a side.
pub type Words = [u8x16; LANES];

/// Strings to be compared, one of each pair.
#[derive(Debug)]
pub struct Half<'w> {
    /// How long they are.
    pub lens: &'w [u8; LANES],
    /// How long they may be: not less than this, and not more than that.
    pub range: (usize, usize),
    /// Their symbols, sixteen by sixteen.
    pub words: &'w [Words],
}

/// One of the two strings of every lane.
#[derive(Debug)]
pub struct Side {
    rows: [u8x16; SHORT],
    /// How long the strings are.
    pub lens: u8x16,
    /// No string is shorter.
    pub least: usize,
    most: usize,
    past: u8x16,
    fixed: bool,
}

impl Side {
    /// Strings after which comes `past`; all of them one, if there is one.
    fn new(past: u8, one: Option<&Coded>) -> Self {
        let past = u8x16::splat(past);
        let len = one.map_or(0, |one| one.len);
        let lens = u8x16::splat(len as u8);
        let mut side = Self { rows: [past; SHORT], lens, least: len, most: len, past, fixed: one.is_some() };
        let symbols = one.iter().flat_map(|one| one.words.as_flattened());
        for (row, symbol) in side.rows.iter_mut().zip(symbols).take(len) {
            *row = u8x16::splat(*symbol);
        }
        side
    }

    /// Symbols of every lane beside each other, as many as the longest string has; past the end of others what no
    /// symbol is.
    #[inline(always)]
    pub fn symbols(&self) -> &[u8x16] {
        &self.rows[..self.most]
    }

    /// As many as the longest short string has: what comes after those is of no matter.
    pub fn rows(&self) -> &[u8x16; SHORT] {
        &self.rows
    }

    fn fill(&mut self, half: &Half) {
        if self.fixed {
            return;
        }
        (self.least, self.most) = half.range;
        self.lens = u8x16::new(*half.lens);
        let words = half.words.iter().zip(self.rows.as_chunks_mut().0);
        for (words, rows) in words.take(self.most.div_ceil(16)) {
            *rows = transposed(*words);
        }
        for (i, row) in self.rows.iter_mut().enumerate().take(self.most).skip(self.least) {
            *row = self.lens.simd_gt(u8x16::splat(i as u8)).bitselect(*row, self.past);
        }
    }
}

/// Pairs that are compared at once.
#[derive(Debug)]
pub struct Group {
    /// First strings.
    pub a: Side,
    /// Second strings.
    pub b: Side,
}

impl Group {
    /// A group that is empty yet, but for a string that all pairs have.
    pub fn new(a: Option<&Coded>, b: Option<&Coded>) -> Self {
        Self { a: Side::new(0xFD, a), b: Side::new(0xFC, b) }
    }

    /// Takes in what is in every lane.
    pub fn fill(&mut self, a: &Half, b: &Half) {
        self.a.fill(a);
        self.b.fill(b);
    }

    /// Of lanes whose first string has `i` symbols, what a row of the table has in the column of the second one's
    /// length; zero in others.
    #[inline(always)]
    pub fn ends(&self, i: usize, row: &[u8x16; SHORT + 1]) -> u8x16 {
        let mut ends = u8x16::splat(0);
        if i >= self.a.least {
            for (j, cell) in row.iter().enumerate().take(self.b.most + 1).skip(self.b.least) {
                ends |= self.b.lens.simd_eq(u8x16::splat(j as u8)) & *cell;
            }
            ends &= self.a.lens.simd_eq(u8x16::splat(i as u8));
        }
        ends
    }
}

/// Rows as columns.
#[inline(always)]
fn transposed(mut rows: [u8x16; 16]) -> [u8x16; 16] {
    for _ in 0..4 {
        let before = rows;
        for i in 0..8 {
            rows[2 * i] = u8x16::unpack_low(before[i], before[i + 8]);
            rows[2 * i + 1] = u8x16::unpack_high(before[i], before[i + 8]);
        }
    }
    rows
}

/// One where two symbols differ.
#[inline(always)]
pub fn differ(a: u8x16, b: u8x16) -> u8x16 {
    a.simd_eq(b) + u8x16::splat(1)
}
