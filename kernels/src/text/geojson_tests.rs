#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::{DataType, Field};

use crate::functions::find;
use crate::geom::{WkbWriter, parse_wkb};
use crate::text::{read_geojson, read_wkt, write_geojson, write_wkt};

fn from_wkt(wkt: &str, decimals: u32) -> Result<String, String> {
    let mut wkb = WkbWriter::default();
    read_wkt(wkt, 0, &mut wkb).unwrap();
    let mut json = String::new();
    write_geojson(&parse_wkb(wkb.bytes()).unwrap(), decimals, &mut json).map_err(|cause| cause.to_string())?;
    Ok(json)
}

fn to_wkt(json: &str, srid: i64) -> Result<String, String> {
    let mut wkb = WkbWriter::default();
    read_geojson(json, srid, &mut wkb).map_err(|cause| cause.to_string())?;
    let geom = parse_wkb(wkb.bytes()).unwrap();
    let mut wkt = if geom.srid == 0 { String::new() } else { format!("SRID={};", geom.srid) };
    write_wkt(&geom, 15, &mut wkt);
    Ok(wkt)
}

/// Pairs of PostGIS' own tests, in both directions.
#[test]
fn reads_and_writes_as_postgis() {
    let cases = [
        ("POINT Z (0 1 2)", r#"{"type":"Point","coordinates":[0,1,2]}"#),
        ("POINT EMPTY", r#"{"type":"Point","coordinates":[]}"#),
        ("LINESTRING(0 1,2 3,4 5)", r#"{"type":"LineString","coordinates":[[0,1],[2,3],[4,5]]}"#),
        ("POLYGON((0 1,2 3,4 5,0 1))", r#"{"type":"Polygon","coordinates":[[[0,1],[2,3],[4,5],[0,1]]]}"#),
        (
            "POLYGON((0 1,2 3,4 5,0 1),(6 7,8 9,10 11,6 7))",
            r#"{"type":"Polygon","coordinates":[[[0,1],[2,3],[4,5],[0,1]],[[6,7],[8,9],[10,11],[6,7]]]}"#,
        ),
        ("POLYGON EMPTY", r#"{"type":"Polygon","coordinates":[]}"#),
        ("MULTIPOINT((0 1),EMPTY)", r#"{"type":"MultiPoint","coordinates":[[0,1],[]]}"#),
        (
            "MULTILINESTRING((0 1,2 3,4 5),(6 7,8 9,10 11))",
            r#"{"type":"MultiLineString","coordinates":[[[0,1],[2,3],[4,5]],[[6,7],[8,9],[10,11]]]}"#,
        ),
        (
            "MULTIPOLYGON(((0 1,2 3,4 5,0 1)),((6 7,8 9,10 11,6 7)))",
            r#"{"type":"MultiPolygon","coordinates":[[[[0,1],[2,3],[4,5],[0,1]]],[[[6,7],[8,9],[10,11],[6,7]]]]}"#,
        ),
        (
            "GEOMETRYCOLLECTION(POINT(0 1),LINESTRING(2 3,4 5))",
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[0,1]},{"type":"LineString","coordinates":[[2,3],[4,5]]}]}"#,
        ),
        ("GEOMETRYCOLLECTION EMPTY", r#"{"type":"GeometryCollection","geometries":[]}"#),
    ];
    for (wkt, json) in cases {
        assert_eq!(from_wkt(wkt, 9), Ok(json.to_owned()), "{wkt}");
        assert_eq!(to_wkt(json, 4326), Ok(wkt.to_owned()), "{json}");
    }
}

#[test]
fn writes_only_what_json_can_hold() {
    let point = |coordinates| Ok(format!(r#"{{"type":"Point","coordinates":{coordinates}}}"#));
    assert_eq!(from_wkt("POINT(1.2345678901234 1E300)", 9), point("[1.23456789,1e+300]"));
    assert_eq!(from_wkt("POINT(1.5 -0.4)", 0), point("[2,0]"));
    assert_eq!(from_wkt("POINT ZM (1 2 3 NaN)", 9), point("[1,2,3]"));
    assert_eq!(from_wkt("POINT M (1 2 3)", 9), point("[1,2]"));
    let empty = r#"{"type":"GeometryCollection","geometries":[]}"#;
    assert_eq!(from_wkt("GEOMETRYCOLLECTION(POINT EMPTY,LINESTRING EMPTY)", 9), Ok(empty.to_owned()));
    for wkt in ["POINT(NaN 1)", "POINT Z (1 2 NaN)", "LINESTRING(NaN NaN,1 1)", "POINT(1e999 0)"] {
        assert_eq!(from_wkt(wkt, 9), Err("GeoJSON cannot hold NaN or infinite coordinates".into()), "{wkt}");
    }
}

#[test]
fn reads_members_in_any_order() {
    let cases = [
        (r#" { "coordinates" : [ 1 , 2.5e1 ] , "type" : "Point" } "#, "POINT(1 25)"),
        (r#"{"ty\u0070e":"Poi\u006et","coordinates":[1,2],"b\"ox":{"coordinates":[1,2,3]}}"#, "POINT(1 2)"),
        (r#"{"bbox":[0,1,4,5],"type":"LineString","coordinates":[[0,1],[4,5]]}"#, "LINESTRING(0 1,4 5)"),
        (r#"{"type":"point","coordinates":[1,2,3,4]}"#, "POINT Z (1 2 3)"),
        (r#"{"type":"LineString","coordinates":[[0,1],[2,3,4]]}"#, "LINESTRING Z (0 1 0,2 3 4)"),
        (r#"{"type":"Polygon","coordinates":[[],[[0,0],[1,0],[1,1],[0,0]]]}"#, "POLYGON EMPTY"),
        (r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]],[]]}"#, "POLYGON((0 0,1 0,1 1,0 0))"),
        (
            r#"{"type":"GeometryCollection","geometries":[{"geometries":[],"type":"GeometryCollection"},{"coordinates":[1,2,3],"type":"Point"}]}"#,
            "GEOMETRYCOLLECTION Z (GEOMETRYCOLLECTION Z EMPTY,POINT Z (1 2 3))",
        ),
        // The nearest double, which a parser that only multiplies by powers of ten misses.
        (
            r#"{"type":"Point","coordinates":[143.62025166838282,-30.037497356076827]}"#,
            "POINT(143.62025166838282 -30.037497356076827)",
        ),
    ];
    for (json, wkt) in cases {
        assert_eq!(to_wkt(json, 4326), Ok(wkt.to_owned()), "{json}");
    }
}

#[test]
fn an_own_crs_must_agree() {
    let json = |name| {
        format!(r#"{{"type":"Point","crs":{{"type":"name","properties":{{"name":"{name}"}}}},"coordinates":[1,2]}}"#)
    };
    assert_eq!(to_wkt(&json("EPSG:4326"), 4326), Ok("POINT(1 2)".into()));
    assert_eq!(to_wkt(&json("urn:ogc:def:crs:OGC:1.3:CRS84"), 4326), Ok("POINT(1 2)".into()));
    assert_eq!(to_wkt(&json("urn:ogc:def:crs:EPSG::3857"), 3857), Ok("POINT(1 2)".into()));
    assert_eq!(to_wkt(&json("EPSG:3857"), 0), Ok("SRID=3857;POINT(1 2)".into()));
    assert_eq!(
        to_wkt(&json("EPSG:3857"), 4326),
        Err("at character 23: the object is in EPSG:3857, not in EPSG:4326: give its srid".into())
    );
}

#[test]
fn the_column_is_in_wgs_84_unless_srid_says_otherwise() {
    let field = |name, data_type| Arc::new(Field::new(name, data_type, true));
    let fields = [field("json", DataType::Utf8), field("srid", DataType::Int64)];
    let srid: ArrayRef = Arc::new(Int64Array::from(vec![3857]));
    let function = find("st_geomfromgeojson").unwrap();
    let srid_of =
        |fields: &[_], constants: &[_]| crate::types::srid(&function.return_field(fields, constants).unwrap());
    assert_eq!(srid_of(&fields[..1], &[None]), 4326);
    assert_eq!(srid_of(&fields, &[None, Some(srid)]), 3857);
}

#[test]
fn says_where_it_goes_wrong() {
    let cases = [
        ("", "at character 1: expected a geometry object, got the end"),
        ("null", "at character 1: expected a geometry object, got 'null'"),
        ("[1,2]", "at character 1: expected a geometry object, got '['"),
        ("{}", "at character 1: expected a geometry object, but it has no \"type\""),
        (r#"{"type":7}"#, "at character 1: expected a geometry object, but it has no \"type\""),
        (r#"{"type":"Point"}"#, "at character 1: a Point needs \"coordinates\""),
        (r#"{"type":"GeometryCollection"}"#, "at character 1: a GeometryCollection needs \"geometries\""),
        (
            r#"{"type":"Feature","geometry":null}"#,
            "at character 1: expected a geometry object, got type \"Feature\": take its \"geometry\" member",
        ),
        (r#"{"type":"Circle"}"#, "at character 1: expected a geometry object, got type \"Circle\""),
        (r#"{"type":"Point","coordinates":[1,2]"#, "at character 36: expected '}' or ',', got the end"),
        (r#"{"type":"Point","coordinates":[1,2]} x"#, "at character 38: expected the end, got 'x'"),
        (r#"{"type":"Point","coordinates":[1,2,]}"#, "at character 36: expected a JSON value, got ']'"),
        (r#"{"type":"Point","coordinates":[01,2]}"#, "at character 32: expected a JSON value, got '01'"),
        (r#"{"type":"Point","coordinates":[NaN,2]}"#, "at character 32: expected a JSON value, got 'NaN'"),
        (r#"{"type":"Point","coordinates":[1e999,2]}"#, "at character 32: expected a number, got '1e999'"),
        (r#"{"type":"Point","coordinates":[1,null]}"#, "at character 34: expected a number, got 'null'"),
        (r#"{"type":"Point","coordinates":[1]}"#, "at character 31: a position needs at least 2 numbers, got 1"),
        (r#"{"type":"Point","coordinates":{}}"#, "at character 31: expected '[', got '{'"),
        (r#"{"type":"LineString","coordinates":[1,2]}"#, "at character 37: expected '[', got '1'"),
        (
            r#"{"type":"LineString","coordinates":[[1,2]]}"#,
            "at character 36: a line string has only 1 point: it needs none or at least 2",
        ),
        (
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#,
            "at character 34: a polygon ring is not closed: it begins at (0 0) and ends at (0 1)",
        ),
        (r#"{"type":"GeometryCollection","geometries":[7]}"#, "at character 44: expected a geometry object, got '7'"),
        (r#"{"type"#, "at character 3: a string does not end"),
    ];
    for (json, expected) in cases {
        assert_eq!(to_wkt(json, 4326), Err(expected.to_owned()), "{json}");
    }
}

#[test]
fn bounds_the_nesting() {
    let nested = "{\"type\":\"GeometryCollection\",\"geometries\":[".repeat(10_000);
    let cause = to_wkt(&nested, 4326).unwrap_err();
    assert!(cause.ends_with("nested more than 128 deep"), "{cause}");
    let cause = to_wkt(&format!("{{\"x\":{}", "[".repeat(1_000_000)), 4326).unwrap_err();
    assert!(cause.ends_with("nested more than 128 deep"), "{cause}");
}

proptest::proptest! {
    #[test]
    fn no_text_panics(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"type\":", "\"coordinates\":", "\"Point\"", "\"Polygon\"", "\"crs\":",
                "1", "-2.5", "null", "\"", "\\", "é", " ", "\u{0}",
            ]),
            0..20,
        )
    ) {
        let _ = to_wkt(&pieces.concat(), 4326);
    }
}
