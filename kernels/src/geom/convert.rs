//! To the types of the `geo` crate, for the algorithms that it does.

use geo_types::{Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::{Coords, Geom, Shape};

/// An owned XY copy; z, m and empty parts are dropped (an empty geometry becomes an empty collection or list).
pub fn to_geo(geom: &Geom) -> Geometry<f64> {
    match &geom.shape {
        Shape::Point(p) => match p.first() {
            Some(xy) => Geometry::Point(Point(xy)),
            None => Geometry::MultiPoint(MultiPoint(Vec::new())),
        },
        Shape::LineString(c) => Geometry::LineString(line(c)),
        Shape::Polygon(rings) => Geometry::Polygon(polygon(rings)),
        Shape::MultiPoint(c) => Geometry::MultiPoint(MultiPoint(c.points().map(Point).collect())),
        Shape::MultiLineString(lines) => {
            Geometry::MultiLineString(MultiLineString(lines.iter().filter(|c| !c.is_empty()).map(line).collect()))
        }
        Shape::MultiPolygon(polygons) => {
            let full = polygons.iter().filter(|rings| rings.first().is_some_and(|shell| !shell.is_empty()));
            Geometry::MultiPolygon(MultiPolygon(full.map(|rings| polygon(rings)).collect()))
        }
        Shape::GeometryCollection(members) => {
            let full = members.iter().filter(|m| !m.is_empty());
            Geometry::GeometryCollection(GeometryCollection(full.map(to_geo).collect()))
        }
    }
}

fn line(coords: &Coords) -> LineString<f64> {
    let mut positions = Vec::with_capacity(coords.len());
    coords.each(|x, y| positions.push(geo_types::Coord { x, y }));
    LineString(positions)
}

fn polygon(rings: &[Coords]) -> Polygon<f64> {
    let mut rings = rings.iter().filter(|r| !r.is_empty()).map(line);
    match rings.next() {
        Some(shell) => Polygon::new(shell, rings.collect()),
        None => Polygon::new(LineString(Vec::new()), Vec::new()),
    }
}
