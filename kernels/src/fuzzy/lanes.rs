//! Pairs of short strings, compared many at once: each pair has a lane, a byte of registers as wide as the machine's.

use std::array::from_fn;

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, u8x16};

use super::pattern::Pattern;
use super::short::{Coded, SHORT};

/// Pairs of a group: as many as the widest register has bytes. Narrower ones take several turns.
pub const LANES: usize = 64;

/// What is found of two strings, for all lanes of a register at once.
pub trait Compare {
    /// Of each pair.
    type Score: Copy + Default;

    /// Compares the pairs in `lanes`; there are as many scores.
    fn lanes<S: Simd>(&self, simd: S, lanes: &Lanes<S>, scores: &mut [Self::Score]);
}

/// Pairs that are compared at once, and in what they are read and turned.
#[derive(Debug)]
pub struct Group {
    level: Level,
    a: Side,
    b: Side,
    /// The string that all pairs have, if there is one and it is short enough.
    pattern: Option<Pattern>,
}

/// What is taken for the length of all strings that are not short.
const TOO_LONG: usize = u8::MAX as usize;

/// One of the two strings of every lane.
#[derive(Debug)]
struct Side {
    /// Symbols as they are read, sixteen by sixteen.
    words: [[[u8; 16]; LANES]; SHORT / 16],
    /// Symbols of a register's lanes beside each other, those of the next register's lanes after all of these.
    rows: Rows,
    lens: [u8; LANES],
    range: (usize, usize),
    /// After the end of a string.
    past: u8,
    /// Whether all pairs have the same string here.
    fixed: bool,
}

#[derive(Debug)]
#[repr(align(64))]
struct Rows([u8; LANES * SHORT]);

/// A string that is read into a lane.
pub trait Read {
    /// How many bytes it has.
    fn len(&self) -> usize;
    /// Sixteen of them, from `16 * i` on; behind the end what is at hand.
    fn read(&self, i: usize, word: &mut [u8; 16]);
}

impl Group {
    /// A group that is empty yet, but for a string that all pairs have.
    pub fn new(level: Level, a: Option<&Coded>, b: Option<&Coded>) -> Self {
        let pattern = b.or(a).and_then(|one| Pattern::new(level, one));
        Self { level, a: Side::new(level, 0xFD, a), b: Side::new(level, 0xFC, b), pattern }
    }

    /// Whether all pairs have the same string, and bits of its places.
    pub fn has_pattern(&self) -> bool {
        self.pattern.is_some()
    }

    /// Takes in so many first strings. In which lanes they are not ASCII or not short, a bit each.
    pub fn read_a<R: Read>(&mut self, count: usize, string: impl Fn(usize) -> R) -> u64 {
        self.a.read(self.level, count, string)
    }

    /// Takes in the second strings.
    pub fn read_b<R: Read>(&mut self, count: usize, string: impl Fn(usize) -> R) -> u64 {
        self.b.read(self.level, count, string)
    }

    /// How long the strings of a lane are.
    #[inline(always)]
    pub fn lens(&self, lane: usize) -> (usize, usize) {
        (self.a.lens[lane % LANES].into(), self.b.lens[lane % LANES].into())
    }

    /// Compares all pairs.
    pub fn scores<C: Compare>(&self, compare: &C) -> [C::Score; LANES] {
        let mut scores = [C::Score::default(); LANES];
        dispatch!(self.level, simd => self.compare(simd, compare, &mut scores));
        scores
    }

    #[inline(always)]
    fn compare<S: Simd, C: Compare>(&self, simd: S, compare: &C, scores: &mut [C::Score; LANES]) {
        for (part, scores) in scores.chunks_exact_mut(S::u8s::LEN).enumerate() {
            let lanes =
                Lanes { a: self.a.part(simd, part), b: self.b.part(simd, part), pattern: self.pattern.as_ref() };
            compare.lanes(simd, &lanes, scores);
        }
    }
}

impl Side {
    fn new(level: Level, past: u8, one: Option<&Coded>) -> Self {
        let words = [[[0; 16]; LANES]; SHORT / 16];
        let rows = Rows([past; LANES * SHORT]);
        let mut side = Self { words, rows, lens: [0; LANES], range: (0, 0), past, fixed: false };
        if let Some(one) = one {
            side.read(level, LANES, |_| one);
            side.fixed = true;
        }
        side
    }

    fn read<R: Read>(&mut self, level: Level, count: usize, string: impl Fn(usize) -> R) -> u64 {
        if self.fixed {
            return 0;
        }
        self.lens = [u8::MAX; LANES];
        for (lane, (word, len)) in self.words[0].iter_mut().zip(&mut self.lens).enumerate().take(count) {
            let string = string(lane);
            *len = string.len().min(TOO_LONG) as u8;
            string.read(0, word);
        }
        let filled = u64::MAX >> (LANES - count.clamp(1, LANES));
        let (too_long, longer) = dispatch!(level, simd => self.bound(simd, filled));
        for lane in lanes_of(longer) {
            let string = string(lane);
            for (i, words) in self.words.iter_mut().enumerate().take(string.len().div_ceil(16)).skip(1) {
                string.read(i, &mut words[lane]);
            }
        }
        dispatch!(level, simd => self.turn(simd)) & filled | too_long
    }

    /// Finds the range of the lengths of short strings in these lanes. In which lanes strings are too long, and in which
    /// they are longer than one word.
    #[inline(always)]
    fn bound<S: Simd>(&mut self, simd: S, filled: u64) -> (u64, u64) {
        let (mut too_long, mut longer) = (0, 0);
        let (mut least, mut most) = (SHORT as u8, 0);
        for (part, lens) in self.lens.chunks_exact_mut(S::u8s::LEN).enumerate() {
            let vector = S::u8s::from_slice(simd, lens);
            let short = vector.simd_le(SHORT as u8);
            too_long |= (!short).to_bitmask() << (part * S::u8s::LEN);
            longer |= vector.simd_gt(16).to_bitmask() << (part * S::u8s::LEN);
            least = least.min(vector.reduce_min());
            let none = S::u8s::splat(simd, 0);
            let vector = short.select(vector, none);
            most = most.max(vector.reduce_max());
            vector.store_slice(lens);
        }
        self.range = (least.into(), most.into());
        (too_long & filled, longer & !too_long & filled)
    }

    /// Rows as columns; in which lanes there are symbols above ASCII.
    #[inline(always)]
    fn turn<S: Simd>(&mut self, simd: S) -> u64 {
        let (least, most) = self.range;
        for (words, first) in self.words.iter().zip((0..most).step_by(16)) {
            for (words, lane) in words.as_chunks::<16>().0.iter().zip((0..).step_by(16)) {
                let (part, lane) = (lane / S::u8s::LEN, lane % S::u8s::LEN);
                let turned = transposed(from_fn(|i| u8x16::from_slice(simd, &words[i])));
                let rows = &mut self.rows.0[(part * SHORT + first) * S::u8s::LEN..];
                for (row, turned) in rows.chunks_exact_mut(S::u8s::LEN).zip(turned) {
                    turned.store_slice(&mut row[lane..lane + 16]);
                }
            }
        }
        let (none, past) = (S::u8s::splat(simd, 0), S::u8s::splat(simd, self.past));
        let mut above = 0;
        for (part, rows) in self.rows.0.chunks_exact_mut(SHORT * S::u8s::LEN).enumerate() {
            let lens = S::u8s::from_slice(simd, &self.lens[part * S::u8s::LEN..][..S::u8s::LEN]);
            let mut bits = none;
            for (i, row) in rows.chunks_exact_mut(S::u8s::LEN).enumerate().take(most) {
                let symbols = S::u8s::from_slice(simd, row);
                if i < least {
                    bits |= symbols;
                } else {
                    let within = lens.simd_gt(i as u8);
                    bits |= within.select(symbols, none);
                    within.select(symbols, past).store_slice(row);
                }
            }
            above |= bits.simd_ge(0x80).to_bitmask() << (part * S::u8s::LEN);
        }
        above
    }

    /// What one register's lanes have.
    #[inline(always)]
    fn part<S: Simd>(&self, simd: S, part: usize) -> Strings<'_, S> {
        let rows = &self.rows.0[part * SHORT * S::u8s::LEN..][..SHORT * S::u8s::LEN];
        let lens = S::u8s::from_slice(simd, &self.lens[part * S::u8s::LEN..][..S::u8s::LEN]);
        Strings { simd, rows, lens, least: self.range.0, most: self.range.1, fixed: self.fixed }
    }
}

/// The lanes whose bits are set.
pub fn lanes_of(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = (bits != 0).then(|| bits.trailing_zeros() as usize % LANES);
        bits &= bits.wrapping_sub(1);
        lane
    })
}

/// Rows as columns.
#[inline(always)]
fn transposed<S: Simd>(mut rows: [u8x16<S>; 16]) -> [u8x16<S>; 16] {
    for _ in 0..4 {
        let before = rows;
        for i in 0..8 {
            rows[2 * i] = before[i].zip_low(before[i + 8]);
            rows[2 * i + 1] = before[i].zip_high(before[i + 8]);
        }
    }
    rows
}

/// The pairs that a register has.
pub struct Lanes<'g, S: Simd> {
    /// First strings.
    pub a: Strings<'g, S>,
    /// Second strings.
    pub b: Strings<'g, S>,
    pattern: Option<&'g Pattern>,
}

/// One of the two strings of every lane of a register.
pub struct Strings<'g, S: Simd> {
    simd: S,
    rows: &'g [u8],
    /// How long they are.
    pub lens: S::u8s,
    /// None is shorter.
    pub least: usize,
    /// None is longer.
    pub most: usize,
    fixed: bool,
}

impl<S: Simd> Strings<'_, S> {
    /// Symbol `i` of every lane; behind the end of its string what no symbol of the other string is. What comes after
    /// the longest string is of no matter.
    #[inline(always)]
    pub fn symbol(&self, i: usize) -> S::u8s {
        S::u8s::from_slice(self.simd, &self.rows[i * S::u8s::LEN..][..S::u8s::LEN])
    }
}

impl<'g, S: Simd> Lanes<'g, S> {
    /// The string that all pairs have, where its places are bits, and the others.
    #[inline(always)]
    pub fn one(&self) -> Option<(&'g Pattern, &Strings<'g, S>)> {
        let others = if self.b.fixed { &self.a } else { &self.b };
        self.pattern.map(|pattern| (pattern, others))
    }

    /// Of lanes whose first string has `i` symbols, what a row of the table has in the column of the second one's
    /// length; zero in others.
    #[inline(always)]
    pub fn ends(&self, i: usize, row: &[S::u8s; SHORT + 1]) -> S::u8s {
        let none = S::u8s::splat(self.a.simd, 0);
        let mut ends = none;
        if i >= self.a.least {
            for (j, cell) in row.iter().enumerate().take(self.b.most + 1).skip(self.b.least) {
                ends = self.b.lens.simd_eq(j as u8).select(*cell, ends);
            }
            ends = self.a.lens.simd_eq(i as u8).select(ends, none);
        }
        ends
    }
}
