//! Marks that many threads set.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A bit for each row. Who reads all of them must know by other means that all have been set.
#[derive(Debug)]
pub(super) struct Bits(Vec<AtomicU64>);

impl Bits {
    pub(super) fn new(rows: usize) -> Self {
        Self(std::iter::repeat_with(AtomicU64::default).take(rows.div_ceil(64)).collect())
    }

    /// Bytes that marks of so many rows take.
    pub(super) fn size_of(rows: usize) -> usize {
        rows.div_ceil(64) * 8
    }

    pub(super) fn set(&self, row: usize) {
        let (word, bit) = (&self.0[row / 64], 1 << (row % 64));
        // Most rows that match once match again: a look is cheaper than to write what other threads are reading.
        if word.load(Relaxed) & bit == 0 {
            word.fetch_or(bit, Relaxed);
        }
    }

    pub(super) fn get(&self, row: usize) -> bool {
        self.0[row / 64].load(Relaxed) >> (row % 64) & 1 == 1
    }
}
