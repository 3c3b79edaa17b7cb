#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray};
use arrow::datatypes::{DataType, Field};
use proptest::prelude::*;

use crate::Argument;
use crate::error::Cause;
use crate::functions::find;
use crate::geom::{WkbWriter, parse_wkb};
use crate::text::{read_wkt, write_wkt};

fn read(text: &str) -> Result<Vec<u8>, Cause> {
    let mut out = WkbWriter::default();
    read_wkt(text, 0, &mut out).map(|()| out.bytes().to_vec())
}

fn write(wkb: &[u8], decimals: u32) -> String {
    let mut out = String::new();
    write_wkt(&parse_wkb(wkb).unwrap(), decimals, &mut out);
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The right side is what `ST_AsText(ST_GeomFromText(...))` of PostGIS answers.
#[test]
fn reads_and_writes_as_postgis() {
    let cases = [
        ("point(1.0 -2.50)", "POINT(1 -2.5)"),
        (" \n POINT\t( 1  2 ) ", "POINT(1 2)"),
        ("POINT(.5 5.)", "POINT(0.5 5)"),
        ("POINT(1e3 -1.5E-2)", "POINT(1000 -0.015)"),
        ("POINT(-0 NaN)", "POINT(0 NaN)"),
        ("POINT(1 2 3)", "POINT Z (1 2 3)"),
        ("POINT(1 2 3 4)", "POINT ZM (1 2 3 4)"),
        ("POINTZ(1 2 3)", "POINT Z (1 2 3)"),
        ("Point m (1 2 3)", "POINT M (1 2 3)"),
        ("POINTZM(1 2 3 4)", "POINT ZM (1 2 3 4)"),
        ("POINT EMPTY", "POINT EMPTY"),
        ("POINT Z EMPTY", "POINT Z EMPTY"),
        ("POINT M EMPTY", "POINT M EMPTY"),
        ("LINESTRING ZM EMPTY", "LINESTRING ZM EMPTY"),
        ("LINESTRING(0 0,0.141231 4)", "LINESTRING(0 0,0.141231 4)"),
        ("POLYGON EMPTY", "POLYGON EMPTY"),
        ("POLYGON((0 0,9 0,9 9,0 0),(1 1,2 1,2 2,1 1))", "POLYGON((0 0,9 0,9 9,0 0),(1 1,2 1,2 2,1 1))"),
        ("MULTIPOINT(0 0, 1 1)", "MULTIPOINT((0 0),(1 1))"),
        ("MULTIPOINT((0 0), 1 1)", "MULTIPOINT((0 0),(1 1))"),
        ("MULTIPOINT(EMPTY,(0 0 7),(4 0 7))", "MULTIPOINT Z (EMPTY,(0 0 7),(4 0 7))"),
        ("MULTILINESTRINGM((0 0 5,2 0 5),EMPTY)", "MULTILINESTRING M ((0 0 5,2 0 5),EMPTY)"),
        ("MULTIPOLYGON(EMPTY,((0 0,1 0,1 1,0 0)))", "MULTIPOLYGON(EMPTY,((0 0,1 0,1 1,0 0)))"),
        ("GEOMETRYCOLLECTION EMPTY", "GEOMETRYCOLLECTION EMPTY"),
        ("GEOMETRYCOLLECTION(POINT EMPTY,LINESTRING EMPTY)", "GEOMETRYCOLLECTION(POINT EMPTY,LINESTRING EMPTY)"),
        ("GEOMETRYCOLLECTION(POINT(0 0 1))", "GEOMETRYCOLLECTION Z (POINT Z (0 0 1))"),
        (
            "GEOMETRYCOLLECTION M (MULTILINESTRING M ((0 0 5,2 0 5)),POINT EMPTY)",
            "GEOMETRYCOLLECTION M (MULTILINESTRING M ((0 0 5,2 0 5)),POINT M EMPTY)",
        ),
        (
            "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINTM EMPTY),GEOMETRYCOLLECTION EMPTY)",
            "GEOMETRYCOLLECTION M (GEOMETRYCOLLECTION M (POINT M EMPTY),GEOMETRYCOLLECTION M EMPTY)",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).map(|wkb| write(&wkb, 15)), Ok(expected.to_owned()), "{text}");
    }
}

/// The right side is what `ST_AsBinary` (with an SRID, `ST_AsEWKB`) of PostGIS answers.
#[test]
fn writes_the_wkb_of_postgis() {
    let cases = [
        ("POINT EMPTY", "0101000000000000000000f87f000000000000f87f"),
        ("POINT(NaN NaN)", "0101000000000000000000f87f000000000000f87f"),
        ("POINT Z(1 2 3)", "01e9030000000000000000f03f00000000000000400000000000000840"),
        ("SRID=4326;POINT(1 2)", "0101000020e6100000000000000000f03f0000000000000040"),
        ("srid = 4326 ; POINT(1 2)", "0101000020e6100000000000000000f03f0000000000000040"),
        ("SRID=-1;POINT(1 2)", "0101000000000000000000f03f0000000000000040"),
        ("SRID=4326;MULTIPOINT(EMPTY)", "0104000020e6100000010000000101000000000000000000f87f000000000000f87f"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).map(|wkb| hex(&wkb)), Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn says_where_it_goes_wrong() {
    let cases = [
        ("", "at character 1: expected a geometry type such as POINT, got the end"),
        ("  ", "at character 3: expected a geometry type such as POINT, got the end"),
        ("CIRCLE(0 0)", "at character 1: expected a geometry type such as POINT, got 'CIRCLE'"),
        ("POINTZZ(0 0)", "at character 1: expected a geometry type such as POINT, got 'POINTZZ'"),
        ("POINT", "at character 6: expected '(', got the end"),
        ("POINT(1 x)", "at character 9: expected a number, got 'x'"),
        ("POINT(1 2x)", "at character 9: expected a number, got '2x'"),
        ("POINT(1 2é)", "at character 10: expected ')', got 'é'"),
        ("POINT(1)", "at character 8: expected a number, got ')'"),
        ("POINT Z (1 2)", "at character 13: expected a number, got ')'"),
        ("POINT(1 2 3 4 5)", "at character 15: expected ')', got '5'"),
        ("POINT(Inf 1)", "at character 7: expected a number, got 'Inf'"),
        ("POINT(+1 1)", "at character 7: expected a number, got '+1'"),
        ("POINT(1 2) é", "at character 12: expected the end, got 'é'"),
        ("LINESTRING(0 0,)", "at character 16: expected a number, got ')'"),
        ("LINESTRING(0 0 0,1 1)", "at character 21: expected a number, got ')'"),
        ("LINESTRING(0 0", "at character 15: expected ')' or ',', got the end"),
        ("LINESTRING(0 0)", "at character 11: a line string has only 1 point: it needs none or at least 2"),
        ("POLYGON((0 0,1 0,0 0))", "at character 9: a polygon ring has only 3 points: it needs none or at least 4"),
        (
            "MULTIPOLYGON(((0 0,1 0,1 1,0 1)))",
            "at character 15: a polygon ring is not closed: it begins at (0 0) and ends at (0 1)",
        ),
        ("GEOMETRYCOLLECTION(POINT(0 0),POINT(0 0 0))", "at character 31: a collection cannot mix XY, Z, M and ZM"),
        ("SRID=x;POINT(1 2)", "at character 6: expected an SRID of at most 999999, got 'x'"),
        ("SRID=1000000;POINT(1 2)", "at character 6: expected an SRID of at most 999999, got '1000000'"),
        ("SRID=4326 POINT(1 2)", "at character 11: expected ';', got 'POINT'"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).map_err(|cause| cause.to_string()), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn bounds_the_nesting() {
    let nested = |depth: usize| "GEOMETRYCOLLECTION(".repeat(depth) + "POINT(1 2)" + &")".repeat(depth);
    assert!(read(&nested(200)).is_ok());
    let cause = read(&nested(10_000)).unwrap_err().to_string();
    assert!(cause.ends_with("collections are nested more than 200 deep"), "{cause}");
    let long = "POLYGON(".to_owned() + &"(".repeat(1_000_000);
    assert_eq!(read(&long).unwrap_err().to_string(), "at character 10: expected a number, got '('");
}

#[test]
fn lenient_twin_gives_null() {
    let invoke = |name: &str| {
        let texts: ArrayRef = Arc::new(StringViewArray::from(vec![Some("POINT(1 2)"), None, Some("POINT(1 2x)")]));
        let field = Arc::new(Field::new("wkt", DataType::Utf8View, true));
        find(name).unwrap().invoke(vec![Argument::column(texts, field)], 3)
    };
    let cause = invoke("st_geomfromtext").unwrap_err().to_string();
    assert_eq!(cause, "st_geomfromtext: row 2: at character 9: expected a number, got '2x'");
    let nulls: Vec<bool> = invoke("try_st_geomfromtext").unwrap().nulls().unwrap().iter().collect();
    assert_eq!(nulls, [true, false, false]);
}

/// WKT of any geometry with these dimensions; zero without a sign, which the writer drops.
fn any_wkt(tag: &'static str, ordinates: usize) -> impl Strategy<Value = String> {
    let number = prop_oneof![-1e3..1e3, prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL];
    let number = number.prop_map(|n| format!("{:e}", n + 0.0));
    let coordinate = prop::collection::vec(number, ordinates).prop_map(|c| c.join(" "));
    let path = prop::collection::vec(coordinate.clone(), 2..4).prop_map(|c| format!("({})", c.join(",")));
    let ring = prop::collection::vec(coordinate.clone(), 3..5).prop_map(|c| format!("({},{})", c.join(","), c[0]));
    let listed = |item: BoxedStrategy<String>| {
        prop::collection::vec(item, 1..4).prop_map(|c| format!("({})", c.join(","))).boxed()
    };
    let or_empty = |item: BoxedStrategy<String>| prop_oneof![4 => item, 1 => Just("EMPTY".to_owned())].boxed();
    let point = or_empty(coordinate.prop_map(|c| format!("({c})")).boxed());
    let path = or_empty(path.boxed());
    let polygon = or_empty(listed(ring.boxed()));
    let leaf = prop_oneof![
        point.clone().prop_map(move |body| format!("POINT {tag} {body}")),
        path.clone().prop_map(move |body| format!("LINESTRING {tag} {body}")),
        polygon.clone().prop_map(move |body| format!("POLYGON {tag} {body}")),
        or_empty(listed(point)).prop_map(move |body| format!("MULTIPOINT {tag} {body}")),
        or_empty(listed(path)).prop_map(move |body| format!("MULTILINESTRING {tag} {body}")),
        or_empty(listed(polygon)).prop_map(move |body| format!("MULTIPOLYGON {tag} {body}")),
    ];
    leaf.prop_recursive(3, 8, 3, move |member| {
        or_empty(listed(member)).prop_map(move |body| format!("GEOMETRYCOLLECTION {tag} {body}"))
    })
}

proptest! {
    #[test]
    fn round_trip(text in prop_oneof![any_wkt("", 2), any_wkt("Z", 3), any_wkt("M", 3), any_wkt("ZM", 4)]) {
        let wkb = read(&text).unwrap();
        let written = write(&wkb, u32::MAX);
        prop_assert_eq!(read(&written).unwrap(), wkb, "{} written as {}", text, written);
    }

    #[test]
    fn no_text_panics(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "POINT", "MULTIPOINT", "POLYGON", "GEOMETRYCOLLECTION", "EMPTY", "Z", "M", "SRID", "=", ";", "(", ")",
                ",", " ", "1", "-", "1e999", "NaN", "é", "\u{0}",
            ]),
            0..20,
        )
    ) {
        if let Ok(wkb) = read(&pieces.concat()) {
            write(&wkb, 15);
        }
    }
}
