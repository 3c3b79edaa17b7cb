//! One argument of a call, and how to tell that it is the same value in every row.

use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, StringViewArray, make_comparator};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, FieldRef};

/// An argument: its values, their type and metadata, and whether one value stands for all rows.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The values; exactly one where `constant`.
    pub array: ArrayRef,
    /// Type and metadata.
    pub field: FieldRef,
    /// Whether the one value stands for every row.
    pub constant: bool,
}

impl Argument {
    /// A column. One that repeats a single value, as engines deliver literals, becomes a constant.
    pub fn column(array: ArrayRef, field: FieldRef) -> Self {
        if array.len() > 1 && is_repeated(&array) {
            return Self::constant(array.slice(0, 1), field);
        }
        Self { array, field, constant: false }
    }

    /// One value for every row.
    pub fn constant(array: ArrayRef, field: FieldRef) -> Self {
        Self { array, field, constant: true }
    }
}

/// Views of one buffer are equal bit for bit when the value is; of different buffers they never compare here, which
/// costs the shortcut, not the answer.
fn views_repeat(views: &[u128]) -> bool {
    views.iter().all(|view| *view == views[0])
}

/// Whether all rows hold one value. Stops at the first that differs, so that an ordinary column costs two comparisons.
fn is_repeated(array: &ArrayRef) -> bool {
    let nulls = array.null_count();
    if nulls > 0 || array.data_type().is_null() {
        return array.logical_null_count() == array.len();
    }
    match array.data_type() {
        DataType::BinaryView => views_repeat(BinaryViewArray::views(array.as_binary_view())),
        DataType::Utf8View => views_repeat(StringViewArray::views(array.as_string_view())),
        DataType::Binary => all_equal(array.as_binary::<i32>().iter()),
        DataType::LargeBinary => all_equal(array.as_binary::<i64>().iter()),
        DataType::Utf8 => all_equal(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => all_equal(array.as_string::<i64>().iter()),
        DataType::Boolean => all_equal(array.as_boolean().iter()),
        t if t.is_primitive() => make_comparator(array, array, SortOptions::default())
            .is_ok_and(|compare| (1..array.len()).all(|i| compare(0, i).is_eq())),
        _ => false,
    }
}

fn all_equal<T: PartialEq>(mut values: impl Iterator<Item = T>) -> bool {
    let first = values.next();
    values.all(|value| Some(value) == first)
}
