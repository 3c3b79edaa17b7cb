//! Scalar functions as a DataFusion host calls them. The usual entry reads all options of the session from text at each
//! call, which costs as much as many a kernel.
#![allow(unsafe_code, reason = "the ABI of datafusion-ffi is C")]

use std::sync::{Arc, LazyLock};

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::Result;
use datafusion_common::config::ConfigOptions;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};
use datafusion_ffi::arrow_wrappers::{WrappedArray, WrappedSchema};
use datafusion_ffi::config::FFI_ConfigOptions;
use datafusion_ffi::expr::columnar_value::FFI_ColumnarValue;
use datafusion_ffi::udf::{FFI_ScalarUDF, ScalarUDFPrivateData};
use datafusion_ffi::util::{FFI_Option, FFI_Result};
use stabby::vec::Vec as FfiVec;

use crate::datafusion_plans::caught;

/// No function of the catalog asks for options, or for the field that it has promised.
static OPTIONS: LazyLock<Arc<ConfigOptions>> = LazyLock::new(Arc::default);
static UNASKED: LazyLock<FieldRef> = LazyLock::new(|| Arc::new(Field::new("", DataType::Null, true)));

/// A function of the catalog as the host gets it.
pub(crate) fn exported(function: Arc<ScalarUDF>) -> FFI_ScalarUDF {
    let mut exported = FFI_ScalarUDF::from(function);
    exported.invoke_with_args = invoke;
    exported.with_updated_config = unchanged;
    exported.clone = clone;
    exported
}

fn inner(function: &FFI_ScalarUDF) -> &Arc<ScalarUDF> {
    // SAFETY: the functions below are set only by `exported`, on functions whose private data is this.
    unsafe { &(*(function.private_data as *const ScalarUDFPrivateData)).udf }
}

unsafe extern "C" fn clone(function: &FFI_ScalarUDF) -> FFI_ScalarUDF {
    exported(inner(function).clone())
}

unsafe extern "C" fn unchanged(_: &FFI_ScalarUDF, _: FFI_ConfigOptions) -> FFI_Result<FFI_Option<FFI_ScalarUDF>> {
    FFI_Result::Ok(FFI_Option::None)
}

unsafe extern "C" fn invoke(
    function: &FFI_ScalarUDF,
    args: FfiVec<WrappedArray>,
    arg_fields: FfiVec<WrappedSchema>,
    number_rows: usize,
    _: WrappedSchema,
    _: FFI_ConfigOptions,
) -> FFI_Result<FFI_ColumnarValue> {
    caught(|| {
        let args = args.into_iter().map(|arg| Ok(ColumnarValue::Array(ArrayRef::try_from(arg)?)));
        let arg_fields = arg_fields.iter().map(|field| Ok(Arc::new(Field::try_from(&field.0)?)));
        let args = ScalarFunctionArgs {
            args: args.collect::<Result<_>>()?,
            arg_fields: arg_fields.collect::<Result<_>>()?,
            number_rows,
            return_field: UNASKED.clone(),
            config_options: OPTIONS.clone(),
        };
        inner(function).invoke_with_args(args)?.try_into()
    })
    .into()
}
