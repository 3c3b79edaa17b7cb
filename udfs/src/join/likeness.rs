//! Conditions on texts: a distance or similarity that is compared with a literal.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion_common::ScalarValue;
use datafusion_expr::Operator;
use datafusion_physical_expr::PhysicalExpr;
use datafusion_physical_expr::expressions::{BinaryExpr, CastExpr};
use geoplug_kernels::condition::JoinFunction;
use geoplug_kernels::fuzzy::{Metric, Near};

use super::operand::{call, literal};

/// What a comparison says to be near, and the arguments of its call; `None` if no index answers it.
pub(super) fn parse(comparison: &BinaryExpr) -> Option<(Near, &[Arc<dyn PhysicalExpr>])> {
    let (left, right) = (comparison.left(), comparison.right());
    let (measured, op, bound) = match (literal(left), literal(right)) {
        (None, Some(bound)) => (left, *comparison.op(), bound),
        (Some(bound), None) => (right, comparison.op().swap()?, bound),
        _ => return None,
    };
    let bound = match bound.cast_to(&DataType::Float64) {
        Ok(ScalarValue::Float64(Some(bound))) if bound.is_finite() => bound,
        _ => return None,
    };
    let (function, args) = call(as_counted(measured))?;
    let (near, options) = match function {
        JoinFunction::Text(metric) => (near(metric, op, bound)?, 2),
        JoinFunction::TextUpTo(metric) => (near(metric, op, bound).filter(|near| is_up_to(near, args.get(2)))?, 3),
        _ => return None,
    };
    let rounded = near.metric() == Metric::JaroWinkler && measured.is::<CastExpr>();
    (!rounded && are_defaults(args.get(options..)?)).then_some((near, args))
}

/// Whether a call of `function` measures what is found to be near.
pub(super) fn measures(near: Near, function: JoinFunction, args: &[Arc<dyn PhysicalExpr>]) -> bool {
    match function {
        JoinFunction::Text(metric) => metric == near.metric() && args.get(2..).is_some_and(are_defaults),
        JoinFunction::TextUpTo(metric) => {
            metric == near.metric() && is_up_to(&near, args.get(2)) && args.get(3..).is_some_and(are_defaults)
        }
        _ => false,
    }
}

/// What is cast to be compared with a number of another type.
fn as_counted(expr: &Arc<dyn PhysicalExpr>) -> &Arc<dyn PhysicalExpr> {
    match expr.downcast_ref::<CastExpr>() {
        Some(cast) if matches!(cast.cast_type(), DataType::Float64 | DataType::Int64) => cast.expr(),
        _ => expr,
    }
}

fn near(metric: Metric, op: Operator, bound: f64) -> Option<Near> {
    let within = |most: f64| metric.within((most >= 0.0).then_some(most as usize)?);
    match op {
        Operator::LtEq => within(bound.floor()),
        Operator::Lt => within(bound.ceil() - 1.0),
        Operator::GtEq => metric.alike(bound),
        Operator::Gt => metric.alike(bound.next_up()),
        _ => None,
    }
}

/// Whether a distance that is counted up to `limit` is counted as far as this goes.
fn is_up_to(near: &Near, limit: Option<&Arc<dyn PhysicalExpr>>) -> bool {
    let (Near::Levenshtein(most) | Near::Osa(most) | Near::Damerau(most)) = *near else { return false };
    match limit.and_then(literal).map(|limit| limit.cast_to(&DataType::Int64)) {
        Some(Ok(ScalarValue::Int64(Some(limit)))) => usize::try_from(limit).is_ok_and(|limit| most <= limit),
        _ => false,
    }
}

/// Whether options are what they are when left out: scalar values are compared, long texts are not raised once more.
fn are_defaults(options: &[Arc<dyn PhysicalExpr>]) -> bool {
    options.iter().all(|option| match literal(option) {
        Some(ScalarValue::Boolean(tolerance)) => *tolerance == Some(false),
        Some(unit) => unit.try_as_str().flatten() == Some("char"),
        None => false,
    })
}
