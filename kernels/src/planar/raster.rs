//! A raster over an area: the cell that a position falls in decides where it lies, or lists the few edges that do.
//!
//! Nothing here rests on a tolerance. A position is put into its cell by an expression that never decreases with the
//! coordinate and is less than 2^-39 cells away from the exact affine map. Edges are listed in every cell that they
//! come near to, within `MARGIN`, which is far more: so no edge passes through a cell without edges, and all of it lies
//! on one side. In a cell with edges the path from a position to the centre of the cell meets none but those listed.

use std::ops::Range;

use super::segment::{boxed, on_segment, orientation};
use super::stripes::{Crossings, Location};
use crate::geom::{Rect, Xy};

/// An area, cell by cell.
#[derive(Debug)]
pub struct Raster {
    columns: Axis,
    rows: Axis,
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

/// In cells: how near an edge is to a cell in which it is listed.
const MARGIN: f64 = 1.0 / 64.0;

/// In cells: an edge that rises less than this is listed by its box, because its slope is not known well enough.
const FLAT: f64 = 1.0 / 256.0;

/// Cells along an axis.
const SIDES: [usize; 6] = [16, 32, 64, 128, 256, 512];

/// Where more cells than one of so many are undecided, smaller ones are worth it.
const UNDECIDED: f64 = 24.0;

/// Edges listed in all cells, at most, or four for each edge if that is more.
const MAX_LISTED: f64 = 1_048_576.0;

/// Extents and coordinates for which products of differences neither vanish nor overflow.
const SMALLEST: f64 = 1e-140;
const LARGEST: f64 = 1e140;

impl Plan {
    /// A plan for the closed rings of one polygon or multipolygon; `None` where their edges had better be asked.
    pub fn new(edges: &[[Xy; 2]]) -> Option<Self> {
        let bounds = edges.iter().map(boxed).reduce(|a, b| a.union(&b))?;
        let (width, height) = (bounds.xmax - bounds.xmin, bounds.ymax - bounds.ymin);
        let reach = bounds.xmin.abs().max(bounds.xmax.abs()).max(bounds.ymin.abs()).max(bounds.ymax.abs());
        if !(width > SMALLEST && height > SMALLEST && reach < LARGEST) || edges.len() >= 1 << 30 {
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

/// How one coordinate is put into a cell.
#[derive(Debug)]
struct Axis {
    origin: f64,
    /// Cells in a unit.
    scale: f64,
    /// Width of a cell.
    step: f64,
    /// Number of the last cell.
    last: f64,
}

impl Axis {
    /// The first and the last cell lie outside of `min..=max`.
    fn new(min: f64, max: f64, count: usize) -> Option<Self> {
        let scale = (count as f64 - 2.5) / (max - min);
        let axis = Self { origin: min - 0.75 / scale, scale, step: 1.0 / scale, last: (count - 1) as f64 };
        // Where doubles are too coarse for so many cells, this is not so.
        let clear = axis.position(min) > 0.6 && axis.position(max) < axis.last - 0.6;
        (clear && (0..count).all(|i| axis.cell(axis.centre(i)) == i)).then_some(axis)
    }

    /// In cells; the middle of cell `i` is at `i`.
    #[inline]
    fn position(&self, v: f64) -> f64 {
        (v - self.origin) * self.scale
    }

    /// The cell of a coordinate; NaN, and all that lies beyond, fall into the first and the last.
    #[inline]
    fn cell(&self, v: f64) -> usize {
        self.nearest(self.position(v))
    }

    /// The cell of a position in cells.
    #[inline]
    fn nearest(&self, position: f64) -> usize {
        // Comparisons, unlike `max` and `min`, are one instruction each, and NaN fails the first. Adding 2^52 rounds to
        // a whole number and leaves it in the low bits.
        let position = if position > 0.0 { position } else { 0.0 };
        let position = if position < self.last { position } else { self.last };
        (position + 4_503_599_627_370_496.0).to_bits() as u32 as usize
    }

    #[inline]
    fn centre(&self, cell: usize) -> f64 {
        self.origin + cell as f64 * self.step
    }

    fn count(&self) -> usize {
        self.last as usize + 1
    }
}

/// Whether the edge crosses the height of `q` to the right of it. Of `q` displaced upwards by next to nothing, and to
/// the right by next to nothing of that, so that it lies on no edge and beside no vertex.
#[inline]
fn is_right(a: Xy, b: Xy, q: Xy) -> bool {
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
fn is_above(a: Xy, b: Xy, q: Xy) -> bool {
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
fn is_left_of(a: Xy, b: Xy, q: Xy) -> bool {
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

/// An edge in units of cells, the lower end first.
struct Course {
    low: Xy,
    high: Xy,
    xmin: f64,
    xmax: f64,
    /// How far it goes to the right in a row.
    slope: f64,
}

impl Course {
    fn new(raster: &Raster, [a, b]: &[Xy; 2]) -> Self {
        let place = |p: &Xy| Xy { x: raster.columns.position(p.x), y: raster.rows.position(p.y) };
        let (a, b) = (place(a), place(b));
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        let slope = (high.x - low.x) / (high.y - low.y);
        Self { low, high, xmin: a.x.min(b.x), xmax: a.x.max(b.x), slope }
    }

    /// Where it is at a height within it; anywhere in its box if it is flat.
    fn at(&self, y: f64) -> f64 {
        (self.low.x + (y - self.low.y) * self.slope).min(self.xmax).max(self.xmin)
    }

    /// Calls `f` with each row that it comes near to, and the first and the last column there.
    fn each_row(&self, raster: &Raster, mut f: impl FnMut(usize, usize, usize)) {
        let flat = self.high.y - self.low.y < FLAT;
        for row in raster.rows.nearest(self.low.y - MARGIN)..=raster.rows.nearest(self.high.y + MARGIN) {
            let (mut from, mut to) = (self.xmin, self.xmax);
            if !flat {
                let below = self.at((row as f64 - 0.5 - MARGIN).max(self.low.y));
                let above = self.at((row as f64 + 0.5 + MARGIN).min(self.high.y));
                (from, to) = (below.min(above), below.max(above));
            }
            f(row, raster.columns.nearest(from - MARGIN), raster.columns.nearest(to + MARGIN));
        }
    }

    /// Whether it passes from one side of a cell to the opposite one: then its line, within the cell, is all its own.
    fn is_through(&self, column: usize, row: usize) -> bool {
        let across =
            |min: f64, max: f64, cell: usize| min <= cell as f64 - 0.5 - MARGIN && max >= cell as f64 + 0.5 + MARGIN;
        across(self.xmin, self.xmax, column) || across(self.low.y, self.high.y, row)
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
            columns: Axis::new(bounds.xmin, bounds.xmax, plan.side)?,
            rows: Axis::new(bounds.ymin, bounds.ymax, plan.side)?,
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
        let width = self.columns.count();
        let mut cells = vec![Tally::default(); width * self.rows.count()];
        for (i, edge @ [a, b]) in self.edges.iter().enumerate() {
            let course = Course::new(self, edge);
            course.each_row(self, |row, first, last| {
                let cells = &mut cells[row * width..][..width];
                for (column, cell) in (first..).zip(&mut cells[first..=last]) {
                    cell.add(i, !course.is_through(column, row));
                }
                let middle = self.rows.centre(row);
                if (a.y > middle) != (b.y > middle) {
                    let right = |column| is_right(*a, *b, Xy { x: self.columns.centre(column), y: middle });
                    let mut column = self.columns.nearest(course.at(row as f64)).clamp(first, last);
                    while column > first && !right(column - 1) {
                        column -= 1;
                    }
                    while column <= last && right(column) {
                        column += 1;
                    }
                    cells[column].count ^= Tally::FLIP;
                }
            });
        }
        cells
    }

    /// Makes words and undecided cells of what was counted.
    fn classify(&mut self, cells: &mut [Tally]) {
        let mut listed = 0;
        for row in cells.chunks_mut(self.columns.count()) {
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
        let width = self.columns.count();
        for (i, edge @ [a, b]) in self.edges.iter().enumerate() {
            Course::new(self, edge).each_row(self, |row, first, last| {
                let y = self.rows.centre(row);
                for column in first..=last {
                    let centre = Xy { x: self.columns.centre(column), y };
                    let tally = &mut cells[row * width + column];
                    let cell = &mut undecided[tally.first as usize];
                    let met =
                        if cell.has(Undecided::ENDS) { is_above(*a, *b, centre) } else { is_left_of(*a, *b, centre) };
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

    #[inline]
    fn number(&self, x: f64, y: f64) -> usize {
        self.rows.cell(y) * self.columns.count() + self.columns.cell(x)
    }

    /// The cells of 64 positions.
    #[inline]
    pub fn cells(&self, x: &[f64; 64], y: &[f64; 64]) -> [u32; 64] {
        let mut cells = [0; 64];
        for (cell, (x, y)) in cells.iter_mut().zip(x.iter().zip(y)) {
            *cell = self.number(*x, *y) as u32;
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
        let cell = self.number(p.x, p.y);
        match self.words[cell / 16] >> (cell % 16) & 0x1_0001 {
            0 => Location::Exterior,
            1 => Location::Interior,
            _ => self.locate_among(p, cell as u32, self.undecided(cell as u32)),
        }
    }

    /// Where `p` lies among the edges of its cell.
    #[inline]
    pub fn locate_among(&self, p: Xy, number: u32, cell: Undecided) -> Location {
        if !cell.has(Undecided::LISTED) {
            return self.resolve(p, number, cell, self.edges[cell.range()].iter());
        }
        self.resolve(p, number, cell, self.listed[cell.range()].iter().map(|i| &self.edges[*i as usize]))
    }

    #[inline]
    fn resolve<'a>(&self, p: Xy, number: u32, cell: Undecided, edges: impl Iterator<Item = &'a [Xy; 2]>) -> Location {
        let mut inside = cell.has(Undecided::ODD);
        if !cell.has(Undecided::ENDS) {
            // The edges are lines here: `p` and the centre lie on one side of each or on two.
            for [a, b] in edges {
                let side = orientation(*a, *b, p);
                if side == 0.0 && on_segment(p, *a, *b) {
                    return Location::Boundary;
                }
                inside ^= if side == 0.0 { is_left_of(*a, *b, p) } else { side > 0.0 };
            }
        } else {
            // Along the height of `p` to below or above the centre, and from there to the centre.
            let corner = Xy { x: self.columns.centre(number as usize % self.columns.count()), y: p.y };
            let mut crossings = Crossings::new(p);
            for [a, b] in edges {
                if crossings.add(*a, *b) {
                    return Location::Boundary;
                }
                inside ^= is_right(*a, *b, corner) ^ is_above(*a, *b, corner);
            }
            inside ^= crossings.location() == Location::Interior;
        }
        if inside { Location::Interior } else { Location::Exterior }
    }

    /// Where all of a box lies, if its cells agree and have no edges.
    pub fn cover(&self, rect: &Rect) -> Option<Location> {
        let (first, last) = (self.columns.cell(rect.xmin), self.columns.cell(rect.xmax));
        let (from, to) = (first / 16, last / 16);
        let all = |group: usize| {
            let low = if group == from { first % 16 } else { 0 };
            let high = if group == to { last % 16 } else { 15 };
            (0xffff_u64 >> (15 - high)) & (0xffff << low)
        };
        for row in self.rows.cell(rect.ymin)..=self.rows.cell(rect.ymax) {
            let words = &self.words[row * self.columns.count() / 16..][from..=to];
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
mod tests;
