//! Union and intersection of any two geometries.
//!
//! Each geometry is taken apart into areas, lines and points (`parts`). Areas meet areas in `areas`. Lines are cut
//! wherever anything meets them (`arrangement`), and each piece is kept or dropped by where it lies in either geometry
//! (`lines`). What areas share without overlapping, edges and corners, is found exactly in the same arrangement
//! (`contacts`). Points are kept by where they lie.

mod areas;
mod arrangement;
mod contacts;
mod lines;
mod parts;
mod union;

pub use union::Union;

use std::collections::HashSet;

use crate::error::Cause;
use crate::geom::{Dims, Geom, Rect, Shape, WkbWriter, Xy};
use crate::planar::segment::lexicographic;
use crate::planar::stripes::{Location, Stripes};
use arrangement::Arrangement;
use parts::Parts;

/// What to make of two point sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// What lies in either.
    Union,
    /// What lies in both.
    Intersection,
}

/// Writes the union or intersection of two geometries, in x and y.
pub fn overlay<'a>(operation: Operation, a: &Geom<'a>, b: &Geom<'a>, out: &mut WkbWriter) -> Result<(), Cause> {
    // As PostGIS: with an empty geometry, the answer is one of the two as it is.
    let unchanged = match (operation, a.is_empty(), b.is_empty()) {
        (Operation::Union, true, _) | (Operation::Intersection, _, true) => Some(b),
        (Operation::Union, _, true) | (Operation::Intersection, true, _) => Some(a),
        _ => None,
    };
    if let Some(geom) = unchanged {
        out.geom(geom);
        return Ok(());
    }
    let (box_a, box_b) = (usable_box(a)?, usable_box(b)?);
    let dimension = match operation {
        Operation::Union => a.dimension().max(b.dimension()),
        Operation::Intersection => a.dimension().min(b.dimension()),
    };
    let collections = [a, b].iter().any(|g| matches!(g.shape, Shape::GeometryCollection(_)));
    let result = if box_a.intersects(&box_b) || collections {
        combine(operation, &Parts::new(a), &Parts::new(b))?
    } else if operation == Operation::Union {
        side_by_side(a, b)
    } else {
        Parts::default()
    };
    write(&result, dimension, collections, out);
    Ok(())
}

/// Coordinates up to here can be multiplied three times over; `i_overlay` has the same limit, about.
const LARGEST: f64 = 1e100;

/// The box around a geometry that is not empty, if its coordinates can be computed with.
fn usable_box(geom: &Geom) -> Result<Rect, Cause> {
    let Some(bounds) = geom.bounds().filter(|_| geom.is_finite()) else {
        return Err("coordinates must be finite numbers".into());
    };
    if [bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax].iter().any(|v| v.abs() > LARGEST) {
        return Err(format!("coordinates beyond {LARGEST:e} are too large for an overlay").into());
    }
    Ok(bounds)
}

/// Geometries whose boxes are apart keep every part as it is.
fn side_by_side(a: &Geom, b: &Geom) -> Parts {
    let mut parts = Parts::unchanged(a);
    let Parts { polygons, lines, points } = Parts::unchanged(b);
    parts.polygons.extend(polygons);
    parts.lines.extend(lines);
    parts.points.extend(points);
    parts
}

fn combine(operation: Operation, a: &Parts, b: &Parts) -> Result<Parts, Cause> {
    let cut = Arrangement::new([a, b]);
    // Points need no more than to be located, which an invalid polygon allows.
    let only_located = operation == Operation::Intersection && [a, b].iter().any(|parts| parts.is_puntal());
    if let Some(Xy { x, y }) = cut.self_crossing.filter(|_| !only_located) {
        return Err(format!("a polygon is invalid: its rings cross at ({x} {y})").into());
    }
    Ok(select(operation, cut, a, b))
}

/// Of two arranged geometries, the parts that belong to the result.
fn select(operation: Operation, mut cut: Arrangement, a: &Parts, b: &Parts) -> Parts {
    let mut lines = lines::select(operation, &cut);
    let mut points: Vec<Xy> = Vec::new();
    match operation {
        Operation::Union => {
            let covered = |p: &Xy| {
                [0, 1].iter().any(|side| cut.locate(*side, *p) != Location::Exterior || cut.on_line(*side, *p))
            };
            points.extend(a.points.iter().chain(&b.points).filter(|p| !covered(p)));
        }
        Operation::Intersection => {
            lines.append(&mut cut.shared_edges);
            let kept = Stripes::new(lines::segments(&lines).collect());
            points.append(&mut cut.meetings);
            points.extend(a.points.iter().filter(|p| cut.covers(1, **p)));
            points.extend(b.points.iter().filter(|p| cut.covers(0, **p)));
            let on_line = |p: Xy| kept.as_ref().is_some_and(|lines| lines.touches(p));
            points.retain(|p| !on_line(*p) && !contacts::in_common_area(&cut, *p));
        }
    }
    points.sort_unstable_by(lexicographic);
    points.dedup();
    Parts { polygons: areas::overlay(operation, &cut.rings(0), &cut.rings(1)), lines, points }
}

/// Writes the simplest geometry of these parts; of none, an empty one of this dimension. Collections are written in
/// ascending order of dimension where a collection came in, else in descending order, as GEOS does.
fn write(parts: &Parts, dimension: Option<u8>, ascending: bool, out: &mut WkbWriter) {
    let Parts { polygons, lines, points } = parts;
    let kinds = [!points.is_empty(), !lines.is_empty(), !polygons.is_empty()];
    let members = points.len() + lines.len() + polygons.len();
    if members == 0 {
        let code = dimension.map_or(7, |d| u32::from(d) + 1);
        return out.empty(code, Dims::Xy);
    }
    if members > 1 {
        let code = match kinds {
            [true, false, false] => 4,
            [false, true, false] => 5,
            [false, false, true] => 6,
            _ => 7,
        };
        out.header(code, Dims::Xy);
        out.count(members);
    }
    let write_points = |out: &mut WkbWriter| points.iter().for_each(|p| out.point(*p));
    let write_polygons = |out: &mut WkbWriter| polygons.iter().for_each(|rings| out.rings(rings));
    if ascending {
        write_points(out)
    } else {
        write_polygons(out)
    }
    lines.iter().for_each(|line| out.path(line));
    if ascending { write_polygons(out) } else { write_points(out) }
}

/// A position as a key: `==` on doubles, zeros being positive.
fn key(p: Xy) -> [u64; 2] {
    [p.x.to_bits(), p.y.to_bits()]
}

/// A set of positions.
type Positions = HashSet<[u64; 2]>;

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
