//! `geoplug.<function>` over any object that speaks the Arrow PyCapsule interface.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryViewArray, BooleanArray, Float64Array, Int64Array, NullArray, StringViewArray,
};
use arrow::compute::{cast, concat, take};
use arrow::datatypes::{DataType, Field, FieldRef, UInt32Type};
use arrow::error::ArrowError;
use geoplug_kernels::aggregate::{Emit, Feed, Groups};
use geoplug_kernels::catalog::Kernel;
use geoplug_kernels::{Argument, Function, functions};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyString};
use pyo3_arrow::PyArray;
use pyo3_arrow::input::AnyArray;

/// Computes a function of the catalog, by its SQL name. Arrow arrays and streams are columns; numbers, text, bytes and
/// None stand for every row.
#[pyfunction]
pub(crate) fn call(py: Python<'_>, function: &str, args: Vec<Bound<'_, PyAny>>) -> PyResult<PyArray> {
    let Some(function) = functions::find(function) else {
        return Err(PyValueError::new_err(format!("there is no function {function}")));
    };
    let args = args.iter().map(read).collect::<PyResult<Vec<_>>>()?;
    let rows = rows(function, &args)?;
    py.detach(|| compute(function, args, rows)).map_err(|e| PyValueError::new_err(e.to_string()))
}

fn compute(function: &'static Function, args: Vec<Argument>, rows: usize) -> geoplug_kernels::Result<PyArray> {
    let fields: Vec<FieldRef> = args.iter().map(|a| a.field.clone()).collect();
    let constants: Vec<Option<ArrayRef>> = args.iter().map(|a| a.constant.then(|| a.array.clone())).collect();
    let field = function.return_field(&fields, &constants)?;
    let array = match function.kernel {
        Kernel::Scalar(_) | Kernel::JoinCondition => {
            let repeat = args.iter().any(|a| !a.constant);
            // A column that repeats one value is computed as a constant, like everywhere.
            let args = args.into_iter().map(|a| if a.constant { a } else { Argument::column(a.array, a.field) });
            let out = function.invoke(args.collect(), rows)?;
            if repeat { spread(out, rows) } else { out }
        }
        Kernel::Aggregate(make) => {
            let mut groups = Groups::new(function.name, make);
            let [arg] = args.as_slice() else { return Ok(PyArray::from_array_ref(Arc::new(NullArray::new(0)))) };
            groups.feed(Feed::Rows, &arg.array, &arg.field, std::iter::repeat_n(Some(0), arg.array.len()), 1)?;
            groups.emit(Emit::Answer, None)?
        }
    };
    Ok(PyArray::new(array, Arc::new(field)))
}

/// One value for every row.
pub(crate) fn spread(array: ArrayRef, rows: usize) -> ArrayRef {
    if array.len() == rows || array.len() != 1 {
        return array;
    }
    let indices = arrow::array::PrimitiveArray::<UInt32Type>::from_value(0, rows);
    take(&array, &indices, None).unwrap_or(array)
}

fn rows(function: &Function, args: &[Argument]) -> PyResult<usize> {
    let mut lengths = args.iter().filter(|a| !a.constant).map(|a| a.array.len());
    let first = lengths.next().unwrap_or(1);
    match lengths.find(|other| *other != first) {
        Some(other) => Err(PyValueError::new_err(format!(
            "{}: columns of different lengths: {first} and {other} rows",
            function.name
        ))),
        None => Ok(first),
    }
}

fn read(value: &Bound<'_, PyAny>) -> PyResult<Argument> {
    let constant = |array: ArrayRef| {
        let field = Field::new("literal", array.data_type().clone(), true);
        Ok(Argument::constant(array, field.into()))
    };
    if value.is_none() {
        return constant(Arc::new(NullArray::new(1)));
    }
    if value.is_instance_of::<PyBool>() {
        return constant(Arc::new(BooleanArray::from(vec![value.extract::<bool>()?])));
    }
    if value.is_instance_of::<PyInt>() {
        return constant(Arc::new(Int64Array::from(vec![value.extract::<i64>()?])));
    }
    if value.is_instance_of::<PyFloat>() {
        return constant(Arc::new(Float64Array::from(vec![value.extract::<f64>()?])));
    }
    if value.is_instance_of::<PyString>() {
        return constant(Arc::new(StringViewArray::from(vec![value.extract::<&str>()?])));
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return constant(Arc::new(BinaryViewArray::from(vec![bytes.as_bytes()])));
    }
    let Some((array, field)) = column(value)? else {
        return Err(PyTypeError::new_err(format!(
            "expected an Arrow array (an object with __arrow_c_array__ or __arrow_c_stream__), a number, text, \
             bytes or None, got {}",
            value.get_type()
        )));
    };
    Ok(Argument { array, field, constant: false })
}

/// The column that a Python object holds, in one piece; `None` if it does not speak the Arrow PyCapsule interface.
pub(crate) fn column(value: &Bound<'_, PyAny>) -> PyResult<Option<(ArrayRef, FieldRef)>> {
    let Some((chunks, field)) = chunked(value)? else { return Ok(None) };
    let array = joined(&chunks, field.data_type()).map_err(|e| PyValueError::new_err(e.to_string()))?;
    Ok(Some((array, field)))
}

/// The same in the chunks that it has.
pub(crate) fn chunked(value: &Bound<'_, PyAny>) -> PyResult<Option<(Vec<ArrayRef>, FieldRef)>> {
    match value.extract::<AnyArray>() {
        Ok(AnyArray::Array(array)) => {
            let (array, field) = array.into_inner();
            Ok(Some((vec![array], field)))
        }
        Ok(AnyArray::Stream(stream)) => Ok(Some(stream.into_chunked_array()?.into_inner())),
        Err(_) => Ok(None),
    }
}

/// Chunks as one array. Those of a binary column become views first: their bytes are not copied, and may be more than
/// 32-bit offsets can count.
pub(crate) fn joined(chunks: &[ArrayRef], data_type: &DataType) -> Result<ArrayRef, ArrowError> {
    match chunks {
        [] => Ok(arrow::array::new_empty_array(data_type)),
        [chunk] => Ok(chunk.clone()),
        _ => {
            let binary = matches!(data_type, DataType::Binary | DataType::LargeBinary);
            let piece = |c: &ArrayRef| if binary { cast(c, &DataType::BinaryView) } else { Ok(c.clone()) };
            let pieces = chunks.iter().map(piece).collect::<Result<Vec<_>, _>>()?;
            concat(&pieces.iter().map(|c| c.as_ref()).collect::<Vec<_>>())
        }
    }
}
