//! Filters that call functions of ours and of others: two filters, one of ours and one of the host, so that each condition
//! is asked of the rows that those before it leave, as in one.

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_physical_expr::{PhysicalExpr, conjunction, split_conjunction};
use datafusion_physical_plan::ExecutionPlan;
use datafusion_physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion_proto::physical_plan::AsExecutionPlan;
use datafusion_proto::protobuf::PhysicalPlanNode;
use geoplug_datafusion::{calls_ours, is_native};

use crate::datafusion_letter::Letter;
use crate::datafusion_split::leaf;

/// The two filters that one is.
pub(crate) enum Parted {
    /// Ours, and the host's above, over an input of no matter yet.
    Below(Arc<dyn ExecutionPlan>, FFI_ExecutionPlan),
    /// The host's, over an input of no matter yet, and what makes ours above it.
    Above(FFI_ExecutionPlan, FilterExecBuilder),
}

/// The host's filter that was `read` over `leaf`, which is `input`, in two; none if its first and last conditions are not
/// ours.
pub(crate) fn part(
    read: &Arc<dyn ExecutionPlan>,
    leaf: Arc<dyn ExecutionPlan>,
    input: &Arc<dyn ExecutionPlan>,
) -> Result<Option<Parted>> {
    let Some(filter) = read.downcast_ref::<FilterExec>() else { return Ok(None) };
    let conditions: Vec<_> = split_conjunction(filter.predicate()).into_iter().cloned().collect();
    let first = conditions.iter().take_while(|condition| is_native(condition)).count();
    let last = conditions.iter().rev().take_while(|condition| is_native(condition)).count();
    let (below, above) = conditions.split_at(first);
    if below.iter().any(calls_ours) {
        let below: Arc<dyn ExecutionPlan> = Arc::new(lower(filter, below, input.clone()).build()?);
        let leaf = self::leaf(&below)?;
        let above = FilterExecBuilder::from(filter).with_predicate(all(above)).with_input(leaf.clone());
        return Ok(made(above, leaf)?.map(|above| Parted::Below(below, above)));
    }
    let (below, above) = conditions.split_at(conditions.len() - last);
    if above.iter().any(calls_ours) {
        let below = made(lower(filter, below, leaf.clone()), leaf)?;
        let above = FilterExecBuilder::from(filter).with_predicate(all(above));
        return Ok(below.map(|below| Parted::Above(below, above)));
    }
    Ok(None)
}

/// The filter below, which passes all columns on.
fn lower(
    filter: &FilterExec,
    conditions: &[Arc<dyn PhysicalExpr>],
    input: Arc<dyn ExecutionPlan>,
) -> FilterExecBuilder {
    FilterExecBuilder::new(all(conditions), input).with_batch_size(filter.batch_size())
}

fn all(conditions: &[Arc<dyn PhysicalExpr>]) -> Arc<dyn PhysicalExpr> {
    conjunction(conditions.iter().cloned())
}

/// A filter of the host's own.
fn made(filter: FilterExecBuilder, leaf: Arc<dyn ExecutionPlan>) -> Result<Option<FFI_ExecutionPlan>> {
    let Some(letter) = Letter::new(vec![leaf]) else { return Ok(None) };
    let node = PhysicalPlanNode::try_from_physical_plan(Arc::new(filter.build()?), &letter)?;
    letter.send(node).map(Some)
}
