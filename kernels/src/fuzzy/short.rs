//! Short strings, a symbol a byte. What a byte stands for does not matter, only which are equal.

/// Symbols of the longest string that is short: distances of two such strings are far below 255.
pub const SHORT: usize = 64;

/// A string of at most `SHORT` symbols.
#[derive(Debug, Clone, Copy)]
pub struct Short<'a> {
    /// Sixteen symbols each. What follows the last one is of no matter.
    pub words: &'a [[u8; 16]],
    /// How many symbols there are.
    pub len: usize,
}

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

impl Coded {
    /// The string.
    pub fn short(&self) -> Short<'_> {
        Short { words: &self.words[..self.len.div_ceil(16).min(SHORT / 16)], len: self.len }
    }
}
