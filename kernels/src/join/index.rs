//! The build side of a join.

use std::sync::{Arc, OnceLock};

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::datatypes::Field;

use super::areas::{Areas, Ask};
use super::boxes::{Boxes, Outline};
use super::cells::Cells;
use super::footprint::{Footprint, NOWHERE};
use super::forms::Forms;
use super::probe::{Outcome, ProbeBatch};
use super::strips::Strips;
use super::test::{JoinTest, Limit, Side};
use crate::error::{Result, guard};
use crate::geom::{self, BLOCK, GeometryColumn, Rect, Xy};
use crate::planar::mosaic::Mosaic;
use crate::planar::nearest::Nearest;
use crate::planar::sieve::Sieve;
use crate::planar::stripes::Location;
use crate::relation::Predicate;

/// A column of geometries, indexed to be probed with another.
#[derive(Debug)]
pub struct SpatialIndex {
    pub(super) test: JoinTest,
    pub(super) build: Side,
    pub(super) column: GeometryColumn,
    pub(super) shapes: Shapes,
    /// The largest distance, where it is the same for all; NaN for none.
    pub(super) constant: Option<f64>,
    /// The largest distance of each row, where that is what the build side brings along; NaN for none.
    pub(super) limits: Vec<f64>,
    /// Empty geometries, where these match each other.
    pub(super) empties: Vec<u32>,
    /// Around all rows; `None` if there is none.
    pub(super) bounds: Option<Rect>,
    boxes: OnceLock<Boxes>,
    /// What tells most points that are in no box.
    sieve: OnceLock<Option<Sieve>>,
    /// Points of which one distance is asked.
    pub(super) strips: Option<Strips>,
    /// What is nearest where, if that is the question.
    pub(super) cells: Option<Cells>,
}

/// What is kept of each row.
#[derive(Debug)]
pub(super) enum Shapes {
    /// All are points: their positions. Those that match nothing are NaN.
    Points(Vec<Xy>),
    /// Their boxes, NaN for what matches nothing, prepared forms, and what is laid of areas.
    Any(Vec<Rect>, Forms, Areas),
}

impl SpatialIndex {
    /// Indexes `geometries`, a column of the type and metadata of `field`, which is the side `build` of the join. With
    /// [`Limit::Build`], `limits` are the distances beside them.
    ///
    /// # Errors
    ///
    /// No column of geometries, malformed WKB, a negative distance: with function, row and cause.
    pub fn try_new(
        test: JoinTest,
        build: Side,
        geometries: &ArrayRef,
        field: &Field,
        limits: Option<&Float64Array>,
    ) -> Result<Self> {
        guard(test.function(), || {
            test.check(build)?;
            if geometries.len() > u32::MAX as usize {
                return test.fail(None, format!("at most {} rows can be indexed, got {}", u32::MAX, geometries.len()));
            }
            let column = GeometryColumn::try_new(geometries, field).or_else(|cause| test.fail(None, cause))?;
            let limits = match test.limit() {
                Some(Limit::Build) => beside(&test, limits, geometries.len())?,
                _ => Vec::new(),
            };
            let constant = match test.limit() {
                Some(Limit::Constant(limit)) => Some(test.largest(limit)?.unwrap_or(f64::NAN)),
                _ => None,
            };
            let (mut positions, mut rects) = (Vec::with_capacity(column.len()), Vec::new());
            let (mut empties, equals) = (Vec::new(), test == JoinTest::Predicate(Predicate::Equals));
            each_footprint(&column, |row, footprint| {
                let (rect, position) = match footprint {
                    Footprint::Point(p) => (Rect::at(p), Some(p)),
                    Footprint::Rect(rect) => (rect, None),
                    Footprint::Empty | Footprint::Nothing => (Rect::at(NOWHERE), Some(NOWHERE)),
                };
                if equals && matches!(footprint, Footprint::Empty) {
                    empties.push(row as u32);
                }
                match position {
                    Some(p) if rects.is_empty() => positions.push(p),
                    _ => {
                        // The first that is no point: from here on boxes are kept, of those before, too.
                        rects.extend(std::mem::take(&mut positions).into_iter().map(Rect::at));
                        rects.push(rect);
                    }
                }
            })
            .or_else(|(row, cause)| test.fail(Some(row), cause))?;
            let shapes = if rects.is_empty() {
                Shapes::Points(positions)
            } else {
                let forms = Forms::new(rects.len());
                Shapes::Any(rects, forms, Areas::default())
            };
            let mut index = Self {
                test,
                build,
                column,
                shapes,
                constant,
                limits,
                empties,
                bounds: None,
                boxes: OnceLock::new(),
                sieve: OnceLock::new(),
                strips: None,
                cells: None,
            };
            index.bounds = index.located().map(|row| index.rect(row)).reduce(|a, b| a.union(&b));
            let Some(bounds) = index.bounds else { return Ok(index) };
            if let (Shapes::Points(positions), Some(limit)) = (&index.shapes, index.constant) {
                index.strips = Strips::new(positions, &bounds, limit);
            }
            if let JoinTest::Nearest { k, max_distance } = test {
                index.cells = Cells::new(k, max_distance, &bounds);
            }
            // With strips, what is no point will be the first to ask for a tree.
            if index.strips.is_none() {
                index.boxes();
            }
            Ok(index)
        })
    }

    /// The tree over the boxes.
    pub(super) fn boxes(&self) -> &Boxes {
        self.boxes.get_or_init(|| Boxes::new(self.located().collect(), |row| self.rect(row)))
    }

    /// What tells at a glance of most points that match nothing; `None` where others than points do, where each point of
    /// `batch` has a distance of its own, or where there is no room.
    pub(super) fn sieve(&self, batch: &ProbeBatch) -> Option<&Sieve> {
        let Shapes::Any(_, forms, _) = &self.shapes else { return None };
        if !(batch.limits.is_empty() && self.empties.is_empty()) {
            return None;
        }
        if self.sieve.get().is_none() && forms.room() < Sieve::MOST_BYTES {
            return None;
        }
        let made = self.sieve.get_or_init(|| {
            let (bounds, limit) = (self.bounds?, self.constant.unwrap_or(0.0));
            let by = self.reach(&widened(&bounds, limit), limit);
            let boxes = self.located().map(|row| widened(&self.rect(row), by));
            let sieve = Sieve::new(&widened(&bounds, by), self.len(), boxes)?;
            forms.hold(sieve.size());
            Some(sieve)
        });
        made.as_ref()
    }

    /// The box within which a row matches; NaN for none.
    fn rect(&self, row: u32) -> Rect {
        let rect = match &self.shapes {
            Shapes::Points(positions) => Rect::at(positions[row as usize]),
            Shapes::Any(rects, ..) => rects[row as usize],
        };
        self.limits.get(row as usize).map_or(rect, |limit| widened(&rect, *limit))
    }

    /// Rows that have a box.
    fn located(&self) -> impl Iterator<Item = u32> {
        (0..self.len() as u32).filter(|row| !self.rect(*row).xmin.is_nan())
    }

    /// Rows of the build side.
    pub fn len(&self) -> usize {
        self.column.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.column.is_empty()
    }

    /// Bytes held: the tree and what is kept of each row, prepared forms made so far included; the Arrow arrays are not.
    pub fn size(&self) -> usize {
        let shapes = match &self.shapes {
            Shapes::Points(positions) => positions.capacity() * size_of::<Xy>(),
            Shapes::Any(rects, forms, _) => rects.capacity() * size_of::<Rect>() + forms.size(),
        };
        let shapes = shapes + self.cells.as_ref().map_or(0, Cells::size);
        let tree = self.boxes.get().map_or(0, Boxes::size) + self.strips.as_ref().map_or(0, Strips::size);
        size_of::<Self>() + shapes + tree + self.limits.capacity() * 8 + self.empties.capacity() * 4
    }

    /// Bytes that an index over so many rows takes at most before anything is prepared, building it included.
    pub fn estimate(rows: usize) -> usize {
        let building = size_of::<(u32, Rect)>() + size_of::<u64>();
        size_of::<Self>() + rows * (size_of::<Rect>() + 12 + building) + Forms::size_of(rows) + Boxes::size_of(rows)
    }

    /// At most about so many bytes may be added by prepared forms. What has been made stays.
    pub fn set_prepared_limit(&self, bytes: usize) {
        // Where the nearest are wanted, their cells get as much as prepared forms.
        let bytes = if self.cells.is_some() { bytes / 2 } else { bytes };
        if let Some(cells) = &self.cells {
            cells.set_limit(bytes);
        }
        if let Shapes::Any(_, forms, _) = &self.shapes {
            forms.set_limit(bytes);
        }
    }

    /// Says that about so many rows will be probed in all: some preparations pay for many only.
    pub fn expect_rows(&self, rows: usize) {
        if let Shapes::Any(_, _, areas) = &self.shapes {
            areas.expect(rows);
        }
    }

    /// The answers of a predicate for a probe point that lies outside, on the boundary and within.
    pub(super) fn answers(&self) -> Option<[bool; 3]> {
        let JoinTest::Predicate(predicate) = self.test else { return None };
        let places = [Location::Exterior, Location::Boundary, Location::Interior];
        Some(places.map(|place| predicate.at(place, self.build == Side::Left)))
    }

    /// The areas for so many rows more, of which `near` are points that may lie in one, all at once, and these answers;
    /// `None` where that does not pay.
    pub(super) fn mosaic(&self, rows: usize, near: usize) -> Option<(Arc<Mosaic>, [bool; 3])> {
        let answers = self.answers().filter(|[outside, rest @ ..]| !outside && rest.contains(&true))?;
        match (&self.shapes, self.bounds) {
            (Shapes::Any(rects, forms, areas), Some(bounds)) => {
                Some((areas.get(Ask { column: &self.column, rects, bounds: &bounds, forms }, rows, near)?, answers))
            }
            _ => None,
        }
    }

    /// The largest distance of a pair; NaN for none.
    #[inline]
    pub(super) fn limit(&self, batch: &ProbeBatch, row: usize, build: u32) -> f64 {
        let beside = || batch.limits.get(row).or(self.limits.get(build as usize)).copied();
        self.constant.or_else(beside).unwrap_or(f64::NAN)
    }

    /// Whether a point and a point match; NaN, of what is none, matches nothing.
    #[inline]
    pub(super) fn of_points(&self, p: Xy, q: Xy, limit: impl FnOnce() -> f64) -> bool {
        match self.test {
            JoinTest::Predicate(predicate) => p == q && of_equal_points(predicate),
            _ => geom::distance(p, q) <= limit(),
        }
    }

    /// So many points looked at so much of that mosaic.
    pub(super) fn judge(&self, mosaic: &Arc<Mosaic>, points: usize, work: usize) {
        if let Shapes::Any(_, forms, areas) = &self.shapes {
            areas.judge(forms, mosaic, points, work);
        }
    }

    /// How far away what matches may seem to be from a geometry in `rect`, of which `limit` is the largest distance.
    /// Distances are rounded: one that comes out as the limit may be longer.
    #[inline]
    pub(super) fn reach(&self, rect: &Rect, limit: f64) -> f64 {
        let all = self.bounds.map_or(*rect, |bounds| bounds.union(rect));
        let extent = (all.xmax - all.xmin).max(all.ymax - all.ymin);
        limit + (extent + limit) * (2.0 * Nearest::ROUNDING) + f64::MIN_POSITIVE
    }

    /// What a box must meet for its geometry to match one in `rect`, of which `limit` is the largest distance.
    #[inline]
    pub(super) fn outline(&self, rect: &Rect, limit: f64) -> Outline {
        match self.test {
            JoinTest::DWithin(_) | JoinTest::Distance { .. } => Outline::of(&widened(rect, self.reach(rect, limit))),
            _ => Outline::of(rect),
        }
    }
}

/// Calls `f` with each row and where it is.
fn each_footprint(column: &GeometryColumn, mut f: impl FnMut(usize, Footprint)) -> Outcome<()> {
    // What the first row is, the others mostly are.
    if column.is_empty() || column.plain_point(0).is_none() {
        let mut one = |row| Footprint::of(column, row).map(|footprint| f(row, footprint));
        return (0..column.len()).try_for_each(|row| one(row).map_err(|cause| (row, cause)));
    }
    column.each_block(0..column.len(), |from, _, block| {
        (from..column.len().min(from + BLOCK)).enumerate().try_for_each(|(i, row)| {
            let p = block.xy(i);
            if block.plain >> i & 1 == 1 && p.x.is_finite() && p.y.is_finite() {
                f(row, Footprint::Point(p));
            } else {
                f(row, Footprint::of(column, row).map_err(|cause| (row, cause))?);
            }
            Ok(())
        })
    })
}

/// The numbers beside a column of `rows` geometries, as the largest distances that will do; NaN where none will.
pub(super) fn beside(test: &JoinTest, limits: Option<&Float64Array>, rows: usize) -> Result<Vec<f64>> {
    let Some(limits) = limits.filter(|limits| limits.len() == rows) else {
        let given = limits.map_or("none".into(), |limits| limits.len().to_string());
        return test.fail(None, format!("{rows} distances are needed beside as many geometries, got {given}"));
    };
    let of_row = |(row, limit): (usize, Option<f64>)| match test.largest(limit.unwrap_or(f64::NAN)) {
        Ok(largest) => Ok(largest.unwrap_or(f64::NAN)),
        Err(error) => Err(crate::Error { row: Some(row), ..error }),
    };
    limits.iter().enumerate().map(of_row).collect()
}

fn widened(rect: &Rect, by: f64) -> Rect {
    Rect { xmin: rect.xmin - by, ymin: rect.ymin - by, xmax: rect.xmax + by, ymax: rect.ymax + by }
}

/// Whether a predicate holds of a point and itself.
fn of_equal_points(predicate: Predicate) -> bool {
    !matches!(predicate, Predicate::Disjoint | Predicate::Touches | Predicate::Crosses | Predicate::Overlaps)
}
