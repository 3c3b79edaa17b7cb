//! Reads operators of a DataFusion host, as plans of our own types, and makes operators of the host, of its own types, as if
//! it had planned them.
//!
//! What a library sees of another's operators is opaque. The one way to have it write one as protobuf, or make one of that,
//! are datafusion-python's `ExecutionPlan.to_bytes` and `from_bytes`. Their session has a codec of ours, by which inputs and
//! functions are tokens: neither data nor plans below the operator are ever serialised. The operator that was decoded comes
//! back as the input of one more token above it.

use std::cell::RefCell;
use std::ffi::CStr;
use std::sync::{Arc, LazyLock};

use datafusion_common::{Result, internal_datafusion_err, internal_err};
use datafusion_execution::{TaskContext, TaskContextProvider};
use datafusion_expr::{AggregateUDF, ScalarUDF};
use datafusion_ffi::execution_plan::{FFI_ExecutionPlan, ForeignExecutionPlan};
use datafusion_ffi::proto::physical_extension_codec::FFI_PhysicalExtensionCodec;
use datafusion_physical_plan::ExecutionPlan;
use datafusion_proto::bytes::physical_plan_from_bytes_with_extension_codec;
use datafusion_proto::physical_plan::{AsExecutionPlan, PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use datafusion_proto::protobuf::physical_plan_node::PhysicalPlanType;
use datafusion_proto::protobuf::{PhysicalExtensionNode, PhysicalPlanNode};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::datafusion_letter::{HOST, Host, LETTERS, Letter, TOKEN, locked, numbers};

const CODEC: &CStr = c"datafusion_physical_extension_codec";

/// What stands for anything, to see what datafusion-python puts around a token.
const SAMPLE: [u8; TOKEN] = *b"a geoplug token.";

thread_local! {
    /// The letter about the operator that the host writes just now.
    static ASKED: RefCell<Option<Arc<Letter>>> = const { RefCell::new(None) };
}

/// Whose tasks the codec runs: none.
struct NoTasks;

impl TaskContextProvider for NoTasks {
    fn task_ctx(&self) -> Arc<TaskContext> {
        Arc::default()
    }
}

/// Keeps alive what the codec of that session only knows weakly.
static NO_TASKS: LazyLock<Arc<NoTasks>> = LazyLock::new(|| Arc::new(NoTasks));

/// The codec of that session.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct HostCodec;

#[pymethods]
impl HostCodec {
    #[new]
    fn new() -> Self {
        HostCodec
    }

    fn __datafusion_physical_extension_codec__<'py>(
        &self,
        session: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let context: Arc<dyn TaskContextProvider> = NO_TASKS.clone();
        let codec = FFI_PhysicalExtensionCodec::new(Arc::new(Codec), None, &context);
        PyCapsule::new_with_value(session.py(), codec, CODEC)
    }

    /// Keeps how the host reads and writes. `sample` is one operator of ours as its session writes it.
    #[staticmethod]
    fn learn(sample: &[u8], decode: Py<PyAny>, encode: Py<PyAny>) -> PyResult<()> {
        let wrong = || PyValueError::new_err("datafusion wrote an operator in an unknown way");
        let node = PhysicalPlanNode::try_decode(sample).map_err(|_| wrong())?;
        let Some(PhysicalPlanType::Extension(extension)) = node.physical_plan_type else { return Err(wrong()) };
        let at = extension.node.windows(TOKEN).position(|bytes| bytes == SAMPLE).ok_or_else(wrong)?;
        let (before, rest) = extension.node.split_at(at);
        HOST.get_or_init(|| Host { decode, encode, before: before.to_vec(), after: rest[TOKEN..].to_vec() });
        Ok(())
    }
}

/// The host's operator `plan` as one of our own types, over `inputs`: of a join its type, its filter, its projection.
/// `plan` is it over the exported `inputs`.
pub(crate) fn read(plan: FFI_ExecutionPlan, inputs: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
    let plan = Arc::new(ForeignExecutionPlan::try_from(plan)?);
    let Some(letter) = Letter::new(inputs) else { return internal_err!("there is no host") };
    let (asked, letter) = (letter.inputs.len(), Arc::new(letter.asking(plan)));
    let node = PhysicalExtensionNode { node: letter.token(asked), inputs: vec![] };
    let bytes = letter.handed_over(node, |host, py, plan| {
        ASKED.set(Some(letter.clone()));
        let bytes = host.encode.call1(py, (plan,));
        ASKED.set(None);
        bytes?.extract::<Vec<u8>>(py)
    })?;
    physical_plan_from_bytes_with_extension_codec(&bytes, &TaskContext::default(), letter.as_ref())
}

/// Gives the host what it finds tokens of, and tokens of what it writes, without what it puts around them.
#[derive(Debug)]
struct Codec;

fn opened(token: &[u8]) -> Result<(Arc<Letter>, usize)> {
    let (letter, at) = numbers(token)?;
    let letter = locked(&LETTERS).get(&letter).cloned();
    Ok((letter.ok_or_else(|| internal_datafusion_err!("there is no such letter"))?, at))
}

/// A bare token by the letter about what the host writes.
fn asked(out: &mut Vec<u8>, at: impl FnOnce(&Letter) -> Result<usize>) -> Result<()> {
    let Some(letter) = ASKED.with_borrow(Option::clone) else { return internal_err!("nothing was asked for") };
    out.extend(letter.number.to_le_bytes());
    out.extend((at(&letter)? as u64).to_le_bytes());
    Ok(())
}

impl PhysicalExtensionCodec for Codec {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        out: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        if ASKED.with_borrow(Option::is_none) {
            out.extend(SAMPLE);
            return Ok(());
        }
        asked(out, |letter| letter.place(&node))
    }

    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (letter, at) = opened(bytes)?;
        if let [answer] = inputs {
            *locked(&letter.answer) = Some(answer.clone());
            return Ok(answer.clone());
        }
        letter.input(at)
    }

    fn try_encode_udf(&self, function: &ScalarUDF, out: &mut Vec<u8>) -> Result<()> {
        asked(out, |letter| Ok(letter.add_function(function)))
    }

    fn try_decode_udf(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        let (letter, at) = opened(bytes)?;
        letter.function(at, name)
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, out: &mut Vec<u8>) -> Result<()> {
        asked(out, |letter| Ok(letter.add_aggregate(function)))
    }

    fn try_decode_udaf(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        let (letter, at) = opened(bytes)?;
        letter.aggregate(at, name)
    }
}
