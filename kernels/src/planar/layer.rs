//! Laying out areas on a grid: which cells each covers, and which its edges pass through.

use smallvec::SmallVec;

use super::grid::{Grid, SMALLEST, extents, is_above, is_right};
use super::mosaic::POSITION;
use super::piece::{Piece, Run};
use super::tally::{Tallies, Tally, Window};
use crate::geom::{Coords, Geom, Part, Position, Rect, Role, Xy, unpacked};

/// Where a mosaic is to be laid, and how fine.
#[derive(Debug)]
pub struct Ground {
    pub(super) grid: Grid,
}

impl Ground {
    /// About so many square cells around `bounds`; `None` where doubles are too coarse or too small for them.
    pub fn new(bounds: &Rect, cells: f64) -> Option<Self> {
        let (width, height) = extents(bounds)?;
        let columns = (cells * (width / height)).sqrt().clamp(cells.sqrt() / 64.0, cells.sqrt() * 64.0);
        let count = |along: f64| along as usize + 4;
        Some(Self { grid: Grid::new(bounds, count(columns), count(cells / columns))? })
    }

    /// The number of cells.
    pub fn cells(&self) -> usize {
        self.grid.columns.count() * self.grid.rows.count()
    }

    /// The cells that may be affected by an area in a box.
    pub fn cells_of(&self, rect: &Rect) -> usize {
        Window::new(&self.grid, rect).cells()
    }
}

/// In cells: what is farther than this from the border of a cell is in no other, however its place was rounded.
const CLEAR: f64 = 1.0 / 1_048_576.0;

/// Lays out areas.
pub struct Layer<'a> {
    tallies: Tallies<'a>,
    piece: Piece,
}

/// The positions of a ring, and where they begin in what is stored of the area, in bytes.
type Ring<'a> = (&'a [Position], u32);

/// A way within one cell.
struct Stay {
    column: usize,
    row: usize,
    /// Whether its start is farther from the border than `CLEAR`, as all that follows is.
    clear: bool,
    centre: Xy,
    /// Where its first edge begins, as in `Run`, and the number of edges.
    first: u32,
    count: u32,
    /// Whether an odd number of edges is above the centre.
    above: bool,
    /// Whether an odd number crosses the middle of the row before the centre, and beyond.
    flips: [bool; 2],
}

impl Stay {
    fn new(grid: &Grid, start: Xy, first: u32) -> Self {
        let place = grid.place(start);
        let (column, row) = (grid.columns.nearest(place.x), grid.rows.nearest(place.y));
        let centre = grid.centre(column, row);
        let mut stay = Self { column, row, clear: false, centre, first, count: 0, above: false, flips: [false; 2] };
        stay.clear = stay.holds(place);
        stay
    }

    /// Whether there is one border between the two, and nothing else near the way over it.
    fn is_beside(&self, next: &Self) -> bool {
        self.clear && next.clear && self.column.abs_diff(next.column) + self.row.abs_diff(next.row) == 1
    }

    #[inline]
    fn holds(&self, place: Xy) -> bool {
        let near = |along: f64, cell: usize| (along - cell as f64).abs() < 0.5 - CLEAR;
        near(place.x, self.column) & near(place.y, self.row)
    }

    #[inline]
    fn add(&mut self, a: Xy, b: Xy) {
        self.count += 1;
        self.above ^= is_above(a, b, self.centre);
        if (a.y > self.centre.y) != (b.y > self.centre.y) {
            self.flips[usize::from(is_right(a, b, self.centre))] ^= true;
        }
    }
}

impl<'a> Layer<'a> {
    /// Onto some ground.
    pub fn new(ground: &'a Ground) -> Self {
        Self { tallies: Tallies::new(&ground.grid), piece: Piece::default() }
    }

    /// Lays out area number `area`, which is greater than those before, and is a polygon or multipolygon, stored as
    /// `wkb` if at all; false if it cannot be.
    pub fn add(&mut self, area: u32, geom: &Geom, wkb: Option<&[u8]>) -> bool {
        let all_packed = geom.fold(true, |all, _: Role, ring| all && ring.packed().is_some());
        let stored = wkb.filter(|wkb| all_packed && u32::try_from(wkb.len()).is_ok());
        let mut copy = Vec::new();
        if stored.is_none() {
            geom.each_sequence(&mut |_, ring| {
                let from = copy.len();
                copy.resize(from + ring.len(), Position::default());
                ring.pack(0, &mut copy[from..]);
            });
        }
        let (mut laid, mut from) = (copy.len() < 1 << 28, 0);
        geom.each_part(&mut |part| {
            let Part::Area(rings) = part else { return };
            let place = |ring: &Coords| match (stored, ring.packed()) {
                (Some(wkb), Some(positions)) => positions.as_ptr().addr() - wkb.as_ptr().addr(),
                _ => {
                    from += ring.len() * POSITION;
                    from - ring.len() * POSITION
                }
            };
            let begins: SmallVec<[usize; 4]> = rings.iter().map(place).collect();
            let whole = stored.unwrap_or(copy.as_flattened());
            let ring = |(ring, begin): (&Coords, &usize)| (&whole[*begin..].as_chunks().0[..ring.len()], *begin as u32);
            let rings: SmallVec<[Ring; 4]> = rings.iter().zip(&begins).map(ring).collect();
            laid = laid && self.polygon(&rings);
        });
        if stored.is_none() {
            self.piece.copies.push((area, copy));
        }
        self.piece.close(area);
        laid
    }

    /// By the even-odd rule, each polygon of an area has its say.
    fn polygon(&mut self, rings: &[Ring]) -> bool {
        let Some(((shell, _), holes)) = rings.split_first() else { return true };
        let boxes = shell.iter().map(|p| Rect::at(unpacked(p)));
        let Some(rect) = boxes.reduce(|a, b| a.union(&b)) else { return true };
        let tiny = |extent: f64| extent > 0.0 && extent < SMALLEST;
        // A hole that reaches out of its shell would be cut off, as boxes are those of shells.
        let within = holes.iter().flat_map(|(hole, _)| *hole).all(|p| rect.covers_position(unpacked(p)));
        if tiny(rect.xmax - rect.xmin) || tiny(rect.ymax - rect.ymin) || !within {
            return false;
        }
        self.tallies.open(Window::new(self.tallies.grid, &rect));
        rings.iter().for_each(|ring| self.ring(ring));
        self.tallies.scan(&mut self.piece);
        true
    }

    fn ring(&mut self, (positions, begin): &Ring) {
        let Some((first, rest)) = positions.split_first() else { return };
        let grid = self.tallies.grid;
        let mut a = unpacked(first);
        let mut stay = Stay::new(grid, a, *begin);
        for (b, edge) in rest.iter().zip((*begin..).step_by(POSITION)) {
            let b = unpacked(b);
            if stay.clear && stay.holds(grid.place(b)) {
                stay.add(a, b);
            } else {
                self.leave(&stay);
                let next = Stay::new(grid, b, edge + POSITION as u32);
                match stay.is_beside(&next) {
                    true => self.over(edge, &[a, b], [&stay, &next]),
                    false => _ = self.tallies.across(edge, &[a, b]),
                }
                stay = next;
            }
            a = b;
        }
        self.leave(&stay);
    }

    /// An edge from a cell into one beside it, which no other cell sees.
    fn over(&mut self, first: u32, edge: &[Xy; 2], cells: [&Stay; 2]) {
        let [a, b] = *edge;
        let [from, to] = cells;
        for cell in cells {
            self.tallies.add(cell.column, cell.row, Run { first, count: 1 }).end(is_above(a, b, cell.centre));
            let crosses = (a.y > cell.centre.y) != (b.y > cell.centre.y);
            // Of two in a row, both have the same middle.
            if crosses && (from.row != to.row || std::ptr::eq(cell, from)) {
                let (low, high) = (from.column.min(to.column), from.column.max(to.column));
                let column = self.tallies.grid.crossing(edge, cell.row, low, low, high);
                self.tallies.of(column, cell.row).flip(Tally::FLIP, true);
            }
        }
    }

    /// Takes over the edges that no other cell sees.
    fn leave(&mut self, stay: &Stay) {
        if stay.count == 0 {
            return;
        }
        let tally = self.tallies.add(stay.column, stay.row, Run { first: stay.first, count: stay.count });
        tally.end(stay.above);
        tally.flip(Tally::FLIP, stay.flips[0]);
        self.tallies.of(stay.column + 1, stay.row).flip(Tally::FLIP, stay.flips[1]);
    }

    /// Begins a piece.
    pub fn begin(&mut self) {
        self.piece = Piece::default();
        // A piece that was given up left something.
        self.tallies.clear();
    }

    /// All that was laid out since then.
    pub fn finish(&mut self) -> Piece {
        std::mem::take(&mut self.piece)
    }
}
