//! Distances and similarities that a join has found already, where their function would compute them anew.

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_common::tree_node::{Transformed, TreeNode};
use datafusion_physical_expr::PhysicalExpr;
use datafusion_physical_expr::expressions::Column;
use datafusion_physical_plan::ExecutionPlan;
use datafusion_physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion_physical_plan::projection::{ProjectionExec, ProjectionExpr};

use super::exchange::gathers;
use super::exec::IndexJoinExec;

/// A projection over a join that takes distances from it; `None` if `node` is none that could.
pub(super) fn measured(node: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(projection) = node.downcast_ref::<ProjectionExec>() else { return Ok(None) };
    let gathered = gathers(projection.input());
    let input = gathered.as_ref().unwrap_or(projection.input());
    let Some(join) = input.downcast_ref::<IndexJoinExec>() else { return Ok(None) };
    let distance: Arc<dyn PhysicalExpr> = Arc::new(Column::new("distance", join.schema().fields().len()));
    let mut any = false;
    let taken = projection.expr().iter().map(|ProjectionExpr { expr, alias }| {
        let expr = expr.clone().transform_up(|e| {
            let measures = join.measures(&e);
            any |= measures;
            Ok(if measures { Transformed::yes(distance.clone()) } else { Transformed::no(e) })
        });
        Ok(ProjectionExpr { expr: expr?.data, alias: alias.clone() })
    });
    let taken: Vec<ProjectionExpr> = taken.collect::<Result<_>>()?;
    if !any {
        return Ok(None);
    }
    let mut input: Arc<dyn ExecutionPlan> = Arc::new(join.measured()?);
    if gathered.is_some() {
        input = Arc::new(CoalescePartitionsExec::new(input));
    }
    let projection: Arc<dyn ExecutionPlan> = Arc::new(ProjectionExec::try_new(taken, input)?);
    Ok((projection.schema() == node.schema()).then_some(projection))
}
