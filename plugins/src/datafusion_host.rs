//! Makes operators of the host: of its own types, as if it had planned them.
//!
//! The one way to have a library decode a plan for another is datafusion-python's `ExecutionPlan.from_bytes`. Its session
//! has a codec of ours, by which inputs and functions are tokens again, as in `datafusion_read`. The operator that was
//! decoded comes back as the input of one more token above it.

use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use datafusion_common::{Result, internal_datafusion_err, internal_err};
use datafusion_execution::{TaskContext, TaskContextProvider};
use datafusion_expr::{AggregateUDF, ScalarUDF};
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_ffi::proto::physical_extension_codec::FFI_PhysicalExtensionCodec;
use datafusion_physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{AsExecutionPlan, PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use datafusion_proto::protobuf::physical_plan_node::PhysicalPlanType;
use datafusion_proto::protobuf::{PhysicalExtensionNode, PhysicalPlanNode};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};

use crate::datafusion_read::READING;

const CODEC: &CStr = c"datafusion_physical_extension_codec";

/// A token: the number of a letter, and that of what it stands for.
const TOKEN: usize = 16;
/// What stands for anything, to see what datafusion-python puts around a token.
const SAMPLE: [u8; TOKEN] = *b"a geoplug token.";

static HOST: OnceLock<Host> = OnceLock::new();
static LETTERS: LazyLock<Mutex<HashMap<u64, Arc<Letter>>>> = LazyLock::new(Mutex::default);
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The session of the host that decodes for us.
struct Host {
    decode: Py<PyAny>,
    before: Vec<u8>,
    after: Vec<u8>,
}

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
        let context: Arc<dyn TaskContextProvider> = READING.clone();
        let codec = FFI_PhysicalExtensionCodec::new(Arc::new(Codec), None, &context);
        PyCapsule::new_with_value(session.py(), codec, CODEC)
    }

    /// Keeps how the host decodes. `sample` is one operator of ours as its session writes it.
    #[staticmethod]
    fn learn(sample: &[u8], decode: Py<PyAny>) -> PyResult<()> {
        let wrong = || PyValueError::new_err("datafusion wrote an operator in an unknown way");
        let node = PhysicalPlanNode::try_decode(sample).map_err(|_| wrong())?;
        let Some(PhysicalPlanType::Extension(extension)) = node.physical_plan_type else { return Err(wrong()) };
        let at = extension.node.windows(TOKEN).position(|bytes| bytes == SAMPLE).ok_or_else(wrong)?;
        let (before, rest) = extension.node.split_at(at);
        HOST.get_or_init(|| Host { decode, before: before.to_vec(), after: rest[TOKEN..].to_vec() });
        Ok(())
    }
}

/// An operator on its way to the host.
#[derive(Debug)]
pub(crate) struct Letter {
    number: u64,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    functions: Mutex<Vec<Arc<ScalarUDF>>>,
    aggregates: Mutex<Vec<Arc<AggregateUDF>>>,
    answer: Mutex<Option<Arc<dyn ExecutionPlan>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Letter {
    /// None where the host decodes nothing for us.
    pub(crate) fn new(inputs: Vec<Arc<dyn ExecutionPlan>>) -> Option<Self> {
        HOST.get()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let (functions, aggregates, answer) = (Mutex::default(), Mutex::default(), Mutex::default());
        Some(Letter { number, inputs, functions, aggregates, answer })
    }

    /// The same letter about another input.
    pub(crate) fn about(mut self, input: Arc<dyn ExecutionPlan>) -> Self {
        self.inputs = vec![input];
        self
    }

    /// What the host gets as the `at`th of anything.
    fn token(&self, at: usize) -> Vec<u8> {
        let Some(host) = HOST.get() else { return vec![] };
        let numbers = [self.number.to_le_bytes(), (at as u64).to_le_bytes()];
        [&host.before, numbers.as_flattened(), &host.after].concat()
    }

    /// `node`, whose functions and inputs were written by this letter, as an operator of the host.
    pub(crate) fn send(self, node: PhysicalPlanNode) -> Result<FFI_ExecutionPlan> {
        let Some(host) = HOST.get() else { return internal_err!("there is no host") };
        let node = PhysicalExtensionNode { node: self.token(self.inputs.len()), inputs: vec![node] };
        let mut bytes = vec![];
        PhysicalPlanNode { physical_plan_type: Some(PhysicalPlanType::Extension(node)) }.try_encode(&mut bytes)?;
        let letter = Arc::new(self);
        locked(&LETTERS).insert(letter.number, letter.clone());
        let decoded = Python::attach(|py| {
            let plan = host.decode.call1(py, (PyBytes::new(py, &bytes),));
            plan.map(drop).map_err(|raised| internal_datafusion_err!("{raised}"))
        });
        locked(&LETTERS).remove(&letter.number);
        decoded?;
        let answer = locked(&letter.answer).take();
        let answer = answer.ok_or_else(|| internal_datafusion_err!("the host decoded nothing"))?;
        Ok(FFI_ExecutionPlan::new(answer, None))
    }
}

/// Writes what a letter holds, in the form that the host reads.
impl PhysicalExtensionCodec for Letter {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        out: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(at) = self.inputs.iter().position(|input| Arc::ptr_eq(input, &node)) else {
            return internal_err!("{} is not an input of the operator", node.name());
        };
        out.extend(self.token(at));
        Ok(())
    }

    fn try_decode(
        &self,
        _: &[u8],
        _: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        internal_err!("the host reads")
    }

    fn try_encode_udf(&self, function: &ScalarUDF, out: &mut Vec<u8>) -> Result<()> {
        let mut functions = locked(&self.functions);
        out.extend(self.token(functions.len()));
        functions.push(Arc::new(function.clone()));
        Ok(())
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, out: &mut Vec<u8>) -> Result<()> {
        let mut functions = locked(&self.aggregates);
        out.extend(self.token(functions.len()));
        functions.push(Arc::new(function.clone()));
        Ok(())
    }
}

/// Gives the host what it finds tokens of.
#[derive(Debug)]
struct Codec;

/// The letter of a token, and the number of what it stands for.
fn opened(token: &[u8]) -> Result<(Arc<Letter>, usize)> {
    let wrong = || internal_datafusion_err!("not a token: {token:?}");
    let (letter, at) = token.split_first_chunk().ok_or_else(wrong)?;
    let at = u64::from_le_bytes(at.try_into().map_err(|_| wrong())?) as usize;
    let letter = locked(&LETTERS).get(&u64::from_le_bytes(*letter)).cloned().ok_or_else(wrong)?;
    Ok((letter, at))
}

impl PhysicalExtensionCodec for Codec {
    fn try_encode(
        &self,
        _: Arc<dyn ExecutionPlan>,
        out: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        out.extend(SAMPLE);
        Ok(())
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
        letter.inputs.get(at).cloned().ok_or_else(|| internal_datafusion_err!("no such input"))
    }

    fn try_decode_udf(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        let (letter, at) = opened(bytes)?;
        let function = locked(&letter.functions).get(at).cloned();
        function.ok_or_else(|| internal_datafusion_err!("{name} is not in the operator"))
    }

    fn try_decode_udaf(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        let (letter, at) = opened(bytes)?;
        let function = locked(&letter.aggregates).get(at).cloned();
        function.ok_or_else(|| internal_datafusion_err!("{name} is not in the operator"))
    }
}
