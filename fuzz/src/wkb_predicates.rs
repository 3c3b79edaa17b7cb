//! Any two values that may be WKB through every predicate, the matrix and the distance: no panic, and the same answer
//! from columns as from constants. Shared by the fuzz target and by the test that replays its corpus.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, Float64Array, StringArray};
use arrow::datatypes::Field;
use arrow::util::display::array_value_to_string;
use geoplug_kernels::catalog::{Default, Kernel, Kind, Returns};
use geoplug_kernels::functions::CATALOG;
use geoplug_kernels::{Argument, Function};

/// Enough for an index of the other side to pay.
const ROWS: usize = 200;

/// What the error says into which the library turns a panic.
const PANIC: &str = "panicked with";

/// Two bytes with the length of the first value, the first value, the second value.
pub fn check(data: &[u8]) {
    let Some((length, values)) = data.split_first_chunk::<2>() else { return };
    let (a, b) = values.split_at(usize::from(u16::from_le_bytes(*length)).min(values.len()));
    for function in CATALOG.iter().copied().filter(|f| compares_geometries(f)) {
        let expected = answer(function, column(a), column(b));
        let prepared = [(constant(a), column(b)), (column(a), constant(b)), (constant(a), constant(b))];
        for (path, (a, b)) in prepared.into_iter().enumerate() {
            assert_eq!(answer(function, a, b), expected, "{}: constants answer otherwise, path {path}", function.name);
        }
    }
}

fn compares_geometries(function: &Function) -> bool {
    matches!(function.kernel, Kernel::Scalar(_))
        && !function.returns.is_geometry()
        && function.returns != Returns::Binary
        && matches!(function.args, [a, b, ..] if a.kind == Kind::Geometry && b.kind == Kind::Geometry)
}

fn column(wkb: &[u8]) -> Argument {
    let array: ArrayRef = Arc::new(BinaryArray::from_iter_values([wkb; ROWS]));
    Argument { constant: false, ..constant_of(array) }
}

fn constant(wkb: &[u8]) -> Argument {
    constant_of(Arc::new(BinaryArray::from_iter_values([wkb])))
}

fn constant_of(array: ArrayRef) -> Argument {
    let field = Arc::new(Field::new("value", array.data_type().clone(), true));
    Argument::constant(array, field)
}

/// The first and the last row as text; `None` where the input is refused.
fn answer(function: &'static Function, a: Argument, b: Argument) -> Option<[String; 2]> {
    let mut args = vec![a, b];
    for missing in function.args.iter().skip(2).filter(|arg| arg.default == Default::Required) {
        args.push(match missing.kind {
            Kind::Float => constant_of(Arc::new(Float64Array::from(vec![1.5]))),
            _ => constant_of(Arc::new(StringArray::from(vec!["T*F**F***"]))),
        });
    }
    match function.invoke(args, ROWS) {
        Ok(rows) => {
            Some([0, rows.len() - 1].map(|row| {
                array_value_to_string(&rows, row).unwrap_or_else(|error| panic!("{}: {error}", function.name))
            }))
        }
        Err(error) => {
            assert!(!error.to_string().contains(PANIC), "{error}");
            None
        }
    }
}
