//! What can be nearest to the points in a cell: a tree of cells over the plane, each divided once it was asked often
//! enough to pay for it.
//!
//! Points come in crowds, and what is near to one is near to the next. A cell lists the rows, and of these the
//! segments, that can be among the k nearest to any position in it; its quarters list what remains of that list. So a
//! crowd is told by a handful of segments whether it lies amid the build side or an ocean away from it.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering::Relaxed};

use smallvec::SmallVec;

use super::boxes::Outline;
use super::index::{Shapes, SpatialIndex};
use super::listing::{Candidate, Chosen, List, Listed, Place, Site, Square, Terms};
use super::vertices::{Kind, Paths, Run, Vertices};
use crate::error::Cause;
use crate::geom::{BLOCK, Rect, Xy};
use crate::planar::nearest::Nearest;

/// The nearest are looked for in cells if at most so many are wanted.
const MOST_WANTED: usize = 64;

/// Points after which the paths of all rows are laid side by side, and rows for which there must be another.
const PAYS_PATHS: usize = 64;
const ROWS_OF_POINT: usize = 16;

/// A quarter is filled once it was asked so often; in tests, where points are few, sooner.
const PAYS: u16 = if cfg!(test) { 2 } else { 32 };

/// The same where nothing is listed yet: rows are listed as fast as a few points are told by the boxes.
const PAYS_LIST: u16 = 1;

/// Cells that list no more work are not divided.
const FEW: u32 = 8;

/// Cells that list more work are not looked through: the search by boxes is as fast.
const MANY: u32 = 4096;

/// Cells for which more rows than this, beside those wanted, come into question list none: they are too large.
const MOST_ROWS: usize = 128;

/// Cells are divided so often at most.
const DEPTH: usize = 40;

/// The root is so many times as wide as the build side: what is farther away is rare.
const AROUND: f64 = 4.0;

/// Boxes of this extent or less have no room for cells.
const MIN_EXTENT: f64 = 1e-60;

/// Bytes of cells that a processor keeps at hand; in tests, where cells are few, less.
const CACHED: usize = if cfg!(test) { 16 << 10 } else { 16 << 20 };

/// Bytes that cells may take together, unless said otherwise.
const DEFAULT_LIMIT: usize = 128 << 20;

/// The cells over a build side.
#[derive(Debug)]
pub(super) struct Cells {
    terms: Terms,
    /// The root.
    around: Square,
    /// Half the side of the smallest cells.
    least: f64,
    root: Cell,
    paths: OnceLock<Paths>,
    /// Points that asked before there were paths.
    asked: AtomicUsize,
    held: AtomicUsize,
    limit: AtomicUsize,
    /// The limit for which the paths were too large; there is no use in trying with less than twice as much.
    refused: AtomicUsize,
}

/// Where a search for a position arrived: the next may begin there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reached<'c> {
    cell: &'c Cell,
    square: Square,
}

/// A cell, and those that it is divided into.
#[derive(Debug, Default)]
struct Cell {
    /// `None` where too many rows can be among the nearest.
    list: Option<List>,
    quarters: [OnceLock<Box<Cell>>; 4],
    /// How often each quarter was asked before it was filled.
    asked: [AtomicU16; 4],
}

impl Cell {
    /// Whether to fill a quarter.
    #[inline]
    fn pays(&self, quarter: usize) -> bool {
        let (work, pays) = self.list.as_ref().map_or((u32::MAX, PAYS_LIST), |list| (list.work, PAYS));
        if work <= FEW {
            return false;
        }
        let asked = self.asked[quarter].load(Relaxed);
        // A lost update costs nothing but time, an atomic addition would.
        self.asked[quarter].store(asked.saturating_add(1), Relaxed);
        asked >= pays
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.list.as_ref().map_or(0, |list| size_of_val(&*list.listed))
    }
}

impl Cells {
    /// The cells for the k nearest of rows in these bounds; `None` where they would not do.
    pub(super) fn new(k: usize, max_distance: Option<f64>, bounds: &Rect) -> Option<Self> {
        let extent = (bounds.xmax - bounds.xmin).max(bounds.ymax - bounds.ymin);
        if k > MOST_WANTED || !(MIN_EXTENT..Nearest::MAX_EXTENT).contains(&extent) {
            return None;
        }
        let centre = Xy { x: bounds.xmin / 2.0 + bounds.xmax / 2.0, y: bounds.ymin / 2.0 + bounds.ymax / 2.0 };
        let around = Square { centre, half: extent * AROUND / 2.0 };
        let largest = centre.x.abs().max(centre.y.abs()) + around.half;
        let slack = Nearest::ROUNDING * (largest + 2.0 * around.half);
        let terms = Terms { k, max_distance: max_distance.unwrap_or(f64::INFINITY), bounds: *bounds, slack };
        Some(Self {
            terms,
            least: around.half * 0.5_f64.powi(DEPTH as i32),
            around,
            root: Cell::default(),
            paths: OnceLock::new(),
            asked: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            limit: AtomicUsize::new(DEFAULT_LIMIT),
            refused: AtomicUsize::new(0),
        })
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.held.load(Relaxed)
    }

    pub(super) fn set_limit(&self, bytes: usize) {
        self.limit.store(bytes, Relaxed);
    }

    /// More than the rounding of positions and distances.
    #[inline]
    pub(super) fn slack(&self) -> f64 {
        self.terms.slack
    }

    /// The vertices of all rows; `None` as long as they do not pay, or there is no room.
    #[inline]
    pub(super) fn vertices<'a>(&'a self, index: &'a SpatialIndex) -> Option<Vertices<'a>> {
        let paths = match self.paths.get() {
            Some(paths) => paths,
            None => self.lay_paths(index)?,
        };
        Some(Vertices::new(&index.shapes, paths))
    }

    /// The same, if they are laid already.
    pub(super) fn laid<'a>(&'a self, index: &'a SpatialIndex) -> Option<Vertices<'a>> {
        Some(Vertices::new(&index.shapes, self.paths.get()?))
    }

    #[cold]
    fn lay_paths(&self, index: &SpatialIndex) -> Option<&Paths> {
        let limit = self.limit.load(Relaxed);
        let asked = self.asked.fetch_add(1, Relaxed);
        let pays = match &index.shapes {
            // Of points, a search by boxes finds the nearest at once: cells must be shared by many.
            Shapes::Points(_) => 4 * index.len(),
            Shapes::Any(..) => index.len() / ROWS_OF_POINT,
        };
        if asked < PAYS_PATHS + pays || limit / 2 < self.refused.load(Relaxed) {
            return None;
        }
        let Some(paths) = Paths::new(&index.shapes, &index.column, index.boxes().rows(), limit) else {
            self.refused.store(limit, Relaxed);
            return None;
        };
        let size = paths.size();
        if self.paths.set(paths).is_ok() {
            self.held.fetch_add(size, Relaxed);
        }
        self.paths.get()
    }

    /// Goes down to the cells of some positions, all level by level: no position has to wait for what memory says of the
    /// one before. Gives where each arrived; none where what cells hold is at hand anyway.
    pub(super) fn fetch<'a>(
        &'a self,
        vertices: &Vertices,
        positions: impl Iterator<Item = Xy> + Clone,
    ) -> SmallVec<[Reached<'a>; BLOCK]> {
        let mut reached = SmallVec::new();
        if self.held.load(Relaxed) < CACHED {
            return reached;
        }
        reached.extend(positions.clone().map(|_| self.root()));
        for _ in 0..DEPTH {
            let mut deeper = false;
            for (Reached { cell, square }, p) in reached.iter_mut().zip(positions.clone()) {
                let (within, quarter) = square.quarter(p);
                if let Some(below) = cell.quarters[quarter].get() {
                    (*cell, *square, deeper) = (below, within, true);
                }
            }
            if !deeper {
                break;
            }
        }
        let first = |reached: &Reached| Some(reached.cell.list.as_ref()?.listed.first()?.run.from);
        let firsts: SmallVec<[_; BLOCK]> = reached.iter().map(first).collect();
        black_box(firsts.into_iter().flatten().fold(0.0, |sum, first| sum + vertices.x(first)));
        reached
    }

    fn root(&self) -> Reached<'_> {
        Reached { cell: &self.root, square: self.around }
    }

    /// What can be nearest to `p`; `None` where that is not known or too much. It is looked for from `reached` on, which
    /// then is where that ended: the next position is mostly near. `nearest` gives the distance of so many nearest rows
    /// from a position, if they are at most so far away.
    #[inline]
    pub(super) fn at<'a>(
        &'a self,
        index: &SpatialIndex,
        vertices: &Vertices,
        p: Xy,
        reached: &mut Option<Reached<'a>>,
        mut nearest: impl FnMut(Xy, f64) -> Result<Option<f64>, Cause>,
    ) -> Result<Option<(&'a List, Xy)>, Cause> {
        let holds = |reached: &Reached| reached.square.rect().covers_position(p);
        let Some(Reached { mut cell, mut square }) = reached.filter(holds).or(Some(self.root()).filter(holds)) else {
            return Ok(None);
        };
        while square.half > self.least {
            let (within, quarter) = square.quarter(p);
            cell = match cell.quarters[quarter].get() {
                Some(quarter) => quarter,
                None if !cell.pays(quarter) || self.held.load(Relaxed) >= self.limit.load(Relaxed) => break,
                None => {
                    let list = match &cell.list {
                        Some(list) => Some(self.divide(index, vertices, list, &within)),
                        None => self.list(index, vertices, &within, &mut nearest)?,
                    };
                    let filled = Cell { list, ..Cell::default() };
                    let size = filled.size();
                    if cell.quarters[quarter].set(Box::new(filled)).is_ok() {
                        self.held.fetch_add(size, Relaxed);
                    }
                    match cell.quarters[quarter].get() {
                        Some(quarter) => quarter,
                        None => break,
                    }
                }
            };
            square = within;
        }
        *reached = Some(Reached { cell, square });
        Ok(cell.list.as_ref().filter(|list| list.work <= MANY).map(|list| (list, square.centre)))
    }

    /// The list of a cell in one that has none: by the boxes of the rows.
    #[cold]
    fn list(
        &self,
        index: &SpatialIndex,
        vertices: &Vertices,
        square: &Square,
        nearest: &mut impl FnMut(Xy, f64) -> Result<Option<f64>, Cause>,
    ) -> Result<Option<List>, Cause> {
        let Terms { k, max_distance, bounds, slack } = &self.terms;
        let (rect, radius, most) = (square.rect(), square.radius(), MOST_ROWS + k);
        // None of the k nearest to a position in the cell is farther away from it than this.
        let near = nearest(square.centre, max_distance + 2.0 * radius)?.unwrap_or(f64::INFINITY) + radius;
        let mut reach = Nearest::new(&rect, bounds, None);
        reach.narrow(near.min(*max_distance) + slack);
        let mut rows = Vec::new();
        let add = |row| {
            rows.push(row);
            if rows.len() <= most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        if index.boxes().each_near(&Outline::of(&rect), |squared| reach.reaches(squared), add).is_break() {
            return Ok(None);
        }
        let site = Site::new(index, vertices, &self.terms, square);
        let mut ordered: Vec<_> = rows.into_iter().map(|row| (site.box_apart(row), row)).collect();
        ordered.sort_unstable_by(|one, two| one.0.total_cmp(&two.0));
        let (mut candidates, mut runs, mut own) = (Vec::with_capacity(ordered.len()), Vec::new(), Run::default());
        for (_, row) in ordered {
            let from = runs.len();
            runs.extend_from_slice(vertices.runs(row, &mut own));
            let kind = vertices.kind(row);
            let place = if kind == Kind::Points { Place::Outside } else { Place::Across };
            candidates.push(Candidate::new(row, kind, place, from..runs.len()));
        }
        Ok(Some(site.choose(candidates, &runs, Chosen::Whole)))
    }

    /// The list of a quarter of a cell that has one.
    #[cold]
    fn divide(&self, index: &SpatialIndex, vertices: &Vertices, list: &List, square: &Square) -> List {
        let (mut candidates, mut runs) = (Vec::new(), Vec::new());
        for some in list.rows() {
            let (from, Listed { row, kind, place, .. }) = (runs.len(), some[0]);
            runs.extend(some.iter().map(|listed| listed.run).filter(|run| run.len() > 0));
            candidates.push(Candidate::new(row, kind, place, from..runs.len()));
        }
        Site::new(index, vertices, &self.terms, square).choose(candidates, &runs, Chosen::Segments)
    }
}
