//! Short strings, a symbol a byte. What a byte stands for does not matter, only which are equal.

use super::lanes::Read;

/// Symbols of the longest string that is short: distances of two such strings are far below 255.
pub const SHORT: usize = 64;

/// Bytes that stand for the symbols of two strings: what is ASCII for itself, others by when they were met.
#[derive(Debug, Default)]
pub struct Codes {
    others: Vec<u32>,
}

/// Stands for all symbols of the second string that the first one has not.
const UNKNOWN: u8 = 0xFB;

impl Codes {
    /// Forgets what was met.
    pub fn clear(&mut self) {
        self.others.clear();
    }

    /// The first string, which has at most `SHORT` symbols.
    pub fn first(&mut self, symbols: &[u32]) -> Coded {
        for &symbol in symbols {
            // What comes when all codes are taken is the second of two strings.
            if symbol > 0x7F && self.others.len() < SHORT && !self.others.contains(&symbol) {
                self.others.push(symbol);
            }
        }
        self.second(symbols)
    }

    /// A second string.
    pub fn second(&self, symbols: &[u32]) -> Coded {
        let mut words = [[0; 16]; SHORT / 16];
        for (byte, &symbol) in words.as_flattened_mut().iter_mut().zip(symbols) {
            *byte = match symbol {
                0..=0x7F => symbol as u8,
                _ => self.others.iter().position(|other| *other == symbol).map_or(UNKNOWN, |i| 0x80 + i as u8),
            };
        }
        Coded { words, len: symbols.len() }
    }
}

/// A string of its own.
#[derive(Debug, Clone, Copy)]
pub struct Coded {
    /// Sixteen symbols each.
    pub words: [[u8; 16]; SHORT / 16],
    /// How many symbols there are.
    pub len: usize,
}

impl Read for &Coded {
    #[inline(always)]
    fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    fn read(&self, i: usize, word: &mut [u8; 16]) {
        *word = self.words[i % self.words.len()];
    }
}
