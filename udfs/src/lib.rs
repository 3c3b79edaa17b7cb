//! The geoplug catalog in DataFusion: every function as a scalar or aggregate UDF, documentation included.
//!
//! ```
//! # use datafusion::prelude::SessionContext;
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let mut ctx = SessionContext::new();
//! geoplug_datafusion::register_all(&mut ctx)?;
//! let frame = ctx.sql("SELECT st_area(st_makeenvelope(0, 0, 2, 3))").await?;
//! # frame.collect().await?;
//! # datafusion::error::Result::<()>::Ok(())
//! # }).unwrap();
//! ```

mod aggregate;
mod declared;
mod documentation;
mod join;
mod native;
mod scalar;

pub use join::{IndexJoin, IndexJoinExec, index_join_rule, rewrite};
pub use native::{calls_ours, is_native, is_ours, row_expressions, typed, typed_expr};

use std::sync::Arc;

use datafusion_common::{DataFusionError, Result};
use datafusion_expr::registry::FunctionRegistry;
use datafusion_expr::{AggregateUDF, ScalarUDF};
use geoplug_kernels::catalog::{Function, Kernel};
use geoplug_kernels::functions::CATALOG;

/// A function of the catalog as DataFusion knows it.
#[derive(Debug, Clone)]
pub enum Udf {
    /// One result for each row.
    Scalar(Arc<ScalarUDF>),
    /// One result for each group.
    Aggregate(Arc<AggregateUDF>),
}

impl From<&'static Function> for Udf {
    fn from(function: &'static Function) -> Self {
        let declared = declared::Declared::new(function);
        match function.kernel {
            Kernel::Scalar(_) | Kernel::JoinCondition => Udf::Scalar(Arc::new(scalar::CatalogUdf(declared).into())),
            Kernel::Aggregate(_) => Udf::Aggregate(Arc::new(aggregate::CatalogUdaf(declared).into())),
        }
    }
}

/// Registers every function of the catalog with a session.
pub fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    for function in CATALOG.iter().copied() {
        match Udf::from(function) {
            Udf::Scalar(udf) => drop(registry.register_udf(udf)?),
            Udf::Aggregate(udaf) => drop(registry.register_udaf(udaf)?),
        }
    }
    Ok(())
}

fn plan_error(error: geoplug_kernels::Error) -> DataFusionError {
    DataFusionError::Plan(error.to_string())
}

fn execution_error(error: geoplug_kernels::Error) -> DataFusionError {
    DataFusionError::Execution(error.to_string())
}
