//! Segments and points, decided by adaptive exact arithmetic: no epsilon anywhere.

use robust::{Coord, orient2d};

use crate::geom::Xy;

fn coord(p: Xy) -> Coord<f64> {
    Coord { x: p.x, y: p.y }
}

/// Side of `c` from the line through `a` and `b`: positive left, negative right, 0 on it. The sign is exact.
#[inline]
pub(crate) fn orientation(a: Xy, b: Xy, c: Xy) -> f64 {
    orient2d(coord(a), coord(b), coord(c))
}

/// Whether two closed segments share a point.
#[inline]
pub(super) fn intersect(a: Xy, b: Xy, c: Xy, d: Xy) -> bool {
    if a.x.max(b.x) < c.x.min(d.x)
        || c.x.max(d.x) < a.x.min(b.x)
        || a.y.max(b.y) < c.y.min(d.y)
        || c.y.max(d.y) < a.y.min(b.y)
    {
        return false;
    }
    let apart = |p: f64, q: f64| (p > 0.0 && q > 0.0) || (p < 0.0 && q < 0.0);
    // Boxes overlap; if neither line separates the other segment's ends, they meet. Collinear ones overlap as boxes do.
    !apart(orientation(a, b, c), orientation(a, b, d)) && !apart(orientation(c, d, a), orientation(c, d, b))
}

/// Whether `p` lies on the closed segment `a`-`b`.
#[inline]
pub(super) fn on_segment(p: Xy, a: Xy, b: Xy) -> bool {
    a.x.min(b.x) <= p.x
        && p.x <= a.x.max(b.x)
        && a.y.min(b.y) <= p.y
        && p.y <= a.y.max(b.y)
        && orientation(a, b, p) == 0.0
}

/// Distance of two positions.
#[inline]
pub(super) fn between(p: Xy, q: Xy) -> f64 {
    (p.x - q.x).hypot(p.y - q.y)
}

/// Distance of `p` from the closed segment `a`-`b`.
#[inline]
pub(crate) fn point_segment(p: Xy, a: Xy, b: Xy) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length2 = dx * dx + dy * dy;
    if length2 == 0.0 {
        return between(p, a);
    }
    let along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2;
    if along <= 0.0 {
        return between(p, a);
    }
    if along >= 1.0 {
        return between(p, b);
    }
    // Height of the triangle over the segment: more exact than the distance to a rounded foot point.
    ((a.y - p.y) * dx - (a.x - p.x) * dy).abs() / length2.sqrt()
}
