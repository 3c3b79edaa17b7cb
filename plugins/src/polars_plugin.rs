//! The catalog as a Polars expression plugin: two exported symbols for each function, all running through `run` and
//! `field`. Written against the plugin ABI of `polars-ffi` (version 0), because the derive macro of `pyo3-polars`
//! brings the whole planner of Polars along.
#![allow(unsafe_code, reason = "the plugin ABI is C")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CString, c_char};
use std::mem::transmute;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, NullArray, make_array};
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use geoplug_kernels::aggregate::{Aggregate, Emit, Feed, Groups};
use geoplug_kernels::catalog::{Default, Kernel};
use geoplug_kernels::{Argument, Function, functions};
use polars_arrow::ffi as polars_arrow_ffi;
use polars_core::prelude::{CompatLevel, DataType as PolarsType, Series};
use polars_ffi::version_0::{CallerContext, SeriesExport, export_series, import_series_buffer};

use crate::arrow_functions::spread;

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::new(CString::default());
}

type Outcome<T> = std::result::Result<T, String>;

/// The two symbols that Polars looks up for each function.
macro_rules! export {
    ($($(#[$attribute:meta])* $name:ident)*) => {
        $($(#[$attribute])* mod $name {
            use super::*;

            #[unsafe(export_name = concat!("_polars_plugin_", stringify!($name)))]
            unsafe extern "C" fn call(
                inputs: *mut SeriesExport,
                len: usize,
                kwargs: *const u8,
                kwargs_len: usize,
                out: *mut SeriesExport,
                _context: *mut CallerContext,
            ) {
                // SAFETY: Polars passes `len` valid exports, `kwargs_len` readable bytes and a writable result.
                report(|| unsafe {
                    let series = run(&functions::$name, inputs, len, constants(kwargs, kwargs_len)?)?;
                    out.write(export_series(&series));
                    Ok(())
                });
            }

            #[unsafe(export_name = concat!("_polars_plugin_field_", stringify!($name)))]
            unsafe extern "C" fn type_of(
                fields: *const FFI_ArrowSchema,
                len: usize,
                out: *mut FFI_ArrowSchema,
                kwargs: *const u8,
                kwargs_len: usize,
            ) {
                // SAFETY: Polars passes `len` valid schemas of the Arrow C data interface, `kwargs_len` readable bytes
                // and a writable result.
                report(|| unsafe {
                    let fields = std::slice::from_raw_parts(fields, len);
                    let field = field(&functions::$name, fields, &constants(kwargs, kwargs_len)?)?;
                    out.write(field);
                    Ok(())
                });
            }
        })*
    };
}
geoplug_kernels::for_each_function!(export);

/// Runs the body of an exported function. An error is kept for Polars to ask for; a panic is an error.
fn report(body: impl FnOnce() -> Outcome<()>) {
    let outcome = catch_unwind(AssertUnwindSafe(body));
    if let Err(message) = outcome.unwrap_or_else(|_| Err("internal error in geoplug, please report it".into())) {
        let message = CString::new(message.replace('\0', "\\0")).unwrap_or_default();
        LAST_ERROR.set(message);
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _polars_plugin_get_last_error_message() -> *const c_char {
    LAST_ERROR.with_borrow(|message| message.as_ptr())
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _polars_plugin_get_version() -> u32 {
    let (major, minor) = polars_ffi::get_version();
    (u32::from(major) << 16) + u32::from(minor)
}

/// Values of arguments that decide the type: they come beside the columns, since a schema is asked for without data.
type Constants = HashMap<String, i64>;

/// # Safety
/// `kwargs` points to `len` readable bytes, or `len` is 0.
unsafe fn constants(kwargs: *const u8, len: usize) -> Outcome<Constants> {
    if len == 0 {
        return Ok(Constants::new());
    }
    // SAFETY: promised by the caller.
    let pickled = unsafe { std::slice::from_raw_parts(kwargs, len) };
    serde_pickle::from_slice(pickled, serde_pickle::DeOptions::new())
        .map_err(|e| format!("constant arguments must be whole numbers: {e}"))
}

/// Puts constants between the columns, where the declaration has them.
fn interleave<T>(
    function: &Function,
    columns: impl IntoIterator<Item = T>,
    constants: &Constants,
    mut constant: impl FnMut(i64) -> T,
) -> Vec<T> {
    let mut columns = columns.into_iter();
    let mut all: Vec<T> = Vec::new();
    for arg in function.args {
        let value = if arg.constant {
            let default = if let Default::Integer(v) = arg.default { v } else { 0 };
            Some(constant(constants.get(arg.name).copied().unwrap_or(default)))
        } else {
            columns.next()
        };
        all.extend(value);
    }
    all.extend(columns);
    all
}

fn field(function: &'static Function, fields: &[FFI_ArrowSchema], given: &Constants) -> Outcome<FFI_ArrowSchema> {
    let fields = fields.iter().map(|f| Field::try_from(f).map(Arc::new).map_err(|e| e.to_string()));
    let fields = fields.collect::<Outcome<Vec<FieldRef>>>()?;
    let name = fields.first().map(|f| f.name().clone()).unwrap_or_default();
    let typed = return_field(function, fields, given)?.with_name(name);
    FFI_ArrowSchema::try_from(typed).map_err(|e| e.to_string())
}

fn return_field(function: &'static Function, fields: Vec<FieldRef>, given: &Constants) -> Outcome<Field> {
    let fields: Vec<FieldRef> = if function.is_aggregate() { fields.iter().map(member).collect() } else { fields };
    let values = interleave(function, fields.iter().map(|_| None), given, |v| Some(integer(v)));
    let fields = interleave(function, fields, given, |_| Arc::new(Field::new("constant", DataType::Int64, true)));
    function.return_field(&fields, &values).map_err(|e| e.to_string())
}

fn integer(value: i64) -> ArrayRef {
    Arc::new(Int64Array::from(vec![value]))
}

/// # Safety
/// `inputs` points to `len` exports that Polars hands over.
unsafe fn run(function: &'static Function, inputs: *mut SeriesExport, len: usize, given: Constants) -> Outcome<Series> {
    // SAFETY: promised by the caller.
    let series = unsafe { import_series_buffer(inputs, len) }.map_err(|e| e.to_string())?;
    let name = series.first().map(|s| s.name().clone()).unwrap_or_default();
    let columns = series.iter().map(import).collect::<Outcome<Vec<_>>>()?;
    let field = return_field(function, columns.iter().map(|c| c.1.clone()).collect(), &given)?;
    let array = match function.kernel {
        Kernel::Scalar(_) | Kernel::JoinCondition => {
            let rows = rows(function, &columns)?;
            let columns = columns.into_iter().map(|(array, field)| match array.len() {
                1 if rows != 1 => Argument::constant(array, field),
                _ => Argument::column(array, field),
            });
            let args = interleave(function, columns, &given, |v| {
                Argument::constant(integer(v), Arc::new(Field::new("constant", DataType::Int64, true)))
            });
            spread(function.invoke(args, rows).map_err(|e| e.to_string())?, rows)
        }
        Kernel::Aggregate(make) => fold(function, make, &columns)?,
    };
    export(array, &field.with_name(name.to_string()))
}

/// Aggregates come imploded: a list for each group, which makes them row-wise and one call for all groups.
fn fold(
    function: &'static Function,
    make: fn() -> Box<dyn Aggregate>,
    columns: &[(ArrayRef, FieldRef)],
) -> Outcome<ArrayRef> {
    let [(array, field)] = columns else { return Err(format!("{}: takes 1 column", function.name)) };
    let Some(lists) = array.as_list_opt::<i64>() else {
        return Err(format!("{}: expected a list for each group, got {}", function.name, array.data_type()));
    };
    let offsets = lists.offsets();
    let (start, len) = (offsets[0] as usize, (offsets[lists.len()] - offsets[0]) as usize);
    let of_row = |row: usize| std::iter::repeat_n(lists.is_valid(row).then_some(row), lists.value_length(row) as usize);
    let groups = (0..lists.len()).flat_map(of_row);
    let mut folded = Groups::new(function.name, make);
    folded
        .feed(Feed::Rows, &lists.values().slice(start, len), &member(field), groups, lists.len())
        .and_then(|()| folded.emit(Emit::Answer, None))
        .map_err(|e| e.to_string())
}

/// The field of a list's members.
fn member(field: &FieldRef) -> FieldRef {
    match field.data_type() {
        DataType::LargeList(member) => member.clone(),
        _ => field.clone(),
    }
}

/// Rows of the result: those of the columns; a single row stands for all. Beside an empty column there is no row.
fn rows(function: &Function, columns: &[(ArrayRef, FieldRef)]) -> Outcome<usize> {
    let mut rows = 1;
    for len in columns.iter().map(|c| c.0.len()).filter(|len| *len != 1) {
        if rows != 1 && rows != len {
            return Err(format!("{}: columns of different lengths: {rows} and {len} rows", function.name));
        }
        rows = len;
    }
    Ok(rows)
}

/// A Polars series as an arrow-rs array: by pointer, copied only where it has several chunks.
fn import(series: &Series) -> Outcome<(ArrayRef, FieldRef)> {
    if series.dtype() == &PolarsType::Null {
        // A null literal. Polars gives the Null type a buffer, which the C data interface forbids.
        let field = Field::new(series.name().as_str(), DataType::Null, true);
        return Ok((Arc::new(NullArray::new(series.len())), field.into()));
    }
    let series = series.rechunk();
    let field = series.dtype().to_arrow_field(series.name().clone(), CompatLevel::newest());
    let schema = polars_arrow_ffi::export_field_to_c(&field);
    let array = polars_arrow_ffi::export_array_to_c(series.to_arrow(0, CompatLevel::newest()));
    // SAFETY: both crates define the C structs of the Arrow C data interface, so the layout is the same; the values
    // are moved, so that each is released once.
    unsafe {
        let schema: FFI_ArrowSchema = transmute(schema);
        let array: FFI_ArrowArray = transmute(array);
        let data = from_ffi(array, &schema).map_err(|e| e.to_string())?;
        let field = Field::try_from(&schema).map_err(|e| e.to_string())?;
        Ok((make_array(data), Arc::new(field)))
    }
}

/// The way back.
fn export(array: ArrayRef, field: &Field) -> Outcome<Series> {
    let schema = FFI_ArrowSchema::try_from(field).map_err(|e| e.to_string())?;
    let array = FFI_ArrowArray::new(&array.to_data());
    // SAFETY: as in `import`; the array was exported from a valid one of the type that the schema describes.
    unsafe {
        let schema: polars_arrow_ffi::ArrowSchema = transmute(schema);
        let array: polars_arrow_ffi::ArrowArray = transmute(array);
        let field = polars_arrow_ffi::import_field_from_c(&schema).map_err(|e| e.to_string())?;
        let chunk = polars_arrow_ffi::import_array_from_c(array, field.dtype.clone()).map_err(|e| e.to_string())?;
        let metadata = field.metadata.as_deref();
        Series::_try_from_arrow_unchecked_with_md(field.name, vec![chunk], &field.dtype, metadata)
            .map_err(|e| e.to_string())
    }
}
