//! The nearest build rows of a probe row: best first, by the boxes, until nothing that is left can be as near.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use smallvec::SmallVec;

use super::boxes::{FANOUT, Node, Outline};
use super::cells::Reached;
use super::footprint::Footprint;
use super::index::{Shapes, SpatialIndex};
use super::listing::{List, Listed, Place, covers};
use super::probe::{Matches, Outcome, ProbeBatch};
use super::vertices::{Kind, Run, Vertices};
use crate::call::common_srid;
use crate::error::Cause;
use crate::geom::{self, BLOCK, Coords, Dims, Geom, Rect, Shape, Xy, each_bit};
use crate::planar::nearest::{Nearest, squared_between};
use crate::relation::{Other, Pair, Prepared, Wanted, distance, distance_to_area};

/// A distance, or its square, in an order that compares as one number: the bits of what is not negative ascend with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At<T>(u64, T);

impl<T> At<T> {
    #[inline]
    fn new(distance: f64, of: T) -> Self {
        Self(distance.to_bits(), of)
    }

    #[inline]
    fn distance(&self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// Scratch memory of a search.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// Nodes to be looked at, the nearest first.
    open: BinaryHeap<Reverse<At<Node>>>,
    /// The nearest so far, the farthest of them first.
    found: BinaryHeap<At<u32>>,
    /// The last point, and how far away the farthest of its k nearest is: what is near to it is not far from the next.
    last: Option<(Xy, f64)>,
}

/// Rows of so many segments in a cell are worth a glance at their box.
const BOXED: usize = 3;

/// How many are wanted, and how far away they may be.
type Asked = (usize, Option<f64>);

impl Search {
    /// Adds the nearest build rows of some probe rows to `out`.
    pub(super) fn rows(
        &mut self,
        index: &SpatialIndex,
        batch: &ProbeBatch,
        rows: Range<usize>,
        asked: Asked,
        out: &mut Matches,
    ) -> Outcome<()> {
        let Some(bounds) = &index.bounds else { return Ok(()) };
        self.last = None;
        let mut reached = None;
        batch.column.each_block(rows, |from, valid, block| {
            let cells = index.cells.as_ref().and_then(|cells| Some((cells, cells.laid(index)?)));
            let positions = (0..BLOCK).filter(|i| block.plain >> i & 1 == 1).map(|i| block.xy(i));
            let fetched = cells.map(|(cells, vertices)| cells.fetch(&vertices, positions)).unwrap_or_default();
            let mut fetched = fetched.into_iter();
            for (i, row) in each_bit(valid).map(|i| (i, from + i)) {
                let (p, is_plain) = (block.xy(i), block.plain >> i & 1 == 1);
                if is_plain {
                    reached = fetched.next().or(reached);
                }
                if is_plain && p.x.is_finite() && p.y.is_finite() {
                    self.point(index, bounds, p, asked, &mut reached).map_err(|cause| (row, cause))?;
                } else if !self.geometry(index, batch, row, asked).map_err(|cause| (row, cause))? {
                    continue;
                }
                self.give(row, out);
            }
            Ok(())
        })
    }

    /// Finds the nearest of what is no plain point; whether there may be any.
    fn geometry(&mut self, index: &SpatialIndex, batch: &ProbeBatch, row: usize, asked: Asked) -> Result<bool, Cause> {
        let (Some(bounds), Footprint::Rect(rect)) = (&index.bounds, Footprint::of(&batch.column, row)?) else {
            return Ok(false);
        };
        let Some(geom) = batch.column.get(row)? else { return Ok(false) };
        let query = Query { index, rect, probe: Probe::Geom(geom), vertices: None };
        self.by_boxes(&query, bounds, asked, None)?;
        Ok(true)
    }

    /// Adds what was found to `out`, the nearest first.
    #[inline]
    fn give(&mut self, row: usize, out: &mut Matches) {
        let from = out.probe.len();
        while let Some(at) = self.found.pop() {
            out.probe.push(row as u32);
            out.build.push(at.1);
            out.distances.push(at.distance());
        }
        out.build[from..].reverse();
        out.distances[from..].reverse();
    }

    /// Finds the nearest of a point: among what its cell lists, or else by boxes.
    fn point<'a>(
        &mut self,
        index: &'a SpatialIndex,
        bounds: &Rect,
        p: Xy,
        asked: Asked,
        reached: &mut Option<Reached<'a>>,
    ) -> Result<(), Cause> {
        let cells = index.cells.as_ref().and_then(|cells| Some((cells, cells.vertices(index)?)));
        let query = Query::of_point(index, p, cells.map(|(_, vertices)| vertices));
        if let Some((cells, vertices)) = cells {
            let list = cells.at(index, &vertices, p, reached, |centre, up_to| {
                let query = Query::of_point(index, centre, Some(vertices));
                self.by_boxes(&query, bounds, (asked.0, up_to.is_finite().then_some(up_to)), None)?;
                Ok(self.farthest(asked.0))
            })?;
            if let Some(list) = list {
                return self.by_list(&query, bounds, asked, list, (&vertices, cells.slack()));
            }
        }
        let last = self.last.map(|(q, farthest)| (farthest + geom::distance(p, q)) * (1.0 + 4.0 * f64::EPSILON));
        self.by_boxes(&query, bounds, asked, last)?;
        self.last = Some(p).zip(self.farthest(asked.0));
        Ok(())
    }

    /// How far away the farthest of the k nearest is; `None` if fewer were found.
    #[inline]
    fn farthest(&self, k: usize) -> Option<f64> {
        self.found.peek().filter(|_| self.found.len() == k).map(At::distance)
    }

    /// Adds a row, if it is one of the k nearest so far, and leaves out what need not be looked at any more.
    #[inline]
    fn add(&mut self, apart: f64, row: u32, (k, max_distance): Asked, reach: &mut Nearest) {
        if max_distance.is_some_and(|limit| apart > limit) {
            return;
        }
        if self.found.len() == k && self.found.peek().is_some_and(|farthest| At::new(apart, row) < *farthest) {
            self.found.pop();
        }
        if self.found.len() < k {
            self.found.push(At::new(apart, row));
            if let Some(farthest) = self.farthest(k) {
                reach.narrow(farthest);
            }
        }
    }

    /// Finds the nearest among those listed.
    fn by_list(
        &mut self,
        query: &Query,
        bounds: &Rect,
        asked: Asked,
        (list, centre): (&List, Xy),
        (vertices, slack): (&Vertices, f64),
    ) -> Result<(), Cause> {
        let (k, max_distance) = asked;
        let Some(p) = query.point() else { return Ok(()) };
        self.found.clear();
        let mut reach = Nearest::new(&query.rect, bounds, max_distance);
        // Where one area holds the point and one is wanted, the distances of its neighbours need not be known.
        let held = if k == 1 && list.across { list.holder(query.index, vertices, p) } else { None };
        if let Some(row) = held {
            self.add(0.0, row, asked, &mut reach);
        }
        let from_centre = geom::distance(p, centre) + slack;
        for some in list.rows() {
            let Listed { row, kind, place, apart, .. } = some[0];
            let farthest = self.found.peek().filter(|_| self.found.len() == k);
            let up_to = farthest.map(At::distance).into_iter().chain(max_distance).reduce(f64::min);
            if up_to.is_some_and(|up_to| f64::from(apart) - from_centre > up_to) {
                break;
            }
            if held == Some(row) || farthest.is_some_and(|farthest| At::new(0.0, row) > *farthest) {
                continue;
            }
            // Of a row that is listed with all its segments, the box may tell enough.
            if let (Shapes::Any(rects, ..), true) = (&query.index.shapes, some[0].run.len() > BOXED)
                && !reach.reaches(squared_between(&rects[row as usize], &query.rect))
            {
                continue;
            }
            let apart = match (kind, place) {
                (Kind::Other, _) => query.ask(row, up_to)?.unwrap_or(f64::INFINITY),
                (_, Place::Within) => 0.0,
                (Kind::Area, Place::Across) if (k > 1 || held.is_some()) && covers(query.index, vertices, row, p) => {
                    0.0
                }
                _ => vertices.distance(kind, some.iter().map(|listed| listed.run), p, reach),
            };
            if apart < f64::INFINITY {
                self.add(apart, row, asked, &mut reach);
            }
        }
        Ok(())
    }

    /// Finds the nearest by the boxes of all, knowing of some that are at most so far away.
    fn by_boxes(&mut self, query: &Query, bounds: &Rect, asked: Asked, known: Option<f64>) -> Result<(), Cause> {
        let (index, (k, max_distance)) = (query.index, asked);
        let outline = Outline::of(&query.rect);
        self.open.clear();
        self.found.clear();
        // What is farther than the worst of k found, by more than the rounding of distances, cannot matter.
        let mut reach = Nearest::new(&query.rect, bounds, max_distance);
        if let Some(known) = known {
            reach.narrow(known);
        }
        self.open.extend(index.boxes().root().map(|root| Reverse(At::new(0.0, root))));
        while let Some(Reverse(at)) = self.open.pop() {
            if !reach.reaches(at.distance()) {
                break;
            }
            let mut near: SmallVec<[At<Node>; FANOUT]> = SmallVec::new();
            index.boxes().each_child(at.1, &outline, |child, squared| {
                if reach.reaches(squared) {
                    near.push(At::new(squared, child));
                }
            });
            if at.1.level > 1 {
                self.open.extend(near.into_iter().map(Reverse));
                continue;
            }
            near.sort_unstable();
            for at in near {
                if !reach.reaches(at.distance()) {
                    break;
                }
                let build = index.boxes().row(at.1.number);
                let up_to = self.farthest(k).into_iter().chain(max_distance).reduce(f64::min);
                if let Some(apart) = query.distance(build, up_to, &reach)? {
                    self.add(apart, build, asked, &mut reach);
                }
            }
        }
        Ok(())
    }
}

/// What asks.
enum Probe<'a> {
    Point(Xy),
    Geom(Geom<'a>),
}

/// The probe row.
struct Query<'a> {
    index: &'a SpatialIndex,
    rect: Rect,
    probe: Probe<'a>,
    vertices: Option<Vertices<'a>>,
}

impl<'a> Query<'a> {
    #[inline]
    fn of_point(index: &'a SpatialIndex, p: Xy, vertices: Option<Vertices<'a>>) -> Self {
        Self { index, rect: Rect::at(p), probe: Probe::Point(p), vertices }
    }

    /// Where it is if it is a plain point.
    #[inline]
    fn point(&self) -> Option<Xy> {
        match self.probe {
            Probe::Point(p) => Some(p),
            Probe::Geom(_) => None,
        }
    }

    /// Its distance from a build row, if that is at most `up_to`; anything greater, or none, otherwise.
    fn distance(&self, build: u32, up_to: Option<f64>, reach: &Nearest) -> Result<Option<f64>, Cause> {
        if let (Some(p), Some(vertices)) = (self.point(), &self.vertices)
            && vertices.kind(build) != Kind::Other
        {
            let (kind, mut own) = (vertices.kind(build), Run::default());
            let runs = vertices.runs(build, &mut own).iter().copied();
            let inside = kind == Kind::Area && covers(self.index, vertices, build, p);
            let apart = if inside { 0.0 } else { vertices.distance(kind, runs, p, *reach) };
            return Ok(Some(apart).filter(|apart| *apart < f64::INFINITY));
        }
        self.ask(build, up_to)
    }

    /// The same, asked of the geometry as a whole.
    fn ask(&self, build: u32, up_to: Option<f64>) -> Result<Option<f64>, Cause> {
        let index = self.index;
        let at = build as usize;
        let wanted = up_to.map_or(Wanted::Exact, Wanted::UpTo);
        let prepared = match (&index.shapes, self.point()) {
            (Shapes::Points(positions), Some(p)) => return Ok(Some(geom::distance(p, positions[at]))),
            (Shapes::Points(_), None) => None,
            (Shapes::Any(_, forms, ..), _) => forms.get(build, index.test.weight(), &index.column)?,
        };
        if let (Some(p), Some(prepared)) = (self.point(), prepared)
            && prepared.is_one_area()
        {
            return Ok(distance_to_area(p, prepared, wanted).filter(|apart| !apart.is_nan()));
        }
        match &self.probe {
            Probe::Geom(geom) => apart(geom.clone(), index, build, prepared, wanted),
            Probe::Point(p) => {
                let ordinates = [p.x, p.y];
                let shape = Shape::Point(Coords::interleaved(&ordinates, Dims::Xy));
                apart(Geom { shape, dims: Dims::Xy, srid: 0 }, index, build, prepared, wanted)
            }
        }
    }
}

/// The distance of a geometry from a build row.
fn apart<'a>(
    geom: Geom<'a>,
    index: &'a SpatialIndex,
    build: u32,
    prepared: Option<&Prepared>,
    wanted: Wanted,
) -> Result<Option<f64>, Cause> {
    let other = match prepared {
        Some(prepared) => Some(Other::Prepared(prepared, &index.column, build as usize)),
        None => index.column.get(build as usize)?.map(Other::Raw),
    };
    let Some(other) = other else { return Ok(None) };
    common_srid(geom.srid, other.srid())?;
    Ok(distance(&Pair { geom, other, flipped: false }, wanted).filter(|apart| !apart.is_nan()))
}

#[cfg(test)]
#[path = "nearest_tests.rs"]
mod tests;
