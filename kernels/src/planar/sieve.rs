//! Which positions lie in none of many boxes, told at a glance: one bit for each cell of a grid, set where a box reaches.

use super::layer::Ground;
use crate::geom::{BLOCK, PointBlock, Rect};

/// Cells for each box, and cells at least and at most: the bits of most fit into a cache.
const CELLS_OF_BOX: usize = 64;
const FEWEST_CELLS: usize = 1 << 10;
const MOST_CELLS: usize = 1 << 20;

/// Cells that boxes may reach, on average over all cells, before it is taken that they reach everywhere.
const MOST_REACHED: usize = 8;

/// The cells that boxes reach.
#[derive(Debug)]
pub struct Sieve {
    ground: Ground,
    reached: Vec<u64>,
}

impl Sieve {
    /// What one takes at most.
    pub const MOST_BYTES: usize = MOST_CELLS / 4;

    /// Of so many boxes within `bounds`; `None` where doubles are too coarse or too small for it.
    pub fn new(bounds: &Rect, count: usize, boxes: impl Iterator<Item = Rect>) -> Option<Self> {
        let cells = count.saturating_mul(CELLS_OF_BOX).clamp(FEWEST_CELLS, MOST_CELLS);
        let ground = Ground::new(bounds, cells as f64)?;
        let reached = vec![0; ground.cells().div_ceil(BLOCK)];
        let mut sieve = Self { ground, reached };
        let mut left = MOST_REACHED * sieve.ground.cells();
        for rect in boxes {
            match left.checked_sub(sieve.reach(&rect)) {
                Some(rest) => left = rest,
                None => {
                    sieve.reach(bounds);
                    break;
                }
            }
        }
        Some(sieve)
    }

    /// Sets the bits of the cells that a box reaches; gives how many these are.
    fn reach(&mut self, rect: &Rect) -> usize {
        let grid = &self.ground.grid;
        let (from, to) = (grid.columns.cell(rect.xmin), grid.columns.cell(rect.xmax));
        let (bottom, top) = (grid.rows.cell(rect.ymin), grid.rows.cell(rect.ymax));
        for row in bottom..=top {
            let (first, last) = (row * grid.columns.count() + from, row * grid.columns.count() + to);
            for word in first / BLOCK..=last / BLOCK {
                let low = if word == first / BLOCK { u64::MAX << (first % BLOCK) } else { u64::MAX };
                let high = if word == last / BLOCK { u64::MAX >> (BLOCK - 1 - last % BLOCK) } else { u64::MAX };
                self.reached[word] |= low & high;
            }
        }
        (to - from + 1) * (top - bottom + 1)
    }

    /// Positions that may lie in a box, or on its border, one bit each. What is no finite number lies in none.
    #[inline]
    pub fn passing(&self, block: &PointBlock) -> u64 {
        let grid = &self.ground.grid;
        let columns = grid.columns.count();
        // Beyond the bounds, and for NaN, this is one of the outermost cells, which no box reaches.
        let cell = |i: usize| grid.rows.cell(block.y[i]) * columns + grid.columns.cell(block.x[i]);
        let cells: [usize; BLOCK] = std::array::from_fn(cell);
        let bit = |i: usize, cell: usize| (self.reached[cell / BLOCK] >> (cell % BLOCK) & 1) << i;
        cells.iter().enumerate().fold(0, |passing, (i, cell)| passing | bit(i, *cell))
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.reached.capacity() * size_of::<u64>()
    }
}

#[cfg(test)]
#[path = "sieve_tests.rs"]
mod tests;
