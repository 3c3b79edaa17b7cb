//! Constants, nulls, errors: what the combinators promise every kernel.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use arrow::datatypes::FieldRef;

use super::*;
use crate::catalog::{Returns, float, function, geometry, integer};
use crate::geom::{Dims, Xy, parse_wkb};

function! {
    /// a - b - c
    minus {
        python: "minus",
        args: &[float("a"), float("b"), integer("c").or(Default::Integer(0))],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(|call| {
            let args = (call.float(0)?, call.float(1)?, call.integer(2)?);
            call.map(&args, |(a, b, c)| if b == 13.0 { Err(Cause::from("unlucky")) } else { Ok(a - b - c as f64) })
        }),
    }
}

function! {
    /// The same, forgiving.
    try_minus {
        python: "try_minus",
        args: &[float("a"), float("b"), integer("c").or(Default::Integer(0))],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(|call| {
            let Kernel::Scalar(kernel) = minus.kernel else { return call.fail(None, "no kernel") };
            kernel(&call.lenient())
        }),
    }
}

function! {
    /// Panics.
    careless {
        python: "careless",
        args: &[float("a")],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(|call| {
            call.map(&call.float(0)?, |a| if a > 1.0 { panic!("a is {a}") } else { a })
        }),
    }
}

function! {
    /// The first point, moved by the second.
    moved {
        python: "moved",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(|call| {
            call.build(&(call.geometry(0)?, call.geometry(1)?), |(a, b), out| {
                match (a.expect_point()?, b.expect_point()?) {
                    (Some(a), Some(b)) => out.point(a + b),
                    _ => out.empty(1, Dims::Xy),
                }
                Ok(())
            })
        }),
    }
}

fn field(array: &ArrayRef) -> FieldRef {
    Arc::new(Field::new("c", array.data_type().clone(), true))
}

fn numbers(values: &[Option<f64>]) -> Argument {
    let array: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
    Argument { field: field(&array), array, constant: false }
}

fn constant(value: Option<f64>) -> Argument {
    Argument { constant: true, ..numbers(&[value]) }
}

fn doubles(result: Result<ArrayRef>) -> Vec<Option<f64>> {
    result.unwrap().as_primitive::<Float64Type>().iter().collect()
}

fn message(result: Result<ArrayRef>) -> String {
    result.unwrap_err().to_string()
}

fn point(x: f64, y: f64, srid: i32) -> Vec<u8> {
    let mut writer = WkbWriter::default();
    writer.restart(srid);
    writer.point(Xy { x, y });
    writer.bytes().to_vec()
}

fn geometries(rows: &[Option<Vec<u8>>]) -> Argument {
    let array: ArrayRef = Arc::new(BinaryViewArray::from_iter(rows));
    Argument { field: field(&array), array, constant: false }
}

#[test]
fn a_constant_may_stand_on_either_side() {
    let column = || numbers(&[Some(1.0), None, Some(3.0)]);
    assert_eq!(doubles(minus.invoke(vec![column(), constant(Some(1.0))], 3)), [Some(0.0), None, Some(2.0)]);
    assert_eq!(doubles(minus.invoke(vec![constant(Some(1.0)), column()], 3)), [Some(0.0), None, Some(-2.0)]);
    assert_eq!(doubles(minus.invoke(vec![column(), constant(None)], 3)), [None, None, None]);
    assert_eq!(doubles(minus.invoke(vec![column(), column(), constant(Some(5.0))], 3)), [Some(-5.0), None, Some(-5.0)]);
}

#[test]
fn constants_alone_give_one_value_and_no_rows_give_none() {
    let both = || vec![constant(Some(3.0)), constant(Some(1.0))];
    assert_eq!(doubles(minus.invoke(both(), 1000)), [Some(2.0)]);
    assert_eq!(doubles(minus.invoke(both(), 0)), []);
    assert_eq!(doubles(minus.invoke(vec![numbers(&[]), constant(Some(1.0))], 0)), []);
    // A constant that would fail is not looked at when there is no row.
    assert_eq!(doubles(minus.invoke(vec![numbers(&[]), constant(Some(13.0))], 0)), []);
}

#[test]
fn integers_are_read_as_numbers() {
    let array: ArrayRef = Arc::new(arrow::array::Int32Array::from(vec![7, 8]));
    let column = Argument { field: field(&array), array, constant: false };
    assert_eq!(doubles(minus.invoke(vec![column, constant(Some(1.0))], 2)), [Some(6.0), Some(7.0)]);
}

#[test]
fn a_column_that_repeats_one_value_is_a_constant() {
    let recognised = |array: ArrayRef| Argument::column(array.clone(), field(&array));
    let long = point(1.0, 2.0, 0);
    let mut views = BinaryViewBuilder::new();
    views.append_value(&long);
    let one = views.finish();
    // As DataFusion expands a literal: views of one buffer.
    let taken = arrow::compute::take(&one, &arrow::array::UInt32Array::from(vec![0; 5]), None).unwrap();
    let repeated: [ArrayRef; 7] = [
        taken.clone(),
        taken.slice(1, 3),
        Arc::new(arrow::array::BinaryArray::from(vec![long.as_slice(); 3])),
        Arc::new(arrow::array::StringArray::from(vec!["a"; 3])),
        Arc::new(Float64Array::from(vec![f64::NAN; 3])),
        Arc::new(Int64Array::from(vec![None; 3])),
        Arc::new(arrow::array::NullArray::new(3)),
    ];
    for array in repeated {
        let argument = recognised(array.clone());
        assert!(argument.constant, "{array:?}");
        assert_eq!(argument.array.len(), 1);
        assert_eq!(argument.array.to_data(), array.slice(0, 1).to_data());
    }
    let different: [ArrayRef; 5] = [
        Arc::new(Float64Array::from(vec![1.0, 1.0, 2.0])),
        Arc::new(Float64Array::from(vec![Some(1.0), None])),
        Arc::new(arrow::array::StringViewArray::from(vec!["a", "b"])),
        Arc::new(Float64Array::from(vec![1.0])),
        Arc::new(Float64Array::from(Vec::<f64>::new())),
    ];
    for array in different {
        let argument = recognised(array.clone());
        assert!(!argument.constant, "{array:?}");
        assert_eq!(argument.array.len(), array.len());
    }
}

#[test]
fn an_error_names_function_row_and_cause() {
    let column = numbers(&[Some(1.0), None, Some(13.0)]);
    assert_eq!(message(minus.invoke(vec![constant(Some(1.0)), column], 3)), "minus: row 2: unlucky");
    assert_eq!(message(minus.invoke(vec![constant(Some(1.0))], 3)), "minus: argument b is missing");
    let text: ArrayRef = Arc::new(StringViewArray::from(vec!["x"]));
    let text = Argument { field: field(&text), array: text, constant: true };
    let error = message(moved.invoke(vec![text, geometries(&[None])], 1));
    assert!(error.starts_with("moved: argument a: expected geometry"), "{error}");
}

#[test]
fn a_lenient_call_has_null_where_a_row_fails() {
    let column = numbers(&[Some(13.0), Some(1.0), None]);
    assert_eq!(doubles(try_minus.invoke(vec![constant(Some(1.0)), column], 3)), [None, Some(0.0), None]);
}

#[test]
fn a_panic_becomes_an_error() {
    let error = message(careless.invoke(vec![numbers(&[Some(1.0), Some(2.0)])], 2));
    assert_eq!(error, "careless: internal error, please report it: panicked with 'a is 2'");
    assert_eq!(doubles(careless.invoke(vec![numbers(&[Some(1.0)])], 1)), [Some(1.0)]);
}

#[test]
fn geometries_are_built_with_the_srid_that_they_share() {
    let points = geometries(&[Some(point(1.0, 2.0, 0)), None, Some(point(3.0, 4.0, 4326))]);
    let constant = Argument { constant: true, ..geometries(&[Some(point(10.0, 20.0, 4326))]) };
    let built = moved.invoke(vec![points.clone(), constant], 3).unwrap();
    let built = built.as_binary_view();
    assert!(built.is_null(1));
    for (row, x, y) in [(0, 11.0, 22.0), (2, 13.0, 24.0)] {
        let geom = parse_wkb(built.value(row)).unwrap();
        assert_eq!((geom.as_point(), geom.srid), (Some(Xy { x, y }), 4326));
    }
    let other = Argument { constant: true, ..geometries(&[Some(point(0.0, 0.0, 3857))]) };
    assert_eq!(message(moved.invoke(vec![points, other], 3)), "moved: row 2: mixed SRIDs 4326 and 3857");
}

#[test]
fn malformed_wkb_is_an_error_of_its_row_and_lenience_covers_it() {
    let rows = [Some(point(1.0, 2.0, 0)), Some(vec![1, 1])];
    let error = message(moved.invoke(vec![geometries(&rows), geometries(&rows)], 2));
    assert!(error.starts_with("moved: row 1: WKB ends too soon"), "{error}");
}

/// Points in blocks: whatever stands between plain ones, each row has its own value, and an error its row.
#[test]
fn numbers_of_points_are_those_of_their_rows() {
    let st_x = crate::functions::find("st_x").unwrap();
    let big_endian = |x: f64| [&[0, 0, 0, 0, 1][..], &x.to_be_bytes(), &1f64.to_be_bytes()].concat();
    let row = |i: usize| match i % 17 {
        3 => (None, None),
        5 => (Some(point(f64::NAN, f64::NAN, 0)), None),
        7 => (Some(big_endian(i as f64)), Some(i as f64)),
        11 => (Some(point(i as f64, f64::NAN, 4326)), Some(i as f64)),
        _ => (Some(point(i as f64, 1.0, 0)), Some(i as f64)),
    };
    let plain = |i: usize| (Some(point(i as f64, 1.0, 0)), Some(i as f64));
    for rows in [0, 1, 63, 64, 65, 200] {
        for mixed in [0, 64, 200] {
            let (bytes, expected): (Vec<_>, Vec<_>) =
                (0..rows).map(|i| if i < mixed { row(i) } else { plain(i) }).unzip();
            let column = geometries(&bytes);
            assert_eq!(doubles(st_x.invoke(vec![column.clone()], rows)), expected);
            if rows > 1 {
                let sliced = Argument { array: column.array.slice(1, rows - 1), ..column };
                assert_eq!(doubles(st_x.invoke(vec![sliced], rows - 1)), expected[1..]);
                let mut bytes = bytes;
                bytes[rows - 1] = Some(vec![1, 2, 0, 0, 0, 0, 0, 0, 0]);
                let wrong = message(st_x.invoke(vec![geometries(&bytes)], rows));
                assert_eq!(wrong, format!("st_x: row {}: expected a POINT, got a LINESTRING", rows - 1));
            }
        }
    }
    let constant = Argument { constant: true, ..geometries(&[Some(point(3.0, 1.0, 0))]) };
    assert_eq!(doubles(st_x.invoke(vec![constant.clone()], 9)), [Some(3.0)]);
    assert_eq!(doubles(st_x.invoke(vec![constant], 0)), []);
}
