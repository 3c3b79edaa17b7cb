//! Pairs of short strings, which wait for others of about their lengths: then lanes end together.

use wide::u8x16;

use super::lanes::{Group, Half, LANES, Words};
use super::short::{Coded, SHORT, Short};

/// Lengths that are taken for about the same.
const NEAR: usize = 4;

/// Classes of lengths, and more: a power of two needs no check.
const CLASSES: usize = 32;

/// Pairs that wait.
#[derive(Debug)]
pub struct Waiting {
    group: Group,
    places: [Place; CLASSES * CLASSES],
    bins: Vec<Bin>,
    words: Vec<Words>,
}

/// Where pairs of two classes of lengths are. What is asked for every pair is here, in little memory.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Of the symbols of first strings; those of second ones follow.
    words: u32,
    /// None is there yet, if there is no such one.
    bin: u16,
    len: u16,
}

/// Pairs of about the same lengths.
#[derive(Debug, Clone, Copy)]
struct Bin {
    rows: [u32; LANES],
    a_lens: [u8; LANES],
    b_lens: [u8; LANES],
}

impl Bin {
    const EMPTY: Self = Self { rows: [0; LANES], a_lens: [0; LANES], b_lens: [0; LANES] };

    #[inline(always)]
    fn put(&mut self, lane: usize, row: u32, a_len: usize, b_len: usize) {
        self.rows[lane % LANES] = row;
        self.a_lens[lane % LANES] = a_len as u8;
        self.b_lens[lane % LANES] = b_len as u8;
    }
}

fn class(len: usize) -> usize {
    len.div_ceil(NEAR) % CLASSES
}

/// The shortest and the longest length of a class.
fn range(class: usize) -> (usize, usize) {
    ((class * NEAR).saturating_sub(NEAR - 1), (class * NEAR).min(SHORT))
}

/// How many words a string of a class takes.
fn words_of(class: usize) -> usize {
    (class * NEAR).div_ceil(16)
}

#[inline(always)]
fn put(words: &mut [Words], lane: usize, short: Short) {
    match (short.words, words) {
        ([word], [words, ..]) => words[lane % LANES] = u8x16::new(*word),
        ([], _) => {}
        (_, words) => put_all(words, lane, short.words),
    }
}

#[inline(never)]
fn put_all(words: &mut [Words], lane: usize, symbols: &[[u8; 16]]) {
    for (words, word) in words.iter_mut().zip(symbols) {
        words[lane % LANES] = u8x16::new(*word);
    }
}

impl Waiting {
    /// Nothing, before the first pair; what all pairs have as their first or second string is told now.
    pub fn new(a: Option<&Coded>, b: Option<&Coded>) -> Self {
        let none = Place { words: 0, bin: u16::MAX, len: 0 };
        let places = [none; CLASSES * CLASSES];
        Self { group: Group::new(a, b), places, bins: Vec::new(), words: Vec::new() }
    }

    /// Adds a pair, whose result belongs in a row. When enough are together, `compare` gets them and their rows.
    #[inline(always)]
    pub fn push(&mut self, row: usize, a: Short, b: Short, compare: &mut impl FnMut(&Group, &[u32])) {
        let place = class(a.len) * CLASSES + class(b.len);
        if usize::from(self.places[place].bin) >= self.bins.len() {
            self.open(place);
        }
        let Place { words, bin, len } = &mut self.places[place];
        let lane = usize::from(*len);
        self.bins[usize::from(*bin)].put(lane, row as u32, a.len, b.len);
        let words = &mut self.words[*words as usize..];
        put(words, lane, a);
        put(&mut words[words_of(class(a.len))..], lane, b);
        *len += 1;
        if lane + 1 == LANES {
            self.run(place, compare);
        }
    }

    #[cold]
    fn open(&mut self, place: usize) {
        self.places[place] = Place { words: self.words.len() as u32, bin: self.bins.len() as u16, len: 0 };
        let words = words_of(place / CLASSES) + words_of(place % CLASSES);
        self.words.resize(self.words.len() + words, [u8x16::splat(0); LANES]);
        self.bins.push(Bin::EMPTY);
    }

    #[inline(never)]
    fn run(&mut self, place: usize, compare: &mut impl FnMut(&Group, &[u32])) {
        let Place { words, bin, len } = &mut self.places[place];
        *len = 0;
        let (bin, words) = (&self.bins[usize::from(*bin)], &self.words[*words as usize..]);
        let (a, b) = (place / CLASSES, place % CLASSES);
        let (a_words, b_words) = words.split_at(words_of(a));
        let a = Half { lens: &bin.a_lens, range: range(a), words: a_words };
        self.group.fill(&a, &Half { lens: &bin.b_lens, range: range(b), words: b_words });
        compare(&self.group, &bin.rows);
    }

    /// Gives `compare` all that are left, those of similar lengths still together.
    pub fn finish(mut self, compare: &mut impl FnMut(&Group, &[u32])) {
        let lanes = |(place, kept): (usize, &Place)| (0..usize::from(kept.len)).map(move |lane| (place, lane));
        let left: Vec<(usize, usize)> = self.places.iter().enumerate().flat_map(lanes).collect();
        let mut symbols = [[[u8x16::splat(0); LANES]; SHORT / 16]; 2];
        let mut bin = Bin::EMPTY;
        for left in left.chunks(LANES) {
            let mut ranges = [(SHORT, 0); 2];
            for (to, &(place, lane)) in left.iter().enumerate() {
                let Place { words, bin: from, .. } = self.places[place];
                let from = self.bins[usize::from(from)];
                bin.put(to, from.rows[lane], from.a_lens[lane].into(), from.b_lens[lane].into());
                let mut words = &self.words[words as usize..];
                for (side, class) in [place / CLASSES, place % CLASSES].into_iter().enumerate() {
                    let (own, rest) = words.split_at(words_of(class));
                    symbols[side].iter_mut().zip(own).for_each(|(symbols, own)| symbols[to] = own[lane]);
                    words = rest;
                    let (least, most) = range(class);
                    ranges[side] = (ranges[side].0.min(least), ranges[side].1.max(most));
                }
            }
            let a = Half { lens: &bin.a_lens, range: ranges[0], words: &symbols[0] };
            self.group.fill(&a, &Half { lens: &bin.b_lens, range: ranges[1], words: &symbols[1] });
            compare(&self.group, &bin.rows[..left.len()]);
        }
    }
}
