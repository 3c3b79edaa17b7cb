//! What a cell of a mosaic says.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use super::tiles::Tiles;

/// What a cell says: nothing, the number of the only area, which covers all of it, above 0, or where its entries begin.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell(pub(super) u32);

impl Cell {
    /// Set in a cell that has entries.
    pub(super) const LISTED: u32 = 1 << 31;
    /// Set, too, in one that has many edges: its number is that of a `Crowd`.
    pub(super) const CROWDED: u32 = Self::LISTED | 1 << 30;

    pub(super) fn of_entry(first: usize) -> Self {
        Self(Self::LISTED | first as u32)
    }

    #[inline]
    pub(super) fn is_listed(self) -> bool {
        self.0 & Self::LISTED != 0
    }

    #[inline]
    pub(super) fn is_crowded(self) -> bool {
        self.0 & Self::CROWDED == Self::CROWDED
    }

    #[inline]
    pub(super) fn number(self) -> usize {
        (self.0 & !Self::CROWDED) as usize
    }

    /// One entry more.
    pub(super) fn add(&mut self, alone: u32) {
        self.0 = match self.0 {
            0 => alone,
            _ if self.is_listed() => self.0 + 1,
            // A cell that is all one area's needs no entry.
            _ => Self::LISTED | 2,
        };
    }
}

/// A cell with many edges.
#[derive(Debug)]
pub(super) struct Crowd {
    /// Its first entry.
    pub(super) first: u32,
    /// The number of its edges.
    pub(super) edges: u32,
    /// How many times it may be divided.
    pub(super) levels: u32,
    /// How many points asked before it was.
    asked: AtomicU32,
    /// Its own cells; `None` if it cannot be divided.
    pub(super) below: OnceLock<Option<Box<Tiles>>>,
}

impl Crowd {
    pub(super) fn new(first: usize, edges: usize, levels: u32) -> Self {
        let (asked, below) = (AtomicU32::new(0), OnceLock::new());
        Self { first: first as u32, edges: edges as u32, levels, asked, below }
    }

    /// One more asks: how many did so far. A lost update costs nothing but time.
    pub(super) fn ask(&self) -> u32 {
        let asked = self.asked.load(Relaxed).saturating_add(1);
        self.asked.store(asked, Relaxed);
        asked
    }

    /// What its cell says if it is not divided.
    pub(super) fn undivided(&self) -> Cell {
        Cell::of_entry(self.first as usize)
    }
}
