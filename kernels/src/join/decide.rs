//! Which candidates are matches. Those of points are decided by build row, so that each prepared form is at hand for all
//! points that ask it; those of anything else row by row.

use super::candidates::Candidates;
use super::index::{Shapes, SpatialIndex};
use super::probe::{Outcome, ProbeBatch};
use super::test::{JoinTest, Side};
use crate::call::common_srid;
use crate::error::Cause;
use crate::geom::{Geom, Rect, Xy};
use crate::planar::index::locate;
use crate::relation::{
    Other, Pair, Predicate, Prepared, Relater, Wanted, distance, distance_to_area, has_extent, intersects,
};

/// Points that one probe row asks, and other geometries, that are worth preparing it.
const POINTS_THAT_PAY: usize = 8;
const OTHERS_THAT_PAY: usize = 32;

/// What there is to decide of a pair.
#[derive(Clone, Copy)]
enum Question {
    /// A predicate, and its answers for a probe point that lies outside, on the boundary and within.
    Predicate(Predicate, [bool; 3]),
    /// Whether a distance is within its limit.
    Distance,
}

/// Decides the candidates of a batch.
pub(super) struct Decider<'a> {
    index: &'a SpatialIndex,
    batch: &'a ProbeBatch,
    relater: &'a mut Relater,
    question: Question,
    /// Whether the probe side is the right one.
    flipped: bool,
}

impl<'a> Decider<'a> {
    pub(super) fn new(index: &'a SpatialIndex, batch: &'a ProbeBatch, relater: &'a mut Relater) -> Self {
        let question = match (index.test, index.answers()) {
            (JoinTest::Predicate(predicate), Some(answers)) => Question::Predicate(predicate, answers),
            _ => Question::Distance,
        };
        let flipped = index.build == Side::Left;
        Self { index, batch, relater, question, flipped }
    }

    /// Decides all.
    pub(super) fn decide(&mut self, candidates: &mut Candidates) -> Outcome<()> {
        self.relater.keep(false);
        match &self.index.shapes {
            Shapes::Any(rects, ..) if candidates.asking => {
                candidates.each_asked(rects.len(), |build, asking, all| self.points_of(build, asking, all))?;
            }
            _ => {}
        }
        let Candidates { rows, pairs, verdicts, .. } = candidates;
        rows.iter().try_for_each(|(row, rect, range)| {
            let row = *row as usize;
            self.row(row, *rect, &pairs[range.clone()], &mut verdicts[range.clone()]).map_err(|cause| (row, cause))
        })
    }

    /// Points that ask one build row.
    fn points_of(&mut self, build: u32, asking: &[u32], candidates: &mut Candidates) -> Outcome<()> {
        let Shapes::Any(rects, forms, _) = &self.index.shapes else { return Ok(()) };
        let (column, at) = (&self.index.column, build as usize);
        let Candidates { pairs, verdicts, points, .. } = candidates;
        let row = |i: u32| pairs[i as usize].0 as usize;
        let of_any = |cause| (asking.first().map_or(0, |i| row(*i)), cause);
        let mut each = |f: &dyn Fn(Xy, usize) -> bool| {
            asking.iter().for_each(|i| verdicts[*i as usize] = f(points[*i as usize], row(*i)));
            Ok(())
        };
        let prepared = forms.get(build, asking.len() as u32, column).map_err(of_any)?;
        match (self.question, prepared) {
            (Question::Predicate(_, answers), Some(prepared)) if prepared.has_extent && prepared.srid == 0 => {
                return each(&|p, _| answers[prepared.locate(p) as usize]);
            }
            (Question::Distance, Some(prepared)) if prepared.is_one_area() && prepared.srid == 0 => {
                return each(&|p, row| {
                    let limit = self.index.limit(self.batch, row, build);
                    distance_to_area(p, prepared, Wanted::Within(limit)).is_some_and(|apart| apart <= limit)
                });
            }
            _ => {}
        }
        let Some(raw) = column.get(at).map_err(of_any)? else { return Ok(()) };
        if let (Question::Predicate(_, answers), None) = (self.question, prepared)
            && raw.srid == 0
            && has_extent(&raw)
        {
            return each(&|p, _| answers[locate(&raw, p) as usize]);
        }
        asking.iter().try_for_each(|i| {
            let (row, p) = (row(*i), points[*i as usize]);
            let (boxes, limit) = ([Rect::at(p), rects[at]], self.index.limit(self.batch, row, build));
            let decided = match (self.batch.column.get(row), prepared) {
                (Ok(Some(geom)), Some(prepared)) => {
                    let other = Other::Prepared(prepared, column, at);
                    self.pair(&Pair { geom, other, flipped: self.flipped }, boxes, limit)
                }
                (Ok(Some(geom)), None) => self.raw_pair(&geom, raw.clone(), boxes, limit),
                (Ok(None), _) => Ok(false),
                (Err(cause), _) => Err(cause),
            };
            verdicts[*i as usize] = decided.map_err(|cause| (row, cause))?;
            Ok(())
        })
    }

    /// A probe row that is no plain point, in this box, and the build rows that it asks.
    fn row(&mut self, row: usize, rect: Rect, pairs: &[(u32, u32)], verdicts: &mut [bool]) -> Result<(), Cause> {
        let (probes, builds) = (&self.batch.column, &self.index.column);
        let Some(geom) = probes.get(row)? else { return Ok(()) };
        // Areas that touch are no more work than those that intersect.
        let weight = match self.question {
            Question::Predicate(Predicate::Touches, _) if geom.is_area() => 1,
            _ => self.index.test.weight(),
        };
        let mut own: Option<Prepared> = None;
        self.relater.keep(false);
        let pays = match &self.index.shapes {
            Shapes::Points(_) => POINTS_THAT_PAY,
            Shapes::Any(..) => OTHERS_THAT_PAY,
        };
        for (verdict, (_, build)) in verdicts.iter_mut().zip(pairs) {
            let at = *build as usize;
            let (of_build, prepared) = match &self.index.shapes {
                Shapes::Points(positions) => (Rect::at(positions[at]), None),
                Shapes::Any(rects, forms, _) => (rects[at], forms.get(*build, weight, builds)?),
            };
            let limit = self.index.limit(self.batch, row, *build);
            self.relater.keep(prepared.is_some());
            if let Some(prepared) = prepared {
                let other = Other::Prepared(prepared, builds, at);
                let pair = Pair { geom: geom.clone(), other, flipped: self.flipped };
                *verdict = self.pair(&pair, [rect, of_build], limit)?;
                continue;
            }
            let Some(other) = builds.get(at)? else { continue };
            if own.is_none() && pairs.len() >= pays {
                own.insert(Prepared::new(&geom)).expect_rows(pairs.len());
            }
            *verdict = match &own {
                Some(own) => {
                    let pair = Pair { geom: other, other: Other::Prepared(own, probes, row), flipped: !self.flipped };
                    self.pair(&pair, [of_build, rect], limit)?
                }
                None => self.raw_pair(&geom, other, [rect, of_build], limit)?,
            };
        }
        Ok(())
    }

    /// Whether a probe and a build geometry match, neither being prepared.
    fn raw_pair<'g>(
        &mut self,
        probe: &Geom<'g>,
        build: Geom<'g>,
        [of_probe, of_build]: [Rect; 2],
        limit: f64,
    ) -> Result<bool, Cause> {
        if let Question::Predicate(Predicate::Intersects, _) = self.question {
            // The most frequent question, and the shortest to answer: copies of geometries would show.
            common_srid(probe.srid, build.srid)?;
            return Ok(intersects(probe, &build, &of_probe, &of_build));
        }
        // Both are in the order of the arguments where neither is prepared.
        let (geom, other, boxes) = match self.flipped {
            false => (probe.clone(), build, [of_probe, of_build]),
            true => (build, probe.clone(), [of_build, of_probe]),
        };
        self.pair(&Pair { geom, other: Other::Raw(other), flipped: false }, boxes, limit)
    }

    /// Whether a pair matches; `boxes` are those of `geom` and `other`.
    fn pair(&mut self, pair: &Pair, [of_geom, of_other]: [Rect; 2], limit: f64) -> Result<bool, Cause> {
        common_srid(pair.geom.srid, pair.other.srid())?;
        Ok(match self.question {
            Question::Predicate(predicate, _) => {
                let extents = pair.in_order((Some(of_geom), true), (Some(of_other), true));
                self.relater.holds(predicate, pair, extents)
            }
            Question::Distance => distance(pair, Wanted::Within(limit)).is_some_and(|apart| apart <= limit),
        })
    }
}
