//! The spatial condition of a join: one conjunct of its filter that an index can answer.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Float64Type};
use arrow::record_batch::RecordBatch;
use datafusion_common::tree_node::{Transformed, TreeNode};
use datafusion_common::{JoinSide, Result, ScalarValue, plan_err};
use datafusion_expr::Operator;
use datafusion_physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion_physical_expr::utils::collect_columns;
use datafusion_physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion_physical_expr_common::physical_expr::{fmt_sql, is_volatile};
use datafusion_physical_plan::joins::utils::{ColumnIndex, JoinFilter};
use geoplug_kernels::functions;
use geoplug_kernels::join::{JoinFunction, JoinTest, Limit, Side};
use geoplug_kernels::relation::Predicate;

/// What is asked of two geometries.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Question {
    Predicate(Predicate),
    DWithin,
    Distance { inclusive: bool },
    Nearest { k: usize, max_distance: Option<f64> },
}

/// An expression over the columns of one side.
#[derive(Debug, Clone)]
struct Operand {
    side: JoinSide,
    expr: Arc<dyn PhysicalExpr>,
}

/// How far apart two geometries may be.
#[derive(Debug, Clone)]
enum Distance {
    Constant(f64),
    Column(Operand),
}

/// A condition on a geometry of each side.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    question: Question,
    /// The geometries, in the order in which the function takes them.
    geometries: [Operand; 2],
    distance: Option<Distance>,
    text: String,
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a condition needs of a batch of one side.
#[derive(Debug, Clone)]
pub(super) struct Operands {
    pub(super) geometries: ArrayRef,
    pub(super) field: FieldRef,
    pub(super) limits: Option<Float64Array>,
}

impl Condition {
    /// The condition that `conjunct` of `filter` is; `None` if no index answers it. A use of st_knn that cannot be
    /// planned is an error, because nothing else can compute it.
    pub(super) fn parse(conjunct: &Arc<dyn PhysicalExpr>, filter: &JoinFilter) -> Result<Option<Self>> {
        if is_volatile(conjunct) {
            return Ok(None);
        }
        if let Some((function, args)) = call(conjunct) {
            return match function {
                JoinFunction::Predicate(predicate) => {
                    Ok(Self::of_pair(Question::Predicate(predicate), args, None, conjunct, filter))
                }
                JoinFunction::DWithin => {
                    let Some(distance) = args.get(2).and_then(|limit| Distance::parse(limit, filter)) else {
                        return Ok(None);
                    };
                    Ok(Self::of_pair(Question::DWithin, args, Some(distance), conjunct, filter))
                }
                JoinFunction::Nearest => Self::of_nearest(args, conjunct, filter).map(Some),
                JoinFunction::Distance => Ok(None),
            };
        }
        let Some(comparison) = conjunct.downcast_ref::<BinaryExpr>() else { return Ok(None) };
        let (measured, limit, inclusive) = match comparison.op() {
            Operator::Lt => (comparison.left(), comparison.right(), false),
            Operator::LtEq => (comparison.left(), comparison.right(), true),
            Operator::Gt => (comparison.right(), comparison.left(), false),
            Operator::GtEq => (comparison.right(), comparison.left(), true),
            _ => return Ok(None),
        };
        let (Some((JoinFunction::Distance, args)), Some(distance)) = (call(measured), Distance::parse(limit, filter))
        else {
            return Ok(None);
        };
        if matches!(distance, Distance::Constant(limit) if limit.is_nan()) {
            return Ok(None);
        }
        Ok(Self::of_pair(Question::Distance { inclusive }, args, Some(distance), conjunct, filter))
    }

    fn of_pair(
        question: Question,
        args: &[Arc<dyn PhysicalExpr>],
        distance: Option<Distance>,
        conjunct: &Arc<dyn PhysicalExpr>,
        filter: &JoinFilter,
    ) -> Option<Self> {
        let geometries = [Operand::parse(args.first()?, filter)?, Operand::parse(args.get(1)?, filter)?];
        // Disjoint pairs are all but a few: nothing to look up.
        if question == Question::Predicate(Predicate::Disjoint) || geometries[0].side == geometries[1].side {
            return None;
        }
        Some(Self { question, geometries, distance, text: fmt_sql(conjunct.as_ref()).to_string() })
    }

    fn of_nearest(
        args: &[Arc<dyn PhysicalExpr>],
        conjunct: &Arc<dyn PhysicalExpr>,
        filter: &JoinFilter,
    ) -> Result<Self> {
        let k = match args.get(2).and_then(literal).map(|k| k.cast_to(&DataType::Int64)) {
            Some(Ok(ScalarValue::Int64(Some(k)))) if k >= 1 => k as usize,
            _ => return plan_err!("st_knn: k must be a constant of at least 1"),
        };
        let max_distance = match args.get(3).map(literal) {
            None | Some(Some(ScalarValue::Boolean(Some(false)))) => None,
            Some(Some(limit)) => match limit.cast_to(&DataType::Float64) {
                _ if limit.data_type() == DataType::Boolean => {
                    return plan_err!(
                        "st_knn: distances are planar; TRUE, for distances on a spheroid, is not possible"
                    );
                }
                Ok(ScalarValue::Float64(limit)) => limit,
                _ => return plan_err!("st_knn: max_distance must be a number"),
            },
            Some(None) => return plan_err!("st_knn: max_distance must be a constant"),
        };
        match Self::of_pair(Question::Nearest { k, max_distance }, args, None, conjunct, filter) {
            Some(condition) => Ok(condition),
            None => plan_err!("st_knn: its geometries must be of the two sides of the join, one of each"),
        }
    }

    /// The side that is looked up in, where the condition says so: the candidates of st_knn.
    pub(super) fn candidates(&self) -> Option<JoinSide> {
        matches!(self.question, Question::Nearest { .. }).then_some(self.geometries[1].side)
    }

    /// How many matches a row has at most, where the condition says so.
    pub(super) fn most_matches(&self) -> Option<usize> {
        match self.question {
            Question::Nearest { k, .. } => Some(k),
            _ => None,
        }
    }

    /// The test of the kernel, where `build` is the side that is indexed; and which of its geometries that side has.
    pub(super) fn test(&self, build: JoinSide) -> (JoinTest, Side) {
        let limit = match &self.distance {
            Some(Distance::Column(operand)) if operand.side == build => Limit::Build,
            Some(Distance::Column(_)) => Limit::Probe,
            Some(Distance::Constant(limit)) => Limit::Constant(*limit),
            None => Limit::Constant(f64::NAN),
        };
        let test = match self.question {
            Question::Predicate(predicate) => JoinTest::Predicate(predicate),
            Question::DWithin => JoinTest::DWithin(limit),
            Question::Distance { inclusive } => JoinTest::Distance { limit, inclusive },
            Question::Nearest { k, max_distance } => JoinTest::Nearest { k, max_distance },
        };
        (test, if self.geometries[0].side == build { Side::Left } else { Side::Right })
    }

    /// Geometries and limits of a batch of one side.
    pub(super) fn evaluate(&self, side: JoinSide, batch: &RecordBatch) -> Result<Operands> {
        let geometry = if self.geometries[0].side == side { &self.geometries[0] } else { &self.geometries[1] };
        let geometries = geometry.expr.evaluate(batch)?.into_array(batch.num_rows())?;
        let field = geometry.expr.return_field(batch.schema_ref())?;
        let limits = match &self.distance {
            Some(Distance::Column(limit)) if limit.side == side => {
                let limits = limit.expr.evaluate(batch)?.into_array(batch.num_rows())?;
                let limits = cast(&limits, &DataType::Float64)?;
                let limits = limits.as_primitive::<Float64Type>();
                Some(match self.question {
                    // To a comparison in SQL, NaN is the greatest number.
                    Question::Distance { .. } => {
                        limits.unary(|limit| if limit.is_nan() { f64::INFINITY } else { limit })
                    }
                    _ => limits.clone(),
                })
            }
            _ => None,
        };
        Ok(Operands { geometries, field, limits })
    }

    /// Whether an expression over `columns` of the join is the distance by which this finds the nearest.
    pub(super) fn measures(&self, expr: &Arc<dyn PhysicalExpr>, columns: &[ColumnIndex]) -> bool {
        let Some((JoinFunction::Distance, args)) = call(expr) else { return false };
        let is = |(operand, arg): (&Operand, &Arc<dyn PhysicalExpr>)| {
            let (Some(own), Some(column)) = (operand.expr.downcast_ref::<Column>(), arg.downcast_ref::<Column>())
            else {
                return false;
            };
            columns.get(column.index()).is_some_and(|from| from.side == operand.side && from.index == own.index())
        };
        self.candidates().is_some() && args.len() == 2 && self.geometries.iter().zip(args).all(is)
    }

    /// The expressions it evaluates.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &Arc<dyn PhysicalExpr>> {
        let limit = match &self.distance {
            Some(Distance::Column(limit)) => Some(&limit.expr),
            _ => None,
        };
        self.geometries.iter().map(|operand| &operand.expr).chain(limit)
    }
}

impl Operand {
    /// `expr`, which is over the columns of `filter`, as one over the columns of the only side that it refers to.
    fn parse(expr: &Arc<dyn PhysicalExpr>, filter: &JoinFilter) -> Option<Self> {
        let side = only_side(expr, filter)?;
        Some(Self { side, expr: over_side(expr, filter)? })
    }
}

impl Distance {
    fn parse(expr: &Arc<dyn PhysicalExpr>, filter: &JoinFilter) -> Option<Self> {
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
fn call(expr: &Arc<dyn PhysicalExpr>) -> Option<(JoinFunction, &[Arc<dyn PhysicalExpr>])> {
    let call = expr.downcast_ref::<ScalarFunctionExpr>()?;
    Some((functions::find(call.name())?.join_test()?, call.args()))
}

/// Whether st_knn is called anywhere in an expression.
pub(super) fn asks_for_nearest(expr: &Arc<dyn PhysicalExpr>) -> Result<bool> {
    expr.exists(|e| Ok(matches!(call(e), Some((JoinFunction::Nearest, _)))))
}

fn literal(expr: &Arc<dyn PhysicalExpr>) -> Option<&ScalarValue> {
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
