//! Whether two geometries share a point: box against box, then only the segments that reach into both boxes.

use smallvec::SmallVec;

use crate::geom::{Coords, Geom, Part, Rect, Xy};
use crate::planar::index::{any_within, locate};
use crate::planar::segment::{boxed, intersect, larger, smaller};
use crate::planar::stripes::Location;
use crate::planar::tree::Tree;

/// Segments of one row; those of most fit on the stack.
pub type Segments = SmallVec<[[Xy; 2]; 64]>;

/// More segments than this, of either of two geometries, are worth a tree.
pub const FEW_SEGMENTS: usize = 64;

/// Whether two geometries in these boxes share a point, every coordinate of both being finite.
pub fn intersects(a: &Geom, b: &Geom, of_a: &Rect, of_b: &Rect) -> bool {
    match (a.as_point(), b.as_point()) {
        (Some(p), Some(q)) => return p == q,
        (Some(p), None) => return locate(b, p) != Location::Exterior,
        (None, Some(q)) => return locate(a, q) != Location::Exterior,
        (None, None) => {}
    }
    let Some(both) = of_a.intersection(of_b) else { return false };
    let mut segments = Segments::new();
    each_segment_meeting(a, &both, |segment| segments.push(segment));
    let meet = around(&segments).is_some_and(|reached| any_meets(b, &segments, &reached));
    // If `a` has nothing in the box of `b`, that may still lie within an area of `a`.
    meet || (has_area(a) && lies_in(b, a)) || (has_area(b) && lies_in(a, b))
}

/// Calls `f` with each segment; points are segments of no length.
#[inline]
pub fn each_segment(geom: &Geom, mut f: impl FnMut([Xy; 2])) {
    geom.each_part(&mut |part| match part {
        Part::Points(c) => c.each(|x, y| f([Xy { x, y }; 2])),
        Part::Line(c) => c.each_segment(|a, b| f([a, b])),
        Part::Area(rings) => rings.iter().for_each(|ring| ring.each_segment(|a, b| f([a, b]))),
    });
}

/// The same, of those whose box meets `rect`.
#[inline]
fn each_segment_meeting(geom: &Geom, rect: &Rect, mut f: impl FnMut([Xy; 2])) {
    geom.each_part(&mut |part| match part {
        Part::Points(c) => c.iter().filter(|p| rect.covers_position(*p)).for_each(|p| f([p; 2])),
        Part::Line(c) => c.each_segment_meeting(rect, |a, b| f([a, b])),
        Part::Area(rings) => rings.iter().for_each(|ring| ring.each_segment_meeting(rect, |a, b| f([a, b]))),
    });
}

/// The box around segments; `None` if there is none.
pub fn around(segments: &[[Xy; 2]]) -> Option<Rect> {
    let first = boxed(segments.first()?);
    Some(segments.iter().fold(first, |all, [a, b]| Rect {
        xmin: smaller(all.xmin, smaller(a.x, b.x)),
        ymin: smaller(all.ymin, smaller(a.y, b.y)),
        xmax: larger(all.xmax, larger(a.x, b.x)),
        ymax: larger(all.ymax, larger(a.y, b.y)),
    }))
}

/// Whether a segment of `geom` meets one of these, all in the box `reached`.
fn any_meets(geom: &Geom, segments: &Segments, reached: &Rect) -> bool {
    let mut found = false;
    if segments.len() > FEW_SEGMENTS {
        let tree = Tree::new(segments.to_vec());
        each_segment_meeting(geom, reached, |[a, b]| found = found || tree.crosses(a, b));
    } else {
        each_segment_meeting(geom, reached, |[a, b]| {
            found = found || segments.iter().any(|[c, d]| intersect(a, b, *c, *d));
        });
    }
    found
}

fn has_area(geom: &Geom) -> bool {
    let mut found = false;
    geom.each_part(&mut |part| found |= matches!(part, Part::Area(_)));
    found
}

/// Whether a part of a geometry lies in an area of another, no edge of which it meets.
fn lies_in(geom: &Geom, other: &Geom) -> bool {
    let mut starts: SmallVec<[Xy; 8]> = SmallVec::new();
    geom.each_part(&mut |part| match part {
        Part::Points(c) => c.each(|x, y| starts.push(Xy { x, y })),
        Part::Line(c) => starts.extend(c.first()),
        Part::Area(rings) => starts.extend(rings.iter().filter_map(Coords::first)),
    });
    any_within(other, starts.iter().copied())
}

#[cfg(test)]
#[path = "intersects_tests.rs"]
mod tests;
