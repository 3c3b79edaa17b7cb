//! Rows between partitions: how the inputs of a join are dealt to its partitions, and what the plan above may rely on.

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_common::config::ConfigOptions;
use datafusion_physical_expr::Partitioning;
use datafusion_physical_expr::expressions::UnKnownColumn;
use datafusion_physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion_physical_plan::repartition::RepartitionExec;
use datafusion_physical_plan::sorts::sort::SortExec;
use datafusion_physical_plan::{ExecutionPlan, ExecutionPlanProperties};

/// How rows come from one partition to another.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'a> {
    pub(super) config: &'a ConfigOptions,
    /// Whether a host drives the inputs. Then the one operator that may be added is one that gathers partitions.
    pub(super) hosted: bool,
}

/// How the partitions of a join get their rows.
pub(super) struct Dealt {
    /// How many there are.
    pub(super) partitions: usize,
    /// Whether they share the probe side, piece by piece.
    pub(super) pieces: bool,
}

impl Exchange<'_> {
    /// Arranges the two inputs of a join, the second of which is probed and has about so many rows, where `node` is what
    /// it takes the place of.
    pub(super) fn arrange(
        &self,
        built: &mut Arc<dyn ExecutionPlan>,
        probed: &mut Arc<dyn ExecutionPlan>,
        rows: Option<usize>,
        node: &Arc<dyn ExecutionPlan>,
    ) -> Result<Dealt> {
        if self.hosted {
            // Tasks that receive it side by side would have to be the host's.
            if count(built) > 1 {
                *built = Arc::new(CoalescePartitionsExec::new(built.clone()));
            }
        } else {
            // All of the build side is received, in whatever partitions it is made.
            while let Some(input) = gathers(built).or_else(|| deals_out(built)) {
                *built = input;
            }
        }
        while let Some(input) = gathers(probed) {
            *probed = input;
        }
        let wanted = self.config.execution.target_partitions;
        if !self.config.optimizer.enable_round_robin_repartition {
            return Ok(Dealt { partitions: count(probed), pieces: false });
        }
        // Rows may be in few partitions, and some may cost a thousand times as much as others.
        if node.output_ordering().is_none() && promised_partitioning(node).is_none() {
            return Ok(Dealt { partitions: wanted.max(count(probed)), pieces: true });
        }
        // Few rows are not worth it.
        let few = rows.is_some_and(|rows| rows <= self.config.execution.batch_size.get() * wanted);
        if !few && !self.hosted && count(probed) < wanted {
            let dealt = Partitioning::RoundRobinBatch(wanted);
            *probed = Arc::new(RepartitionExec::try_new(probed.clone(), dealt)?);
        }
        Ok(Dealt { partitions: count(probed), pieces: false })
    }
}

pub(super) fn count(plan: &Arc<dyn ExecutionPlan>) -> usize {
    plan.output_partitioning().partition_count()
}

/// The input of an operator that does nothing but to gather its partitions.
pub(super) fn gathers(plan: &Arc<dyn ExecutionPlan>) -> Option<Arc<dyn ExecutionPlan>> {
    let gather = plan.downcast_ref::<CoalescePartitionsExec>()?;
    gather.fetch().is_none().then(|| gather.input().clone())
}

/// The input of an operator that does nothing but to deal out rows among partitions.
fn deals_out(plan: &Arc<dyn ExecutionPlan>) -> Option<Arc<dyn ExecutionPlan>> {
    plan.downcast_ref::<RepartitionExec>().map(|deal| deal.input().clone())
}

/// The partitioning of a plan, if another may rely on it: not where rows are dealt out at random, nor by a column that
/// has been projected away.
fn promised_partitioning(plan: &Arc<dyn ExecutionPlan>) -> Option<&Partitioning> {
    match plan.output_partitioning() {
        Partitioning::RoundRobinBatch(_) | Partitioning::UnknownPartitioning(_) => None,
        Partitioning::Hash(exprs, _) if exprs.iter().any(|expr| expr.is::<UnKnownColumn>()) => None,
        promised => Some(promised),
    }
}

/// Whether `new` has the partitioning and the order of `old`, on which the plan above it may rely.
pub(super) fn keeps_promises(old: &Arc<dyn ExecutionPlan>, new: &Arc<dyn ExecutionPlan>) -> bool {
    let partitioned = promised_partitioning(old).is_none_or(|promised| promised == new.output_partitioning());
    let ordered = old
        .output_ordering()
        .is_none_or(|order| new.equivalence_properties().ordering_satisfy(order.clone()).unwrap_or(false));
    partitioned && ordered
}

/// `new` with the partitioning and the order of `old`.
pub(super) fn restore_promises(
    old: &Arc<dyn ExecutionPlan>,
    new: Arc<dyn ExecutionPlan>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let mut plan = new;
    if let Some(promised) = promised_partitioning(old) {
        plan = Arc::new(RepartitionExec::try_new(plan, promised.clone())?);
    }
    if let Some(order) = old.output_ordering() {
        plan = Arc::new(SortExec::new(order.clone(), plan).with_preserve_partitioning(true));
    }
    Ok(plan)
}
