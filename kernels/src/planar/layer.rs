//! Laying out areas on a grid: which cells each covers, and which its edges pass through.

use smallvec::SmallVec;

use super::grid::{Course, Grid, MARGIN, SMALLEST, extents, is_above, is_left_of, is_right};
use super::mosaic::{Entry, POSITION, Run};
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
        let window = Window::new(&self.grid, rect);
        window.width * window.height
    }
}

/// The cells around one area, and one column more to the right.
struct Window {
    column: usize,
    row: usize,
    width: usize,
    height: usize,
}

impl Window {
    fn new(grid: &Grid, rect: &Rect) -> Self {
        let low = grid.place(Xy { x: rect.xmin, y: rect.ymin });
        let high = grid.place(Xy { x: rect.xmax, y: rect.ymax });
        let (column, row) = (grid.columns.nearest(low.x - MARGIN), grid.rows.nearest(low.y - MARGIN));
        let width = grid.columns.nearest(high.x + MARGIN) + 2 - column;
        Self { column, row, width, height: grid.rows.nearest(high.y + MARGIN) + 1 - row }
    }

    /// The number of a cell in it.
    #[inline]
    fn cell(&self, column: usize, row: usize) -> usize {
        (row - self.row) * self.width + column - self.column
    }
}

/// In cells: what is farther than this from the border of a cell is in no other, however its place was rounded.
const CLEAR: f64 = 1.0 / 1_048_576.0;

/// A cell of the window while an area is laid out.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// The last run of edges, counted from 1; 0 for none.
    last: u32,
    bits: u32,
}

impl Tally {
    /// Whether an odd number of edges crosses the middle of the row between the centre of the cell before and its own.
    const FLIP: u32 = 1;
    /// As `Entry::ENDS`.
    const ENDS: u32 = 2;
    /// Whether an odd number of edges is met on the way to the centre if one of them ends in the cell, and if none does.
    const ABOVE: u32 = 4;
    const LEFT: u32 = 8;

    fn has(self, bit: u32) -> bool {
        self.bits & bit != 0
    }

    fn flip(&mut self, bit: u32, odd: bool) {
        self.bits ^= if odd { bit } else { 0 };
    }
}

/// Some areas, laid out.
#[derive(Debug, Default)]
pub struct Piece {
    areas: Vec<Laid>,
    /// Cells that a polygon covers: the first, and how many.
    spans: Vec<(u32, u32)>,
    /// Cells that its edges pass through, and the entries there, which do not name the area yet.
    borders: Vec<(u32, Entry)>,
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

/// Lays out areas.
pub struct Layer<'a> {
    grid: &'a Grid,
    piece: Piece,
    tallies: Vec<Tally>,
    /// Runs of the polygon, each with the one before it in the same cell, counted from 1.
    runs: Vec<(Run, u32)>,
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
        Self { grid: &ground.grid, piece: Piece::default(), tallies: Vec::new(), runs: Vec::new() }
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
        self.piece.areas.push(Laid { area, spans: self.piece.spans.len(), borders: self.piece.borders.len() });
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
        let window = Window::new(self.grid, &rect);
        self.runs.clear();
        // The scan leaves all of them as they are by default.
        self.tallies.resize(self.tallies.len().max(window.width * window.height), Tally::default());
        rings.iter().for_each(|ring| self.ring(&window, ring));
        self.scan(&window);
        true
    }

    fn ring(&mut self, window: &Window, (positions, begin): &Ring) {
        let Some((first, rest)) = positions.split_first() else { return };
        let mut a = unpacked(first);
        let mut stay = Stay::new(self.grid, a, *begin);
        for (b, edge) in rest.iter().zip((*begin..).step_by(POSITION)) {
            let b = unpacked(b);
            if stay.clear && stay.holds(self.grid.place(b)) {
                stay.add(a, b);
            } else {
                self.leave(window, &stay);
                let next = Stay::new(self.grid, b, edge + POSITION as u32);
                match stay.is_beside(&next) {
                    true => self.over(window, edge, &[a, b], [&stay, &next]),
                    false => self.across(window, edge, &[a, b]),
                }
                stay = next;
            }
            a = b;
        }
        self.leave(window, &stay);
    }

    /// An edge from a cell into one beside it, which no other cell sees.
    fn over(&mut self, window: &Window, first: u32, edge: &[Xy; 2], cells: [&Stay; 2]) {
        let [a, b] = *edge;
        let [from, to] = cells;
        for cell in cells {
            let tally = &mut self.tallies[window.cell(cell.column, cell.row)];
            add(&mut self.runs, tally, Run { first, count: 1 });
            tally.bits |= Tally::ENDS;
            tally.flip(Tally::ABOVE, is_above(a, b, cell.centre));
            let crosses = (a.y > cell.centre.y) != (b.y > cell.centre.y);
            // Of two in a row, both have the same middle.
            if crosses && (from.row != to.row || std::ptr::eq(cell, from)) {
                let (low, high) = (from.column.min(to.column), from.column.max(to.column));
                let column = self.grid.crossing(edge, cell.row, low, low, high);
                self.tallies[window.cell(column, cell.row)].bits ^= Tally::FLIP;
            }
        }
    }

    /// Takes over the edges that no other cell sees.
    fn leave(&mut self, window: &Window, stay: &Stay) {
        if stay.count == 0 {
            return;
        }
        let cell = window.cell(stay.column, stay.row);
        let tally = &mut self.tallies[cell];
        add(&mut self.runs, tally, Run { first: stay.first, count: stay.count });
        tally.bits |= Tally::ENDS;
        tally.flip(Tally::ABOVE, stay.above);
        tally.flip(Tally::FLIP, stay.flips[0]);
        self.tallies[cell + 1].flip(Tally::FLIP, stay.flips[1]);
    }

    /// Any edge.
    fn across(&mut self, window: &Window, begin: u32, edge: &[Xy; 2]) {
        let Self { grid, tallies, runs, .. } = self;
        let course = Course::new(grid, edge);
        let [a, b] = *edge;
        course.each_row(grid, |row, first, last| {
            let tallies = &mut tallies[(row - window.row) * window.width..][..window.width];
            for column in first..=last {
                let (tally, centre) = (&mut tallies[column - window.column], grid.centre(column, row));
                add(runs, tally, Run { first: begin, count: 1 });
                tally.flip(Tally::ABOVE, is_above(a, b, centre));
                match course.is_through(column, row) {
                    true => tally.flip(Tally::LEFT, is_left_of(a, b, centre)),
                    false => tally.bits |= Tally::ENDS,
                }
            }
            let middle = grid.rows.centre(row);
            if (a.y > middle) != (b.y > middle) {
                let guess = grid.columns.nearest(course.at(row as f64));
                tallies[grid.crossing(edge, row, guess, first, last) - window.column].bits ^= Tally::FLIP;
            }
        });
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

    /// Makes spans and borders of what was counted.
    fn scan(&mut self, window: &Window) {
        let width = self.grid.columns.count();
        for (row, tallies) in self.tallies[..window.width * window.height].chunks_mut(window.width).enumerate() {
            let number = ((window.row + row) * width + window.column) as u32;
            let (mut inside, mut from) = (false, None);
            for (tally, cell) in tallies.iter_mut().zip(number..) {
                let tally = std::mem::take(tally);
                inside ^= tally.has(Tally::FLIP);
                if tally.last == 0 && inside {
                    from = from.or(Some(cell));
                    continue;
                }
                if let Some(from) = from.take() {
                    self.piece.spans.push((from, cell - from));
                }
                if tally.last > 0 {
                    let entry = self.piece.entry(&self.runs, tally, inside);
                    self.piece.borders.push((cell, entry));
                }
            }
        }
    }
}

/// Adds edges to those of a cell.
#[inline]
fn add(runs: &mut Vec<(Run, u32)>, tally: &mut Tally, more: Run) {
    if let Some((run, _)) = runs.get_mut((tally.last as usize).wrapping_sub(1))
        && run.first + run.count * POSITION as u32 == more.first
    {
        run.count += more.count;
        return;
    }
    runs.push((more, tally.last));
    tally.last = runs.len() as u32;
}

impl Piece {
    fn entry(&mut self, runs: &[(Run, u32)], tally: Tally, inside: bool) -> Entry {
        let ends = tally.has(Tally::ENDS);
        let odd = inside ^ tally.has(if ends { Tally::ABOVE } else { Tally::LEFT });
        let flags = (u32::from(odd) * Entry::ODD) | (u32::from(ends) * Entry::ENDS);
        let (last, before) = runs[tally.last as usize - 1];
        if before == 0 {
            return Entry { area: 0, first: last.first, rest: (last.count << Entry::COUNT) | flags };
        }
        let first = self.runs.len();
        let mut at = tally.last;
        while at > 0 {
            let (run, before) = runs[at as usize - 1];
            self.runs.push(run);
            at = before;
        }
        let count = (self.runs.len() - first) as u32;
        Entry { area: 0, first: first as u32, rest: (count << Entry::COUNT) | flags | Entry::SCATTERED }
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
