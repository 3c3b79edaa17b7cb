//! Counting, cell by cell, the edges of a polygon, until all of it is known: which cells it covers, and which its edges
//! pass through.

use super::course::Course;
use super::grid::{Axis, Grid, MARGIN, is_above, is_left_of};
use super::mosaic::POSITION;
use super::piece::{Entry, Piece, Run};
use crate::geom::{Rect, Xy};

/// Cells of a grid, and one column more to the right.
#[derive(Debug, Default)]
pub(super) struct Window {
    column: usize,
    row: usize,
    width: usize,
    height: usize,
}

impl Window {
    /// Those around a box.
    pub(super) fn new(grid: &Grid, rect: &Rect) -> Self {
        let low = grid.place(Xy { x: rect.xmin, y: rect.ymin });
        let high = grid.place(Xy { x: rect.xmax, y: rect.ymax });
        let (column, row) = (grid.columns.nearest(low.x - MARGIN), grid.rows.nearest(low.y - MARGIN));
        let width = grid.columns.nearest(high.x + MARGIN) + 2 - column;
        Self { column, row, width, height: grid.rows.nearest(high.y + MARGIN) + 1 - row }
    }

    /// All.
    pub(super) fn whole(grid: &Grid) -> Self {
        Self { column: 0, row: 0, width: grid.columns.count() + 1, height: grid.rows.count() }
    }

    /// The number of cells.
    pub(super) fn cells(&self) -> usize {
        self.width * self.height
    }
}

/// What is known of a cell so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// The last run of edges, counted from 1; 0 for none.
    last: u32,
    bits: u32,
}

impl Tally {
    /// Whether an odd number of edges crosses the middle of the row between the centre of the cell before and its own.
    pub(super) const FLIP: u32 = 1;
    /// As `Entry::ENDS`.
    const ENDS: u32 = 2;
    /// Whether an odd number of edges is met on the way to the centre if one of them ends in the cell, and if none does.
    const ABOVE: u32 = 4;
    const LEFT: u32 = 8;

    fn has(self, bit: u32) -> bool {
        self.bits & bit != 0
    }

    #[inline]
    pub(super) fn flip(&mut self, bit: u32, odd: bool) {
        self.bits ^= if odd { bit } else { 0 };
    }

    /// An edge ends in the cell, or more of them do, of which so many are above its centre.
    #[inline]
    pub(super) fn end(&mut self, is_above: bool) {
        self.bits |= Self::ENDS;
        self.flip(Self::ABOVE, is_above);
    }
}

/// The tallies of a window.
pub(super) struct Tallies<'a> {
    pub(super) grid: &'a Grid,
    window: Window,
    tallies: Vec<Tally>,
    /// Runs of the polygon, each with the one before it in the same cell, counted from 1.
    runs: Vec<(Run, u32)>,
}

impl<'a> Tallies<'a> {
    /// Of cells of a grid.
    pub(super) fn new(grid: &'a Grid) -> Self {
        Self { grid, window: Window::default(), tallies: Vec::new(), runs: Vec::new() }
    }

    /// Forgets what was counted.
    pub(super) fn clear(&mut self) {
        self.tallies.clear();
    }

    /// Begins a polygon, all of which is in `window`. What was counted of the one before has been taken.
    pub(super) fn open(&mut self, window: Window) {
        self.runs.clear();
        self.tallies.resize(self.tallies.len().max(window.cells()), Tally::default());
        self.window = window;
    }

    #[inline]
    fn number(&self, column: usize, row: usize) -> usize {
        (row - self.window.row) * self.window.width + column - self.window.column
    }

    /// The tally of a cell.
    #[inline]
    pub(super) fn of(&mut self, column: usize, row: usize) -> &mut Tally {
        let number = self.number(column, row);
        &mut self.tallies[number]
    }

    /// Adds edges to those of a cell.
    #[inline]
    pub(super) fn add(&mut self, column: usize, row: usize, more: Run) -> &mut Tally {
        let number = self.number(column, row);
        let tally = &mut self.tallies[number];
        add(&mut self.runs, tally, more);
        tally
    }

    /// Any edge, which begins at `first`; false if it is too long for the size of cells.
    pub(super) fn across(&mut self, first: u32, edge: &[Xy; 2]) -> bool {
        let Self { grid, window, tallies, runs } = self;
        let course = Course::new(grid, edge);
        let [a, b] = *edge;
        course.each_row(grid, |row, from, to| {
            let tallies = &mut tallies[(row - window.row) * window.width..][..window.width];
            for column in from..=to {
                let (tally, centre) = (&mut tallies[column - window.column], grid.centre(column, row));
                add(runs, tally, Run { first, count: 1 });
                tally.flip(Tally::ABOVE, is_above(a, b, centre));
                match course.is_through(column, row) {
                    true => tally.flip(Tally::LEFT, is_left_of(a, b, centre)),
                    false => tally.bits |= Tally::ENDS,
                }
            }
            let middle = grid.rows.centre(row);
            if (a.y > middle) != (b.y > middle) {
                let guess = grid.columns.nearest(course.at(row as f64));
                tallies[grid.crossing(edge, row, guess, from, to) - window.column].bits ^= Tally::FLIP;
            }
        });
        course.is_sure()
    }

    /// Leaves out the outermost cells of the whole grid: those of the others that come first in their row are told whether
    /// their centre is inside, and beyond the last of them nothing is.
    pub(super) fn frame(&mut self, is_inside: impl Fn(Xy) -> bool) {
        let last = |axis: &Axis| axis.count() - 1;
        let (grid, right, top) = (self.grid, last(&self.grid.columns), last(&self.grid.rows));
        for (row, tallies) in self.tallies[..self.window.cells()].chunks_mut(self.window.width).enumerate() {
            if row == 0 || row == top {
                tallies.fill(Tally::default());
                continue;
            }
            (tallies[0], tallies[right], tallies[right + 1]) = Default::default();
            tallies[1].bits &= !Tally::FLIP;
            tallies[1].flip(Tally::FLIP, is_inside(grid.centre(1, row)));
            let inside = tallies[..right].iter().fold(false, |inside, tally| inside ^ tally.has(Tally::FLIP));
            tallies[right].flip(Tally::FLIP, inside);
        }
    }

    /// Makes spans and borders of what was counted.
    pub(super) fn scan(&mut self, piece: &mut Piece) {
        let (window, width) = (&self.window, self.grid.columns.count());
        for (row, tallies) in self.tallies[..window.cells()].chunks_mut(window.width).enumerate() {
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
                    piece.spans.push((from, cell - from));
                }
                if tally.last > 0 {
                    let entry = entry(&self.runs, tally, inside, &mut piece.runs);
                    piece.borders.push((cell, entry));
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

/// The entry of a cell. Edges that do not follow each other are put into `scattered`.
fn entry(runs: &[(Run, u32)], tally: Tally, inside: bool, scattered: &mut Vec<Run>) -> Entry {
    let ends = tally.has(Tally::ENDS);
    let odd = inside ^ tally.has(if ends { Tally::ABOVE } else { Tally::LEFT });
    let flags = (u32::from(odd) * Entry::ODD) | (u32::from(ends) * Entry::ENDS);
    let (last, before) = runs[tally.last as usize - 1];
    if before == 0 {
        return Entry { area: 0, first: last.first, rest: (last.count << Entry::COUNT) | flags };
    }
    let first = scattered.len();
    let mut at = tally.last;
    while at > 0 {
        let (run, before) = runs[at as usize - 1];
        scattered.push(run);
        at = before;
    }
    let count = (scattered.len() - first) as u32;
    Entry { area: 0, first: first as u32, rest: (count << Entry::COUNT) | flags | Entry::SCATTERED }
}
