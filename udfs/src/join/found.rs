//! A join of DataFusion, and the join by an index that can take its place.

use std::sync::Arc;

use datafusion_common::{JoinSide, JoinType, NullEquality, Result, Statistics, plan_err};
use datafusion_physical_expr::PhysicalExpr;
use datafusion_physical_expr::expressions::Column;
use datafusion_physical_expr::projection::ProjectionRef;
use datafusion_physical_expr::utils::split_conjunction;
use datafusion_physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion_physical_plan::joins::utils::JoinFilter;
use datafusion_physical_plan::joins::{HashJoinExec, JoinOnRef, NestedLoopJoinExec};
use datafusion_physical_plan::limit::LocalLimitExec;
use datafusion_physical_plan::{ExecutionPlan, ExecutionPlanProperties, StatisticsArgs, StatisticsContext};
use geoplug_kernels::fuzzy::Near;

use super::condition::{Condition, asks_for_nearest};
use super::exchange::{Dealt, Exchange, count, keeps_promises, restore_promises};
use super::exec::{IndexJoinExec, Join};
use super::filter::Rest;

const HOST_NEEDS_ORDER: &str = "the plan around this join relies on an order or a partitioning of rows that the search \
                                cannot keep; swap the two tables of the join";

/// Pairs of texts that a search passes by in the time in which a filter tests one.
const SCANNED: usize = 32;

/// A join with a filter, whether or not an index can answer any of it.
pub(super) struct Found<'a> {
    left: &'a Arc<dyn ExecutionPlan>,
    right: &'a Arc<dyn ExecutionPlan>,
    join_type: JoinType,
    filter: &'a JoinFilter,
    on: JoinOnRef<'a>,
    null_equality: NullEquality,
    projection: Option<ProjectionRef>,
    fetch: Option<usize>,
}

impl<'a> Found<'a> {
    /// A join of DataFusion that has a filter.
    pub(super) fn parse(node: &'a Arc<dyn ExecutionPlan>) -> Option<Self> {
        if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() {
            return Some(Self {
                left: join.left(),
                right: join.right(),
                join_type: *join.join_type(),
                filter: join.filter()?,
                on: &[],
                null_equality: NullEquality::NullEqualsNothing,
                projection: join.projection().clone(),
                fetch: None,
            });
        }
        // A null-aware join is NOT IN: it asks more of its keys than to be equal.
        let join = node.downcast_ref::<HashJoinExec>().filter(|join| !join.null_aware)?;
        Some(Self {
            left: join.left(),
            right: join.right(),
            join_type: *join.join_type(),
            filter: join.filter()?,
            on: join.on(),
            null_equality: join.null_equality(),
            projection: join.projection.clone(),
            fetch: join.fetch(),
        })
    }

    /// The join by an index that takes its place; `None` where it is better left alone.
    pub(super) fn replace(
        &self,
        node: &Arc<dyn ExecutionPlan>,
        exchange: Exchange,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some((condition, filter)) = self.conditions()? else { return Ok(None) };
        let sizes = StatisticsContext::new();
        let [left, right] = [self.left, self.right]
            .map(|side| sizes.compute(side.as_ref(), &StatisticsArgs::new()).unwrap_or_else(|_| unknown(side)));
        if let Some(candidates) = condition.candidates() {
            self.check_nearest(candidates)?;
        } else if self.keys_are_selective(&left, &right, condition.near().is_some_and(Near::scans)) {
            return Ok(None);
        }

        let plan = |build: JoinSide| {
            let probe = if build == JoinSide::Left { &right } else { &left };
            let rows = probe.num_rows.get_value().copied();
            self.plan((condition.clone(), filter.clone()), build, rows, node, exchange)
        };
        let wanted = condition.candidates().or_else(|| smaller(&left, &right)).unwrap_or(JoinSide::Left);
        let mut spatial = plan(wanted)?;
        if !keeps_promises(node, &spatial) {
            spatial = match (condition.candidates(), exchange.hosted) {
                (None, _) => plan(wanted.negate())?,
                (Some(_), false) => restore_promises(node, spatial)?,
                (Some(_), true) => return plan_err!("st_knn: {HOST_NEEDS_ORDER}"),
            };
            if !keeps_promises(node, &spatial) {
                return Ok(None);
            }
        }
        Ok(Some(match self.fetch {
            Some(fetch) => Arc::new(LocalLimitExec::new(spatial, fetch)),
            None => spatial,
        }))
    }

    /// The conjunct that the index answers, and the rest of the filter with the keys; `None` if there is no such
    /// conjunct. Of several of one rank it is what is written first.
    fn conditions(&self) -> Result<Option<(Condition, Option<JoinFilter>)>> {
        let mut conjuncts: Vec<Arc<dyn PhysicalExpr>> =
            split_conjunction(self.filter.expression()).into_iter().cloned().collect();
        let mut found: Option<(usize, Condition)> = None;
        for (i, conjunct) in conjuncts.iter().enumerate() {
            let condition = Condition::parse(conjunct, self.filter)?;
            let nearest = condition.as_ref().is_some_and(|c| c.candidates().is_some());
            if asks_for_nearest(conjunct)? && !nearest {
                return plan_err!(
                    "st_knn is a join condition of its own: it cannot stand under OR, NOT or in a comparison"
                );
            }
            match (condition, &found) {
                (Some(_), Some((_, first))) if nearest && first.candidates().is_some() => {
                    return plan_err!("st_knn can stand only once in a join");
                }
                (Some(condition), best) if best.as_ref().is_none_or(|(_, best)| condition.rank() < best.rank()) => {
                    found = Some((i, condition));
                }
                _ => {}
            }
        }
        let Some((i, condition)) = found else { return Ok(None) };
        conjuncts.remove(i);
        let mut rest = Rest::new(self.filter, conjuncts);
        rest.add_keys(self.on, self.null_equality, &self.left.schema(), &self.right.schema())?;
        Ok(Some((condition, rest.into_filter()?)))
    }

    /// A search goes from one side to the other: candidates that nothing is near have no place in its result.
    fn check_nearest(&self, candidates: JoinSide) -> Result<()> {
        let kept = match self.join_type {
            JoinType::Full => true,
            JoinType::Left => candidates == JoinSide::Left,
            JoinType::Right => candidates == JoinSide::Right,
            _ => false,
        };
        if kept {
            return plan_err!(
                "st_knn: an outer join must keep the side of its first geometry, for which the nearest are looked up, \
                 and no other"
            );
        }
        Ok(())
    }

    /// Whether to look up keys and test the pairs beats a search that compares keys. That costs about as many lookups as
    /// there are rows, so keys must be known to leave no more pairs than that. Where statistics do not say how many
    /// different keys there are, they may be few, and pairs without number. A search that `scans` looks at a part of all
    /// pairs, a few of them in the time in which one is tested: only keys that are known to be very few are worse.
    fn keys_are_selective(&self, left: &Statistics, right: &Statistics, scans: bool) -> bool {
        if self.on.is_empty() {
            return false;
        }
        let distinct = |statistics: &Statistics, key: &Arc<dyn PhysicalExpr>| {
            let column = key.downcast_ref::<Column>()?;
            statistics.column_statistics.get(column.index())?.distinct_count.get_value().copied()
        };
        let different = self.on.iter().filter_map(|(l, r)| distinct(left, l).max(distinct(right, r))).max();
        if scans {
            return different.is_none_or(|different| different >= SCANNED);
        }
        match (left.num_rows.get_value(), right.num_rows.get_value(), different) {
            (Some(left), Some(right), Some(different)) => {
                left.saturating_mul(*right) / different.max(1) <= left.saturating_add(*right)
            }
            _ => false,
        }
    }

    fn plan(
        &self,
        (condition, filter): (Condition, Option<JoinFilter>),
        build: JoinSide,
        probe_rows: Option<usize>,
        node: &Arc<dyn ExecutionPlan>,
        exchange: Exchange,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (mut left, mut right) = (self.left.clone(), self.right.clone());
        let [built, probed] = if build == JoinSide::Left { [&mut left, &mut right] } else { [&mut right, &mut left] };
        let Dealt { partitions, pieces } = exchange.arrange(built, probed, probe_rows, node)?;
        let join = Join {
            join_type: self.join_type,
            condition,
            filter,
            keys: self.on.to_vec(),
            build,
            measured: false,
            projection: self.projection.clone(),
            partitions,
            pieces,
            probe_rows,
            ordered: node.output_ordering().is_some(),
        };
        let spatial: Arc<dyn ExecutionPlan> = Arc::new(IndexJoinExec::try_new(left, right, join)?);
        // What is above may rely on a single partition, as on nothing else that counts them.
        if count(node) == 1 && partitions > 1 {
            return Ok(Arc::new(CoalescePartitionsExec::new(spatial)));
        }
        Ok(spatial)
    }
}

fn unknown(plan: &Arc<dyn ExecutionPlan>) -> Arc<Statistics> {
    Arc::new(Statistics::new_unknown(&plan.schema()))
}

/// The side with fewer rows, or bytes where rows are not known; `None` where neither is, or they are as many.
fn smaller(left: &Statistics, right: &Statistics) -> Option<JoinSide> {
    let rows = (left.num_rows.get_value(), right.num_rows.get_value());
    let bytes = (left.total_byte_size.get_value(), right.total_byte_size.get_value());
    let (left, right) = match (rows, bytes) {
        ((Some(left), Some(right)), _) | (_, (Some(left), Some(right))) => (left, right),
        _ => return None,
    };
    match left.cmp(right) {
        std::cmp::Ordering::Less => Some(JoinSide::Left),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(JoinSide::Right),
    }
}

#[cfg(test)]
#[path = "found_tests.rs"]
mod tests;
