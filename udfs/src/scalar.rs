//! A catalog function as a scalar UDF.

use arrow::array::Array;
use arrow::datatypes::{DataType, FieldRef};
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_expr::{ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature};
use geoplug_kernels::{Argument, guard};

use crate::declared::Declared;
use crate::{execution_error, plan_error};

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CatalogUdf(pub(crate) Declared);

impl ScalarUDFImpl for CatalogUdf {
    fn name(&self) -> &str {
        self.0.function.name
    }

    fn aliases(&self) -> &[String] {
        &self.0.aliases
    }

    fn signature(&self) -> &Signature {
        &self.0.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("{} is typed by return_field_from_args", self.0.function.name)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let constants = args.scalar_arguments.iter().map(|value| value.map(ScalarValue::to_array).transpose());
        let constants = constants.collect::<Result<Vec<_>>>()?;
        let field = guard(self.0.function.name, || self.0.function.return_field(args.arg_fields, &constants));
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
        let out = self.0.function.invoke(arguments, args.number_rows).map_err(execution_error)?;
        if out.len() == 1 && args.number_rows != 1 {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&out, 0)?));
        }
        Ok(ColumnarValue::Array(out))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.0.documentation)
    }
}
