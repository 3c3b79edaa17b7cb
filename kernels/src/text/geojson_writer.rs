//! Writing GeoJSON (RFC 7946) as compactly as `ST_AsGeoJSON` of PostGIS does; z is kept, m is not.

use super::bracketed;
use super::number::write_number;
use crate::error::Cause;
use crate::geom::{Coords, Geom, Part, Shape};

/// Appends a geometry object, its ordinates with at most so many decimals.
pub fn write_geojson(geom: &Geom, decimals: u32, out: &mut String) -> Result<(), Cause> {
    if !is_finite(geom) {
        return Err("GeoJSON cannot hold NaN or infinite coordinates".into());
    }
    object(geom, decimals, out);
    Ok(())
}

fn is_finite(geom: &Geom) -> bool {
    let at = |c: &Coords, i| (0..spatial(c)).all(|nth| c.ordinate(i, nth).is_finite());
    let all = |c: &Coords| (0..c.len()).all(|i| at(c, i));
    let mut finite = true;
    geom.each_part(&mut |part| {
        finite &= match part {
            Part::Points(c) => (0..c.len()).all(|i| is_gap(c, i) || at(c, i)),
            Part::Line(c) => all(c),
            Part::Area(rings) => rings.iter().all(all),
        }
    });
    finite
}

/// Whether a point in a multipoint is an empty one.
fn is_gap(c: &Coords, i: usize) -> bool {
    let p = c.xy(i);
    p.x.is_nan() && p.y.is_nan()
}

/// Ordinates that GeoJSON keeps.
fn spatial(c: &Coords) -> usize {
    if c.dims().has_z() { 3 } else { 2 }
}

fn object(geom: &Geom, decimals: u32, out: &mut String) {
    let (name, members) = match geom.shape {
        Shape::Point(_) => ("Point", "coordinates"),
        Shape::LineString(_) => ("LineString", "coordinates"),
        Shape::Polygon(_) => ("Polygon", "coordinates"),
        Shape::MultiPoint(_) => ("MultiPoint", "coordinates"),
        Shape::MultiLineString(_) => ("MultiLineString", "coordinates"),
        Shape::MultiPolygon(_) => ("MultiPolygon", "coordinates"),
        Shape::GeometryCollection(_) => ("GeometryCollection", "geometries"),
    };
    for piece in ["{\"type\":\"", name, "\",\"", members, "\":"] {
        out.push_str(piece);
    }
    match &geom.shape {
        // As PostGIS: of an empty geometry, empty members are not listed.
        _ if geom.is_empty() => out.push_str("[]"),
        Shape::Point(c) => position(out, c, 0, decimals),
        Shape::LineString(c) => positions(out, c, decimals),
        Shape::Polygon(rings) => polygon(out, rings, decimals),
        Shape::MultiPoint(c) => list(out, c.len(), |i, out| match is_gap(c, i) {
            true => out.push_str("[]"),
            false => position(out, c, i, decimals),
        }),
        Shape::MultiLineString(lines) => list(out, lines.len(), |i, out| positions(out, &lines[i], decimals)),
        Shape::MultiPolygon(polygons) => list(out, polygons.len(), |i, out| polygon(out, &polygons[i], decimals)),
        Shape::GeometryCollection(members) => list(out, members.len(), |i, out| object(&members[i], decimals, out)),
    }
    out.push('}');
}

fn list(out: &mut String, len: usize, item: impl FnMut(usize, &mut String)) {
    bracketed(out, ['[', ']'], len, item);
}

fn polygon(out: &mut String, rings: &[Coords], decimals: u32) {
    let empty = rings.first().is_none_or(Coords::is_empty);
    list(out, if empty { 0 } else { rings.len() }, |i, out| positions(out, &rings[i], decimals));
}

fn positions(out: &mut String, c: &Coords, decimals: u32) {
    list(out, c.len(), |i, out| position(out, c, i, decimals));
}

fn position(out: &mut String, c: &Coords, i: usize, decimals: u32) {
    list(out, spatial(c), |nth, out| write_number(out, c.ordinate(i, nth), decimals));
}
