//! The one shared library: a Python module, a Polars plugin, and the source of DataFusion's foreign functions.

mod arrow_functions;
mod datafusion_capsules;
mod datafusion_filter;
mod datafusion_gather;
mod datafusion_host;
mod datafusion_letter;
mod datafusion_native;
mod datafusion_plans;
mod datafusion_rewritten;
mod datafusion_rule;
mod datafusion_scalar;
mod datafusion_split;
mod joins;
mod polars_plugin;

use geoplug_kernels::{Function, functions};
use pyo3::prelude::*;
use pyo3_polars::PolarsAllocator;

/// Memory that Polars hands over is freed by the allocator that made it.
#[global_allocator]
static ALLOCATOR: PolarsAllocator = PolarsAllocator::new();

#[pymodule]
fn _geoplug(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<datafusion_capsules::ScalarFunction>()?;
    module.add_class::<datafusion_capsules::AggregateFunction>()?;
    module.add_class::<datafusion_rule::Rule>()?;
    module.add_class::<datafusion_gather::GatherRule>()?;
    module.add_class::<datafusion_host::HostCodec>()?;
    module.add_function(wrap_pyfunction!(datafusion_capsules::datafusion_functions, module)?)?;
    module.add_function(wrap_pyfunction!(datafusion_rule::join_conditions, module)?)?;
    module.add_function(wrap_pyfunction!(datafusion_native::native_from, module)?)?;
    module.add_function(wrap_pyfunction!(arrow_functions::call, module)?)?;
    module.add_function(wrap_pyfunction!(signatures, module)?)?;
    module.add_function(wrap_pyfunction!(joins::join_predicates, module)?)?;
    module.add_class::<joins::Join>()?;
    module.add_class::<joins::JoinIndex>()?;
    module.add_class::<joins::Pairs>()?;
    module.add_class::<joins::FuzzyJoin>()?;
    module.add_class::<joins::FuzzyIndex>()?;
    module.add("DATAFUSION_MAJOR", datafusion_ffi::version())?;
    Ok(())
}

/// Name, kind, and whether it is constant.
type Parameter = (&'static str, &'static str, bool);

/// Name, arguments (name, kind, whether constant) and whether it is an aggregate, of every function.
#[pyfunction]
fn signatures() -> Vec<(&'static str, Vec<Parameter>, bool)> {
    let signature = |f: &&'static Function| {
        let args = f.args.iter().map(|a| (a.name, a.kind.name(), a.constant)).collect();
        (f.name, args, f.is_aggregate())
    };
    functions::CATALOG.iter().map(signature).collect()
}
