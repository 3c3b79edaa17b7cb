//! Texts compared place by place, and as sets of pieces.

use super::symbols::{Symbols, Unit};
use crate::error::Cause;

/// Scratch memory of comparisons that need no table.
#[derive(Debug, Default)]
pub struct Sets {
    symbols: Symbols,
    a: Vec<u32>,
    b: Vec<u32>,
}

impl Sets {
    /// Compares two texts place by place; texts of different lengths only where `pad` is set, and then what only one of
    /// them has differs.
    pub fn hamming(&mut self, a: &str, b: &str, unit: Unit, pad: bool) -> Result<Hamming, Cause> {
        self.symbols.read(a, unit, &mut self.a);
        self.symbols.read(b, unit, &mut self.b);
        let (a_len, b_len) = (self.a.len(), self.b.len());
        if a_len != b_len && !pad {
            let cause = format!(
                "texts of {a_len} and {b_len} symbols: set pad to compare different lengths, or take levenshtein"
            );
            return Err(cause.into());
        }
        let differ = self.a.iter().zip(&self.b).filter(|(a, b)| a != b).count() + a_len.abs_diff(b_len);
        Ok(Hamming { differ, places: a_len.max(b_len) })
    }

    /// Jaccard's index of the sets of pieces that two texts consist of, each `size` symbols long but the last one; of
    /// their words where `size` is 0.
    pub fn jaccard(&mut self, a: &str, b: &str, size: usize, unit: Unit) -> f64 {
        if size == 0 {
            return index(a.split_whitespace().collect(), b.split_whitespace().collect());
        }
        self.symbols.read(a, unit, &mut self.a);
        self.symbols.read(b, unit, &mut self.b);
        index(self.a.chunks(size).collect(), self.b.chunks(size).collect())
    }
}

/// Places of two texts.
#[derive(Debug, Clone, Copy)]
pub struct Hamming {
    /// Those with different symbols.
    pub differ: usize,
    /// All of the longer text.
    pub places: usize,
}

/// What two sets share, as a part of what is in either; 0 where both are empty.
fn index<T: Ord>(mut a: Vec<T>, mut b: Vec<T>) -> f64 {
    for set in [&mut a, &mut b] {
        set.sort_unstable();
        set.dedup();
    }
    let shared = a.iter().filter(|piece| b.binary_search(piece).is_ok()).count();
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}
