//! A grid over the plane: which cell a position falls in, which cells an edge comes near to, and where a position lies
//! among the edges of its cell.
//!
//! Nothing here rests on a tolerance. A position is put into its cell by an expression that never decreases with the
//! coordinate and is less than 2^-39 cells away from the exact affine map. Edges are listed in every cell that they
//! come near to, within `MARGIN`, which is far more: so no edge passes through a cell without edges, and all of it lies
//! on one side. In a cell with edges the path from a position to the centre of the cell meets none but those listed.

use super::segment::{on_segment, orientation};
use super::stripes::{Crossings, Location};
use crate::geom::{Rect, Xy};

/// In cells: how near an edge is to a cell in which it is listed.
pub(super) const MARGIN: f64 = 1.0 / 64.0;

/// In cells: how far the middle of the first cell, and of the last, lies outside of what is divided.
const OUTSIDE: f64 = 0.75;

/// Coordinates that are less than this, in cells, have many doubles in one.
const FINE: f64 = 1_099_511_627_776.0;

/// Extents and coordinates for which products of differences neither vanish nor overflow.
pub(super) const SMALLEST: f64 = 1e-140;
const LARGEST: f64 = 1e140;

/// Width and height of a box that can be divided into cells; `None` of others.
pub(super) fn extents(bounds: &Rect) -> Option<(f64, f64)> {
    let (width, height) = (bounds.xmax - bounds.xmin, bounds.ymax - bounds.ymin);
    let reach = bounds.xmin.abs().max(bounds.xmax.abs()).max(bounds.ymin.abs()).max(bounds.ymax.abs());
    (width > SMALLEST && height > SMALLEST && reach < LARGEST).then_some((width, height))
}

/// How one coordinate is put into a cell.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub(super) origin: f64,
    /// Cells in a unit.
    pub(super) scale: f64,
    /// Width of a cell.
    step: f64,
    /// Number of the last cell.
    last: f64,
}

impl Axis {
    /// The first and the last cell lie outside of `min..=max`.
    pub(super) fn new(min: f64, max: f64, count: usize) -> Option<Self> {
        let scale = ((count - 1) as f64 - 2.0 * OUTSIDE) / (max - min);
        let axis = Self { origin: min - OUTSIDE / scale, scale, step: 1.0 / scale, last: (count - 1) as f64 };
        // Where doubles are too coarse for so many cells, this is not so.
        let clear = axis.position(min) > 0.6 && axis.position(max) < axis.last - 0.6;
        (clear && (0..count).all(|i| axis.cell(axis.centre(i)) == i)).then_some(axis)
    }

    /// In cells; the middle of cell `i` is at `i`.
    #[inline]
    pub(super) fn position(&self, v: f64) -> f64 {
        (v - self.origin) * self.scale
    }

    /// The cell of a coordinate; NaN, and all that lies beyond, fall into the first and the last.
    #[inline]
    pub(super) fn cell(&self, v: f64) -> usize {
        self.nearest(self.position(v))
    }

    /// The cell of a position in cells.
    #[inline]
    pub(super) fn nearest(&self, position: f64) -> usize {
        // Comparisons, unlike `max` and `min`, are one instruction each, and NaN fails the first. Adding 2^52 rounds to
        // a whole number and leaves it in the low bits.
        let position = if position > 0.0 { position } else { 0.0 };
        let position = if position < self.last { position } else { self.last };
        (position + 4_503_599_627_370_496.0).to_bits() as u32 as usize
    }

    #[inline]
    pub(super) fn centre(&self, cell: usize) -> f64 {
        self.origin + cell as f64 * self.step
    }

    pub(super) fn count(&self) -> usize {
        self.last as usize + 1
    }

    /// Where what a cell has of `min..=max` begins and ends.
    pub(super) fn borders(&self, cell: usize) -> [f64; 2] {
        let at = cell as f64;
        [(at - 0.5).max(OUTSIDE), (at + 0.5).min(self.last - OUTSIDE)].map(|at| self.origin + at * self.step)
    }

    /// Whether doubles are many times as fine as cells.
    fn is_fine(&self) -> bool {
        self.origin.abs().max(self.centre(self.last as usize).abs()) < self.step * FINE
    }
}

/// Cells in columns and rows.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) columns: Axis,
    pub(super) rows: Axis,
}

impl Grid {
    /// So many columns and rows around `bounds`, all of which lies within the outermost; `None` where doubles are too
    /// coarse for it.
    pub(super) fn new(bounds: &Rect, columns: usize, rows: usize) -> Option<Self> {
        let columns = Axis::new(bounds.xmin, bounds.xmax, columns)?;
        Some(Self { columns, rows: Axis::new(bounds.ymin, bounds.ymax, rows)? })
    }

    /// Whether doubles are many times as fine as cells.
    pub(super) fn is_fine(&self) -> bool {
        self.columns.is_fine() && self.rows.is_fine()
    }

    /// The number of the cell of a position, row by row.
    #[inline]
    pub(super) fn number(&self, x: f64, y: f64) -> usize {
        self.rows.cell(y) * self.columns.count() + self.columns.cell(x)
    }

    /// A position in cells.
    #[inline]
    pub(super) fn place(&self, p: Xy) -> Xy {
        Xy { x: self.columns.position(p.x), y: self.rows.position(p.y) }
    }

    /// The middle of a cell.
    #[inline]
    pub(super) fn centre(&self, column: usize, row: usize) -> Xy {
        Xy { x: self.columns.centre(column), y: self.rows.centre(row) }
    }

    /// The column, from `first` to `last` or the next, whose centre is the first that does not lie to the left of where
    /// an edge, on its `course`, crosses the middle of a row.
    #[inline]
    pub(super) fn crossing(&self, [a, b]: &[Xy; 2], row: usize, guess: usize, first: usize, last: usize) -> usize {
        let y = self.rows.centre(row);
        let right = |column| is_right(*a, *b, Xy { x: self.columns.centre(column), y });
        let mut column = guess.clamp(first, last);
        while column > first && !right(column - 1) {
            column -= 1;
        }
        while column <= last && right(column) {
            column += 1;
        }
        column
    }
}

/// What is known of a cell through which edges pass, apart from these.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    /// x of its centre.
    pub(super) x: f64,
    /// Whether the centre would lie inside if no edge were met on the way there.
    pub(super) odd: bool,
    /// Whether an edge ends in the cell; if not, all pass through it from side to side.
    pub(super) ends: bool,
}

impl Around {
    /// Where `p`, which is in the cell, lies among its edges.
    #[inline]
    pub(super) fn locate(self, p: Xy, edges: impl Iterator<Item = [Xy; 2]>) -> Location {
        let mut inside = self.odd;
        if !self.ends {
            // The edges are lines here: `p` and the centre lie on one side of each or on two.
            for [a, b] in edges {
                let side = orientation(a, b, p);
                if side == 0.0 && on_segment(p, a, b) {
                    return Location::Boundary;
                }
                inside ^= if side == 0.0 { is_left_of(a, b, p) } else { side > 0.0 };
            }
        } else {
            // Along the height of `p` to below or above the centre, and from there to the centre.
            let corner = Xy { x: self.x, y: p.y };
            let mut crossings = Crossings::new(p);
            for [a, b] in edges {
                // Most lie on one side of the height, and of the corner: they are not met.
                let apart = (a.y > p.y) == (b.y > p.y) && a.y != p.y && b.y != p.y;
                if apart && (a.x > corner.x) == (b.x > corner.x) {
                    continue;
                }
                if crossings.add(a, b) {
                    return Location::Boundary;
                }
                inside ^= is_right(a, b, corner) ^ is_above(a, b, corner);
            }
            inside ^= crossings.location() == Location::Interior;
        }
        if inside { Location::Interior } else { Location::Exterior }
    }

    /// Whether `p`, which is in the cell, lies inside, displaced so that it is on no edge.
    pub(super) fn is_inside(self, p: Xy, edges: impl Iterator<Item = [Xy; 2]>) -> bool {
        let corner = Xy { x: self.x, y: p.y };
        edges.fold(self.odd, |inside, [a, b]| match self.ends {
            true => inside ^ is_right(a, b, p) ^ is_right(a, b, corner) ^ is_above(a, b, corner),
            false => inside ^ is_left_of(a, b, p),
        })
    }

    /// Whether an edge of the cell is met on the way of its kind to the centre.
    #[inline]
    pub(super) fn is_met([a, b]: &[Xy; 2], centre: Xy, ends: bool) -> bool {
        if ends { is_above(*a, *b, centre) } else { is_left_of(*a, *b, centre) }
    }
}

/// Whether the edge crosses the height of `q` to the right of it. Of `q` displaced upwards by next to nothing, and to
/// the right by next to nothing of that, so that it lies on no edge and beside no vertex.
#[inline]
pub(super) fn is_right(a: Xy, b: Xy, q: Xy) -> bool {
    let up = b.y > q.y;
    if (a.y > q.y) == up || (a.x < q.x && b.x < q.x) {
        return false;
    }
    if a.x > q.x && b.x > q.x {
        return true;
    }
    let side = orientation(a, b, q);
    if side == 0.0 { if up { b.x > a.x } else { b.x < a.x } } else { (side > 0.0) == up }
}

/// Whether the edge crosses the vertical through `q`, displaced likewise, above it.
#[inline]
pub(super) fn is_above(a: Xy, b: Xy, q: Xy) -> bool {
    let right = b.x > q.x;
    if (a.x > q.x) == right || (a.y < q.y && b.y < q.y) {
        return false;
    }
    if a.y > q.y && b.y > q.y {
        return true;
    }
    let side = orientation(a, b, q);
    side != 0.0 && (side < 0.0) == right
}

/// Whether `q`, displaced likewise, lies to the left of the line through the edge.
pub(super) fn is_left_of(a: Xy, b: Xy, q: Xy) -> bool {
    let side = orientation(a, b, q);
    if side != 0.0 {
        return side > 0.0;
    }
    // Products of tiny differences vanish: beside the box of the edge coordinates tell.
    let (right, up) = (b.x > a.x, b.y > a.y);
    if q.y > a.y.max(b.y) {
        right
    } else if q.y < a.y.min(b.y) {
        !right
    } else if q.x > a.x.max(b.x) {
        !up
    } else if q.x < a.x.min(b.x) {
        up
    } else {
        right || (b.x == a.x && !up)
    }
}
