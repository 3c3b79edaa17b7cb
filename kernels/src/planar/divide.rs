//! Dividing a crowded cell of a mosaic into smaller ones.
//!
//! Of the cell it is known which edges come near to it, and where its centre lies: that is all there is to know of what is
//! in it. So the edges are laid on a grid around the cell, of which the outermost cells, that are outside, are left out;
//! whether the first cell of a row is inside is found as for any position in the cell.

use super::cell::Crowd;
use super::grid::{Grid, extents};
use super::mosaic::Stored;
use super::piece::Piece;
use super::tally::{Tallies, Window};
use super::tiles::Tiles;
use crate::geom::Rect;

/// Edges for which there is a cell, and cells along a side, at least and at most.
const EDGES: f64 = 4.0;
const FEWEST: usize = 4;
const MOST: usize = 32;

impl Tiles {
    /// The cells of a crowd in one of these; `None` where doubles are too coarse for them.
    pub(super) fn divide(&self, stored: Stored, crowd: &Crowd, [column, row]: [usize; 2]) -> Option<Self> {
        let ([xmin, xmax], [ymin, ymax]) = (self.grid.columns.borders(column), self.grid.rows.borders(row));
        let bounds = Rect { xmin, ymin, xmax, ymax };
        extents(&bounds)?;
        let side = ((f64::from(crowd.edges) / EDGES).sqrt() as usize).clamp(FEWEST, MOST);
        let grid = Grid::new(&bounds, side + 2, side + 2).filter(Grid::is_fine)?;
        let (mut tallies, mut piece) = (Tallies::new(&grid), Piece::default());
        for entry in self.listed(crowd) {
            let edges = self.edges(stored, entry);
            if edges.is_empty() {
                // It covers all of them.
                let first_of = |row| (row * grid.columns.count() + 1) as u32;
                piece.spans.extend((1..=side).map(|row| (first_of(row), side as u32)));
            } else {
                tallies.open(Window::whole(&grid));
                if !edges.iter().all(|(first, edge)| tallies.across(*first, edge)) {
                    return None;
                }
                let around = self.around(entry, column);
                tallies.frame(|centre| around.is_inside(centre, edges.iter().map(|(_, edge)| *edge)));
                tallies.scan(&mut piece);
            }
            piece.close(entry.area);
        }
        drop(tallies);
        Self::new(grid, vec![piece], crowd.levels - 1)
    }
}
