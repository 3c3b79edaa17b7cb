//! The rule that finds joins in a physical plan that an index can answer.

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_common::config::ConfigOptions;
use datafusion_common::tree_node::{Transformed, TreeNode};
use datafusion_physical_plan::ExecutionPlan;
use datafusion_physical_plan::projection::ProjectionExec;
use datafusion_session::PhysicalOptimizerRule;

use super::exchange::{Exchange, gathers};
use super::exec::IndexJoinExec;
use super::found::Found;
use super::measured::measured;

/// Plans joins by a condition on geometries or texts as [`IndexJoinExec`].
#[derive(Debug)]
pub struct IndexJoin;

impl PhysicalOptimizerRule for IndexJoin {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        each_join(plan, Exchange { config, hosted: false })
    }

    fn name(&self) -> &str {
        "index_join"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Plans the joins of `plan` that an index can answer as [`IndexJoinExec`], for a host that drives their inputs. Of
/// operators that hand rows from one partition to another, only `CoalescePartitionsExec` is added, and taken away, which
/// must become the host's own.
pub fn rewrite(plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
    each_join(plan, Exchange { config, hosted: true })
}

fn each_join(plan: Arc<dyn ExecutionPlan>, exchange: Exchange) -> Result<Arc<dyn ExecutionPlan>> {
    let planned = plan.transform_up(|node| match Found::parse(&node) {
        Some(found) => Ok(match found.replace(&node, exchange)? {
            Some(join) => Transformed::yes(join),
            None => Transformed::no(node),
        }),
        None => Ok(Transformed::no(node)),
    });
    // A nested loop takes one projection, and what is dropped by another above it would be gathered for nothing.
    let narrowed = planned?.data.transform_down(|node| {
        let node = measured(&node)?.unwrap_or(node);
        let Some(projection) = node.downcast_ref::<ProjectionExec>() else { return Ok(Transformed::no(node)) };
        let input = projection.input();
        let joins = |plan: &Arc<dyn ExecutionPlan>| plan.is::<IndexJoinExec>();
        if !joins(input) && !gathers(input).as_ref().is_some_and(joins) {
            return Ok(Transformed::no(node));
        }
        let narrowed = input.try_swapping_with_projection(projection)?;
        Ok(match narrowed.filter(|narrowed| narrowed.schema() == node.schema()) {
            Some(narrowed) => Transformed::yes(narrowed),
            None => Transformed::no(node),
        })
    });
    Ok(narrowed?.data)
}
