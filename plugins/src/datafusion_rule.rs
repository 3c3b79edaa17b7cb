//! What a datafusion-python session has of ours: the physical optimizer rule that turns joins by a condition on geometries
//! or texts, and operators that call our functions, into ours. Every other plan goes through untouched: only names are
//! looked at.
#![allow(unsafe_code, reason = "the ABI of datafusion-ffi is C")]

use std::cell::OnceCell;
use std::ffi::{CStr, CString};
use std::sync::Arc;

use datafusion_common::config::ConfigOptions;
use datafusion_common::{DataFusionError, Result, plan_datafusion_err};
use datafusion_ffi::config::FFI_ConfigOptions;
use datafusion_ffi::df_result;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_ffi::physical_optimizer::{FFI_PhysicalOptimizerContext, FFI_PhysicalOptimizerRule};
use datafusion_ffi::util::FFI_Result;
use datafusion_physical_plan::{ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions};
use datafusion_session::PhysicalOptimizerRule;
use geoplug_datafusion::rewrite;
use geoplug_kernels::Function;
use geoplug_kernels::condition::JoinFunction;
use geoplug_kernels::functions::CATALOG;
use pyo3::exceptions::PyRuntimeWarning;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::datafusion_gather::{Gathered, over};
use crate::datafusion_host::read;
use crate::datafusion_native::evaluated;
use crate::datafusion_plans::{HostInput, caught, export, import};
use crate::datafusion_rewritten::{Rewritten, stands_in};

/// The name of a capsule that holds an optimizer rule.
pub(crate) const RULE: &CStr = c"datafusion_physical_optimizer_rule";

/// The rule, which a datafusion-python session can import.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct Rule;

#[pymethods]
impl Rule {
    #[new]
    fn new() -> Self {
        Rule
    }

    fn __datafusion_physical_optimizer_rule__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        PyCapsule::new_with_value(py, exported(), RULE)
    }
}

/// Names of the functions that can be the condition of a spatial join.
#[pyfunction]
pub(crate) fn join_conditions() -> Vec<&'static str> {
    let joins = |function: &&&Function| function.join_test().is_some_and(JoinFunction::is_condition);
    CATALOG.iter().filter(joins).map(|function| function.name).collect()
}

#[derive(Debug)]
struct Rewriting;

impl PhysicalOptimizerRule for Rewriting {
    fn name(&self) -> &str {
        "geoplug"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let options = Options { read: &|| Ok(config.clone()), once: OnceCell::new() };
        let rewritten = rewritten(&export(plan.clone()), &options)?;
        rewritten.map_or(Ok(plan), |rewritten| import(&rewritten.into_host()?))
    }
}

/// The rule as the host gets it. Its functions look at the host's plan themselves: the usual ones would first make a copy
/// of every operator and of every option.
fn exported() -> FFI_PhysicalOptimizerRule {
    let mut rule = FFI_PhysicalOptimizerRule::new(Arc::new(Rewriting), None);
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
    config: FFI_ConfigOptions,
) -> FFI_Result<FFI_ExecutionPlan> {
    caught(|| optimized(plan, &|| ConfigOptions::try_from(config.clone()))).into()
}

unsafe extern "C" fn optimize_with_context(
    _: &FFI_PhysicalOptimizerRule,
    plan: &FFI_ExecutionPlan,
    context: &FFI_PhysicalOptimizerContext,
) -> FFI_Result<FFI_ExecutionPlan> {
    // SAFETY: the context is alive.
    caught(|| optimized(plan, &|| ConfigOptions::try_from(unsafe { (context.config_options)(context) }))).into()
}

fn optimized(plan: &FFI_ExecutionPlan, read: &dyn Fn() -> Result<ConfigOptions>) -> Result<FFI_ExecutionPlan> {
    let rewritten = rewritten(plan, &Options { read, once: OnceCell::new() })?;
    rewritten.map_or_else(|| Ok(plan.clone()), Rewritten::into_host)
}

/// The session's options, which are copied only where there is a join.
struct Options<'a> {
    read: &'a dyn Fn() -> Result<ConfigOptions>,
    once: OnceCell<ConfigOptions>,
}

impl Options<'_> {
    fn get(&self) -> Result<&ConfigOptions> {
        match self.once.get() {
            Some(options) => Ok(options),
            None => {
                let options = (self.read)()?;
                Ok(self.once.get_or_init(|| options))
            }
        }
    }
}

/// The plan with our operators; none where it has none.
fn rewritten(plan: &FFI_ExecutionPlan, options: &Options) -> Result<Option<Rewritten>> {
    // SAFETY: the plan is alive.
    let children = unsafe { (plan.children)(plan) };
    let mut below = children.iter().map(|child| rewritten(child, options)).collect::<Result<Vec<_>>>()?;
    if let [Some(Rewritten::Ours(join, inputs))] = below.as_mut_slice()
        // SAFETY: as above.
        && unsafe { (plan.name)(plan) }.as_str() == "ProjectionExec"
        && let Some(narrowed) = narrowed(plan, join, options)?
    {
        return Ok(Some(Rewritten::Ours(narrowed, std::mem::take(inputs))));
    }
    if let ([child], [below]) = (children.iter().as_slice(), below.as_mut_slice())
        && let Some(evaluated) = evaluated(plan, child, below)?
    {
        return Ok(Some(evaluated));
    }
    let changed = below.iter().any(Option::is_some);
    let replaced = |(child, new): (_, Option<Rewritten>)| new.map_or(Ok(child), Rewritten::into_host);
    let children = children.into_iter().zip(below).map(replaced).collect::<Result<Vec<_>>>()?;
    if may_be_indexed(plan)
        && let Some(join) = index_join(plan, &children, options)?
    {
        return Ok(Some(join));
    }
    if !changed {
        return Ok(None);
    }
    // SAFETY: as above, and it takes over the children.
    let over_them = unsafe { (plan.with_new_children)(plan, children.into_iter().collect()) };
    // An operator that does not take them, or is no longer what the plan above relies on, keeps those that it has.
    match df_result!(over_them) {
        Ok(new) => Ok(stands_in(&new, plan)?.then_some(Rewritten::Host(new))),
        Err(_) => Ok(None),
    }
}

/// Whether it is a join whose condition names one of the functions that an index can answer.
fn may_be_indexed(plan: &FFI_ExecutionPlan) -> bool {
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
    let calls = |name: &str| text.match_indices(name).any(|(at, _)| text[at + name.len()..].starts_with('('));
    CATALOG.iter().any(|function| function.join_test().is_some() && calls(function.name))
}

/// The join `plan` over `children` as our own operator; none where it is better left to the host.
fn index_join(
    plan: &FFI_ExecutionPlan,
    children: &[FFI_ExecutionPlan],
    options: &Options,
) -> Result<Option<Rewritten>> {
    let inputs = children.iter().map(Gathered::new).collect::<Result<Vec<_>>>()?;
    let leaves = inputs.iter().map(Gathered::leaf).collect::<Result<Vec<_>>>()?;
    // SAFETY: the plan is alive, and takes over the leaves.
    let over_leaves = df_result!(unsafe { (plan.with_new_children)(plan, leaves.into_iter().collect()) })?;
    let join = match read(over_leaves, inputs.iter().map(|gathered| gathered.input.clone()).collect()) {
        Ok(join) => join,
        Err(error) => return warn(&error).map(|()| None),
    };
    let indexed = rewrite(join.clone(), options.get()?)?;
    Ok((!Arc::ptr_eq(&join, &indexed)).then_some(Rewritten::Ours(indexed, inputs)))
}

/// A condition that has no serialised form is left to the host, which can answer it, pair by pair.
fn warn(error: &DataFusionError) -> Result<()> {
    let text = format!("a join stays a nested loop of every pair, because its condition cannot be read: {error}");
    let text = CString::new(text.replace('\0', "")).unwrap_or_default();
    Python::attach(|py| PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), &text, 1))
        .map_err(|raised| plan_datafusion_err!("{raised}"))
}

/// What the projection `plan` leaves of our `join` below it: what it drops need not be gathered, and distances that the
/// join knows need not be computed. None where that changes nothing.
fn narrowed(
    plan: &FFI_ExecutionPlan,
    join: &Arc<dyn ExecutionPlan>,
    options: &Options,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let leaf = Arc::new(HostInput::try_new(export(join.clone()))?) as Arc<dyn ExecutionPlan>;
    let over_leaf = over(plan, FFI_ExecutionPlan::new(leaf.clone(), None))?;
    let Ok(projection) = read(over_leaf, vec![leaf]) else { return Ok(None) };
    let recompute = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    let projection = projection.replace_children(vec![join.clone()], recompute)?;
    let narrowed = rewrite(projection.clone(), options.get()?)?;
    let same = HostInput::try_new(plan.clone())?.schema() == narrowed.schema();
    Ok(Some(narrowed).filter(|narrowed| same && !Arc::ptr_eq(narrowed, &projection)))
}
