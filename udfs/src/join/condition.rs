//! The condition of a join: one conjunct of its filter that an index can answer.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Float64Type};
use arrow::record_batch::RecordBatch;
use datafusion_common::tree_node::TreeNode;
use datafusion_common::{JoinSide, Result, ScalarValue, internal_err, plan_err};
use datafusion_expr::Operator;
use datafusion_physical_expr::PhysicalExpr;
use datafusion_physical_expr::expressions::{BinaryExpr, Column};
use datafusion_physical_expr_common::physical_expr::{fmt_sql, is_volatile};
use datafusion_physical_plan::joins::utils::{ColumnIndex, JoinFilter};
use geoplug_kernels::condition::JoinFunction;
use geoplug_kernels::fuzzy::{Metric, Near};
use geoplug_kernels::join::{JoinTest, Limit, Side};
use geoplug_kernels::relation::Predicate;

use super::likeness;
use super::operand::{Distance, Operand, call, literal};

/// What is asked of two geometries, or of two texts.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Question {
    Predicate(Predicate),
    DWithin,
    Distance { inclusive: bool },
    Nearest { k: usize, max_distance: Option<f64> },
    Near(Near),
}

/// A condition on a geometry or a text of each side.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    question: Question,
    /// The geometries or texts, in the order in which the function takes them.
    operands: [Operand; 2],
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
    /// Geometries or texts.
    pub(super) values: ArrayRef,
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
                JoinFunction::Distance | JoinFunction::Text(_) | JoinFunction::TextUpTo(_) => Ok(None),
            };
        }
        let Some(comparison) = conjunct.downcast_ref::<BinaryExpr>() else { return Ok(None) };
        if let Some((near, args)) = likeness::parse(comparison) {
            return Ok(Self::of_pair(Question::Near(near), args, None, conjunct, filter));
        }
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
        // Disjoint pairs are all but a few: nothing to look up.
        if question == Question::Predicate(Predicate::Disjoint) {
            return None;
        }
        let operands = Operand::pair(args, filter)?;
        Some(Self { question, operands, distance, text: fmt_sql(conjunct.as_ref()).to_string() })
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
        matches!(self.question, Question::Nearest { .. }).then_some(self.operands[1].side)
    }

    /// How many matches a row has at most, where the condition says so.
    pub(super) fn most_matches(&self) -> Option<usize> {
        match self.question {
            Question::Nearest { k, .. } => Some(k),
            _ => None,
        }
    }

    /// What makes texts near, where it is a condition on texts.
    pub(super) fn near(&self) -> Option<Near> {
        match self.question {
            Question::Near(near) => Some(near),
            _ => None,
        }
    }

    /// Of several conditions the one with the least number is answered by an index: nothing but a search answers st_knn,
    /// and texts of which many are like each other are often in different places.
    pub(super) fn rank(&self) -> usize {
        match self.question {
            Question::Nearest { .. } => 0,
            Question::Near(near) if near.scans() => 3,
            Question::Near(_) => 2,
            _ => 1,
        }
    }

    /// Which of the two arguments the side `build` has.
    pub(super) fn argument(&self, build: JoinSide) -> Side {
        if self.operands[0].side == build { Side::Left } else { Side::Right }
    }

    /// The test of the spatial kernel, where `build` is the side that is indexed.
    pub(super) fn test(&self, build: JoinSide) -> Result<JoinTest> {
        let limit = match &self.distance {
            Some(Distance::Column(operand)) if operand.side == build => Limit::Build,
            Some(Distance::Column(_)) => Limit::Probe,
            Some(Distance::Constant(limit)) => Limit::Constant(*limit),
            None => Limit::Constant(f64::NAN),
        };
        Ok(match self.question {
            Question::Predicate(predicate) => JoinTest::Predicate(predicate),
            Question::DWithin => JoinTest::DWithin(limit),
            Question::Distance { inclusive } => JoinTest::Distance { limit, inclusive },
            Question::Nearest { k, max_distance } => JoinTest::Nearest { k, max_distance },
            Question::Near(_) => return internal_err!("a condition on texts is no test of geometries"),
        })
    }

    /// Geometries and limits, or texts, of a batch of one side.
    pub(super) fn evaluate(&self, side: JoinSide, batch: &RecordBatch) -> Result<Operands> {
        let operand = if self.operands[0].side == side { &self.operands[0] } else { &self.operands[1] };
        let values = operand.expr.evaluate(batch)?.into_array(batch.num_rows())?;
        let field = operand.expr.return_field(batch.schema_ref())?;
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
        Ok(Operands { values, field, limits })
    }

    /// Whether an expression over `columns` of the join is the distance by which this finds the nearest, or the distance
    /// or similarity by which it finds what is near.
    pub(super) fn measures(&self, expr: &Arc<dyn PhysicalExpr>, columns: &[ColumnIndex]) -> bool {
        let Some((function, args)) = call(expr) else { return false };
        let is = |(operand, arg): (&Operand, &Arc<dyn PhysicalExpr>)| {
            let (Some(own), Some(column)) = (operand.expr.downcast_ref::<Column>(), arg.downcast_ref::<Column>())
            else {
                return false;
            };
            columns.get(column.index()).is_some_and(|from| from.side == operand.side && from.index == own.index())
        };
        let same = match self.question {
            Question::Nearest { .. } => function == JoinFunction::Distance && args.len() == 2,
            Question::Near(near) => likeness::measures(near, function, args),
            _ => false,
        };
        same && args.len() >= 2 && self.operands.iter().zip(args).all(is)
    }

    /// The type of that distance or similarity.
    pub(super) fn measure_type(&self) -> DataType {
        match self.question {
            Question::Near(near) if near.metric() != Metric::JaroWinkler => DataType::Int64,
            _ => DataType::Float64,
        }
    }

    /// The expressions it evaluates.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &Arc<dyn PhysicalExpr>> {
        let limit = match &self.distance {
            Some(Distance::Column(limit)) => Some(&limit.expr),
            _ => None,
        };
        self.operands.iter().map(|operand| &operand.expr).chain(limit)
    }
}

/// Whether st_knn is called anywhere in an expression.
pub(super) fn asks_for_nearest(expr: &Arc<dyn PhysicalExpr>) -> Result<bool> {
    expr.exists(|e| Ok(matches!(call(e), Some((JoinFunction::Nearest, _)))))
}
