//! Writing WKT as `ST_AsText` of PostGIS does: `POINT Z (1 2 3)`, `MULTIPOINT((0 0),(1 1))`.

use super::bracketed;
use super::number::write_number;
use crate::geom::{Coords, Dims, Geom, Shape};

/// Appends a geometry, its ordinates with at most so many decimals.
pub fn write_wkt(geom: &Geom, decimals: u32, out: &mut String) {
    out.push_str(geom.type_name());
    out.push_str(match geom.dims {
        Dims::Xy => "",
        Dims::Xyz => " Z ",
        Dims::Xym => " M ",
        Dims::Xyzm => " ZM ",
    });
    match &geom.shape {
        Shape::Point(c) => point(out, c, decimals),
        Shape::LineString(c) => path(out, c, decimals),
        Shape::Polygon(rings) => polygon(out, rings, decimals),
        Shape::MultiPoint(c) => list(out, c.len(), |i, out| point(out, &c.one(i), decimals)),
        Shape::MultiLineString(lines) => list(out, lines.len(), |i, out| path(out, &lines[i], decimals)),
        Shape::MultiPolygon(polygons) => list(out, polygons.len(), |i, out| polygon(out, &polygons[i], decimals)),
        Shape::GeometryCollection(members) => list(out, members.len(), |i, out| write_wkt(&members[i], decimals, out)),
    }
}

fn list(out: &mut String, len: usize, item: impl FnMut(usize, &mut String)) {
    if len > 0 {
        return bracketed(out, ['(', ')'], len, item);
    }
    if !out.ends_with([' ', '(', ',']) {
        out.push(' ');
    }
    out.push_str("EMPTY");
}

/// In a multipoint, a point of NaN is an empty one.
fn point(out: &mut String, point: &Coords, decimals: u32) {
    let empty = point.first().is_none_or(|p| p.x.is_nan() && p.y.is_nan());
    list(out, usize::from(!empty), |i, out| coordinate(out, point, i, decimals));
}

fn path(out: &mut String, path: &Coords, decimals: u32) {
    list(out, path.len(), |i, out| coordinate(out, path, i, decimals));
}

fn polygon(out: &mut String, rings: &[Coords], decimals: u32) {
    let empty = rings.first().is_none_or(Coords::is_empty);
    list(out, if empty { 0 } else { rings.len() }, |i, out| path(out, &rings[i], decimals));
}

fn coordinate(out: &mut String, c: &Coords, i: usize, decimals: u32) {
    for nth in 0..c.dims().size() {
        if nth > 0 {
            out.push(' ');
        }
        write_number(out, c.ordinate(i, nth), decimals);
    }
}
