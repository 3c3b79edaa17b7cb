//! The join as a node of a physical plan.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{Field, FieldRef, Schema, SchemaRef};
use datafusion_common::stats::Precision;
use datafusion_common::tree_node::TreeNodeRecursion;
use datafusion_common::{JoinSide, JoinType, Result, Statistics, internal_err};
use datafusion_execution::{SendableRecordBatchStream, TaskContext};
use datafusion_physical_expr::PhysicalExpr;
use datafusion_physical_expr::projection::{ProjectionRef, combine_projections};
use datafusion_physical_plan::common::can_project;
use datafusion_physical_plan::joins::JoinOn;
use datafusion_physical_plan::joins::utils::{ColumnIndex, JoinFilter, build_join_schema};
use datafusion_physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion_physical_plan::projection::{EmbeddedProjection, ProjectionExec, try_embed_projection};
use datafusion_physical_plan::{
    ChildStats, ChildrenPropertiesMode, DisplayAs, DisplayFormatType, Distribution, ExecutionPlan,
    ExecutionPlanProperties, InputDistributionRequirements, PlanProperties, ReplaceChildrenOptions, StatisticsArgs,
    apply_expression_roots,
};

use super::build::SharedBuild;
use super::condition::Condition;
use super::properties::{follows, properties};
use super::source::Source;
use super::stream;

/// What a join is, apart from its inputs.
#[derive(Debug, Clone)]
pub(super) struct Join {
    pub(super) join_type: JoinType,
    pub(super) condition: Condition,
    /// What pairs must fulfil besides.
    pub(super) filter: Option<JoinFilter>,
    /// Keys that the filter requires to be equal: order and partitions by one of them are by the other, too.
    pub(super) keys: JoinOn,
    /// The side that is indexed; the other is streamed.
    pub(super) build: JoinSide,
    /// Whether the join's schema has one more column: how far apart the two geometries of st_knn are, or the two texts, or
    /// how like each other.
    pub(super) measured: bool,
    /// Columns of the join's schema that are put out; `None` for all.
    pub(super) projection: Option<ProjectionRef>,
    /// How many rows the probe side has, about, where that is known.
    pub(super) probe_rows: Option<usize>,
    /// How many partitions are put out; those of the probe side are dealt out among them.
    pub(super) partitions: usize,
    /// Whether it is not partitions of the probe side that are dealt out, but batches or pieces of them, to whoever has
    /// nothing to do.
    pub(super) pieces: bool,
    /// Whether rows come in the order of the probe side. What is spilled loses it, so such a join does not spill.
    pub(super) ordered: bool,
}

/// Joins two inputs by a condition on geometries or on texts: indexes one and streams the other. By its condition a plan
/// calls it `SpatialJoinExec` or `FuzzyJoinExec`.
#[derive(Debug)]
pub struct IndexJoinExec {
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    join: Arc<Join>,
    /// Schema before the projection.
    join_schema: SchemaRef,
    /// Where each column that is put out comes from.
    columns: Arc<[ColumnIndex]>,
    shared: Arc<SharedBuild>,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

impl Join {
    /// What it is, in a few letters.
    pub(super) fn name(&self) -> &'static str {
        if self.condition.near().is_some() { "FuzzyJoin" } else { "SpatialJoin" }
    }
}

impl IndexJoinExec {
    pub(super) fn try_new(left: Arc<dyn ExecutionPlan>, right: Arc<dyn ExecutionPlan>, join: Join) -> Result<Self> {
        let (mut join_schema, mut columns) = build_join_schema(&left.schema(), &right.schema(), &join.join_type);
        if join.measured {
            let fields = join_schema.fields().iter().cloned();
            let distance = Arc::new(Field::new("distance", join.condition.measure_type(), true));
            let fields: Vec<FieldRef> = fields.chain([distance]).collect();
            join_schema = Schema::new_with_metadata(fields, join_schema.metadata().clone());
            columns.push(ColumnIndex { index: 0, side: JoinSide::None });
        }
        let join_schema = Arc::new(join_schema);
        let columns = match &join.projection {
            Some(projection) => projection.iter().map(|i| columns[*i].clone()).collect(),
            None => columns.into(),
        };
        let properties = properties(&left, &right, &join, &join_schema)?;
        Ok(Self {
            left,
            right,
            shared: Arc::new(SharedBuild::new(join.partitions)),
            join: Arc::new(join),
            join_schema,
            columns,
            metrics: ExecutionPlanMetricsSet::new(),
            properties: Arc::new(properties),
        })
    }

    /// Whether an expression over what this join puts out is the distance by which it finds the nearest, or the distance
    /// or similarity by which it finds what is near.
    pub(super) fn measures(&self, expr: &Arc<dyn PhysicalExpr>) -> bool {
        !self.join.measured && self.join.condition.measures(expr, &self.columns)
    }

    /// The same join, which puts that out in one more column, the last.
    pub(super) fn measured(&self) -> Result<Self> {
        let mut join = Join { measured: true, ..self.join.as_ref().clone() };
        let last = self.join_schema.fields().len();
        join.projection = join.projection.map(|columns| columns.iter().copied().chain([last]).collect());
        Self::try_new(self.left.clone(), self.right.clone(), join)
    }

    fn side(&self, side: JoinSide) -> &Arc<dyn ExecutionPlan> {
        if side == JoinSide::Left { &self.left } else { &self.right }
    }
}

impl DisplayAs for IndexJoinExec {
    fn fmt_as(&self, t: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        let Join { join_type, condition, filter, build, projection, .. } = self.join.as_ref();
        let build = if *build == JoinSide::Left { "left" } else { "right" };
        if t == DisplayFormatType::TreeRender {
            writeln!(f, "join_type={join_type:?}")?;
            writeln!(f, "on={condition}")?;
            return writeln!(f, "build={build}");
        }
        write!(f, "{}: join_type={join_type:?}, on={condition}, build={build}", self.name())?;
        if let Some(filter) = filter {
            write!(f, ", filter={filter}")?;
        }
        if let Some(projection) = projection {
            let name = |i: &usize| format!("{}@{i}", self.join_schema.field(*i).name());
            write!(f, ", projection=[{}]", projection.iter().map(name).collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }
}

impl EmbeddedProjection for IndexJoinExec {
    fn with_projection(&self, projection: Option<Vec<usize>>) -> Result<Self> {
        let projection: Option<ProjectionRef> = projection.map(Into::into);
        can_project(&self.schema(), projection.as_deref())?;
        let projection = combine_projections(projection.as_ref(), self.join.projection.as_ref())?;
        let join = Join { projection, ..self.join.as_ref().clone() };
        Self::try_new(self.left.clone(), self.right.clone(), join)
    }
}

impl ExecutionPlan for IndexJoinExec {
    fn name(&self) -> &str {
        if self.join.condition.near().is_some() { "FuzzyJoinExec" } else { "SpatialJoinExec" }
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![Distribution::UnspecifiedDistribution; 2])
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![self.join.build == JoinSide::Right, self.join.build == JoinSide::Left]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        let Join { join_type, build, ordered, pieces, .. } = *self.join.as_ref();
        let ordered = |side| ordered && !pieces && build != side && follows(join_type, side);
        vec![ordered(JoinSide::Left), ordered(JoinSide::Right)]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.left, &self.right]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let filter = self.join.filter.iter().map(JoinFilter::expression);
        apply_expression_roots(self.join.condition.expressions().chain(filter), f)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Ok([left, right]) = <[_; 2]>::try_from(children) else {
            return internal_err!("a join has two children");
        };
        let mut join = self.join.as_ref().clone();
        let count = |plan: &Arc<dyn ExecutionPlan>| plan.output_partitioning().partition_count();
        let (old, new) = match join.build {
            JoinSide::Left => (count(&self.right), count(&right)),
            _ => (count(&self.left), count(&left)),
        };
        if join.partitions == old {
            join.partitions = new;
        }
        Ok(Arc::new(Self::try_new(left, right, join)?))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let probe = self.side(self.join.build.negate());
        let source = if self.join.pieces {
            Source::Common(self.shared.probe(probe, self.join.probe_rows, &context)?, partition)
        } else {
            let dealt = (partition..probe.output_partitioning().partition_count()).step_by(self.join.partitions);
            Source::Own(dealt.map(|p| probe.execute(p, context.clone())).collect::<Result<_>>()?)
        };
        let plan = stream::Plan {
            join: self.join.clone(),
            schema: self.schema(),
            columns: self.columns.clone(),
            build_schema: self.side(self.join.build).schema(),
            probe_schema: probe.schema(),
        };
        let build = self.shared.lease(self.side(self.join.build), &plan, &context, &self.metrics)?;
        Ok(stream::join(plan, source, build, partition, &context, &self.metrics))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, _: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(None), ChildStats::At(None)]
    }

    /// A guess of the rows, for joins above to choose their sides by: as many as the larger side has.
    fn statistics_from_inputs(&self, inputs: &[Arc<Statistics>], args: &StatisticsArgs) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema());
        let rows = |i: usize| inputs.get(i).and_then(|s: &Arc<Statistics>| s.num_rows.get_value().copied());
        let rows = match (self.join.join_type, rows(0), rows(1)) {
            (JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark, left, _) => left,
            (JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark, _, right) => right,
            (_, Some(left), Some(right)) => match self.join.condition.most_matches() {
                Some(k) if self.join.build == JoinSide::Right => Some(left.saturating_mul(k)),
                Some(k) => Some(right.saturating_mul(k)),
                None => Some(left.max(right)),
            },
            _ => None,
        };
        if let (Some(rows), None) = (rows, args.partition()) {
            statistics.num_rows = Precision::Inexact(rows);
        }
        Ok(Arc::new(statistics))
    }

    fn try_swapping_with_projection(&self, projection: &ProjectionExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        try_embed_projection(projection, self)
    }
}
