//! Execution plans that cross to a DataFusion host and back. Our operators run under the host's own operators and over
//! them; the record batches between cross by the Arrow C data interface.
//!
//! `datafusion-ffi` makes a new `RuntimeEnv` at each crossing. Coming back to the host that would lose its memory pool, its
//! object stores and its directories for spilling, so here the host's task context travels along, and its operators are
//! given that very context again.
#![allow(unsafe_code, reason = "the ABI of datafusion-ffi is C")]

use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion_common::tree_node::TreeNodeRecursion;
use datafusion_common::{Result, Statistics, ffi_err, internal_err};
use datafusion_execution::config::SessionConfig;
use datafusion_execution::runtime_env::RuntimeEnv;
use datafusion_execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion_ffi::df_result;
use datafusion_ffi::execution::FFI_TaskContext;
use datafusion_ffi::execution_plan::{ExecutionPlanPrivateData, FFI_ExecutionPlan, ForeignExecutionPlan};
use datafusion_ffi::record_batch_stream::FFI_RecordBatchStream;
use datafusion_ffi::util::FFI_Result;
use datafusion_physical_plan::display::DisplayableExecutionPlan;
use datafusion_physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties,
    ReplaceChildrenOptions, StatisticsArgs, StatisticsContext,
};
use futures::Stream;
use stabby::string::String as FfiString;
use stabby::vec::Vec as FfiVec;

/// The runtime of our own operators: of the host's, only plans, batches and options cross.
static RUNTIME: LazyLock<Arc<RuntimeEnv>> = LazyLock::new(Arc::default);

/// An operator of the host as a leaf of our plans.
#[derive(Debug)]
pub(crate) struct HostInput {
    plan: FFI_ExecutionPlan,
    /// Its schema, properties and statistics.
    seen: ForeignExecutionPlan,
}

impl HostInput {
    pub(crate) fn try_new(plan: FFI_ExecutionPlan) -> Result<Self> {
        let mut alone = plan.clone();
        alone.children = no_children;
        Ok(HostInput { plan, seen: alone.try_into()? })
    }
}

impl DisplayAs for HostInput {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostInput: {}", self.seen.name())
    }
}

impl ExecutionPlan for HostInput {
    fn name(&self) -> &str {
        self.seen.name()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.seen.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn statistics_from_inputs(&self, _: &[Arc<Statistics>], args: &StatisticsArgs) -> Result<Arc<Statistics>> {
        StatisticsContext::new().compute(&self.seen, args)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let Some(host) = context.session_config().get_extension::<HostContext>() else {
            return internal_err!("{} runs only below an operator that the host executes", self.name());
        };
        // SAFETY: the plan is alive, and the context outlives the call.
        let stream = unsafe { (self.plan.execute)(&self.plan, partition, host.lend()) };
        df_result!(stream).map(|stream| Box::pin(stream) as SendableRecordBatchStream)
    }
}

/// The host's task context, while one of our operators runs under it.
struct HostContext(FFI_TaskContext);

// SAFETY: it is a counted reference to the host's `TaskContext`, which is Send and Sync; its functions only read.
unsafe impl Send for HostContext {}
// SAFETY: as above.
unsafe impl Sync for HostContext {}

impl HostContext {
    /// The same context once more. The host takes its own reference during the call that it is given to; releasing what
    /// is lent does nothing.
    fn lend(&self) -> FFI_TaskContext {
        FFI_TaskContext {
            session_id: self.0.session_id,
            task_id: self.0.task_id,
            session_config: self.0.session_config,
            scalar_functions: self.0.scalar_functions,
            aggregate_functions: self.0.aggregate_functions,
            window_functions: self.0.window_functions,
            release: keep,
            private_data: self.0.private_data,
            library_marker_id: self.0.library_marker_id,
        }
    }
}

unsafe extern "C" fn keep(_: &mut FFI_TaskContext) {}

unsafe extern "C" fn no_children(_: &FFI_ExecutionPlan) -> FfiVec<FFI_ExecutionPlan> {
    FfiVec::new()
}

/// A plan of ours as the host gets it; an input of the host's, as it came.
pub(crate) fn export(plan: Arc<dyn ExecutionPlan>) -> FFI_ExecutionPlan {
    if let Some(input) = plan.downcast_ref::<HostInput>() {
        return input.plan.clone();
    }
    let mut exported = FFI_ExecutionPlan::new(plan, None);
    exported.name = name;
    exported.children = children;
    exported.with_new_children = with_new_children;
    exported.execute = execute;
    exported.clone = clone;
    exported
}

/// The plan inside of what `export` made.
fn inner(plan: &FFI_ExecutionPlan) -> &Arc<dyn ExecutionPlan> {
    // SAFETY: the functions below are set only by `export`, on plans whose private data is this.
    unsafe { &(*(plan.private_data as *const ExecutionPlanPrivateData)).plan }
}

unsafe extern "C" fn clone(plan: &FFI_ExecutionPlan) -> FFI_ExecutionPlan {
    export(inner(plan).clone())
}

/// The whole line of EXPLAIN: the host prints no more of a foreign plan than its name.
unsafe extern "C" fn name(plan: &FFI_ExecutionPlan) -> FfiString {
    let line = DisplayableExecutionPlan::new(inner(plan).as_ref()).one_line().to_string();
    line.trim_end().into()
}

unsafe extern "C" fn children(plan: &FFI_ExecutionPlan) -> FfiVec<FFI_ExecutionPlan> {
    inner(plan).children().into_iter().map(|child| export(child.clone())).collect()
}

unsafe extern "C" fn with_new_children(
    plan: &FFI_ExecutionPlan,
    children: FfiVec<FFI_ExecutionPlan>,
) -> FFI_Result<FFI_ExecutionPlan> {
    let replaced = caught(|| {
        let children = children.iter().map(import).collect::<Result<Vec<_>>>()?;
        let recompute = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        inner(plan).clone().replace_children(children, recompute)
    });
    replaced.map(export).into()
}

/// A plan from the host: one of ours as it was, any other as an input.
pub(crate) fn import(plan: &FFI_ExecutionPlan) -> Result<Arc<dyn ExecutionPlan>> {
    if (plan.library_marker_id)() == datafusion_ffi::get_library_marker_id() {
        return plan.try_into();
    }
    Ok(Arc::new(HostInput::try_new(plan.clone())?))
}

unsafe extern "C" fn execute(
    plan: &FFI_ExecutionPlan,
    partition: usize,
    context: FFI_TaskContext,
) -> FFI_Result<FFI_RecordBatchStream> {
    let stream = caught(|| inner(plan).execute(partition, task_context(context)?));
    stream.map(|stream| FFI_RecordBatchStream::new(Box::pin(Caught(stream)), None)).into()
}

/// Our side of a task: the host's options, and its context for the inputs.
fn task_context(context: FFI_TaskContext) -> Result<Arc<TaskContext>> {
    let host = HostContext(context);
    // SAFETY: the context is alive.
    let (session, task, config) =
        unsafe { ((host.0.session_id)(&host.0), (host.0.task_id)(&host.0), (host.0.session_config)(&host.0)) };
    let config = SessionConfig::try_from(&config)?.with_extension(Arc::new(host));
    let task = task.into_option().map(|task| task.to_string());
    let (scalar, higher, aggregate, window) = (HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new());
    let session = session.to_string();
    Ok(Arc::new(TaskContext::new(task, session, config, scalar, higher, aggregate, window, RUNTIME.clone())))
}

/// A stream whose panics are errors: one that reached the host would end the process.
struct Caught(SendableRecordBatchStream);

impl Stream for Caught {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let stream = self.0.as_mut();
        caught(|| Ok(stream.poll_next(cx))).unwrap_or_else(|panic| Poll::Ready(Some(Err(panic))))
    }
}

impl RecordBatchStream for Caught {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }
}

/// What `f` gives; a panic as an error.
pub(crate) fn caught<T>(f: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        ffi_err!("join: internal error, please report it: panicked with '{text}'")
    })
}
