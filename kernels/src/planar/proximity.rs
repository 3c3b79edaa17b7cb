//! A grid that knows of each cell which segments can be nearest to a position in it.

use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use super::nearest::{Nearest, squared_between};
use super::segment::{boxed, foot, point_segment};
use super::tree::Tree;
use crate::geom::{Rect, Xy, distance};

/// The grid over the box of a tree. Cells are filled one by one, once they were asked often enough to pay for it.
#[derive(Debug)]
pub struct Proximity {
    bounds: Rect,
    /// Cells in a row, and rows.
    side: usize,
    cell: Xy,
    /// Cells in a unit of length.
    per_unit: Xy,
    /// More than the rounding of positions and distances.
    slack: f64,
    cells: Vec<OnceLock<Box<[u32]>>>,
    /// How often each cell was asked before it was filled.
    asked: Vec<AtomicU8>,
}

/// Filling a cell takes about as long as so many searches in the tree.
const PAYS: u8 = 4;

/// Fewer segments than this are better tried all.
const FEW: usize = 48;

/// Boxes of this extent or less have room for the rounding of cells.
const MIN_EXTENT: f64 = 1e-60;

fn side(segments: usize) -> usize {
    // 16 cells for each segment: along a path, a cell has a handful.
    ((16.0 * segments as f64).sqrt() as usize).next_power_of_two().min(256)
}

impl Proximity {
    /// Over the box of a tree; `None` where the tree is as good.
    pub fn new(tree: &Tree) -> Option<Self> {
        let (count, bounds) = (tree.segments().len(), tree.bounds()?);
        let (width, height) = (bounds.xmax - bounds.xmin, bounds.ymax - bounds.ymin);
        let usual = MIN_EXTENT..Nearest::MAX_EXTENT;
        if count < FEW || !usual.contains(&width) || !usual.contains(&height) {
            return None;
        }
        let side = side(count);
        let cell = Xy { x: width / side as f64, y: height / side as f64 };
        let per_unit = Xy { x: side as f64 / width, y: side as f64 / height };
        let largest = [bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax].into_iter().fold(0.0, |m, v| v.abs().max(m));
        let slack = Nearest::ROUNDING * (largest + width + height);
        let cells = std::iter::repeat_with(OnceLock::new).take(side * side).collect();
        let asked = std::iter::repeat_with(AtomicU8::default).take(side * side).collect();
        Some(Self { bounds, side, cell, per_unit, slack, cells, asked })
    }

    /// Bytes that the grid over so many segments takes, about.
    pub fn size_of(segments: usize) -> usize {
        const CELL: usize = size_of::<OnceLock<Box<[u32]>>>() + size_of::<AtomicU8>() + size_of::<[u32; 8]>();
        if segments < FEW { 0 } else { side(segments) * side(segments) * CELL }
    }

    /// Adds to `search` what of the tree is nearest to `p`.
    #[inline]
    pub fn nearest(&self, tree: &Tree, p: Xy, search: &mut Nearest) {
        let Rect { xmin, ymin, .. } = self.bounds;
        if !self.bounds.covers_position(p) {
            return tree.nearest_to_point(p, search);
        }
        let number = |from: f64, per_unit: f64| ((from * per_unit) as usize).min(self.side - 1);
        let (column, row) = (number(p.x - xmin, self.per_unit.x), number(p.y - ymin, self.per_unit.y));
        let cell = row * self.side + column;
        let nearest = match self.cells[cell].get() {
            Some(nearest) => nearest,
            None if self.asked[cell].fetch_add(1, Ordering::Relaxed) < PAYS => return tree.nearest_to_point(p, search),
            None => self.cells[cell].get_or_init(|| self.fill(tree, column, row)),
        };
        nearest.iter().for_each(|i| search.point(p, &tree.segments()[*i as usize]));
    }

    /// The segments that can be nearest to a position in a cell.
    fn fill(&self, tree: &Tree, column: usize, row: usize) -> Box<[u32]> {
        let (bounds, size) = (&self.bounds, self.cell);
        let centre =
            Xy { x: bounds.xmin + (column as f64 + 0.5) * size.x, y: bounds.ymin + (row as f64 + 0.5) * size.y };
        let slack = self.slack;
        let half = Xy { x: size.x / 2.0 + slack, y: size.y / 2.0 + slack };
        let radius = half.x.hypot(half.y);
        let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
            .map(|(x, y)| Xy { x: centre.x + x * half.x, y: centre.y + y * half.y });
        let Some(best) = tree.nearest_number(centre) else { return Box::default() };
        let [a, b] = tree.segments()[best];
        let of_best = corners.map(|corner| point_segment(corner, a, b));
        let far = of_best.into_iter().fold(0.0, f64::max) + radius + slack;
        let around = Rect { xmin: centre.x - far, ymin: centre.y - far, xmax: centre.x + far, ymax: centre.y + far };
        let at_centre = Rect::at(centre);
        // That of the centre first: mostly, it leaves the others out.
        let mut found = vec![best as u32];
        let _ = tree.each_meeting(&around, |i| {
            let segment = &tree.segments()[i];
            if squared_between(&boxed(segment), &at_centre) <= far * far {
                let foot = foot(centre, segment[0], segment[1]);
                let apart = distance(centre, foot);
                // Distance from a segment is convex: it lies above its tangent at the centre, and its difference from
                // a tangent is largest in a corner. One that is beaten in every corner is beaten everywhere.
                let beaten = apart > slack
                    && corners.iter().zip(of_best).all(|(corner, best)| {
                        let (dx, dy) = (corner.x - centre.x, corner.y - centre.y);
                        let slope = ((centre.x - foot.x) * dx + (centre.y - foot.y) * dy) / apart;
                        best + slack + radius * slack / apart < apart + slope
                    });
                if !beaten && i != best {
                    found.push(i as u32);
                }
            }
            ControlFlow::Continue(())
        });
        found.into()
    }
}

#[cfg(test)]
#[path = "proximity_tests.rs"]
mod tests;
