//! Tests: blocks of points against reading row by row.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, FixedSizeListArray, Float64Array, LargeBinaryArray, NullArray,
    StructArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field};

use super::*;
use crate::geom::WkbWriter;

fn column(array: &ArrayRef, extension: &str) -> GeometryColumn {
    let metadata = [("ARROW:extension:name".to_owned(), extension.to_owned())].into();
    GeometryColumn::try_new(array, &Field::new("geom", array.data_type().clone(), true).with_metadata(metadata))
        .unwrap()
}

/// Every plain point of the column is read as it is, every null row is known, and nothing else is called a point except
/// an empty one, which is NaN.
fn check(array: &ArrayRef, extension: &str) {
    let column = column(array, extension);
    let mut seen = 0;
    let done: Result<(), ()> = column.each_block(0..column.len(), |from, valid, block| {
        assert_eq!(from, seen);
        for i in 0..BLOCK {
            let (row, plain) = (from + i, block.plain >> i & 1 == 1);
            assert_eq!(valid >> i & 1 == 1, row < column.len() && !column.is_null(row), "row {row}");
            match (row < column.len()).then(|| column.plain_point(row)).flatten() {
                Some(p) => {
                    assert!(plain, "row {row}");
                    assert_eq!([block.x[i], block.y[i]].map(f64::to_bits), [p.x, p.y].map(f64::to_bits), "row {row}");
                }
                None => assert!(!plain || (block.x[i].is_nan() && block.y[i].is_nan()), "row {row}"),
            }
        }
        seen += BLOCK;
        Ok(())
    });
    assert!(done.is_ok());
    assert_eq!(seen, column.len().next_multiple_of(BLOCK));
}

fn position(i: usize) -> Xy {
    Xy { x: i as f64, y: -(i as f64) / 3.0 }
}

fn plain(i: usize) -> Vec<u8> {
    let mut writer = WkbWriter::default();
    writer.restart(0);
    writer.point(position(i));
    writer.bytes().to_vec()
}

/// Rows of which some are no plain points; from `from` on all are.
fn rows(count: usize, from: usize) -> Vec<Option<Vec<u8>>> {
    let odd = |i: usize| match i % 13 {
        3 => None,
        5 => Some(Vec::new()),
        6 => Some([&[0, 0, 0, 0, 1][..], &1f64.to_be_bytes(), &2f64.to_be_bytes()].concat()),
        7 => Some([&[1, 1, 0, 0, 0][..], &f64::NAN.to_le_bytes(), &f64::NAN.to_le_bytes()].concat()),
        8 => Some([&[1, 1, 0, 0, 0x20][..], &4326_i32.to_le_bytes(), &plain(i)[5..]].concat()),
        9 => Some([&[1, 0xe9, 3, 0, 0][..], &plain(i)[5..], &[0; 8]].concat()),
        10 => Some(plain(i)[..20].to_vec()),
        11 => Some([plain(i), vec![0; 7]].concat()),
        12 => Some([1, 1, 0, 0, 0].to_vec()),
        _ => Some(plain(i)),
    };
    (0..count).map(|i| if i < from { odd(i) } else { Some(plain(i)) }).collect()
}

#[test]
fn wkb_of_every_layout() {
    for (count, from) in [
        (0, 0),
        (1, 0),
        (63, 0),
        (64, 0),
        (65, 0),
        (200, 0),
        (200, 200),
        (300, 100),
        (64, 1),
        (130, 65),
        (2_500, 1_200),
    ] {
        let rows = rows(count, from);
        let rows = || rows.iter().map(|row| row.as_deref());
        let arrays: [ArrayRef; 3] = [
            Arc::new(BinaryArray::from_iter(rows())),
            Arc::new(LargeBinaryArray::from_iter(rows())),
            Arc::new(BinaryViewArray::from_iter(rows())),
        ];
        for array in arrays {
            check(&array, "geoarrow.wkb");
            for offset in [1, 7, 64] {
                if offset < count {
                    check(&array.slice(offset, count - offset), "geoarrow.wkb");
                }
            }
        }
    }
}

#[test]
fn views_into_several_buffers() {
    let parts: Vec<ArrayRef> =
        (0..3).map(|_| Arc::new(BinaryViewArray::from_iter(rows(100, 30))) as ArrayRef).collect();
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    check(&arrow::compute::concat(&parts).unwrap(), "geoarrow.wkb");
}

#[test]
fn native_points_of_every_layout() {
    for count in [0, 1, 63, 64, 65, 200, 1_100] {
        let ordinate = |i: usize, nth: usize| match (i % 11, nth) {
            (5, _) | (6, 0) => f64::NAN,
            (_, 0) => position(i).x,
            (_, 1) => position(i).y,
            _ => 9.0,
        };
        let nulls = || Some(NullBuffer::from_iter((0..count).map(|i| i % 7 != 2)));
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for (names, size) in [("xy", 2), ("xyz", 3), ("xyzm", 4)] {
            let values: Float64Array = (0..count * size).map(|i| ordinate(i / size, i % size)).collect();
            let item = Arc::new(Field::new(names, DataType::Float64, true));
            arrays.push(Arc::new(FixedSizeListArray::new(item, size as i32, Arc::new(values), nulls())));
            let column =
                |nth: usize| Arc::new((0..count).map(|i| ordinate(i, nth)).collect::<Float64Array>()) as ArrayRef;
            let fields = names.chars().map(|name| Field::new(name, DataType::Float64, true)).collect();
            arrays.push(Arc::new(StructArray::new(fields, (0..size).map(column).collect(), nulls())));
        }
        for array in arrays {
            check(&array, "geoarrow.point");
            if count > 9 {
                check(&array.slice(3, count - 9), "geoarrow.point");
            }
        }
    }
}

#[test]
fn columns_without_points() {
    let nothing: ArrayRef = Arc::new(NullArray::new(3));
    assert!(!column(&nothing, "geoarrow.wkb").may_hold_points());
    check(&nothing, "geoarrow.wkb");
}
