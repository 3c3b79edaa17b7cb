//! Areas laid out on a grid, piece by piece, before cells are told what lies in them.

use crate::geom::Position;

/// An area that covers a cell, or whose edges pass through it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry {
    pub(super) area: u32,
    /// Where the first edge begins, as in `Run`, or a place among runs.
    pub(super) first: u32,
    /// The number of edges, or of runs, above four bits; 0 where the area covers the cell.
    pub(super) rest: u32,
}

impl Entry {
    /// As `Around` has them.
    pub(super) const ODD: u32 = 1;
    pub(super) const ENDS: u32 = 2;
    /// Whether edges do not follow each other, so that `first` is a place among runs.
    pub(super) const SCATTERED: u32 = 4;
    /// Whether it is the last of its cell.
    pub(super) const LAST: u32 = 8;
    pub(super) const COUNT: u32 = 4;

    pub(super) fn has(self, bit: u32) -> bool {
        self.rest & bit != 0
    }

    pub(super) fn count(self) -> usize {
        (self.rest >> Self::COUNT) as usize
    }
}

/// Edges that follow each other: where the first begins in what is stored of the area, in bytes, and how many they are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    pub(super) first: u32,
    pub(super) count: u32,
}

/// Some areas, laid out.
#[derive(Debug, Default)]
pub struct Piece {
    areas: Vec<Laid>,
    /// Cells that a polygon covers: the first, and how many.
    pub(super) spans: Vec<(u32, u32)>,
    /// Cells that its edges pass through, and the entries there, which do not name the area yet.
    pub(super) borders: Vec<(u32, Entry)>,
    pub(super) runs: Vec<Run>,
    /// Areas that are not stored as edges are read, and their positions.
    pub(super) copies: Vec<(u32, Vec<Position>)>,
}

/// Where what was laid out of an area ends in its piece.
#[derive(Debug)]
struct Laid {
    area: u32,
    spans: usize,
    borders: usize,
}

impl Piece {
    /// What was added last is of this area, which is not less than those before.
    pub(super) fn close(&mut self, area: u32) {
        self.areas.push(Laid { area, spans: self.spans.len(), borders: self.borders.len() });
    }

    /// Calls `f` with each area, its spans and its borders.
    pub(super) fn each_area(&self, mut f: impl FnMut(u32, &[(u32, u32)], &[(u32, Entry)])) {
        let mut from = (0, 0);
        for laid in &self.areas {
            f(laid.area, &self.spans[from.0..laid.spans], &self.borders[from.1..laid.borders]);
            from = (laid.spans, laid.borders);
        }
    }
}
