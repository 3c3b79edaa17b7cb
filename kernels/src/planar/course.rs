//! The way of an edge over a grid: which cells it comes near to.

use super::grid::{Grid, MARGIN};
use crate::geom::Xy;

/// In cells: an edge that rises less than this is listed by its box, because its slope is not known well enough.
const FLAT: f64 = 1.0 / 256.0;

/// In cells: how far away an edge may end for its slope to be known well enough. Its error is less than the square of
/// this times 2^-45, in cells.
const FARTHEST: f64 = 262_144.0;

/// An edge in units of cells, the lower end first.
pub(super) struct Course {
    low: Xy,
    high: Xy,
    xmin: f64,
    xmax: f64,
    /// How far it goes to the right in a row.
    slope: f64,
}

impl Course {
    pub(super) fn new(grid: &Grid, [a, b]: &[Xy; 2]) -> Self {
        let (a, b) = (grid.place(*a), grid.place(*b));
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        let slope = (high.x - low.x) / (high.y - low.y);
        Self { low, high, xmin: a.x.min(b.x), xmax: a.x.max(b.x), slope }
    }

    /// Whether its ends are near enough for all that is said of it.
    pub(super) fn is_sure(&self) -> bool {
        let Self { low, high, xmin, xmax, .. } = self;
        xmin.abs().max(xmax.abs()).max(low.y.abs()).max(high.y.abs()) < FARTHEST
    }

    /// Where it is at a height within it; anywhere in its box if it is flat.
    pub(super) fn at(&self, y: f64) -> f64 {
        (self.low.x + (y - self.low.y) * self.slope).min(self.xmax).max(self.xmin)
    }

    /// Calls `f` with each row that it comes near to, and the first and the last column there.
    pub(super) fn each_row(&self, grid: &Grid, mut f: impl FnMut(usize, usize, usize)) {
        let flat = self.high.y - self.low.y < FLAT;
        for row in grid.rows.nearest(self.low.y - MARGIN)..=grid.rows.nearest(self.high.y + MARGIN) {
            let (mut from, mut to) = (self.xmin, self.xmax);
            if !flat {
                let below = self.at((row as f64 - 0.5 - MARGIN).max(self.low.y));
                let above = self.at((row as f64 + 0.5 + MARGIN).min(self.high.y));
                (from, to) = (below.min(above), below.max(above));
            }
            f(row, grid.columns.nearest(from - MARGIN), grid.columns.nearest(to + MARGIN));
        }
    }

    /// Whether it passes from one side of a cell to the opposite one: then its line, within the cell, is all its own.
    pub(super) fn is_through(&self, column: usize, row: usize) -> bool {
        let across =
            |min: f64, max: f64, cell: usize| min <= cell as f64 - 0.5 - MARGIN && max >= cell as f64 + 0.5 + MARGIN;
        across(self.xmin, self.xmax, column) || across(self.low.y, self.high.y, row)
    }
}
