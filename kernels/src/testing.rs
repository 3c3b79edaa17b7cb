//! What the tests of relations and overlays share: calling a function of the catalog on geometries of the `geo` crate.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray};
use arrow::datatypes::{DataType, Field};
use geo::Geometry;

use crate::geom::WkbWriter;
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
