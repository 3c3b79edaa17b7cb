//! Strings of any length, a pair at a time.

use super::symbols::{Numbers, Symbols, Unit};

/// A pair of strings, and memory that is used again for the next one.
#[derive(Debug, Default)]
pub struct Long {
    symbols: Symbols,
    numbers: Numbers,
    /// The first string.
    pub a: Vec<u32>,
    /// The second string.
    pub b: Vec<u32>,
    /// Work space of whoever compares.
    pub words: Vec<u64>,
    /// More of it.
    pub cells: Vec<u32>,
}

/// A pair whose symbols are numbered: those of `a` from 1 on, in `b` 0 stands for all that `a` has not.
#[derive(Debug)]
pub struct Numbered<'l> {
    /// The first string.
    pub a: &'l [u32],
    /// The second string.
    pub b: &'l [u32],
    /// Numbers in use, 0 among them.
    pub symbols: usize,
    /// Work space.
    pub words: &'l mut Vec<u64>,
    /// More of it.
    pub cells: &'l mut Vec<u32>,
}

impl Long {
    /// Takes a pair in; the lengths of the two.
    pub fn read(&mut self, a: &str, b: &str, unit: Unit) -> (usize, usize) {
        self.symbols.read(a, unit, &mut self.a);
        self.symbols.read(b, unit, &mut self.b);
        (self.a.len(), self.b.len())
    }

    /// Symbols at the start that both strings share.
    pub fn shared_start(&self) -> usize {
        self.a.iter().zip(&self.b).take_while(|(a, b)| a == b).count()
    }

    /// Takes away what both strings start with, and what both end with: no edit distance depends on it.
    pub fn trim(&mut self) {
        let start = self.shared_start();
        self.a.drain(..start);
        self.b.drain(..start);
        let end = self.a.iter().rev().zip(self.b.iter().rev()).take_while(|(a, b)| a == b).count();
        self.a.truncate(self.a.len() - end);
        self.b.truncate(self.b.len() - end);
    }

    /// Numbers the symbols, which cannot be read again after that.
    pub fn number(&mut self) -> Numbered<'_> {
        let symbols = self.numbers.assign(&mut self.a, &mut self.b);
        Numbered { a: &self.a, b: &self.b, symbols, words: &mut self.words, cells: &mut self.cells }
    }
}
