//! Planar distance: boxes first, then only the segments of either side that can be nearest.

use super::intersects::{FEW_SEGMENTS, Segments, around, each_segment, intersects};
use super::{Other, Pair, Prepared};
use crate::geom::{self, Geom, Rect, Xy};
use crate::planar::index::locate;
use crate::planar::nearest::{Nearest, squared_between};
use crate::planar::segment::boxed;
use crate::planar::stripes::Location;
use crate::planar::tree::Tree;

/// What is wanted of a distance.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    /// The distance.
    Exact,
    /// Whether it is at most so much: the answer is only on the right side of that. The search gives up where the
    /// distance is sure to be greater, and stops where it is sure not to be.
    Within(f64),
    /// The distance if it is at most so much; else anything greater.
    UpTo(f64),
}

impl Wanted {
    #[inline]
    fn search(self, a: &Rect, b: &Rect) -> Nearest {
        match self {
            Wanted::Exact => Nearest::new(a, b, None),
            Wanted::Within(limit) => Nearest::new(a, b, Some(limit)),
            Wanted::UpTo(limit) => {
                let mut search = Nearest::new(a, b, None);
                search.narrow(limit);
                search
            }
        }
    }
}

/// The smallest distance between the two geometries of a row; `None` where either, or a member of it, is empty, as in
/// PostGIS.
pub fn distance(pair: &Pair, wanted: Wanted) -> Option<f64> {
    if let (Some(p), Other::Raw(other)) = (pair.geom.as_point(), &pair.other)
        && let Some(q) = other.as_point()
    {
        let finite = [p, q].iter().all(|p| p.x.is_finite() && p.y.is_finite());
        return Some(if finite { geom::distance(p, q) } else { f64::NAN });
    }
    if pair.geom.has_empty() || pair.other.has_empty() {
        return None;
    }
    let ((a, a_finite), (b, b_finite)) = (pair.geom.extent(), pair.other.extent());
    if !(a_finite && b_finite) {
        return Some(f64::NAN);
    }
    let (a, b) = (a?, b?);
    let mut search = wanted.search(&a, &b);
    let apart = squared_between(&a, &b);
    if !search.reaches(apart) {
        return Some(f64::INFINITY);
    }
    if let Wanted::Within(limit) = wanted
        && search.is_all_near(&a, &b)
    {
        return Some(limit);
    }
    match &pair.other {
        Other::Prepared(prepared, ..) => {
            if apart == 0.0 && prepared.intersects(&pair.geom) {
                return Some(0.0);
            }
            prepared.nearest(&pair.geom, &mut search);
        }
        Other::Raw(other) => match (pair.geom.as_point(), other.as_point()) {
            (Some(p), _) => return Some(to_point(p, other, search)),
            (None, Some(q)) => return Some(to_point(q, &pair.geom, search)),
            (None, None) => {
                if apart == 0.0 && intersects(&pair.geom, other, &a, &b) {
                    return Some(0.0);
                }
                of_rows(&pair.geom, other, &b, &mut search);
            }
        },
    }
    Some(search.best())
}

/// As `distance`, of a point and a constant that is one area.
#[inline]
pub fn distance_to_area(p: Xy, area: &Prepared, wanted: Wanted) -> Option<f64> {
    if area.has_empty {
        return None;
    }
    if !(p.x.is_finite() && p.y.is_finite()) {
        return Some(f64::NAN);
    }
    let (a, b) = (Rect::of_point(p)?, area.bounds?);
    let mut search = wanted.search(&a, &b);
    if !search.reaches(squared_between(&a, &b)) {
        return Some(f64::INFINITY);
    }
    if area.locate(p) != Location::Exterior {
        return Some(0.0);
    }
    area.nearest_to_point(p, &mut search);
    Some(search.best())
}

/// Distance of a point from a geometry that is asked once.
fn to_point(p: Xy, geom: &Geom, mut search: Nearest) -> f64 {
    if locate(geom, p) != Location::Exterior {
        return 0.0;
    }
    each_segment(geom, |segment| search.point(p, &segment));
    search.best()
}

/// Adds what is nearest in two geometries that do not meet, of which the second has this box.
fn of_rows(a: &Geom, b: &Geom, of_b: &Rect, search: &mut Nearest) {
    if let Some(p) = nearest_vertex(a, of_b)
        && let Some(q) = nearest_vertex(b, &Rect::at(p))
    {
        search.narrow(geom::distance(p, q));
    }
    let mut segments = Segments::new();
    collect(a, &mut segments, |rect| search.reaches(squared_between(rect, of_b)));
    let Some(reached) = around(&segments) else { return };
    if segments.len() > FEW_SEGMENTS {
        let tree = Tree::new(segments.into_vec());
        return each_segment(b, |segment| {
            if search.reaches(squared_between(&boxed(&segment), &reached)) {
                tree.nearest_to_segment(&segment, search);
            }
        });
    }
    each_segment(b, |segment| {
        let rect = boxed(&segment);
        if !search.is_done() && search.reaches(squared_between(&rect, &reached)) {
            for other in &segments {
                if search.reaches(squared_between(&rect, &boxed(other))) {
                    search.segments(&segment, other);
                }
            }
        }
    });
}

/// The vertex that is nearest to a box.
fn nearest_vertex(geom: &Geom, rect: &Rect) -> Option<Xy> {
    let (mut nearest, mut least) = (None, f64::INFINITY);
    geom.each_sequence(&mut |_, c| {
        c.each(|x, y| {
            let p = Xy { x, y };
            let squared = squared_between(&Rect::at(p), rect);
            if squared < least {
                (nearest, least) = (Some(p), squared);
            }
        });
    });
    nearest
}

/// Collects the segments whose box is wanted.
#[inline]
fn collect(geom: &Geom, segments: &mut Segments, wanted: impl Fn(&Rect) -> bool) {
    each_segment(geom, |segment| {
        if wanted(&boxed(&segment)) {
            segments.push(segment);
        }
    });
}

#[cfg(test)]
#[path = "distance_tests.rs"]
mod tests;
