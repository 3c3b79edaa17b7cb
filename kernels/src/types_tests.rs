//! CRS rules, and what a call is refused for before it runs.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{Float64Array, Int32Array, Int64Array};

use super::*;
use crate::catalog::{Default, Kernel, float, function, geometry};
use crate::functions::find;

function! {
    /// Two geometries and a number.
    pair {
        python: "pair",
        args: &[geometry("left"), geometry("right"), float("weight").or(Default::Float(1.0))],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(|call| call.fail(None, "only its types are tested")),
    }
}

fn plain(data_type: DataType) -> FieldRef {
    Arc::new(Field::new("c", data_type, true))
}

/// WKB with this GeoArrow metadata.
fn wkb(metadata: &str) -> FieldRef {
    let extension = [(NAME, "geoarrow.wkb"), (METADATA, metadata)].map(|(k, v)| (k.to_owned(), v.to_owned()));
    Arc::new(Field::new("geom", DataType::Binary, true).with_metadata(extension.into()))
}

fn in_crs(code: &str) -> FieldRef {
    wkb(&format!(r#"{{"crs":"{code}","crs_type":"authority_code"}}"#))
}

fn projjson(id: &str) -> FieldRef {
    let crs = format!(r#"{{"type":"GeographicCRS","name":"WGS 84","id":{id}}}"#);
    wkb(&format!(r#"{{"crs":{crs},"crs_type":"projjson"}}"#))
}

fn typed(fields: &[FieldRef]) -> Result<Field> {
    pair.return_field(fields, &vec![None; fields.len()])
}

/// SRID of the result, or why there is none.
fn result_of(left: &FieldRef, right: &FieldRef) -> std::result::Result<i64, String> {
    typed(&[left.clone(), right.clone()]).map(|field| srid(&field)).map_err(|e| e.to_string())
}

#[test]
fn a_known_crs_wins_over_an_unknown_one_on_either_side() {
    let (known, unknown, bare) = (in_crs("EPSG:25832"), wkb("{}"), plain(DataType::BinaryView));
    for unknown in [&unknown, &bare, &plain(DataType::Null)] {
        assert_eq!(result_of(&known, unknown), Ok(25832));
        assert_eq!(result_of(unknown, &known), Ok(25832));
        assert_eq!(result_of(unknown, unknown), Ok(0));
    }
}

#[test]
fn two_different_crs_are_an_error_that_names_both() {
    let error = result_of(&in_crs("EPSG:4326"), &in_crs("EPSG:3857")).unwrap_err();
    let wanted = "pair: different CRS: left is in EPSG:4326, right in EPSG:3857; ";
    assert!(error.starts_with(wanted), "{error}");
    let unnamed = wkb(r#"{"crs":{"type":"EngineeringCRS","name":"Site plan"},"crs_type":"projjson"}"#);
    let error = result_of(&unnamed, &in_crs("EPSG:3857")).unwrap_err();
    assert!(error.contains("left is in Site plan"), "{error}");
}

#[test]
fn one_crs_under_several_names_is_one() {
    let epsg = in_crs("EPSG:4326");
    let same = [
        in_crs("OGC:CRS84"),
        in_crs("epsg:4326"),
        projjson(r#"{"authority":"EPSG","code":4326}"#),
        projjson(r#"{"authority":"EPSG","code":"4326"}"#),
        projjson(r#"{"authority":"OGC","code":"CRS84"}"#),
    ];
    for other in &same {
        assert_eq!(srid(other), 4326, "{other:?}");
        assert_eq!(result_of(&epsg, other), Ok(4326));
        assert_eq!(result_of(other, &epsg), Ok(4326));
    }
    let other = projjson(r#"{"authority":"EPSG","code":4258}"#);
    assert!(result_of(&epsg, &other).is_err());
}

#[test]
fn the_result_is_typed_as_wkb_with_the_crs_as_it_was_given() {
    let given = projjson(r#"{"authority":"EPSG","code":4326}"#);
    let field = typed(&[plain(DataType::Binary), given.clone()]).unwrap();
    assert_eq!(field.data_type(), &DataType::BinaryView);
    assert!(field.is_nullable());
    assert_eq!(field.extension_type_name(), Some("geoarrow.wkb"));
    assert_eq!(metadata(&field).unwrap(), metadata(&given).unwrap());
}

#[test]
fn a_result_that_is_no_geometry_has_no_metadata() {
    let field = find("st_area").unwrap().return_field(&[in_crs("EPSG:3857")], &[None]).unwrap();
    assert_eq!(field.data_type(), &DataType::Float64);
    assert!(field.metadata().is_empty());
}

#[test]
fn setsrid_takes_the_crs_from_its_literal() {
    let setsrid = find("st_setsrid").unwrap();
    let fields = [in_crs("EPSG:4326"), plain(DataType::Int64)];
    let with = |srid: Option<ArrayRef>| setsrid.return_field(&fields, &[None, srid]).map_err(|e| e.to_string());
    let declared = with(Some(Arc::new(Int64Array::from(vec![3857])))).unwrap();
    assert_eq!(metadata(&declared).unwrap().crs().crs_value(), Some(&Value::String("EPSG:3857".into())));
    assert_eq!(srid(&declared), 3857);

    let unknown = [Int64Array::from(vec![0]), Int64Array::from(vec![None])];
    for literal in unknown {
        let field = with(Some(Arc::new(literal))).unwrap();
        assert!(metadata(&field).unwrap().crs().crs_value().is_none());
    }
    let column = with(None).unwrap_err();
    assert_eq!(column, "st_setsrid: argument srid decides the type of the result: it must be a literal");
    for absurd in [-1, 1_000_000] {
        let error = with(Some(Arc::new(Int32Array::from(vec![absurd])))).unwrap_err();
        assert_eq!(error, format!("st_setsrid: srid {absurd} is not an EPSG code (0 to 999999)"));
    }
}

#[test]
fn an_srid_left_out_is_unknown() {
    let number = plain(DataType::Float64);
    let one: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let field = find("st_point").unwrap().return_field(&[number.clone(), number], &[Some(one.clone()), Some(one)]);
    assert_eq!(srid(&field.unwrap()), 0);
}

#[test]
fn arguments_are_counted_and_checked() {
    let refused = |fields: &[FieldRef]| typed(fields).unwrap_err().to_string();
    let (geom, number, text) = (wkb("{}"), plain(DataType::Int32), plain(DataType::Utf8));
    assert_eq!(refused(std::slice::from_ref(&geom)), "pair: takes 2 to 3 arguments, got 1");
    let four = [geom.clone(), geom.clone(), number.clone(), number.clone()];
    assert_eq!(refused(&four), "pair: takes 2 to 3 arguments, got 4");
    let none = find("st_area").unwrap().return_field(&[], &[]).unwrap_err();
    assert_eq!(none.to_string(), "st_area: takes 1 arguments, got 0");

    assert!(typed(&[geom.clone(), geom.clone(), number.clone()]).is_ok());
    let error = refused(&[geom.clone(), text.clone()]);
    assert!(error.starts_with("pair: argument right: expected geometry (WKB"), "{error}");
    assert!(error.contains("got Utf8"), "{error}");
    let error = refused(&[geom.clone(), number]);
    assert!(error.starts_with("pair: argument right: expected geometry"), "{error}");
    assert_eq!(refused(&[geom.clone(), geom, text]), "pair: argument weight: expected a number, got Utf8");
}

#[test]
fn metadata_that_cannot_be_read_is_an_error() {
    let error = typed(&[wkb("{not json"), wkb("{}")]).unwrap_err().to_string();
    assert!(error.starts_with("pair: argument left: unreadable geometry metadata"), "{error}");
}
