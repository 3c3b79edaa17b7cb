//! Spatial joins in a datafusion-python session: the physical optimizer rule that turns its joins by a spatial condition
//! into ours. Every other plan goes through untouched: only names of operators are looked at.
#![allow(unsafe_code, reason = "the ABI of datafusion-ffi is C")]

use std::ffi::CStr;
use std::sync::Arc;

use datafusion_common::Result;
use datafusion_common::config::ConfigOptions;
use datafusion_ffi::config::FFI_ConfigOptions;
use datafusion_ffi::df_result;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_ffi::physical_optimizer::{FFI_PhysicalOptimizerContext, FFI_PhysicalOptimizerRule};
use datafusion_ffi::query_planner::FFI_QueryPlanner;
use datafusion_ffi::util::FFI_Result;
use datafusion_physical_plan::ExecutionPlan;
use datafusion_session::PhysicalOptimizerRule;
use geoplug_datafusion::rewrite;
use geoplug_kernels::Function;
use geoplug_kernels::functions::CATALOG;
use geoplug_kernels::join::JoinFunction;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::datafusion_plans::{HostInput, caught, export, import};
use crate::datafusion_read::{PLANNER, read};

const RULE: &CStr = c"datafusion_physical_optimizer_rule";
const QUERY_PLANNER: &CStr = c"datafusion_query_planner";

/// The rule that plans spatial joins, which a datafusion-python session can import.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct SpatialJoinRule;

#[pymethods]
impl SpatialJoinRule {
    /// `planner` is the query planner of a new session: the host's own.
    #[new]
    fn new(planner: &Bound<'_, PyCapsule>) -> PyResult<Self> {
        let planner = planner.pointer_checked(Some(QUERY_PLANNER))?.cast::<FFI_QueryPlanner>();
        // SAFETY: a capsule of this name holds this, and the version of datafusion was checked at import.
        PLANNER.get_or_init(|| unsafe { planner.as_ref() }.into());
        Ok(SpatialJoinRule)
    }

    fn __datafusion_physical_optimizer_rule__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        PyCapsule::new_with_value(py, exported(), RULE)
    }
}

/// Names of the functions that can be the condition of a spatial join.
#[pyfunction]
pub(crate) fn join_conditions() -> Vec<&'static str> {
    let joins = |function: &&&Function| function.join_test().is_some_and(|test| test != JoinFunction::Distance);
    CATALOG.iter().filter(joins).map(|function| function.name).collect()
}

#[derive(Debug)]
struct SpatialJoins;

impl PhysicalOptimizerRule for SpatialJoins {
    fn name(&self) -> &str {
        "geoplug_spatial_joins"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let rewritten = rewritten(&export(plan.clone()))?;
        rewritten.as_ref().map_or(Ok(plan), import)
    }
}

/// The rule as the host gets it. Its functions look at the host's plan themselves: the usual ones would first make a copy
/// of every operator and of every option.
fn exported() -> FFI_PhysicalOptimizerRule {
    let mut rule = FFI_PhysicalOptimizerRule::new(Arc::new(SpatialJoins), None);
    rule.optimize = optimize;
    rule.optimize_with_context = optimize_with_context;
    rule.clone = clone;
    rule
}

unsafe extern "C" fn clone(_: &FFI_PhysicalOptimizerRule) -> FFI_PhysicalOptimizerRule {
    exported()
}

unsafe extern "C" fn optimize(
    _: &FFI_PhysicalOptimizerRule,
    plan: &FFI_ExecutionPlan,
    _: FFI_ConfigOptions,
) -> FFI_Result<FFI_ExecutionPlan> {
    caught(|| Ok(rewritten(plan)?.unwrap_or_else(|| plan.clone()))).into()
}

unsafe extern "C" fn optimize_with_context(
    _: &FFI_PhysicalOptimizerRule,
    plan: &FFI_ExecutionPlan,
    _: &FFI_PhysicalOptimizerContext,
) -> FFI_Result<FFI_ExecutionPlan> {
    caught(|| Ok(rewritten(plan)?.unwrap_or_else(|| plan.clone()))).into()
}

/// The plan with its spatial joins; none where it has none.
fn rewritten(plan: &FFI_ExecutionPlan) -> Result<Option<FFI_ExecutionPlan>> {
    // SAFETY: the plan is alive.
    let children = unsafe { (plan.children)(plan) };
    let below = children.iter().map(rewritten).collect::<Result<Vec<_>>>()?;
    let changed = below.iter().any(Option::is_some);
    let children: Vec<_> = children.into_iter().zip(below).map(|(child, new)| new.unwrap_or(child)).collect();
    if may_be_spatial_join(plan)
        && let Some(join) = spatial_join(plan, &children)?
    {
        return Ok(Some(join));
    }
    if !changed {
        return Ok(None);
    }
    // SAFETY: the plan is alive, and takes over the children.
    df_result!(unsafe { (plan.with_new_children)(plan, children.into_iter().collect()) }).map(Some)
}

/// Whether it is a join whose condition names one of the functions that an index can answer.
fn may_be_spatial_join(plan: &FFI_ExecutionPlan) -> bool {
    // SAFETY: the plan is alive, and so are its expressions.
    unsafe {
        if !matches!((plan.name)(plan).as_str(), "NestedLoopJoinExec" | "HashJoinExec") {
            return false;
        }
        let Ok(conditions) = (plan.apply_expressions)(plan).into_result() else { return false };
        conditions.iter().any(|condition| names_join_function((condition.display)(condition).as_str()))
    }
}

fn names_join_function(text: &str) -> bool {
    CATALOG.iter().any(|function| function.join_test().is_some() && text.contains(function.name))
}

/// The join `plan` over `children` as our own operator; none where it is better left to the host.
fn spatial_join(plan: &FFI_ExecutionPlan, children: &[FFI_ExecutionPlan]) -> Result<Option<FFI_ExecutionPlan>> {
    let input = |child: &FFI_ExecutionPlan| Ok(Arc::new(HostInput::try_new(child.clone())?) as Arc<dyn ExecutionPlan>);
    let inputs = children.iter().map(input).collect::<Result<Vec<_>>>()?;
    let leaves = inputs.iter().map(|input| FFI_ExecutionPlan::new(input.clone(), None)).collect();
    // SAFETY: the plan is alive, and takes over the leaves.
    let over_leaves = df_result!(unsafe { (plan.with_new_children)(plan, leaves) })?;
    // A condition that has no serialised form, such as a lambda, is left to the host, which can answer it.
    let Ok(join) = read(over_leaves, inputs) else { return Ok(None) };
    let spatial = rewrite(join.clone())?;
    Ok((!Arc::ptr_eq(&join, &spatial)).then(|| export(spatial)))
}
