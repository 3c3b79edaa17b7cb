//! Corners where areas meet: do they share more there than a point?

use std::cmp::Ordering;

use super::arrangement::Arrangement;
use super::key;
use crate::geom::Xy;
use crate::planar::segment::orientation;
use crate::planar::stripes::Location;

/// Whether a position lies in what the areas of both sides have in common as an area.
pub(super) fn in_common_area(cut: &Arrangement, p: Xy) -> bool {
    match (cut.locate(0, p), cut.locate(1, p)) {
        (Location::Exterior, _) | (_, Location::Exterior) => false,
        (Location::Boundary, Location::Boundary) => interiors_meet(cut, p),
        _ => true,
    }
}

/// A ring edge as seen from a position on it.
struct Ray {
    towards: Xy,
    side: usize,
    /// Whether the area lies counterclockwise next to it.
    area_follows: bool,
}

/// Whether the interiors of both sides meet around a position on the boundary of both: walks around it once, from edge
/// to edge.
fn interiors_meet(cut: &Arrangement, p: Xy) -> bool {
    let mut segments = cut.corners.get(&key(p)).cloned().unwrap_or_default();
    segments.sort_unstable();
    segments.dedup();
    let mut rays = Vec::new();
    for segment in segments {
        let ([a, b], source) = (cut.segments[segment], cut.sources[segment]);
        let left = source.area_left == Some(true);
        let mut ray = |towards: Xy, area_follows: bool| {
            if towards != p {
                rays.push(Ray { towards, side: source.side, area_follows });
            }
        };
        ray(b, left);
        ray(a, !left);
    }
    rays.sort_by(|one, two| by_angle(p, one.towards, two.towards));
    // What lies before the first ray is what follows the last of each side.
    let before = |side: usize| rays.iter().rev().find(|r| r.side == side).is_some_and(|r| r.area_follows);
    let mut inside = [before(0), before(1)];
    for (i, ray) in rays.iter().enumerate() {
        inside[ray.side] = ray.area_follows;
        let next = rays.get(i + 1).is_some_and(|next| by_angle(p, ray.towards, next.towards).is_eq());
        if inside == [true, true] && !next {
            return true;
        }
    }
    false
}

/// Order of two directions from `p`, counterclockwise from the positive x axis, decided exactly.
fn by_angle(p: Xy, a: Xy, b: Xy) -> Ordering {
    let lower_half = |q: Xy| q.y < p.y || (q.y == p.y && q.x < p.x);
    lower_half(a).cmp(&lower_half(b)).then_with(|| 0.0_f64.total_cmp(&(orientation(p, a, b) + 0.0)))
}
