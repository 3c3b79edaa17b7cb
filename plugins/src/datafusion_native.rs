//! Operators that call our functions row by row. Where they can, they run in this library: functions are called directly, a
//! literal is one value, and what crosses from the host and back is a batch, not the arguments of each function.
#![allow(unsafe_code, reason = "the ABI of datafusion-ffi is C")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use datafusion_common::Result;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_physical_plan::{
    ChildrenPropertiesMode, ExecutionPlan, ExecutionPlanProperties, ReplaceChildrenOptions, StatisticsArgs,
    StatisticsContext,
};
use geoplug_datafusion::{calls_ours, is_native, row_expressions, typed};
use geoplug_kernels::functions::CATALOG;
use pyo3::prelude::*;

use crate::datafusion_filter::{Parted, part};
use crate::datafusion_gather::{Gathered, hosted, over};
use crate::datafusion_host::read;
use crate::datafusion_plans::{HostInput, export};
use crate::datafusion_rewritten::{Rewritten, stands_in};
use crate::datafusion_split::{leaf, split};

static NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    CATALOG.iter().filter(|function| !function.is_aggregate()).map(|function| function.name).collect()
});

/// Rows from which on an operator is read. That takes a tenth of a millisecond, or two, and saves some 15 microseconds for
/// each call of a function with a batch.
static WORTHWHILE: AtomicUsize = AtomicUsize::new(65_536);

/// Sets from how many rows on operators become ours, and gives what it was; for tests.
#[pyfunction]
pub(crate) fn native_from(rows: usize) -> usize {
    WORTHWHILE.swap(rows, Ordering::Relaxed)
}

/// The host's operator `plan` over `child`, or over what came of that below, where it calls our functions: as an operator
/// of our own, or with one below it. One that cannot be read, or made again, is the host's as before.
pub(crate) fn evaluated(
    plan: &FFI_ExecutionPlan,
    child: &FFI_ExecutionPlan,
    below: &mut Option<Rewritten>,
) -> Result<Option<Rewritten>> {
    // SAFETY: the plan is alive.
    let name = unsafe { (plan.name)(plan) };
    let row_by_row = matches!(name.as_str(), "ProjectionExec" | "FilterExec");
    if !(row_by_row || name.as_str() == "AggregateExec") || !calls_function(plan) {
        return Ok(None);
    }
    let input = match below {
        Some(Rewritten::Ours(input, _)) => input.clone(),
        Some(Rewritten::Host(new)) => Arc::new(HostInput::try_new(new.clone())?),
        None => Arc::new(HostInput::try_new(child.clone())?),
    };
    if is_small(&input)? {
        return Ok(None);
    }
    let leaf = leaf(&input)?;
    let over_leaf = over(plan, FFI_ExecutionPlan::new(leaf.clone(), None));
    let read = over_leaf.and_then(|over_leaf| read(over_leaf, vec![leaf.clone()])).and_then(typed);
    let Ok(read) = read else { return Ok(None) };
    let inputs = if let Some(Rewritten::Ours(_, inputs)) = below { std::mem::take(inputs) } else { vec![] };
    if row_by_row && let Ok(Some(native)) = native(plan, &read, &input) {
        return Ok(Some(Rewritten::Ours(native, inputs)));
    }
    let made = apart(plan, &read, leaf, &input, &inputs);
    if let Some(Rewritten::Ours(_, before)) = below {
        *before = inputs;
    }
    Ok(made.ok().flatten())
}

/// Whether a plan is known to have few rows.
fn is_small(plan: &Arc<dyn ExecutionPlan>) -> Result<bool> {
    let statistics = StatisticsContext::new().compute(plan.as_ref(), &StatisticsArgs::new())?;
    Ok(statistics.num_rows.get_value().is_some_and(|rows| *rows < WORTHWHILE.load(Ordering::Relaxed)))
}

/// Whether an expression of a host's operator calls one of our functions.
fn calls_function(plan: &FFI_ExecutionPlan) -> bool {
    // SAFETY: the plan is alive, and so are its expressions.
    unsafe {
        let Ok(expressions) = (plan.apply_expressions)(plan).into_result() else { return false };
        expressions.iter().any(|expression| names_function((expression.display)(expression).as_str()))
    }
}

/// Whether there is the name of one of our functions before a parenthesis.
fn names_function(text: &str) -> bool {
    text.match_indices('(').any(|(at, _)| {
        let before = &text[..at];
        let rest = before.trim_end_matches(|c: char| c == '_' || c.is_ascii_alphanumeric());
        NAMES.contains(&before[rest.len()..])
    })
}

/// The host's projection or filter `plan`, which was `read`, as one of our own over `input`; none where it calls a function
/// that is not ours: what calling ours directly would save, calling back would cost.
fn native(
    plan: &FFI_ExecutionPlan,
    read: &Arc<dyn ExecutionPlan>,
    input: &Arc<dyn ExecutionPlan>,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let expressions = row_expressions(read);
    if !expressions.iter().all(is_native) || !expressions.iter().any(calls_ours) {
        return Ok(None);
    }
    let recompute = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    let native = read.clone().replace_children(vec![input.clone()], recompute)?;
    let same = native.output_partitioning().partition_count() == input.output_partitioning().partition_count();
    Ok((same && stands_in(&export(native.clone()), plan)?).then_some(native))
}

/// An operator that stays the host's, as one of its own and one of ours. It was `read` over `leaf`, which is `input`.
fn apart(
    plan: &FFI_ExecutionPlan,
    read: &Arc<dyn ExecutionPlan>,
    leaf: Arc<dyn ExecutionPlan>,
    input: &Arc<dyn ExecutionPlan>,
    inputs: &[Gathered],
) -> Result<Option<Rewritten>> {
    let over = |above: FFI_ExecutionPlan, below: Arc<dyn ExecutionPlan>| over(&above, export(hosted(below, inputs)?));
    if let Some((host, ours)) = split(read, &leaf, input)? {
        let new = over(host, ours)?;
        return Ok(stands_in(&new, plan)?.then_some(Rewritten::Host(new)));
    }
    match part(read, leaf, input)? {
        Some(Parted::Below(ours, host)) => {
            let new = over(host, ours)?;
            Ok(stands_in(&new, plan)?.then_some(Rewritten::Host(new)))
        }
        Some(Parted::Above(host, filter)) => {
            let below = Arc::new(HostInput::try_new(over(host, input.clone())?)?);
            let new: Arc<dyn ExecutionPlan> = Arc::new(filter.with_input(below).build()?);
            Ok(stands_in(&export(new.clone()), plan)?.then_some(Rewritten::Ours(new, vec![])))
        }
        None => Ok(None),
    }
}
