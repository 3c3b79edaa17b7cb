//! The nearest build rows of a probe row: best first, by the boxes, until nothing that is left can be as near.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use smallvec::SmallVec;

use super::boxes::{FANOUT, Node, Outline};
use super::footprint::Footprint;
use super::index::{Shapes, SpatialIndex};
use super::probe::{Matches, Outcome, ProbeBatch};
use crate::call::common_srid;
use crate::error::Cause;
use crate::geom::{self, Geom, Rect, Xy};
use crate::planar::nearest::Nearest;
use crate::relation::{Other, Pair, Wanted, distance, distance_to_area};

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

impl Search {
    /// Forgets what was found: the next rows may be of another batch.
    pub(super) fn restart(&mut self) {
        self.last = None;
    }

    /// Adds the nearest build rows of a probe row to `out`.
    pub(super) fn row(
        &mut self,
        index: &SpatialIndex,
        batch: &ProbeBatch,
        row: usize,
        (k, max_distance): (usize, Option<f64>),
        out: &mut Matches,
    ) -> Outcome<()> {
        let fail = |cause| (row, cause);
        let (rect, point) = match Footprint::of(&batch.column, row).map_err(fail)? {
            Footprint::Point(p) => (Rect::at(p), Some(p)),
            Footprint::Rect(rect) => (rect, None),
            Footprint::Empty | Footprint::Nothing => return Ok(()),
        };
        let (Some(root), Some(bounds)) = (index.boxes.root(), index.boxes.bounds()) else { return Ok(()) };
        let geom = match point {
            Some(_) => None,
            None => batch.column.get(row).map_err(fail)?,
        };
        let query = Query { index, batch, row, point, geom };
        let outline = Outline::of(&rect);
        let Self { open, found, last } = self;
        open.clear();
        found.clear();
        // What is farther than the worst of k found, by more than the rounding of distances, cannot matter.
        let mut reach = Nearest::new(&rect, &bounds, max_distance);
        if let (Some(p), Some((q, farthest))) = (point, *last) {
            reach.narrow((farthest + geom::distance(p, q)) * (1.0 + 4.0 * f64::EPSILON));
        }
        open.push(Reverse(At::new(0.0, root)));
        while let Some(Reverse(at)) = open.pop() {
            if !reach.reaches(at.distance()) {
                break;
            }
            let mut near: SmallVec<[At<Node>; FANOUT]> = SmallVec::new();
            index.boxes.each_child(at.1, &outline, |child, squared| {
                if reach.reaches(squared) {
                    near.push(At::new(squared, child));
                }
            });
            if at.1.level > 1 {
                open.extend(near.into_iter().map(Reverse));
                continue;
            }
            near.sort_unstable();
            for at in near {
                if !reach.reaches(at.distance()) {
                    break;
                }
                let build = index.boxes.row(at.1.number);
                let worst = found.peek().filter(|_| found.len() == k).map(At::distance);
                let up_to = worst.into_iter().chain(max_distance).reduce(f64::min);
                let apart = query.distance(build, up_to).map_err(fail)?;
                let Some(apart) = apart.filter(|apart| max_distance.is_none_or(|limit| *apart <= limit)) else {
                    continue;
                };
                if found.len() == k && found.peek().is_some_and(|farthest| At::new(apart, build) < *farthest) {
                    found.pop();
                }
                if found.len() < k {
                    found.push(At::new(apart, build));
                }
                if let Some(farthest) = found.peek().filter(|_| found.len() == k) {
                    reach.narrow(farthest.distance());
                }
            }
        }
        *last = point.zip(found.peek().filter(|_| found.len() == k).map(At::distance));
        let from = out.probe.len();
        while let Some(at) = found.pop() {
            out.probe.push(row as u32);
            out.build.push(at.1);
            out.distances.push(at.distance());
        }
        out.build[from..].reverse();
        out.distances[from..].reverse();
        Ok(())
    }
}

/// The probe row.
struct Query<'a> {
    index: &'a SpatialIndex,
    batch: &'a ProbeBatch,
    row: usize,
    point: Option<Xy>,
    /// What it is if it is no plain point.
    geom: Option<Geom<'a>>,
}

impl Query<'_> {
    /// Its distance from a build row, if that is at most `up_to`; anything greater, or none, otherwise.
    fn distance(&self, build: u32, up_to: Option<f64>) -> std::result::Result<Option<f64>, Cause> {
        let index = self.index;
        let at = build as usize;
        let wanted = up_to.map_or(Wanted::Exact, Wanted::UpTo);
        let prepared = match (&index.shapes, self.point) {
            (Shapes::Points(positions), Some(p)) => return Ok(Some(geom::distance(p, positions[at]))),
            (Shapes::Points(_), None) => None,
            (Shapes::Any(_, forms, _), _) => forms.get(build, index.test.weight(), &index.column)?,
        };
        if let (Some(p), Some(prepared)) = (self.point, prepared)
            && prepared.is_one_area()
            && prepared.srid == 0
        {
            return Ok(distance_to_area(p, prepared, wanted).filter(|apart| !apart.is_nan()));
        }
        let geom = match &self.geom {
            Some(geom) => Some(geom.clone()),
            None => self.batch.column.get(self.row)?,
        };
        let other = match prepared {
            Some(prepared) => Some(Other::Prepared(prepared, &index.column, at)),
            None => index.column.get(at)?.map(Other::Raw),
        };
        let (Some(geom), Some(other)) = (geom, other) else { return Ok(None) };
        common_srid(geom.srid, other.srid())?;
        Ok(distance(&Pair { geom, other, flipped: false }, wanted).filter(|apart| !apart.is_nan()))
    }
}
