//! Gathering partitions by the host's own operator. One of ours would poll the inputs from tasks of a runtime that is not
//! the host's, where its operators find none of what they need.
#![allow(unsafe_code, reason = "the ABI of datafusion-ffi is C")]

use std::sync::{Arc, OnceLock};

use datafusion_common::config::ConfigOptions;
use datafusion_common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion_common::{Result, internal_err};
use datafusion_ffi::df_result;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_ffi::physical_optimizer::FFI_PhysicalOptimizerRule;
use datafusion_physical_plan::ExecutionPlan;
use datafusion_physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion_session::PhysicalOptimizerRule;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::datafusion_plans::{HostInput, export};
use crate::datafusion_rule::RULE;

/// What the host calls the operator.
const NAME: &str = "CoalescePartitionsExec";

/// The host's operator, over an input of no matter.
static GATHER: OnceLock<FFI_ExecutionPlan> = OnceLock::new();

/// An optimizer rule that keeps the operator by which a plan gathers its partitions, and puts one of ours above it.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct GatherRule;

#[pymethods]
impl GatherRule {
    #[new]
    fn new() -> Self {
        GatherRule
    }

    fn __datafusion_physical_optimizer_rule__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        PyCapsule::new_with_value(py, FFI_PhysicalOptimizerRule::new(Arc::new(Keep), None), RULE)
    }
}

#[derive(Debug)]
struct Keep;

impl PhysicalOptimizerRule for Keep {
    fn name(&self) -> &str {
        "geoplug_gather"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.apply(|node| {
            if node.name() != NAME {
                return Ok(TreeNodeRecursion::Continue);
            }
            GATHER.get_or_init(|| FFI_ExecutionPlan::new(node.clone(), None));
            Ok(TreeNodeRecursion::Stop)
        })?;
        Ok(Arc::new(CoalescePartitionsExec::new(plan)))
    }
}

/// An input of a join as it is given to be read: the host's gathering of partitions stays above it, to be seen.
pub(crate) struct Gathered {
    /// What is gathered; or what is not, but the input itself.
    pub(crate) input: Arc<dyn ExecutionPlan>,
    /// The host's operator over it.
    gather: Option<FFI_ExecutionPlan>,
}

impl Gathered {
    pub(crate) fn new(input: &FFI_ExecutionPlan) -> Result<Self> {
        // SAFETY: the plan is alive.
        let gathers = unsafe { (input.name)(input) }.as_str() == NAME;
        // SAFETY: as above.
        let below = gathers.then(|| unsafe { (input.children)(input) }).and_then(|below| below.into_iter().next());
        let gather = below.is_some().then(|| input.clone());
        let input = HostInput::try_new(below.unwrap_or_else(|| input.clone()))?;
        Ok(Self { input: Arc::new(input), gather })
    }

    /// The input for the host to write down: of what it is over, it sees nothing.
    pub(crate) fn leaf(&self) -> Result<FFI_ExecutionPlan> {
        let leaf = FFI_ExecutionPlan::new(self.input.clone(), None);
        self.gather.as_ref().map_or(Ok(leaf.clone()), |gather| over(gather, leaf))
    }
}

/// `plan` with its partitions gathered by the host's operators: those of `inputs`, where they are still wanted, and more
/// of their kind.
pub(crate) fn hosted(plan: Arc<dyn ExecutionPlan>, inputs: &[Gathered]) -> Result<Arc<dyn ExecutionPlan>> {
    let hosted = plan.transform_up(|node| {
        let Some(gather) = node.downcast_ref::<CoalescePartitionsExec>() else { return Ok(Transformed::no(node)) };
        let before = inputs.iter().find(|before| Arc::ptr_eq(&before.input, gather.input()));
        let gather = match (before.and_then(|before| before.gather.clone()), GATHER.get()) {
            (Some(before), _) => before,
            (None, Some(like)) => over(like, export(gather.input().clone()))?,
            (None, None) => return internal_err!("the host's {NAME} was not captured"),
        };
        Ok(Transformed::yes(Arc::new(HostInput::try_new(gather)?)))
    });
    Ok(hosted?.data)
}

/// The host's operator `plan` over another input.
pub(crate) fn over(plan: &FFI_ExecutionPlan, input: FFI_ExecutionPlan) -> Result<FFI_ExecutionPlan> {
    // SAFETY: the plan is alive, and takes over its child.
    df_result!(unsafe { (plan.with_new_children)(plan, [input].into_iter().collect()) })
}
