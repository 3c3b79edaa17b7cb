//! Operators that were read from another library's plan and evaluate expressions row by row: whether they can run here.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::Schema;
use datafusion_common::Result;
use datafusion_common::config::ConfigOptions;
use datafusion_common::tree_node::{Transformed, TreeNode};
use datafusion_expr::ScalarUDF;
use datafusion_physical_expr::expressions::{
    BinaryExpr, CaseExpr, CastExpr, Column, InListExpr, IsNotNullExpr, IsNullExpr, LikeExpr, Literal, NegativeExpr,
    NotExpr, TryCastExpr,
};
use datafusion_physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion_physical_plan::ExecutionPlan;
use datafusion_physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion_physical_plan::projection::{ProjectionExec, ProjectionExpr};

use crate::scalar::CatalogUdf;

/// What functions of the catalog are told of a session's options: nothing that they would ask.
static OPTIONS: LazyLock<Arc<ConfigOptions>> = LazyLock::new(Arc::default);

/// Whether a scalar function is one of the catalog.
pub fn is_ours(function: &ScalarUDF) -> bool {
    function.inner().is::<CatalogUdf>()
}

/// Whether an expression can be evaluated by this library alone: functions are of the catalog, and all else is what
/// DataFusion has in every library. An expression that shares something with operators of its own library (a subquery's
/// result, a filter that grows) is none.
pub fn is_native(expr: &Arc<dyn PhysicalExpr>) -> bool {
    let known = expr.is::<Column>()
        || expr.is::<Literal>()
        || expr.is::<BinaryExpr>()
        || expr.is::<CastExpr>()
        || expr.is::<TryCastExpr>()
        || expr.is::<CaseExpr>()
        || expr.is::<InListExpr>()
        || expr.is::<IsNullExpr>()
        || expr.is::<IsNotNullExpr>()
        || expr.is::<NotExpr>()
        || expr.is::<NegativeExpr>()
        || expr.is::<LikeExpr>()
        || expr.downcast_ref::<ScalarFunctionExpr>().is_some_and(|call| is_ours(call.fun()));
    known && expr.children().into_iter().all(is_native)
}

/// Whether an expression calls a function of the catalog.
pub fn calls_ours(expr: &Arc<dyn PhysicalExpr>) -> bool {
    expr.downcast_ref::<ScalarFunctionExpr>().is_some_and(|call| is_ours(call.fun()))
        || expr.children().into_iter().any(calls_ours)
}

/// An expression whose functions of the catalog say again what their result is: written down, its metadata is lost, and with it what
/// kind of geometry it is and its CRS.
pub fn typed_expr(expr: &Arc<dyn PhysicalExpr>, schema: &Schema) -> Result<Arc<dyn PhysicalExpr>> {
    let typed = expr.clone().transform_up(|expr| {
        let call = expr.downcast_ref::<ScalarFunctionExpr>().filter(|call| is_ours(call.fun()));
        let Some(call) = call else { return Ok(Transformed::no(expr)) };
        let (function, args) = (Arc::new(call.fun().clone()), call.args().to_vec());
        Ok(Transformed::yes(Arc::new(ScalarFunctionExpr::try_new(function, args, schema, OPTIONS.clone())?) as _))
    });
    Ok(typed?.data)
}

/// A projection or a filter that was written down and read, with expressions as in [`typed_expr`]; any other operator as
/// it is.
pub fn typed(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        let schema = projection.input().schema();
        let typed = projection.expr().iter().map(|ProjectionExpr { expr, alias }| {
            Ok(ProjectionExpr { expr: typed_expr(expr, &schema)?, alias: alias.clone() })
        });
        let typed = typed.collect::<Result<Vec<_>>>()?;
        return Ok(Arc::new(ProjectionExec::try_new(typed, projection.input().clone())?));
    }
    if let Some(filter) = plan.downcast_ref::<FilterExec>() {
        let predicate = typed_expr(filter.predicate(), &filter.input().schema())?;
        return Ok(Arc::new(FilterExecBuilder::from(filter).with_predicate(predicate).build()?));
    }
    Ok(plan)
}

/// The expressions of a projection or a filter; none of any other operator.
pub fn row_expressions(plan: &Arc<dyn ExecutionPlan>) -> Vec<Arc<dyn PhysicalExpr>> {
    if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        return projection.expr().iter().map(|projected| projected.expr.clone()).collect();
    }
    plan.downcast_ref::<FilterExec>().map(|filter| vec![filter.predicate().clone()]).unwrap_or_default()
}
