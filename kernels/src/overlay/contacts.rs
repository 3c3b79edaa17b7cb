//! Corners where areas meet: do they share more there than a point?

use super::arrangement::Arrangement;
use super::key;
use crate::geom::Xy;
use crate::planar::segment::by_direction;
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
    rays.sort_by(|one, two| by_direction([p, one.towards], [p, two.towards]));
    // What lies before the first ray is what follows the last of each side.
    let before = |side: usize| rays.iter().rev().find(|r| r.side == side).is_some_and(|r| r.area_follows);
    let mut inside = [before(0), before(1)];
    for (i, ray) in rays.iter().enumerate() {
        inside[ray.side] = ray.area_follows;
        let next = rays.get(i + 1).is_some_and(|next| by_direction([p, ray.towards], [p, next.towards]).is_eq());
        if inside == [true, true] && !next {
            return true;
        }
    }
    false
}
