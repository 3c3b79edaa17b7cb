//! What a part of a host's plan became.
#![allow(unsafe_code, reason = "the ABI of datafusion-ffi is C")]

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_physical_plan::{ExecutionPlan, PlanProperties};

use crate::datafusion_gather::{Gathered, hosted};
use crate::datafusion_plans::export;

/// A plan in which there are operators of ours now.
pub(crate) enum Rewritten {
    /// The host's operators over them.
    Host(FFI_ExecutionPlan),
    /// Our own, over those inputs.
    Ours(Arc<dyn ExecutionPlan>, Vec<Gathered>),
}

impl Rewritten {
    pub(crate) fn into_host(self) -> Result<FFI_ExecutionPlan> {
        match self {
            Self::Host(plan) => Ok(plan),
            Self::Ours(plan, inputs) => hosted(plan, &inputs).map(export),
        }
    }
}

/// Whether what is above may take `new` for `old`: it has the same columns, and what order that has. A host's operator over
/// an input of ours may no longer know it.
pub(crate) fn stands_in(new: &FFI_ExecutionPlan, old: &FFI_ExecutionPlan) -> Result<bool> {
    // SAFETY: the plans are alive.
    let properties = |plan: &FFI_ExecutionPlan| PlanProperties::try_from(unsafe { (plan.properties)(plan) });
    let (old, new) = (properties(old)?, properties(new)?);
    let order = |of: &PlanProperties| of.output_ordering().map(ToString::to_string);
    let same_columns = old.equivalence_properties().schema() == new.equivalence_properties().schema();
    Ok(same_columns && (order(&old).is_none() || order(&old) == order(&new)))
}
