//! Planar distance.

use super::{Other, Pair};
use crate::geom::distance as between;
use crate::geom::{Geom, Part, Xy};
use crate::planar::index::{Index, locate};
use crate::planar::segment::{boxed, point_segment};
use crate::planar::stripes::Location;

/// The smallest distance between the two geometries of a row; `None` where either, or a member of it, is empty, as in
/// PostGIS. `within` gives up where the distance is sure to be greater, and stops where it is sure not to be: the
/// answer is then only on the right side of it.
pub fn distance(pair: &Pair, within: Option<f64>) -> Option<f64> {
    if let (Some(p), Other::Raw(other)) = (pair.geom.as_point(), &pair.other)
        && let Some(q) = other.as_point()
    {
        return Some(between(p, q));
    }
    if pair.geom.has_empty() || pair.other.has_empty() {
        return None;
    }
    if !(pair.geom.is_finite() && pair.other.is_finite()) {
        return Some(f64::NAN);
    }
    let apart = pair.geom.bounds()?.distance(&pair.other.bounds()?);
    if within.is_some_and(|limit| apart > limit) {
        return Some(apart);
    }
    let enough = within.unwrap_or(0.0);
    Some(match &pair.other {
        Other::Prepared(prepared, _) => to_index(&pair.geom, prepared, enough),
        Other::Raw(other) => match (pair.geom.as_point(), other.as_point()) {
            (Some(p), _) => to_point(p, other),
            (None, Some(q)) => to_point(q, &pair.geom),
            (None, None) => to_index(&pair.geom, &Index::new(other), enough),
        },
    })
}

/// Distance of a point from a geometry that is asked once.
fn to_point(p: Xy, geom: &Geom) -> f64 {
    if locate(geom, p) != Location::Exterior {
        return 0.0;
    }
    let mut best = f64::INFINITY;
    geom.each_part(&mut |part| match part {
        Part::Points(c) => c.each(|x, y| best = best.min(between(p, Xy { x, y }))),
        Part::Line(c) => c.each_segment(|a, b| best = best.min(point_segment(p, a, b))),
        Part::Area(rings) => {
            rings.iter().for_each(|ring| ring.each_segment(|a, b| best = best.min(point_segment(p, a, b))));
        }
    });
    best
}

fn to_index(geom: &Geom, index: &Index, enough: f64) -> f64 {
    if index.intersects(geom) {
        return 0.0;
    }
    let mut nearest = Nearest { index, best: f64::INFINITY, enough };
    geom.each_part(&mut |part| match part {
        Part::Points(c) => c.iter().for_each(|p| nearest.point(p)),
        Part::Line(c) => c.each_segment(|a, b| nearest.segment(a, b)),
        Part::Area(rings) => rings.iter().for_each(|ring| ring.each_segment(|a, b| nearest.segment(a, b))),
    });
    nearest.best
}

/// The search for the nearest of an index, which nothing asked of it meets.
struct Nearest<'i> {
    index: &'i Index,
    best: f64,
    /// A distance that need not be undercut.
    enough: f64,
}

impl Nearest<'_> {
    /// How far away something still matters.
    fn limit(best: f64, enough: f64) -> f64 {
        if best <= enough { f64::NEG_INFINITY } else { best }
    }

    fn point(&mut self, p: Xy) {
        let Self { index, best, enough } = self;
        index.points().iter().for_each(|q| *best = best.min(between(p, *q)));
        for stripes in index.stripes() {
            stripes.outwards(p.y, p.y, Self::limit(*best, *enough), |[c, d]| {
                *best = best.min(point_segment(p, *c, *d));
                Self::limit(*best, *enough)
            });
        }
    }

    fn segment(&mut self, a: Xy, b: Xy) {
        let Self { index, best, enough } = self;
        index.points().iter().for_each(|q| *best = best.min(point_segment(*q, a, b)));
        let bounds = boxed(&[a, b]);
        for stripes in index.stripes() {
            stripes.outwards(bounds.ymin, bounds.ymax, Self::limit(*best, *enough), |other @ [c, d]| {
                if bounds.distance(&boxed(other)) < *best {
                    // They do not meet, so an end of one is nearest to the other.
                    let ends = point_segment(a, *c, *d).min(point_segment(b, *c, *d));
                    *best = best.min(ends).min(point_segment(*c, a, b)).min(point_segment(*d, a, b));
                }
                Self::limit(*best, *enough)
            });
        }
    }
}

#[cfg(test)]
#[path = "distance_tests.rs"]
mod tests;
