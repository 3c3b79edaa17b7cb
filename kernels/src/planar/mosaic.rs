//! A raster over many areas: the cell that a position falls in names the areas around it, and lists the few edges that
//! decide about others.

use super::grid::{Around, Grid};
use super::layer::{Ground, Piece};
use super::stripes::Location;
use crate::geom::{GeometryColumn, Position, Xy, unpacked};

/// Areas, cell by cell.
#[derive(Debug)]
pub struct Mosaic {
    grid: Grid,
    /// What each cell says: nothing, the number of the only area, which covers all of it, above 0, or where its entries
    /// begin.
    cells: Vec<u32>,
    entries: Vec<Entry>,
    runs: Vec<Run>,
    /// The positions of areas that are not stored as edges are read, by area; empty if all are.
    copies: Vec<Vec<Position>>,
}

/// Bytes of a position.
pub(super) const POSITION: usize = size_of::<Position>();

/// What a cell says.
#[derive(Debug, Clone, Copy)]
pub struct Cell(u32);

/// Set in a cell that has entries.
const LISTED: u32 = 1 << 31;

/// An area that covers a cell, or whose edges pass through it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry {
    pub(super) area: u32,
    /// Where the first edge begins, as in `Run`, or a place in `runs`.
    pub(super) first: u32,
    /// The number of edges, or of runs, above four bits; 0 where the area covers the cell.
    pub(super) rest: u32,
}

impl Entry {
    /// As `Around` has them.
    pub(super) const ODD: u32 = 1;
    pub(super) const ENDS: u32 = 2;
    /// Whether edges do not follow each other, so that `first` is a place in `runs`.
    pub(super) const SCATTERED: u32 = 4;
    /// Whether it is the last of its cell.
    const LAST: u32 = 8;
    pub(super) const COUNT: u32 = 4;

    fn has(self, bit: u32) -> bool {
        self.rest & bit != 0
    }

    fn count(self) -> usize {
        (self.rest >> Self::COUNT) as usize
    }
}

/// Edges that follow each other: where the first begins in what is stored of the area, in bytes, and how many they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) first: u32,
    pub(super) count: u32,
}

impl Mosaic {
    /// Puts pieces together, which are in the order of their areas; `None` if there is too much of them.
    pub fn new(ground: &Ground, pieces: Vec<Piece>) -> Option<Self> {
        let mut cells = vec![0_u32; ground.cells()];
        // A cell that is all one area's needs no entry. The others say how many they need, before they say where.
        let one_more = |cell: &mut u32, alone: u32| {
            *cell = match *cell {
                0 => alone,
                several if several & LISTED != 0 => several + 1,
                _ => LISTED | 2,
            };
        };
        for piece in &pieces {
            piece.each_area(|area, spans, borders| {
                for (first, count) in spans {
                    let covered = &mut cells[*first as usize..][..*count as usize];
                    covered.iter_mut().for_each(|cell| one_more(cell, area + 1));
                }
                borders.iter().for_each(|(cell, _)| one_more(&mut cells[*cell as usize], LISTED | 1));
            });
        }
        let mut total = 0_usize;
        for cell in cells.iter_mut().filter(|cell| **cell & LISTED != 0) {
            let count = (*cell & !LISTED) as usize;
            *cell = LISTED | total as u32;
            total += count;
        }
        if total >= LISTED as usize {
            return None;
        }
        let mut mosaic = Self {
            grid: ground.grid.clone(),
            cells,
            entries: vec![Entry::default(); total],
            runs: Vec::with_capacity(pieces.iter().map(|piece| piece.runs.len()).sum()),
            copies: Vec::new(),
        };
        for piece in pieces {
            mosaic.take(piece);
        }
        // Each list has been filled up to where the next begins.
        let mut from = 0;
        for cell in mosaic.cells.iter_mut().filter(|cell| **cell & LISTED != 0) {
            let to = std::mem::replace(cell, LISTED | from) & !LISTED;
            mosaic.entries[to as usize - 1].rest |= Entry::LAST;
            from = to;
        }
        Some(mosaic)
    }

    /// Fills in the entries of a piece, and keeps their edges.
    fn take(&mut self, mut piece: Piece) {
        let runs = self.runs.len() as u32;
        self.runs.append(&mut piece.runs);
        for (area, copy) in piece.copies.drain(..) {
            self.copies.resize(self.copies.len().max(area as usize + 1), Vec::new());
            self.copies[area as usize] = copy;
        }
        let Self { cells, entries, .. } = self;
        let mut put = |cell: &mut u32, entry: Entry| {
            entries[(*cell & !LISTED) as usize] = entry;
            *cell += 1;
        };
        piece.each_area(|area, spans, borders| {
            for (first, count) in spans {
                for cell in cells[*first as usize..][..*count as usize].iter_mut().filter(|cell| **cell & LISTED != 0) {
                    put(cell, Entry { area, first: 0, rest: 0 });
                }
            }
            for (cell, entry) in borders {
                let base = if entry.has(Entry::SCATTERED) { runs } else { 0 };
                put(&mut cells[*cell as usize], Entry { area, first: entry.first + base, ..*entry });
            }
        });
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        size_of::<Self>()
            + self.cells.capacity() * size_of::<u32>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.runs.capacity() * size_of::<Run>()
            + self.copies.iter().map(|copy| size_of_val(copy) + copy.capacity() * POSITION).sum::<usize>()
    }

    /// The number of cells.
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// What the cell of a position says; of NaN and of what is far outside, nothing.
    #[inline]
    pub fn cell(&self, x: f64, y: f64) -> Cell {
        Cell(self.cells[self.grid.number(x, y)])
    }

    /// Calls `f` with each area that `p`, which falls in `cell`, lies in or on, and where it lies. Areas ascend; they are
    /// rows of `column`. Gives the number of edges and areas that were looked at.
    #[inline]
    pub fn each_around(&self, column: &GeometryColumn, cell: Cell, p: Xy, mut f: impl FnMut(u32, Location)) -> usize {
        if cell.0 == 0 {
            return 0;
        }
        if cell.0 & LISTED == 0 {
            f(cell.0 - 1, Location::Interior);
            return 1;
        }
        let mut work = 0;
        let x = self.grid.columns.centre(self.grid.columns.cell(p.x));
        // An area has an entry for each of its polygons. By the even-odd rule, two of them undo each other.
        let (mut inside, mut on_edge) = (false, false);
        let mut entries = self.entries[(cell.0 & !LISTED) as usize..].iter().peekable();
        while let Some(entry) = entries.next() {
            match self.locate(column, entry, x, p, &mut work) {
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
    fn locate(&self, column: &GeometryColumn, entry: &Entry, x: f64, p: Xy, work: &mut usize) -> Location {
        let count = entry.count();
        *work += 1 + count;
        if count == 0 {
            return Location::Interior;
        }
        let around = Around { x, odd: entry.has(Entry::ODD), ends: entry.has(Entry::ENDS) };
        let area = entry.area as usize;
        let stored = match self.copies.get(area) {
            Some(copy) if !copy.is_empty() => copy.as_flattened(),
            _ => column.wkb(area).unwrap_or_default(),
        };
        let edges = |first: u32, count: usize| {
            let positions = stored.get(first as usize..).unwrap_or_default().as_chunks().0;
            positions.iter().zip(positions.iter().skip(1)).take(count).map(|(a, b)| [unpacked(a), unpacked(b)])
        };
        if !entry.has(Entry::SCATTERED) {
            return around.locate(p, edges(entry.first, count));
        }
        let runs = &self.runs[entry.first as usize..][..count];
        *work += runs.iter().map(|run| run.count as usize).sum::<usize>();
        around.locate(p, runs.iter().flat_map(|run| edges(run.first, run.count as usize)))
    }
}

#[cfg(test)]
#[path = "mosaic_tests.rs"]
mod tests;
