//! Operators that stay the host's, and call our functions: what they call is computed by a projection of ours below them,
//! as more columns after those of the input, so that all other columns stay where they are.

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_expr::Operator;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_physical_expr::expressions::{
    BinaryExpr, CastExpr, Column, IsNotNullExpr, IsNullExpr, NotExpr, TryCastExpr,
};
use datafusion_physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion_physical_plan::ExecutionPlan;
use datafusion_physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion_physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion_proto::physical_plan::AsExecutionPlan;
use datafusion_proto::physical_plan::to_proto::serialize_physical_expr;
use datafusion_proto::protobuf::physical_expr_node::ExprType;
use datafusion_proto::protobuf::physical_plan_node::PhysicalPlanType;
use datafusion_proto::protobuf::{PhysicalExprNode, PhysicalPlanNode};
use geoplug_datafusion::{calls_ours, is_native, typed_expr};

use crate::datafusion_letter::Letter;
use crate::datafusion_plans::{HostInput, export};

/// The host's operator that was `read` over `leaf`, which is `input`, over a projection of ours: the operator, over an input
/// of no matter yet, and the projection. None where there is nothing to compute below.
pub(crate) fn split(
    read: &Arc<dyn ExecutionPlan>,
    leaf: &Arc<dyn ExecutionPlan>,
    input: &Arc<dyn ExecutionPlan>,
) -> Result<Option<(FFI_ExecutionPlan, Arc<dyn ExecutionPlan>)>> {
    let mut below = Below { input: input.clone(), computed: vec![] };
    if let Some(aggregation) = read.downcast_ref::<AggregateExec>() {
        return split_aggregation(read, aggregation, leaf.clone(), below);
    }
    let Some(projection) = read.downcast_ref::<ProjectionExec>() else { return Ok(None) };
    let above = projection
        .expr()
        .iter()
        .map(|ProjectionExpr { expr, alias }| Ok(ProjectionExpr { expr: below.without(expr)?, alias: alias.clone() }));
    let above = above.collect::<Result<Vec<_>>>()?;
    let Some(projection) = below.projection()? else { return Ok(None) };
    let leaf = self::leaf(&projection)?;
    let Some(letter) = Letter::new(vec![leaf.clone()]) else { return Ok(None) };
    let above = Arc::new(ProjectionExec::try_new(above, leaf)?);
    let node = PhysicalPlanNode::try_from_physical_plan(above, &letter)?;
    Ok(Some((letter.send(node)?, projection)))
}

/// A plan of ours as the host is shown it: with nothing below.
pub(crate) fn leaf(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    Ok(Arc::new(HostInput::try_new(export(plan.clone()))?))
}

/// What an aggregation evaluates of every row: what it groups by, and the arguments of aggregates, other than of those
/// that see some of the rows only.
fn split_aggregation(
    read: &Arc<dyn ExecutionPlan>,
    aggregation: &AggregateExec,
    leaf: Arc<dyn ExecutionPlan>,
    mut below: Below,
) -> Result<Option<(FFI_ExecutionPlan, Arc<dyn ExecutionPlan>)>> {
    use AggregateMode::{Partial, Single, SinglePartitioned};
    let first = matches!(aggregation.mode(), Partial | Single | SinglePartitioned);
    let ordered = aggregation.aggr_expr().iter().any(|function| !function.order_bys().is_empty());
    let group = aggregation.group_expr();
    if !first || ordered || !aggregation.dynamic_expressions_produced().is_empty() || group.has_grouping_set() {
        return Ok(None);
    }
    let Some(letter) = Letter::new(vec![leaf]) else { return Ok(None) };
    let mut node = PhysicalPlanNode::try_from_physical_plan(read.clone(), &letter)?;
    let Some(PhysicalPlanType::Aggregate(written)) = &mut node.physical_plan_type else { return Ok(None) };
    for ((expr, _), written) in group.expr().iter().zip(&mut written.group_expr) {
        below.replace(expr, written, &letter)?;
    }
    let functions = aggregation.aggr_expr().iter().zip(aggregation.filter_expr()).zip(&mut written.aggr_expr);
    for ((function, filter), written) in functions {
        if filter.is_none()
            && let Some(ExprType::AggregateExpr(written)) = &mut written.expr_type
        {
            for (expr, written) in function.expressions().iter().zip(&mut written.expr) {
                below.replace(expr, written, &letter)?;
            }
        }
    }
    let Some(projection) = below.projection()? else { return Ok(None) };
    written.input_schema = Some(projection.schema().as_ref().try_into()?);
    let letter = letter.about(self::leaf(&projection)?);
    Ok(Some((letter.send(node)?, projection)))
}

/// What is computed below an operator.
struct Below {
    input: Arc<dyn ExecutionPlan>,
    computed: Vec<Arc<dyn PhysicalExpr>>,
}

impl Below {
    fn name(at: usize) -> String {
        format!("__geoplug_{at}")
    }

    /// The column that `expr` will be.
    fn column(&mut self, expr: &Arc<dyn PhysicalExpr>) -> Arc<dyn PhysicalExpr> {
        let at = self.computed.iter().position(|known| known == expr).unwrap_or_else(|| {
            self.computed.push(expr.clone());
            self.computed.len() - 1
        });
        Arc::new(Column::new(&Self::name(at), self.input.schema().fields().len() + at))
    }

    /// `expr` with columns in the place of what can be computed here, and is of every row.
    fn without(&mut self, expr: &Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        if !calls_ours(expr) {
            return Ok(expr.clone());
        }
        if is_native(expr) {
            return Ok(self.column(expr));
        }
        if !evaluates_all(expr) {
            return Ok(expr.clone());
        }
        let children = expr.children().into_iter().map(|child| self.without(child)).collect::<Result<Vec<_>>>()?;
        expr.clone().with_new_children(children)
    }

    fn replace(&mut self, expr: &Arc<dyn PhysicalExpr>, written: &mut PhysicalExprNode, letter: &Letter) -> Result<()> {
        if calls_ours(expr) {
            let without = self.without(&typed_expr(expr, &self.input.schema())?)?;
            *written = serialize_physical_expr(&without, letter)?;
        }
        Ok(())
    }

    fn projection(self) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if self.computed.is_empty() {
            return Ok(None);
        }
        let schema = self.input.schema();
        let kept = schema.fields().iter().enumerate().map(|(i, field)| ProjectionExpr {
            expr: Arc::new(Column::new(field.name(), i)),
            alias: field.name().clone(),
        });
        let computed = self.computed.into_iter().enumerate();
        let computed = computed.map(|(at, expr)| ProjectionExpr { expr, alias: Self::name(at) });
        Ok(Some(Arc::new(ProjectionExec::try_new(kept.chain(computed).collect::<Vec<_>>(), self.input)?)))
    }
}

/// Whether an expression evaluates its operands for all rows.
fn evaluates_all(expr: &Arc<dyn PhysicalExpr>) -> bool {
    let lazy = |operator: &Operator| matches!(operator, Operator::And | Operator::Or);
    expr.downcast_ref::<ScalarFunctionExpr>().is_some_and(|call| !call.fun().short_circuits())
        || expr.downcast_ref::<BinaryExpr>().is_some_and(|binary| !lazy(binary.op()))
        || expr.is::<CastExpr>()
        || expr.is::<TryCastExpr>()
        || expr.is::<NotExpr>()
        || expr.is::<IsNullExpr>()
        || expr.is::<IsNotNullExpr>()
}
