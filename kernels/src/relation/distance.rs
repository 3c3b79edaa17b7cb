//! Planar distance.

use super::segment::{between, point_segment};
use super::{Other, Pair, Prepared};
use crate::geom::{Geom, Part, Rect, Xy};

/// The smallest distance between the two geometries of a row; `None` where either is empty. `within` gives up where
/// the distance is sure to be greater, and stops where it is sure not to be: the answer is then only on the right
/// side of it.
pub fn distance(pair: &Pair, within: Option<f64>) -> Option<f64> {
    let (a, b) = (pair.geom.bounds()?, pair.other.bounds()?);
    let apart = a.distance(&b);
    if within.is_some_and(|limit| apart > limit) {
        return Some(apart);
    }
    if let (Some(p), Other::Raw(other)) = (pair.geom.as_point(), &pair.other)
        && let Some(q) = other.as_point()
    {
        return Some(between(p, q));
    }
    to_prepared(&pair.geom, &pair.other.prepared(), within)
}

fn to_prepared(geom: &Geom, prepared: &Prepared, within: Option<f64>) -> Option<f64> {
    if !(prepared.finite && geom.is_finite()) {
        return Some(f64::NAN);
    }
    if prepared.intersects(geom) {
        return Some(0.0);
    }
    let mut nearest = Nearest { best: f64::INFINITY, enough: within.unwrap_or(0.0) };
    geom.each_part(&mut |part| match part {
        Part::Points(c) => c.iter().filter(|p| !p.x.is_nan()).for_each(|p| nearest.point(p, prepared)),
        Part::Line(c) => c.each_segment(|a, b| nearest.segment(a, b, prepared)),
        Part::Area(rings) => rings.iter().for_each(|ring| ring.each_segment(|a, b| nearest.segment(a, b, prepared))),
    });
    Some(nearest.best)
}

struct Nearest {
    best: f64,
    /// A distance that need not be undercut.
    enough: f64,
}

impl Nearest {
    fn take(&mut self, distance: f64) {
        self.best = self.best.min(distance);
    }

    fn done(&self) -> bool {
        self.best <= self.enough
    }

    fn point(&mut self, p: Xy, prepared: &Prepared) {
        for q in prepared.points() {
            self.take(between(p, *q));
        }
        for [c, d] in prepared.segments() {
            if self.done() {
                return;
            }
            self.take(point_segment(p, *c, *d));
        }
    }

    fn segment(&mut self, a: Xy, b: Xy, prepared: &Prepared) {
        for q in prepared.points() {
            self.take(point_segment(*q, a, b));
        }
        let bounds = boxed(a, b);
        for [c, d] in prepared.segments() {
            if self.done() {
                return;
            }
            if bounds.distance(&boxed(*c, *d)) >= self.best {
                continue;
            }
            // They do not meet, so an end of one is nearest to the other.
            self.take(point_segment(a, *c, *d).min(point_segment(b, *c, *d)));
            self.take(point_segment(*c, a, b).min(point_segment(*d, a, b)));
        }
    }
}

fn boxed(a: Xy, b: Xy) -> Rect {
    Rect { xmin: a.x.min(b.x), ymin: a.y.min(b.y), xmax: a.x.max(b.x), ymax: a.y.max(b.y) }
}
