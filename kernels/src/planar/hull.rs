//! Convex hulls.

use std::cmp::Ordering;

use super::orientation;
use crate::geom::{WkbWriter, Xy};

/// Finds the corners of the hull of finite points: a closed ring, clockwise from its lowest corner; the two ends where
/// all are on a line; or the one point that there is. The points are sorted, and doubles taken out.
pub(crate) fn corners(points: &mut Vec<Xy>, corners: &mut Vec<Xy>) {
    // Finite numbers always compare. Not total_cmp: it would tell -0 from 0.
    points.sort_unstable_by(|a, b| {
        let order = a.y.partial_cmp(&b.y).zip(a.x.partial_cmp(&b.x));
        order.map_or(Ordering::Equal, |(y, x)| y.then(x))
    });
    points.dedup();
    corners.clear();
    if points.len() < 3 {
        corners.extend_from_slice(points);
        return;
    }
    chain(points.iter(), corners);
    chain(points.iter().rev(), corners);
    // There and back: no area.
    if corners.len() == 3 {
        corners.pop();
    }
}

/// Adds the corners that the hull has on the left of the way through the sorted `points` (Andrew's monotone chain). It
/// begins at the last corner in `ring`, if there is one.
fn chain<'a>(points: impl Iterator<Item = &'a Xy>, ring: &mut Vec<Xy>) {
    let start = ring.len().saturating_sub(1);
    for &p in points.skip(usize::from(!ring.is_empty())) {
        while let [.., a, b] = ring[start..]
            && orientation(a, b, p) >= 0.0
        {
            ring.pop();
        }
        ring.push(p);
    }
}

/// Writes the geometry that these corners are: a point, a line or a polygon; nothing where there is none.
pub(crate) fn write(corners: &[Xy], out: &mut WkbWriter) {
    match corners {
        [] => {}
        [only] => out.point(*only),
        [_, _] => out.path(corners),
        _ => out.rings(&[corners]),
    }
}
