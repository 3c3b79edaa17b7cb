//! What the tests of relations and overlays share: calling a function of the catalog on geometries of the `geo` crate.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray};
use arrow::datatypes::{DataType, Field};
use geo::{
    Geometry, GeometryCollection, LineString, LinesIter, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
    Translate,
};
use proptest::prelude::*;

use crate::geom::{WkbWriter, Xy};
use crate::{Argument, functions};

pub(crate) fn wkb(geometry: &Geometry<f64>) -> Vec<u8> {
    let mut writer = WkbWriter::default();
    writer.geo(geometry);
    writer.bytes().to_vec()
}

pub(crate) fn array(geometries: &[Geometry<f64>]) -> ArrayRef {
    Arc::new(BinaryArray::from_iter_values(geometries.iter().map(wkb)))
}

pub(crate) fn field(data_type: DataType) -> Arc<Field> {
    Arc::new(Field::new("geom", data_type, true))
}

/// Two geometries as arguments, each a constant or a column of one row.
pub(crate) fn arguments(a: &Geometry<f64>, b: &Geometry<f64>, constant: [bool; 2]) -> Vec<Argument> {
    let argument =
        |(geometry, constant)| Argument { array: array(&[geometry]), field: field(DataType::Binary), constant };
    [(a.clone(), constant[0]), (b.clone(), constant[1])].map(argument).to_vec()
}

/// Calls a function of the catalog.
pub(crate) fn call(name: &str, args: Vec<Argument>, rows: usize) -> ArrayRef {
    functions::find(name).expect("a function of the catalog").invoke(args, rows).unwrap()
}

/// A position of small whole numbers, so that geometries touch and overlap often.
fn position() -> impl Strategy<Value = (f64, f64)> {
    let ordinate = || (-12..12_i32).prop_map(|v| f64::from(v * 3));
    (ordinate(), ordinate())
}

fn triangle() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let flat = |t: &Vec<(f64, f64)>| crate::planar::orientation(t[0].into(), t[1].into(), t[2].into()) == 0.0;
    prop::collection::vec(position(), 3).prop_filter("flat", move |t| !flat(t))
}

/// A triangle, with or without a hole half way to its middle.
fn polygon() -> impl Strategy<Value = Polygon<f64>> {
    (triangle(), any::<bool>()).prop_map(|(t, hole)| {
        let middle = t.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / 3.0, sum.1 + p.1 / 3.0));
        let inner = || t.iter().map(|p| ((p.0 + middle.0) / 2.0, (p.1 + middle.1) / 2.0)).collect::<LineString<f64>>();
        let holes = if hole { vec![inner()] } else { Vec::new() };
        Polygon::new(LineString::from(t.clone()), holes)
    })
}

/// A valid geometry of any type, without empty members.
pub(crate) fn any_geometry() -> impl Strategy<Value = Geometry<f64>> {
    let positions = |least| prop::collection::vec(position(), least..12);
    let line = move || positions(2).prop_map(LineString::from);
    let single = prop_oneof![
        position().prop_map(|p| Point::from(p).into()),
        positions(1).prop_map(|list| MultiPoint::from(list).into()),
        line().prop_map(Geometry::from),
        prop::collection::vec(line(), 1..4).prop_map(|lines| MultiLineString::new(lines).into()),
        polygon().prop_map(Geometry::from),
        // Far enough from each other to be valid.
        prop::collection::vec(polygon(), 1..3).prop_map(|mut polygons| {
            polygons.iter_mut().enumerate().for_each(|(i, p)| p.translate_mut(90.0 * i as f64, 0.0));
            MultiPolygon::new(polygons).into()
        }),
    ];
    let members = prop::collection::vec(single.boxed(), 1..4);
    members.prop_map(|mut members| match members.len() {
        3 => Geometry::GeometryCollection(GeometryCollection::from(members)),
        _ => members.swap_remove(0),
    })
}

/// Segments of a geometry, points as segments of no length.
pub(crate) fn segments(geometry: &Geometry<f64>) -> Vec<[Xy; 2]> {
    fn all<'a>(lines: &'a impl LinesIter<'a, Scalar = f64>) -> Vec<[Xy; 2]> {
        lines.lines_iter().map(|line| [line.start, line.end]).collect()
    }
    match geometry {
        Geometry::Point(p) => vec![[p.0, p.0]],
        Geometry::MultiPoint(points) => points.iter().map(|p| [p.0, p.0]).collect(),
        Geometry::GeometryCollection(members) => members.iter().flat_map(segments).collect(),
        Geometry::LineString(line) => all(line),
        Geometry::MultiLineString(lines) => all(lines),
        Geometry::Polygon(polygon) => all(polygon),
        Geometry::MultiPolygon(polygons) => all(polygons),
        _ => Vec::new(),
    }
}

/// A polygon of spikes around a centre.
pub(crate) fn star(centre: Xy, size: f64, vertices: usize) -> Geometry<f64> {
    let vertex = |i: usize| {
        let (sin, cos) = (std::f64::consts::TAU * i as f64 / vertices as f64).sin_cos();
        centre + Xy { x: cos, y: sin } * if i.is_multiple_of(2) { size } else { size * 0.7 }
    };
    Polygon::new((0..vertices).map(vertex).collect(), Vec::new()).into()
}
