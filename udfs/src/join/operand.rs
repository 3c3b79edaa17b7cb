//! What a condition is made of: calls, literals, and expressions over the columns of one side.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion_common::tree_node::{Transformed, TreeNode};
use datafusion_common::{JoinSide, ScalarValue};
use datafusion_physical_expr::expressions::{Column, Literal};
use datafusion_physical_expr::utils::collect_columns;
use datafusion_physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion_physical_plan::joins::utils::JoinFilter;
use geoplug_kernels::condition::JoinFunction;
use geoplug_kernels::functions;

/// An expression over the columns of one side.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    pub(super) side: JoinSide,
    pub(super) expr: Arc<dyn PhysicalExpr>,
}

impl Operand {
    /// `expr`, which is over the columns of `filter`, as one over the columns of the only side that it refers to.
    pub(super) fn parse(expr: &Arc<dyn PhysicalExpr>, filter: &JoinFilter) -> Option<Self> {
        let side = only_side(expr, filter)?;
        Some(Self { side, expr: over_side(expr, filter)? })
    }

    /// The two first of `args`, if they are of the two sides, one of each.
    pub(super) fn pair(args: &[Arc<dyn PhysicalExpr>], filter: &JoinFilter) -> Option<[Self; 2]> {
        let pair = [Self::parse(args.first()?, filter)?, Self::parse(args.get(1)?, filter)?];
        (pair[0].side != pair[1].side).then_some(pair)
    }
}

/// How far apart two geometries may be.
#[derive(Debug, Clone)]
pub(super) enum Distance {
    Constant(f64),
    Column(Operand),
}

impl Distance {
    pub(super) fn parse(expr: &Arc<dyn PhysicalExpr>, filter: &JoinFilter) -> Option<Self> {
        if let Some(value) = literal(expr) {
            return match value.cast_to(&DataType::Float64) {
                // NULL is as NaN: nothing is within it.
                Ok(ScalarValue::Float64(limit)) => Some(Self::Constant(limit.unwrap_or(f64::NAN))),
                _ => None,
            };
        }
        if collect_columns(expr).is_empty() {
            // A value that is known only when the query runs, such as a scalar subquery: either side will do.
            return Some(Self::Column(Operand { side: JoinSide::Left, expr: expr.clone() }));
        }
        Operand::parse(expr, filter).map(Self::Column)
    }
}

/// The function of a call that can be a join condition, and its arguments. Functions are known by name: those that came
/// through a foreign interface have a type of their own.
pub(super) fn call(expr: &Arc<dyn PhysicalExpr>) -> Option<(JoinFunction, &[Arc<dyn PhysicalExpr>])> {
    let call = expr.downcast_ref::<ScalarFunctionExpr>()?;
    Some((functions::find(call.name())?.join_test()?, call.args()))
}

pub(super) fn literal(expr: &Arc<dyn PhysicalExpr>) -> Option<&ScalarValue> {
    expr.downcast_ref::<Literal>().map(Literal::value)
}

fn only_side(expr: &Arc<dyn PhysicalExpr>, filter: &JoinFilter) -> Option<JoinSide> {
    let mut sides = collect_columns(expr).into_iter().map(|c| filter.column_indices().get(c.index()).map(|i| i.side));
    let first = sides.next()??;
    (first != JoinSide::None && sides.all(|side| side == Some(first))).then_some(first)
}

fn over_side(expr: &Arc<dyn PhysicalExpr>, filter: &JoinFilter) -> Option<Arc<dyn PhysicalExpr>> {
    let moved = expr.clone().transform_up(|e| {
        let Some(column) = e.downcast_ref::<Column>() else { return Ok(Transformed::no(e)) };
        let index = filter.column_indices()[column.index()].index;
        Ok(Transformed::yes(Arc::new(Column::new(column.name(), index))))
    });
    moved.ok().map(|moved| moved.data)
}
