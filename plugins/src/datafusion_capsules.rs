//! The catalog as capsules of datafusion-ffi, which a datafusion-python session of the same version can register.

use std::ffi::CStr;
use std::sync::Arc;

use datafusion_expr::{AggregateUDF, ScalarUDF};
use datafusion_ffi::udaf::FFI_AggregateUDF;
use geoplug_datafusion::Udf;
use geoplug_kernels::functions::CATALOG;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::datafusion_scalar::exported;

const SCALAR: &CStr = c"datafusion_scalar_udf";
const AGGREGATE: &CStr = c"datafusion_aggregate_udf";

/// A scalar function that a datafusion-python session can import.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct ScalarFunction(Arc<ScalarUDF>);

#[pymethods]
impl ScalarFunction {
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    fn __datafusion_scalar_udf__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        PyCapsule::new_with_value(py, exported(self.0.clone()), SCALAR)
    }
}

/// An aggregate function that a datafusion-python session can import.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct AggregateFunction(Arc<AggregateUDF>);

#[pymethods]
impl AggregateFunction {
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    fn __datafusion_aggregate_udf__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        PyCapsule::new_with_value(py, FFI_AggregateUDF::from(self.0.clone()), AGGREGATE)
    }
}

/// Every function of the catalog, as an object with the capsule method that datafusion-python looks for.
#[pyfunction]
pub(crate) fn datafusion_functions(py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
    let objects = CATALOG.iter().copied().map(|function| {
        Ok(match Udf::from(function) {
            Udf::Scalar(udf) => Bound::new(py, ScalarFunction(udf))?.into_any().unbind(),
            Udf::Aggregate(udaf) => Bound::new(py, AggregateFunction(udaf))?.into_any().unbind(),
        })
    });
    objects.collect()
}
