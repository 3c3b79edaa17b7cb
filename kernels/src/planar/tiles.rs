//! The cells of one grid, each of which names the areas around it, and lists the few edges that decide about others.

use super::cell::{Cell, Crowd};
use super::grid::{Around, Grid};
use super::mosaic::{POSITION, Stored};
use super::piece::{Entry, Piece, Run};
use super::stripes::Location;
use crate::geom::{Xy, unpacked};

/// Areas, cell by cell.
#[derive(Debug)]
pub(super) struct Tiles {
    pub(super) grid: Grid,
    cells: Vec<Cell>,
    pub(super) entries: Vec<Entry>,
    runs: Vec<Run>,
    crowds: Vec<Crowd>,
}

/// A cell with more edges is crowded: so many are looked at in no time. In tests, small shapes are enough.
const CROWD: usize = if cfg!(test) { 3 } else { 16 };

impl Tiles {
    /// Puts pieces together, which are in the order of their areas; `None` if there is too much of them. Cells may be
    /// divided so many times.
    pub(super) fn new(grid: Grid, pieces: Vec<Piece>, levels: u32) -> Option<Self> {
        let mut cells = vec![Cell::default(); grid.columns.count() * grid.rows.count()];
        for piece in &pieces {
            piece.each_area(|area, spans, borders| {
                for (first, count) in spans {
                    cells[*first as usize..][..*count as usize].iter_mut().for_each(|cell| cell.add(area + 1));
                }
                borders.iter().for_each(|(cell, _)| cells[*cell as usize].add(Cell::LISTED | 1));
            });
        }
        // Cells have said how many entries they need: now they say where.
        let mut total = 0_usize;
        for cell in cells.iter_mut().filter(|cell| cell.is_listed()) {
            let count = cell.number();
            *cell = Cell::of_entry(total);
            total += count;
        }
        if total >= (Cell::LISTED ^ Cell::CROWDED) as usize {
            return None;
        }
        let runs = Vec::with_capacity(pieces.iter().map(|piece| piece.runs.len()).sum());
        let mut tiles = Self { grid, cells, entries: vec![Entry::default(); total], runs, crowds: Vec::new() };
        pieces.into_iter().for_each(|piece| tiles.take(piece));
        tiles.close(levels);
        Some(tiles)
    }

    /// Fills in the entries of a piece, and keeps its runs.
    fn take(&mut self, mut piece: Piece) {
        let runs = self.runs.len() as u32;
        self.runs.append(&mut piece.runs);
        let Self { cells, entries, .. } = self;
        let mut put = |cell: &mut Cell, entry: Entry| {
            entries[cell.number()] = entry;
            cell.0 += 1;
        };
        piece.each_area(|area, spans, borders| {
            for (first, count) in spans {
                let covered = &mut cells[*first as usize..][..*count as usize];
                for cell in covered.iter_mut().filter(|cell| cell.is_listed()) {
                    put(cell, Entry { area, first: 0, rest: 0 });
                }
            }
            for (cell, entry) in borders {
                let base = if entry.has(Entry::SCATTERED) { runs } else { 0 };
                put(&mut cells[*cell as usize], Entry { area, first: entry.first + base, ..*entry });
            }
        });
    }

    /// Each list has been filled up to where the next begins.
    fn close(&mut self, levels: u32) {
        let mut from = 0;
        for cell in self.cells.iter_mut().filter(|cell| cell.is_listed()) {
            let to = std::mem::replace(cell, Cell::of_entry(from)).number();
            self.entries[to - 1].rest |= Entry::LAST;
            let entries = &self.entries[from..to];
            let edges = |entry| {
                runs(&self.runs, entry, &mut Run::default()).iter().map(|run| run.count as usize).sum::<usize>()
            };
            let edges: usize = entries.iter().map(edges).sum();
            // Areas that cover it would have to be named again and again.
            let covers = entries.iter().filter(|entry| entry.count() == 0).count();
            if edges > CROWD.max(2 * covers) && levels > 0 {
                *cell = Cell(Cell::CROWDED | self.crowds.len() as u32);
                self.crowds.push(Crowd::new(from, edges, levels));
            }
            from = to;
        }
    }

    /// Bytes held, without what lies below.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>()
            + self.cells.capacity() * size_of::<Cell>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.runs.capacity() * size_of::<Run>()
            + self.crowds.capacity() * size_of::<Crowd>()
    }

    /// The number of cells.
    pub(super) fn cells(&self) -> usize {
        self.cells.len()
    }

    /// This and all that lies below.
    #[cfg(test)]
    pub(super) fn all(&self) -> Vec<&Self> {
        let below = self.crowds.iter().filter_map(|crowd| crowd.below.get()?.as_ref());
        std::iter::once(self).chain(below.flat_map(|below| below.all())).collect()
    }

    /// What the cell of a position says; of NaN and of what is far outside, nothing.
    #[inline]
    pub(super) fn cell(&self, x: f64, y: f64) -> Cell {
        self.cells[self.grid.number(x, y)]
    }

    /// The crowd in a cell.
    #[inline]
    pub(super) fn crowd(&self, cell: Cell) -> Option<&Crowd> {
        cell.is_crowded().then(|| &self.crowds[cell.number()])
    }

    /// The areas of the first two entries of a cell, and where their edges begin.
    #[inline]
    pub(super) fn begin(&self, cell: Cell) -> [(u32, u32); 2] {
        if !cell.is_listed() {
            return Default::default();
        }
        let first = cell.number();
        let second = first + usize::from(!self.entries[first].has(Entry::LAST));
        [first, second].map(|i| {
            let Entry { area, first, .. } = self.entries[i];
            let run = if self.entries[i].has(Entry::SCATTERED) { self.runs[first as usize].first } else { first };
            (area, run)
        })
    }

    /// The entries of a crowd.
    pub(super) fn listed(&self, crowd: &Crowd) -> impl Iterator<Item = &Entry> {
        let entries = &self.entries[crowd.first as usize..];
        let last = entries.iter().position(|entry| entry.has(Entry::LAST)).unwrap_or_default();
        entries[..=last].iter()
    }

    /// Where each edge of an entry begins in what is stored of its area, and where it is.
    pub(super) fn edges(&self, stored: Stored, entry: &Entry) -> Vec<(u32, [Xy; 2])> {
        let (area, mut own) = (stored.area(entry.area), Run::default());
        let of_run = |run: &Run| (run.first..).step_by(POSITION).zip(edges(area, run.first, run.count as usize));
        runs(&self.runs, entry, &mut own).iter().flat_map(of_run).collect()
    }

    /// What is known of a cell, as an entry in `column` has it, apart from its edges.
    #[inline]
    pub(super) fn around(&self, entry: &Entry, column: usize) -> Around {
        let x = self.grid.columns.centre(column);
        Around { x, odd: entry.has(Entry::ODD), ends: entry.has(Entry::ENDS) }
    }

    /// Calls `f` with each area that `p`, which falls in `cell`, lies in or on, and where it lies. Areas ascend. Gives the
    /// number of edges and areas that were looked at.
    #[inline]
    pub(super) fn each_around(&self, stored: Stored, cell: Cell, p: Xy, mut f: impl FnMut(u32, Location)) -> usize {
        if cell.0 == 0 {
            return 0;
        }
        if !cell.is_listed() {
            f(cell.0 - 1, Location::Interior);
            return 1;
        }
        let mut work = 0;
        let column = self.grid.columns.cell(p.x);
        // An area has an entry for each of its polygons. By the even-odd rule, two of them undo each other.
        let (mut inside, mut on_edge) = (false, false);
        let mut entries = self.entries[cell.number()..].iter().peekable();
        while let Some(entry) = entries.next() {
            match self.locate(stored, entry, column, p, &mut work) {
                Location::Interior => inside ^= true,
                Location::Boundary => on_edge = true,
                Location::Exterior => {}
            }
            let last = entry.has(Entry::LAST);
            if last || entries.peek().is_none_or(|next| next.area != entry.area) {
                match (on_edge, inside) {
                    (true, _) => f(entry.area, Location::Boundary),
                    (false, true) => f(entry.area, Location::Interior),
                    (false, false) => {}
                }
                (inside, on_edge) = (false, false);
            }
            if last {
                break;
            }
        }
        work
    }

    #[inline]
    fn locate(&self, stored: Stored, entry: &Entry, column: usize, p: Xy, work: &mut usize) -> Location {
        let count = entry.count();
        *work += 1 + count;
        if count == 0 {
            return Location::Interior;
        }
        let (around, area) = (self.around(entry, column), stored.area(entry.area));
        if !entry.has(Entry::SCATTERED) {
            return around.locate(p, edges(area, entry.first, count));
        }
        let runs = &self.runs[entry.first as usize..][..count];
        *work += runs.iter().map(|run| run.count as usize).sum::<usize>();
        around.locate(p, runs.iter().flat_map(|run| edges(area, run.first, run.count as usize)))
    }
}

/// The runs of an entry; the only one is put into `own`.
fn runs<'a>(runs: &'a [Run], entry: &Entry, own: &'a mut Run) -> &'a [Run] {
    if entry.has(Entry::SCATTERED) {
        return &runs[entry.first as usize..][..entry.count()];
    }
    *own = Run { first: entry.first, count: entry.count() as u32 };
    std::slice::from_ref(own)
}

/// Edges that follow each other, of an area.
#[inline]
fn edges(area: &[u8], first: u32, count: usize) -> impl Iterator<Item = [Xy; 2]> {
    let positions = area.get(first as usize..).unwrap_or_default().as_chunks().0;
    positions.iter().zip(positions.iter().skip(1)).take(count).map(|(a, b)| [unpacked(a), unpacked(b)])
}
