//! Tests: rows that are points, many at a time, against the same rows asked in another way: points in a constant area
//! without a constant, distances from a point as from a multipoint of one.
#![allow(clippy::unwrap_used, reason = "tests")]

use arrow::array::{Array, AsArray, BinaryArray, BinaryViewArray, Float64Array, LargeBinaryArray, UInt32Array};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field};
use geo::{Coord, Geometry, LineString, Polygon};
use proptest::prelude::*;

use crate::geom::WkbWriter;
use crate::testing::wkb;
use crate::{Argument, functions};

use super::*;

const PREDICATES: [&str; 5] = ["st_intersects", "st_disjoint", "st_contains", "st_within", "st_equals"];

fn column(array: ArrayRef) -> Argument {
    let field = Arc::new(Field::new("geom", array.data_type().clone(), true));
    Argument { array, field, constant: false }
}

fn call(name: &str, args: [Argument; 2], rows: usize) -> std::result::Result<ArrayRef, String> {
    functions::find(name).unwrap().invoke(args.to_vec(), rows).map_err(|e| e.to_string())
}

/// The answers with the area as a constant, and as a column of its own, on either side.
fn check(points: &ArrayRef, area: &[u8]) -> std::result::Result<(), TestCaseError> {
    let area: ArrayRef = Arc::new(BinaryArray::from_iter_values([area]));
    let repeated = take(&area, &UInt32Array::from(vec![0; points.len()]), None).unwrap();
    let constant = Argument { constant: true, ..column(area) };
    let (points, repeated) = (column(points.clone()), column(repeated));
    let rows = points.array.len();
    for name in PREDICATES {
        let expected = call(name, [points.clone(), repeated.clone()], rows);
        prop_assert_eq!(call(name, [points.clone(), constant.clone()], rows), expected, "{}", name);
        let expected = call(name, [repeated.clone(), points.clone()], rows);
        prop_assert_eq!(call(name, [constant.clone(), points.clone()], rows), expected, "{} turned", name);
        if rows > 100 {
            let part = |from: usize, len: usize| {
                let points = Argument { array: points.array.slice(from, len), ..points.clone() };
                call(name, [points, constant.clone()], len)
            };
            if let (Ok(one), Ok(two)) = (part(0, 77), part(77, rows - 77)) {
                let whole = call(name, [points.clone(), constant.clone()], rows).unwrap();
                prop_assert_eq!(&concat(&[&one, &two]).unwrap(), &whole);
            }
        }
    }
    Ok(())
}

/// Distances from a point, as a constant and as a column of its own, on either side.
fn check_distances(points: &ArrayRef, p: (f64, f64)) -> std::result::Result<(), TestCaseError> {
    let rows = points.len();
    let limit =
        Argument::constant(Arc::new(Float64Array::from(vec![2.5])), Arc::new(Field::new("d", DataType::Float64, true)));
    let of = |wkb: Vec<u8>| {
        let constant: ArrayRef = Arc::new(BinaryArray::from_iter_values([wkb]));
        let repeated = take(&constant, &UInt32Array::from(vec![0; rows]), None).unwrap();
        [Argument { constant: true, ..column(constant) }, column(repeated)]
    };
    let [quick, slow] = [of(plain(p.0, p.1)), of(wkb(&geo::MultiPoint::from(vec![p]).into()))];
    let points = column(points.clone());
    for (quick, slow) in quick.iter().zip(&slow) {
        for turned in [false, true] {
            let args = |other: &Argument| {
                let mut args = vec![points.clone(), other.clone()];
                args.rotate_left(usize::from(turned));
                args
            };
            let asked = |name: &str, args: Vec<Argument>| {
                functions::find(name).unwrap().invoke(args, rows).map_err(|e| e.to_string())
            };
            prop_assert_eq!(asked("st_distance", args(quick)), asked("st_distance", args(slow)));
            let within = |other: &Argument| [args(other), vec![limit.clone()]].concat();
            prop_assert_eq!(asked("st_dwithin", within(quick)), asked("st_dwithin", within(slow)));
        }
    }
    Ok(())
}

fn layouts(rows: &[Option<Vec<u8>>]) -> [ArrayRef; 3] {
    let rows = || rows.iter().map(|row| row.as_deref());
    [
        Arc::new(BinaryArray::from_iter(rows())),
        Arc::new(LargeBinaryArray::from_iter(rows())),
        Arc::new(BinaryViewArray::from_iter(rows())),
    ]
}

fn ordinate() -> impl Strategy<Value = f64> {
    (0..24_i32).prop_map(|v| f64::from(v) / 4.0)
}

fn plain(x: f64, y: f64) -> Vec<u8> {
    let mut writer = WkbWriter::default();
    writer.restart(0);
    writer.point((x, y).into());
    writer.bytes().to_vec()
}

/// A row: mostly a plain point.
fn row() -> impl Strategy<Value = Option<Vec<u8>>> {
    let doubles = |x: f64, y: f64| [x.to_be_bytes(), y.to_be_bytes()].concat();
    prop_oneof![
        60 => (ordinate(), ordinate()).prop_map(|(x, y)| Some(plain(x, y))),
        1 => Just(None),
        1 => Just(Some(plain(f64::NAN, f64::NAN))),
        1 => Just(Some(plain(2.0, f64::NAN))),
        1 => Just(Some(plain(f64::INFINITY, 2.0))),
        1 => (ordinate(), ordinate()).prop_map(move |(x, y)| Some([vec![0, 0, 0, 0, 1], doubles(x, y)].concat())),
        1 => (ordinate(), ordinate()).prop_map(move |(x, y)| {
            Some([vec![0, 0x20, 0, 0, 1, 0, 0, 0x10, 0xe6], doubles(x, y)].concat())
        }),
        1 => (ordinate(), ordinate()).prop_map(move |(x, y)| {
            Some([vec![0, 0, 0, 3, 0xe9], doubles(x, y), doubles(7.0, 0.0)[..8].to_vec()].concat())
        }),
        1 => (ordinate(), ordinate()).prop_map(|(x, y)| {
            Some(wkb(&geo::MultiPoint::from(vec![(x, y), (1.0, 1.0)]).into()))
        }),
        1 => (ordinate(), ordinate()).prop_map(|(x, y)| {
            Some(wkb(&Geometry::from(LineString::from(vec![(x, y), (1.0, 1.25)]))))
        }),
    ]
}

fn triangle() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec((ordinate(), ordinate()), 3)
        .prop_filter("a triangle that is not flat", |p| {
            let [a, b, c] = [p[0], p[1], p[2]].map(Coord::from);
            (b - a).x * (c - a).y != (b - a).y * (c - a).x
        })
        .prop_map(|p| wkb(&Polygon::new(LineString::from(p), Vec::new()).into()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_of_every_kind(rows in prop::collection::vec(row(), 0..200), area in triangle()) {
        for points in layouts(&rows) {
            check(&points, &area)?;
        }
    }

    #[test]
    fn distances_of_rows_of_every_kind(
        first in (ordinate(), ordinate()),
        rows in prop::collection::vec(row(), 0..200),
        p in (ordinate(), ordinate()),
    ) {
        // What the first row is decides how the others are read.
        let rows: Vec<_> = std::iter::once(Some(plain(first.0, first.1))).chain(rows).collect();
        for points in layouts(&rows) {
            check_distances(&points, p)?;
        }
    }

    #[test]
    fn enough_rows_for_a_raster(rows in prop::collection::vec(row(), 300), area in triangle()) {
        let many: Vec<_> = rows.iter().cycle().take(3000).cloned().collect();
        let [points, ..] = layouts(&many);
        check(&points, &area)?;
    }

    #[test]
    fn dense_columns(points in prop::collection::vec((ordinate(), ordinate()), 2000), area in triangle()) {
        let rows: Vec<_> = points.iter().map(|(x, y)| Some(plain(*x, *y))).collect();
        for points in layouts(&rows) {
            check(&points, &area)?;
        }
    }
}

#[test]
fn a_row_that_cannot_be_read_is_named() {
    let area = wkb(&geo::Rect::new((0.0, 0.0), (4.0, 4.0)).to_polygon().into());
    let mut rows: Vec<_> = (0..3000).map(|i| Some(plain(f64::from(i) / 700.0, 1.0))).collect();
    rows[2500] = Some(vec![1, 1, 0, 0, 0, 1, 2, 3]);
    rows[2600] = Some(vec![7]);
    for points in layouts(&rows) {
        let args = [
            column(points.clone()),
            Argument { constant: true, ..column(Arc::new(BinaryArray::from_iter_values([&area]))) },
        ];
        let error = call("st_intersects", args, points.len()).unwrap_err();
        assert!(error.starts_with("st_intersects: row 2500: WKB ends too soon"), "{error}");
        check(&points, &area).unwrap();
    }
}

#[test]
fn srids_must_agree_where_a_row_has_one() {
    let with_srid = |wkb: &[u8], srid: i32| {
        let mut out = wkb.to_vec();
        out[4] |= 0x20;
        out.splice(5..5, srid.to_le_bytes());
        out
    };
    let area = with_srid(&wkb(&geo::Rect::new((0.0, 0.0), (4.0, 4.0)).to_polygon().into()), 4326);
    let mut rows = vec![Some(plain(1.0, 1.0)); 100];
    rows[90] = Some(with_srid(&plain(1.0, 1.0), 4326));
    for points in layouts(&rows) {
        check(&points, &area).unwrap();
        let args =
            [column(points), Argument { constant: true, ..column(Arc::new(BinaryArray::from_iter_values([&area]))) }];
        assert_eq!(call("st_intersects", args, 100).unwrap().as_boolean().true_count(), 100);
    }
    rows[95] = Some(with_srid(&plain(1.0, 1.0), 3857));
    for points in layouts(&rows) {
        let args =
            [column(points), Argument { constant: true, ..column(Arc::new(BinaryArray::from_iter_values([&area]))) }];
        assert_eq!(call("st_intersects", args, 100).unwrap_err(), "st_intersects: row 95: mixed SRIDs 3857 and 4326");
    }
}
