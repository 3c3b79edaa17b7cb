//! One tester for every layout: the same shapes go in, encoded each way, and must come out the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    BinaryArray, BinaryViewArray, FixedSizeListArray, Float64Array, LargeBinaryArray, ListArray, NullArray,
    StringArray, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Fields;
use geo_traits::to_geo::ToGeoGeometry;
use geo_types::{Coord, Geometry, LineString, Polygon, wkt};

use super::*;
use crate::geom::{Dims, Part, to_geo};

const EVERY_DIMS: [Dims; 4] = [Dims::Xy, Dims::Xyz, Dims::Xym, Dims::Xyzm];

/// z and m of the fixtures follow from x and y, so that the expectation needs no list of its own.
fn ordinates(c: Coord<f64>, dims: Dims) -> Vec<f64> {
    let mut ordinates = vec![c.x, c.y];
    ordinates.extend(dims.has_z().then_some(c.x + 1000.0));
    ordinates.extend(dims.has_m().then_some(c.y + 2000.0));
    ordinates
}

fn two_polygons() -> Geometry<f64> {
    wkt! { MULTIPOLYGON(((0. 0.,4. 0.,4. 4.,0. 4.,0. 0.),(1. 1.,1. 2.,2. 2.,2. 1.,1. 1.)),((6. 0.,9. 0.,9. 3.,6. 0.))) }
        .into()
}

/// One shape of each type, and a collection of all.
fn shapes() -> Vec<Geometry<f64>> {
    let mut all: Vec<Geometry<f64>> = vec![
        wkt! { POINT(1. 2.) }.into(),
        wkt! { LINESTRING(0. 0.,3. 4.,5. 4.) }.into(),
        wkt! { POLYGON((0. 0.,4. 0.,4. 4.,0. 4.,0. 0.),(1. 1.,1. 2.,2. 2.,2. 1.,1. 1.)) }.into(),
        wkt! { MULTIPOINT(0. 0.,2. 2.,7. 1.) }.into(),
        wkt! { MULTILINESTRING((0. 0.,1. 0.),(0. 1.,0. 3.,2. 3.)) }.into(),
        two_polygons(),
    ];
    all.push(Geometry::GeometryCollection(all.clone().into()));
    all
}

/// The tester: each row must be what is expected, null where nothing is, through every way of reading it.
fn check(array: ArrayRef, field: &Field, dims: Dims, expected: &[Option<Geometry<f64>>]) {
    let column = GeometryColumn::try_new(&array, field).unwrap();
    assert_eq!(column.len(), expected.len());
    for (i, expected) in expected.iter().enumerate() {
        let geom = column.get(i).unwrap();
        assert_eq!(column.is_null(i), expected.is_none(), "{field:?} row {i}");
        let (Some(geom), Some(expected)) = (geom, expected) else {
            assert!(expected.is_none());
            continue;
        };
        assert_eq!(&to_geo(&geom), expected, "{field:?} row {i}");
        assert_eq!(geom.dims, dims);
        if !geom.is_empty() {
            assert_eq!(&geom.view().to_geometry(), expected, "view of {field:?} row {i}");
        }
        geom.each_sequence(&mut |_, c| {
            for at in 0..c.len() {
                let stored: Vec<f64> = (0..dims.size()).map(|nth| c.ordinate(at, nth)).collect();
                assert_eq!(stored, ordinates(c.xy(at), dims));
                assert_eq!(c.one(at).xy(0), c.xy(at));
            }
            let mut walked = Vec::new();
            c.each(|x, y| walked.push(Coord { x, y }));
            assert_eq!(walked, c.iter().collect::<Vec<_>>());
            let segments: Vec<_> = walked.windows(2).map(|w| (w[0], w[1])).collect();
            let mut seen = Vec::new();
            c.each_segment(|a, b| seen.push((a, b)));
            assert_eq!(seen, segments);
            assert_eq!(c.length(), segments.iter().map(|(a, b)| (b.x - a.x).hypot(b.y - a.y)).sum::<f64>());
            if walked.first() == walked.last() {
                // Whole numbers: exact in any order.
                assert_eq!(c.signed_area(), segments.iter().map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0);
            }
        });
    }
}

/// The same behind an offset: a row before and a row after are cut off.
fn check_sliced(array: &ArrayRef, field: &Field, dims: Dims, expected: &[Option<Geometry<f64>>]) {
    check(array.slice(1, expected.len() - 2), field, dims, &expected[1..expected.len() - 1]);
}

/// How WKB may be written.
#[derive(Clone, Copy)]
struct Wkb {
    big_endian: bool,
    dims: Dims,
    /// Flags for z, m and the SRID, instead of the codes of ISO.
    ewkb: bool,
    srid: Option<u32>,
}

impl Wkb {
    fn int(self, out: &mut Vec<u8>, value: u32) {
        out.extend(if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() });
    }

    fn coords(self, out: &mut Vec<u8>, coords: &[Coord<f64>]) {
        for value in coords.iter().flat_map(|c| ordinates(*c, self.dims)) {
            out.extend(if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() });
        }
    }

    fn header(self, out: &mut Vec<u8>, code: u32) {
        out.push(u8::from(!self.big_endian));
        let (z, m) = (u32::from(self.dims.has_z()), u32::from(self.dims.has_m()));
        if self.ewkb {
            self.int(out, code | z << 31 | m << 30 | u32::from(self.srid.is_some()) << 29);
            self.srid.iter().for_each(|srid| self.int(out, *srid));
        } else {
            self.int(out, code + 1000 * z + 2000 * m);
        }
    }

    fn path(self, out: &mut Vec<u8>, line: &LineString<f64>) {
        self.int(out, line.0.len() as u32);
        self.coords(out, &line.0);
    }

    fn rings(self, out: &mut Vec<u8>, polygon: &Polygon<f64>) {
        self.int(out, 1 + polygon.interiors().len() as u32);
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).for_each(|ring| self.path(out, ring));
    }

    fn members<T: Clone + Into<Geometry<f64>>>(self, out: &mut Vec<u8>, members: &[T]) {
        self.int(out, members.len() as u32);
        // Only the outermost geometry has an SRID.
        let plain = Wkb { srid: None, ..self };
        members.iter().for_each(|m| plain.write(out, &m.clone().into()));
    }

    fn write(self, out: &mut Vec<u8>, geometry: &Geometry<f64>) {
        match geometry {
            Geometry::Point(p) => {
                self.header(out, 1);
                self.coords(out, &[p.0]);
            }
            Geometry::LineString(line) => {
                self.header(out, 2);
                self.path(out, line);
            }
            Geometry::Polygon(polygon) => {
                self.header(out, 3);
                self.rings(out, polygon);
            }
            Geometry::MultiPoint(points) => {
                self.header(out, 4);
                self.members(out, &points.0);
            }
            Geometry::MultiLineString(lines) => {
                self.header(out, 5);
                self.members(out, &lines.0);
            }
            Geometry::MultiPolygon(polygons) => {
                self.header(out, 6);
                self.members(out, &polygons.0);
            }
            Geometry::GeometryCollection(members) => {
                self.header(out, 7);
                self.members(out, &members.0);
            }
            other => panic!("no WKB for {other:?}"),
        }
    }
}

fn plain(data_type: DataType) -> Field {
    Field::new("geom", data_type, true)
}

#[test]
fn wkb_of_every_flavour_in_every_binary_layout() {
    let expected: Vec<_> = std::iter::once(None).chain(shapes().into_iter().map(Some)).chain([None]).collect();
    for dims in EVERY_DIMS {
        let flavours = [(false, None), (true, None), (true, Some(4326))];
        for (big_endian, (ewkb, srid)) in [false, true].into_iter().flat_map(|b| flavours.map(|f| (b, f))) {
            let flavour = Wkb { big_endian, dims, ewkb, srid };
            let bytes: Vec<Option<Vec<u8>>> = expected
                .iter()
                .map(|shape| {
                    let mut out = Vec::new();
                    flavour.write(&mut out, shape.as_ref()?);
                    Some(out)
                })
                .collect();
            let arrays: [ArrayRef; 3] = [
                Arc::new(BinaryArray::from_iter(&bytes)),
                Arc::new(LargeBinaryArray::from_iter(&bytes)),
                Arc::new(BinaryViewArray::from_iter(&bytes)),
            ];
            for array in arrays {
                let field = plain(array.data_type().clone());
                check(array.clone(), &field, dims, &expected);
                check_sliced(&array, &field, dims, &expected);
                let column = GeometryColumn::try_new(&array, &field).unwrap();
                assert_eq!(column.get(1).unwrap().unwrap().srid, srid.map_or(0, |s| s as i32));
                assert_eq!(column.wkb(1), bytes[1].as_deref());
            }
        }
    }
}

/// A row of a native column: coordinates, in lists, in lists.
enum Nested {
    One(Coord<f64>),
    Many(Vec<Nested>),
}

fn path(coords: &[Coord<f64>]) -> Nested {
    Nested::Many(coords.iter().map(|c| Nested::One(*c)).collect())
}

fn rings(polygon: &Polygon<f64>) -> Nested {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    Nested::Many(rings.filter(|ring| !ring.0.is_empty()).map(|ring| path(&ring.0)).collect())
}

fn nested(geometry: &Geometry<f64>) -> Nested {
    match geometry {
        Geometry::Point(p) => Nested::One(p.0),
        Geometry::LineString(line) => path(&line.0),
        Geometry::Polygon(polygon) => rings(polygon),
        Geometry::MultiPoint(points) => Nested::Many(points.iter().map(|p| Nested::One(p.0)).collect()),
        Geometry::MultiLineString(lines) => Nested::Many(lines.iter().map(|l| path(&l.0)).collect()),
        Geometry::MultiPolygon(polygons) => Nested::Many(polygons.iter().map(rings).collect()),
        other => panic!("no native encoding for {other:?}"),
    }
}

const NAMES: [&str; 4] = ["x", "y", "z", "m"];

fn ordinate_names(dims: Dims) -> Vec<&'static str> {
    let present = [true, true, dims.has_z(), dims.has_m()];
    NAMES.into_iter().zip(present).filter_map(|(name, here)| here.then_some(name)).collect()
}

fn double(name: &str) -> Arc<Field> {
    Arc::new(Field::new(name, DataType::Float64, true))
}

fn coordinates(coords: &[Coord<f64>], dims: Dims, interleaved: bool, nulls: Option<NullBuffer>) -> ArrayRef {
    let names = ordinate_names(dims);
    let rows: Vec<Vec<f64>> = coords.iter().map(|c| ordinates(*c, dims)).collect();
    if interleaved {
        let values = Arc::new(Float64Array::from(rows.concat()));
        return Arc::new(FixedSizeListArray::new(double(&names.concat()), dims.size() as i32, values, nulls));
    }
    let columns = (0..names.len())
        .map(|nth| Arc::new(rows.iter().map(|row| row[nth]).collect::<Float64Array>()) as ArrayRef)
        .collect();
    Arc::new(StructArray::new(names.into_iter().map(double).collect::<Fields>(), columns, nulls))
}

/// Builds a native column, from the rows inwards.
fn native(levels: usize, rows: Vec<Option<Nested>>, dims: Dims, interleaved: bool) -> ArrayRef {
    let valid: NullBuffer = rows.iter().map(Option::is_some).collect::<Vec<_>>().into();
    let nulls = (valid.null_count() > 0).then_some(valid);
    if levels == 0 {
        let nothing = Coord { x: f64::NAN, y: f64::NAN };
        let coords: Vec<_> = rows.iter().map(|r| if let Some(Nested::One(c)) = r { *c } else { nothing }).collect();
        return coordinates(&coords, dims, interleaved, nulls);
    }
    let (mut lengths, mut inner) = (Vec::new(), Vec::new());
    for row in rows {
        let items = if let Some(Nested::Many(items)) = row { items } else { Vec::new() };
        lengths.push(items.len());
        inner.extend(items.into_iter().map(Some));
    }
    let child = native(levels - 1, inner, dims, interleaved);
    let field = Arc::new(Field::new("item", child.data_type().clone(), true));
    Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(lengths), child, nulls))
}

fn typed(name: &str, data_type: DataType) -> Field {
    let extension = HashMap::from([("ARROW:extension:name".to_owned(), name.to_owned())]);
    plain(data_type).with_metadata(extension)
}

#[test]
fn native_types_of_every_layout() {
    let encodings = [
        ("geoarrow.point", 0, wkt! { POINT(-5. 0.5) }.into()),
        ("geoarrow.linestring", 1, Geometry::LineString(LineString(vec![]))),
        ("geoarrow.polygon", 2, Geometry::Polygon(Polygon::new(LineString(vec![]), vec![]))),
        ("geoarrow.multipoint", 1, Geometry::MultiPoint(Vec::<Coord<f64>>::new().into())),
        ("geoarrow.multilinestring", 2, wkt! { MULTILINESTRING((5. 5.,6. 6.)) }.into()),
        ("geoarrow.multipolygon", 3, wkt! { MULTIPOLYGON(((0. 0.,6. 0.,0. 6.,0. 0.))) }.into()),
    ];
    for ((name, levels, other), shape) in encodings.into_iter().zip(shapes()) {
        let expected = [Some(other.clone()), Some(shape.clone()), None, Some(other), Some(shape)];
        for (dims, interleaved) in EVERY_DIMS.into_iter().flat_map(|d| [(d, false), (d, true)]) {
            let rows = expected.iter().map(|g| g.as_ref().map(nested)).collect();
            let array = native(levels, rows, dims, interleaved);
            let field = typed(name, array.data_type().clone());
            check(array.clone(), &field, dims, &expected);
            check_sliced(&array, &field, dims, &expected);
        }
    }
}

/// Paths of which NaN or infinity is a part, in every layout: (path, its box, whether it is finite).
#[test]
fn nan_is_passed_over_by_boxes_and_not_finite() {
    let nan = f64::NAN;
    let at = |x, y| Coord { x, y };
    let rect = |xmin, ymin, xmax, ymax| Some(Rect { xmin, ymin, xmax, ymax });
    let cases = [
        (vec![at(nan, 5.0), at(1.0, 2.0), at(3.0, nan), at(2.0, 9.0)], rect(1.0, 2.0, 3.0, 9.0), false),
        (vec![at(1.0, 2.0), at(nan, nan)], rect(1.0, 2.0, 1.0, 2.0), false),
        (vec![at(nan, 2.0), at(nan, 3.0)], None, false),
        (vec![at(1.0, 2.0), at(f64::INFINITY, 3.0)], rect(1.0, 2.0, f64::INFINITY, 3.0), false),
        (vec![at(1.0, f64::NEG_INFINITY), at(2.0, 3.0)], rect(1.0, f64::NEG_INFINITY, 2.0, 3.0), false),
        (vec![at(4.0, -1.0), at(-7.0, 3.0), at(0.0, 0.0)], rect(-7.0, -1.0, 4.0, 3.0), true),
        (vec![], None, true),
    ];
    for (points, bounds, finite) in cases {
        let hold = |geom: &Geom, layout: &str| {
            let said = (geom.bounds(), geom.is_finite(), geom.extent());
            assert_eq!(said, (bounds, finite, (bounds, finite)), "{layout} of {points:?}");
        };
        for dims in EVERY_DIMS {
            for interleaved in [false, true] {
                let array = native(1, vec![Some(path(&points))], dims, interleaved);
                let field = typed("geoarrow.linestring", array.data_type().clone());
                let column = GeometryColumn::try_new(&array, &field).unwrap();
                hold(&column.get(0).unwrap().unwrap(), &format!("{dims:?}, interleaved {interleaved}"));
            }
            for big_endian in [false, true] {
                let mut bytes = Vec::new();
                Wkb { big_endian, dims, ewkb: false, srid: None }.write(&mut bytes, &LineString(points.clone()).into());
                hold(&parse_wkb(&bytes).unwrap(), &format!("WKB {dims:?}, big-endian {big_endian}"));
            }
        }
    }
}

/// Holes do not widen a box, but their coordinates count as any for finiteness.
#[test]
fn a_hole_of_nan_is_not_finite() {
    let shell = LineString::from(vec![(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)]);
    let rect = Some(Rect { xmin: 0.0, ymin: 0.0, xmax: 9.0, ymax: 9.0 });
    for odd in [f64::NAN, f64::INFINITY] {
        let hole = LineString::from(vec![(2.0, 1.0), (3.0, odd), (3.0, 2.0), (2.0, 1.0)]);
        let mut bytes = Vec::new();
        Wkb { big_endian: false, dims: Dims::Xy, ewkb: false, srid: None }
            .write(&mut bytes, &Polygon::new(shell.clone(), vec![hole]).into());
        let geom = parse_wkb(&bytes).unwrap();
        assert_eq!((geom.bounds(), geom.extent().1), (rect, false));
        assert!(!geom.is_finite());
    }
}

#[test]
fn a_box_is_the_ring_around_it_and_inside_out_is_empty() {
    let columns: Vec<ArrayRef> = [
        [0.0, f64::INFINITY, 7.0],
        [1.0, f64::INFINITY, 7.0],
        [4.0, f64::NEG_INFINITY, 7.0],
        [3.0, f64::NEG_INFINITY, 7.0],
    ]
    .into_iter()
    .map(|side| Arc::new(Float64Array::from(side.to_vec())) as ArrayRef)
    .collect();
    let fields: Fields = ["xmin", "ymin", "xmax", "ymax"].into_iter().map(double).collect();
    let array: ArrayRef = Arc::new(StructArray::new(fields, columns, None));
    let expected = [
        Some(wkt! { POLYGON((0. 1.,4. 1.,4. 3.,0. 3.,0. 1.)) }.into()),
        Some(Polygon::new(LineString(vec![]), vec![]).into()),
        Some(wkt! { POLYGON((7. 7.,7. 7.,7. 7.,7. 7.,7. 7.)) }.into()),
    ];
    let field = typed("geoarrow.box", array.data_type().clone());
    check(array.clone(), &field, Dims::Xy, &expected);
    check(array.slice(2, 1), &field, Dims::Xy, &expected[2..]);
    // Fields speak for themselves where an engine has dropped the metadata.
    check(array.clone(), &plain(array.data_type().clone()), Dims::Xy, &expected);
}

#[test]
fn points_without_metadata_and_empty_points() {
    let nowhere = Coord { x: f64::NAN, y: f64::NAN };
    let array = coordinates(&[Coord { x: 1.0, y: 2.0 }, nowhere], Dims::Xyz, false, None);
    let field = plain(array.data_type().clone());
    let column = GeometryColumn::try_new(&array, &field).unwrap();
    assert_eq!(column.plain_point(0), Some(Coord { x: 1.0, y: 2.0 }));
    assert_eq!(column.plain_point(1), None);
    assert_eq!(column.bounds(1).unwrap(), None);
    let empty = column.get(1).unwrap().unwrap();
    assert!(empty.is_empty() && empty.view().try_to_geometry().is_none());
}

#[test]
fn an_empty_point_in_a_multipoint_is_no_coordinate() {
    let points = [Coord { x: f64::NAN, y: f64::NAN }, Coord { x: 1.0, y: 1.0 }];
    let array = native(1, vec![Some(path(&points))], Dims::Xy, false);
    let column = GeometryColumn::try_new(&array, &typed("geoarrow.multipoint", array.data_type().clone())).unwrap();
    let geom = column.get(0).unwrap().unwrap();
    assert!(geom.is_finite() && !geom.is_empty());
    assert_eq!(to_geo(&geom), wkt! { MULTIPOINT(1. 1.) }.into());
}

#[test]
fn parts_come_in_order_collections_flattened() {
    let mut bytes = Vec::new();
    Wkb { big_endian: false, dims: Dims::Xy, ewkb: false, srid: None }.write(&mut bytes, &shapes()[6]);
    let geom = parse_wkb(&bytes).unwrap();
    let mut seen = String::new();
    geom.each_part(&mut |part| {
        seen.push(match part {
            Part::Points(_) => 'p',
            Part::Line(_) => 'l',
            Part::Area(_) => 'a',
        });
    });
    assert_eq!(seen, "plapllaa");
    assert_eq!(geom.dimension(), Some(2));
}

#[test]
fn a_column_of_the_null_type_is_null() {
    let array: ArrayRef = Arc::new(NullArray::new(2));
    check(array.clone(), &plain(DataType::Null), Dims::Xy, &[None, None]);
    check(array, &typed("geoarrow.point", DataType::Null), Dims::Xy, &[None, None]);
}

#[test]
fn wrong_types_are_refused_in_words() {
    let refused = |field: &Field| GeometryColumn::check(field).unwrap_err().to_string();
    let text = refused(&plain(DataType::Utf8));
    assert!(text.starts_with("expected geometry (WKB in a binary column"), "{text}");
    assert!(text.contains("got Utf8") && text.contains("st_geomfromtext"), "{text}");
    let array = native(1, vec![Some(path(&[]))], Dims::Xy, false);
    let text = refused(&plain(array.data_type().clone()));
    assert!(text.contains("got List; a bare List has no geometry type"), "{text}");
    let fields: Fields = ["a", "b"].into_iter().map(double).collect();
    assert!(refused(&plain(DataType::Struct(fields))).contains("got Struct(a, b)"));
    assert!(refused(&plain(DataType::Float64)).contains("expected geometry"));

    // The metadata promises what the array is not.
    let text: ArrayRef = Arc::new(StringArray::from(vec!["POINT(1 2)"]));
    let failed = |array: &ArrayRef, name: &str| {
        GeometryColumn::try_new(array, &typed(name, array.data_type().clone())).unwrap_err().to_string()
    };
    assert_eq!(failed(&text, "geoarrow.point"), "expected GeoArrow coordinates, got Utf8");
    assert_eq!(failed(&text, "geoarrow.linestring"), "expected a List in a native GeoArrow column, got Utf8");
    let fields: Fields = ["x", "z"].into_iter().map(double).collect();
    let columns = vec![Arc::new(Float64Array::from(vec![1.0])) as ArrayRef; 2];
    let no_y: ArrayRef = Arc::new(StructArray::new(fields, columns, None));
    assert_eq!(failed(&no_y, "geoarrow.point"), "GeoArrow coordinates have no field 'y'");
}

#[test]
fn native_rows_obey_the_rules_of_rings_and_paths() {
    let refused = |name: &str, levels: usize, row: Nested| {
        let array = native(levels, vec![Some(row)], Dims::Xy, true);
        let column = GeometryColumn::try_new(&array, &typed(name, array.data_type().clone())).unwrap();
        column.get(0).unwrap_err().to_string()
    };
    let at = |x: f64, y: f64| Coord { x, y };
    assert!(refused("geoarrow.linestring", 1, path(&[at(0.0, 0.0)])).contains("only 1 point"));
    let open = [at(0.0, 0.0), at(1.0, 0.0), at(1.0, 1.0), at(0.0, 1.0)];
    assert!(refused("geoarrow.polygon", 2, Nested::Many(vec![path(&open)])).contains("not closed"));
}
