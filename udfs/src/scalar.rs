//! A catalog function as a scalar UDF.

use std::hash::{Hash, Hasher};

use arrow::array::Array;
use arrow::datatypes::{DataType, FieldRef};
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use geoplug_kernels::{Argument, Function, guard};

use crate::{documentation, execution_error, plan_error};

#[derive(Debug)]
pub(crate) struct CatalogUdf {
    function: &'static Function,
    signature: Signature,
    aliases: Vec<String>,
    documentation: Documentation,
}

impl CatalogUdf {
    pub(crate) fn new(function: &'static Function) -> Self {
        Self {
            function,
            signature: signature(),
            aliases: aliases(function),
            documentation: documentation::of(function),
        }
    }
}

/// Arguments come as they are and kernels read them so. An engine that casts a geometry strips its extension metadata,
/// and the CRS with it; one that casts a literal hides that it is one.
pub(crate) fn signature() -> Signature {
    Signature::user_defined(Volatility::Immutable)
}

pub(crate) fn aliases(function: &Function) -> Vec<String> {
    function.aliases.iter().map(|a| (*a).to_owned()).collect()
}

impl PartialEq for CatalogUdf {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.function, other.function)
    }
}

impl Eq for CatalogUdf {}

impl Hash for CatalogUdf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl ScalarUDFImpl for CatalogUdf {
    fn name(&self) -> &str {
        self.function.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("{} is typed by return_field_from_args", self.function.name)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let constants = args.scalar_arguments.iter().map(|value| value.map(ScalarValue::to_array).transpose());
        let constants = constants.collect::<Result<Vec<_>>>()?;
        let field = guard(self.function.name, || self.function.return_field(args.arg_fields, &constants));
        Ok(field.map_err(plan_error)?.into())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arguments = args.args.into_iter().zip(args.arg_fields).map(|(value, field)| {
            Ok(match value {
                ColumnarValue::Array(array) => Argument::column(array, field),
                ColumnarValue::Scalar(value) => Argument::constant(value.to_array()?, field),
            })
        });
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        let out = self.function.invoke(arguments, args.number_rows).map_err(execution_error)?;
        if out.len() == 1 && args.number_rows != 1 {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&out, 0)?));
        }
        Ok(ColumnarValue::Array(out))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
