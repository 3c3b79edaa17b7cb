//! A raster over an area: the cell that a position falls in decides where it lies, or lists the few edges that do.

use std::ops::Range;

use super::course::Course;
use super::grid::{Around, Grid, extents};
use super::segment::boxed;
use super::stripes::Location;
use crate::geom::{Rect, Xy};

/// An area, cell by cell.
#[derive(Debug)]
pub struct Raster {
    grid: Grid,
    /// Cells, 16 in a word: 16 bits that say inside, 16 that say undecided, and the number of undecided cells before.
    words: Vec<u64>,
    undecided: Vec<Undecided>,
    /// Edge numbers of those undecided cells whose edges do not follow each other.
    listed: Vec<u32>,
    edges: Vec<[Xy; 2]>,
}

/// A cell with edges.
#[derive(Debug, Clone, Copy, Default)]
pub struct Undecided {
    /// Number of the first edge, the others following it; or where edge numbers begin in `listed`.
    first: u32,
    /// The number of edges, above three bits.
    rest: u32,
}

impl Undecided {
    /// Whether the centre of the cell would lie inside if no edge were met on the way there.
    const ODD: u32 = 1;
    /// Whether an edge ends in the cell; if not, all pass through it from side to side.
    const ENDS: u32 = 2;
    /// Whether `first` is a place in `listed`.
    const LISTED: u32 = 4;

    fn has(self, bit: u32) -> bool {
        self.rest & bit != 0
    }

    fn range(self) -> Range<usize> {
        self.first as usize..self.first as usize + (self.rest >> 3) as usize
    }
}

/// How fine a raster would be, and what it would cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// The box around all edges.
    bounds: Rect,
    /// Cells along each axis, a multiple of 16.
    side: usize,
    /// Rows from which on the raster saves more than it costs.
    pub rows: usize,
}

/// Cells along an axis.
const SIDES: [usize; 6] = [16, 32, 64, 128, 256, 512];

/// Where more cells than one of so many are undecided, smaller ones are worth it.
const UNDECIDED: f64 = 24.0;

/// Edges listed in all cells, at most, or four for each edge if that is more.
const MAX_LISTED: f64 = 1_048_576.0;

impl Plan {
    /// A plan for the closed rings of one polygon or multipolygon; `None` where their edges had better be asked.
    pub fn new(edges: &[[Xy; 2]]) -> Option<Self> {
        let bounds = edges.iter().map(boxed).reduce(|a, b| a.union(&b))?;
        let (width, height) = extents(&bounds)?;
        if edges.len() >= 1 << 30 {
            return None;
        }
        let wide: f64 = edges.iter().map(|[a, b]| (b.x - a.x).abs() / width).sum();
        let tall: f64 = edges.iter().map(|[a, b]| (b.y - a.y).abs() / height).sum();
        let count = edges.len() as f64;
        let cells = |side: usize| (side * side) as f64;
        let listed = |side: usize| (wide + tall) * side as f64 + count;
        let (fine, most) = (|side: usize| listed(side) * UNDECIDED < cells(side), MAX_LISTED.max(4.0 * count));
        let mut affordable = SIDES.into_iter().filter(|side| listed(*side) <= most);
        let side = affordable.clone().find(|side| fine(*side)).or(affordable.next_back())?;
        // Listing an edge takes about as long as locating a row takes without a raster, for which the edges at its
        // height, `tall` on average, are looked at eight at a time.
        let rows = (listed(side) + cells(side) / 8.0) / (2.0 + tall / 8.0);
        Some(Self { bounds, side, rows: rows as usize })
    }
}

/// A cell while the raster is built.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// The number of edges, and three bits.
    count: u32,
    /// Number of the first edge, then of the cell among the undecided ones.
    first: u32,
}

impl Tally {
    /// Whether an odd number of edges crosses the middle of the row between the centre of the cell before and its own.
    const FLIP: u32 = 1 << 31;
    /// As `Undecided::ENDS`.
    const ENDS: u32 = 1 << 30;
    /// Whether its edges do not follow each other.
    const SCATTERED: u32 = 1 << 29;
    const COUNT: u32 = Self::SCATTERED - 1;

    fn add(&mut self, edge: usize, ends: bool) {
        let count = self.count & Self::COUNT;
        match count {
            0 => self.first = edge as u32,
            _ if (self.first + count) as usize != edge => self.count |= Self::SCATTERED,
            _ => {}
        }
        self.count = (self.count + 1) | if ends { Self::ENDS } else { 0 };
    }

    fn has(self, bit: u32) -> bool {
        self.count & bit != 0
    }
}

impl Raster {
    /// The raster of the closed rings of one polygon or multipolygon; `None` where doubles are too coarse for it.
    pub fn new(edges: &[[Xy; 2]], plan: &Plan) -> Option<Self> {
        let bounds = &plan.bounds;
        let mut raster = Self {
            grid: Grid::new(bounds, plan.side, plan.side)?,
            words: Vec::new(),
            undecided: Vec::new(),
            listed: Vec::new(),
            edges: edges.to_vec(),
        };
        let mut cells = raster.count();
        raster.classify(&mut cells);
        raster.list(&mut cells);
        Some(raster)
    }

    fn count(&self) -> Vec<Tally> {
        let width = self.grid.columns.count();
        let mut cells = vec![Tally::default(); width * self.grid.rows.count()];
        for (i, edge @ [a, b]) in self.edges.iter().enumerate() {
            let course = Course::new(&self.grid, edge);
            course.each_row(&self.grid, |row, first, last| {
                let cells = &mut cells[row * width..][..width];
                for (column, cell) in (first..).zip(&mut cells[first..=last]) {
                    cell.add(i, !course.is_through(column, row));
                }
                let middle = self.grid.rows.centre(row);
                if (a.y > middle) != (b.y > middle) {
                    let guess = self.grid.columns.nearest(course.at(row as f64));
                    cells[self.grid.crossing(edge, row, guess, first, last)].count ^= Tally::FLIP;
                }
            });
        }
        cells
    }

    /// Makes words and undecided cells of what was counted.
    fn classify(&mut self, cells: &mut [Tally]) {
        let mut listed = 0;
        for row in cells.chunks_mut(self.grid.columns.count()) {
            let mut inside = false;
            for group in row.chunks_mut(16) {
                let mut word = (self.undecided.len() as u64) << 32;
                for (i, cell) in group.iter_mut().enumerate() {
                    inside ^= cell.has(Tally::FLIP);
                    let count = cell.count & Tally::COUNT;
                    if count > 0 {
                        word |= 1 << (16 + i);
                        let flag = |bit, set: bool| if set { bit } else { 0 };
                        let (ends, scattered) = (cell.has(Tally::ENDS), cell.has(Tally::SCATTERED));
                        let flags = flag(Undecided::ODD, inside)
                            | flag(Undecided::ENDS, ends)
                            | flag(Undecided::LISTED, scattered);
                        let first = if scattered { listed } else { cell.first };
                        listed += if scattered { count } else { 0 };
                        *cell = Tally { count: 0, first: self.undecided.len() as u32 };
                        self.undecided.push(Undecided { first, rest: count << 3 | flags });
                    } else if inside {
                        word |= 1 << i;
                    }
                }
                self.words.push(word);
            }
        }
        self.undecided.shrink_to_fit();
        self.listed = vec![0; listed as usize];
    }

    /// Lists the edges of undecided cells, and takes them off the way to the centre.
    fn list(&mut self, cells: &mut [Tally]) {
        let (mut undecided, mut listed) = (std::mem::take(&mut self.undecided), std::mem::take(&mut self.listed));
        let width = self.grid.columns.count();
        for (i, edge) in self.edges.iter().enumerate() {
            Course::new(&self.grid, edge).each_row(&self.grid, |row, first, last| {
                for column in first..=last {
                    let tally = &mut cells[row * width + column];
                    let cell = &mut undecided[tally.first as usize];
                    let met = Around::is_met(edge, self.grid.centre(column, row), cell.has(Undecided::ENDS));
                    cell.rest ^= u32::from(met) * Undecided::ODD;
                    if cell.has(Undecided::LISTED) {
                        listed[(cell.first + tally.count) as usize] = i as u32;
                        tally.count += 1;
                    }
                }
            });
        }
        (self.undecided, self.listed) = (undecided, listed);
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
            + self.undecided.capacity() * size_of::<Undecided>()
            + self.listed.capacity() * size_of::<u32>()
            + self.edges.capacity() * size_of::<[Xy; 2]>()
    }

    /// The cells of 64 positions.
    #[inline]
    pub fn cells(&self, x: &[f64; 64], y: &[f64; 64]) -> [u32; 64] {
        let mut cells = [0; 64];
        for (cell, (x, y)) in cells.iter_mut().zip(x.iter().zip(y)) {
            *cell = self.grid.number(*x, *y) as u32;
        }
        cells
    }

    /// What 64 cells say: whether cell `i` is inside in bit `i` of the first, whether it has edges, so that it does not
    /// say, in that of the second.
    #[inline]
    pub fn decide(&self, cells: &[u32; 64]) -> (u64, u64) {
        let (mut inside, mut undecided) = (0, 0);
        // Eight by eight: shifts by constants, and no long chain of them.
        for (group, cells) in cells.as_chunks::<8>().0.iter().enumerate() {
            let mut both = [0, 0];
            for (i, cell) in cells.iter().enumerate() {
                let bits = self.words.get(*cell as usize / 16).map_or(0, |word| word >> (cell % 16));
                both[0] |= (bits & 1) << i;
                both[1] |= (bits >> 16 & 1) << i;
            }
            inside |= both[0] << (8 * group);
            undecided |= both[1] << (8 * group);
        }
        (inside, undecided)
    }

    /// The edges of a cell, where it has any.
    #[inline]
    pub fn undecided(&self, cell: u32) -> Undecided {
        let word = self.words[cell as usize / 16];
        let before = (word >> 16) as u16 & ((1 << (cell % 16)) - 1);
        self.undecided[(word >> 32) as usize + before.count_ones() as usize]
    }

    /// Where `p` lies; NaN is outside.
    #[inline]
    pub fn locate(&self, p: Xy) -> Location {
        let cell = self.grid.number(p.x, p.y);
        match self.words[cell / 16] >> (cell % 16) & 0x1_0001 {
            0 => Location::Exterior,
            1 => Location::Interior,
            _ => self.locate_among(p, cell as u32, self.undecided(cell as u32)),
        }
    }

    /// Where `p` lies among the edges of its cell.
    #[inline]
    pub fn locate_among(&self, p: Xy, number: u32, cell: Undecided) -> Location {
        let x = self.grid.columns.centre(number as usize % self.grid.columns.count());
        let around = Around { x, odd: cell.has(Undecided::ODD), ends: cell.has(Undecided::ENDS) };
        if !cell.has(Undecided::LISTED) {
            return around.locate(p, self.edges[cell.range()].iter().copied());
        }
        around.locate(p, self.listed[cell.range()].iter().map(|i| self.edges[*i as usize]))
    }

    /// Where all of a box lies, if its cells agree and have no edges.
    pub fn cover(&self, rect: &Rect) -> Option<Location> {
        let (first, last) = (self.grid.columns.cell(rect.xmin), self.grid.columns.cell(rect.xmax));
        let (from, to) = (first / 16, last / 16);
        let all = |group: usize| {
            let low = if group == from { first % 16 } else { 0 };
            let high = if group == to { last % 16 } else { 15 };
            (0xffff_u64 >> (15 - high)) & (0xffff << low)
        };
        for row in self.grid.rows.cell(rect.ymin)..=self.grid.rows.cell(rect.ymax) {
            let words = &self.words[row * self.grid.columns.count() / 16..][from..=to];
            if words.iter().zip(from..).any(|(word, group)| word >> 16 & all(group) != 0) {
                return None;
            }
        }
        // Edges lie between cells inside and outside: without any, all cells are what the first one is.
        Some(self.locate(Xy { x: rect.xmin, y: rect.ymin }))
    }
}

#[cfg(test)]
#[path = "raster_tests.rs"]
pub(super) mod tests;
