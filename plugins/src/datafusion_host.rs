//! Makes operators of the host: of its own types, as if it had planned them.
//!
//! The one way to have a library decode a plan for another is datafusion-python's `ExecutionPlan.from_bytes`. Its session
//! has a codec of ours, by which inputs and functions are tokens again, as in `datafusion_read`. The operator that was
//! decoded comes back as the input of one more token above it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

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

thread_local! {
    /// The letter about the operator that the host writes just now.
    static ASKED: RefCell<Option<Arc<Letter>>> = const { RefCell::new(None) };
}

/// The session of the host that reads and writes for us.
struct Host {
    decode: Py<PyAny>,
    encode: Py<PyAny>,
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

/// The host's operator `plan` as one of our own types, over `inputs`. `plan` is it over the exported `inputs`. As
/// `datafusion_read`, but without a planner, to whom all options of a session would be told.
pub(crate) fn written(plan: FFI_ExecutionPlan, inputs: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
    let plan = Arc::new(ForeignExecutionPlan::try_from(plan)?);
    let Some(letter) = Letter::new(inputs) else { return internal_err!("there is no host") };
    let (asked, letter) = (letter.inputs.len(), Arc::new(Letter { asked: Some(plan), ..letter }));
    let node = PhysicalExtensionNode { node: letter.token(asked), inputs: vec![] };
    let bytes = letter.handed_over(node, |host, py, plan| {
        ASKED.set(Some(letter.clone()));
        let bytes = host.encode.call1(py, (plan,));
        ASKED.set(None);
        bytes?.extract::<Vec<u8>>(py)
    })?;
    physical_plan_from_bytes_with_extension_codec(&bytes, &TaskContext::default(), letter.as_ref())
}

/// An operator on its way to the host, or from it.
#[derive(Debug)]
pub(crate) struct Letter {
    number: u64,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    /// What the host shall write.
    asked: Option<Arc<dyn ExecutionPlan>>,
    functions: Mutex<Vec<Arc<ScalarUDF>>>,
    aggregates: Mutex<Vec<Arc<AggregateUDF>>>,
    answer: Mutex<Option<Arc<dyn ExecutionPlan>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn add<T: Clone>(all: &Mutex<Vec<Arc<T>>>, one: &T) -> usize {
    let mut all = locked(all);
    all.push(Arc::new(one.clone()));
    all.len() - 1
}

impl Letter {
    /// None where the host decodes nothing for us.
    pub(crate) fn new(inputs: Vec<Arc<dyn ExecutionPlan>>) -> Option<Self> {
        HOST.get()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let (functions, aggregates, answer) = (Mutex::default(), Mutex::default(), Mutex::default());
        Some(Letter { number, inputs, asked: None, functions, aggregates, answer })
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

    fn place(&self, node: &Arc<dyn ExecutionPlan>) -> Result<usize> {
        let at = self.inputs.iter().position(|input| Arc::ptr_eq(input, node));
        at.ok_or_else(|| internal_datafusion_err!("{} is not an input of the operator", node.name()))
    }

    fn input(&self, at: usize) -> Result<Arc<dyn ExecutionPlan>> {
        let input = self.inputs.iter().chain(&self.asked).nth(at).cloned();
        input.ok_or_else(|| internal_datafusion_err!("no such input"))
    }

    fn add_function(&self, function: &ScalarUDF) -> usize {
        add(&self.functions, function)
    }

    fn function(&self, at: usize, name: &str) -> Result<Arc<ScalarUDF>> {
        let function = locked(&self.functions).get(at).cloned();
        function.ok_or_else(|| internal_datafusion_err!("{name} is not in the operator"))
    }

    fn add_aggregate(&self, function: &AggregateUDF) -> usize {
        add(&self.aggregates, function)
    }

    fn aggregate(&self, at: usize, name: &str) -> Result<Arc<AggregateUDF>> {
        let function = locked(&self.aggregates).get(at).cloned();
        function.ok_or_else(|| internal_datafusion_err!("{name} is not in the operator"))
    }

    /// What a token of the host is of.
    fn at(&self, written: &[u8]) -> Result<usize> {
        let around = HOST.get().map(|host| (host.before.len(), host.after.len()));
        let token = around.and_then(|(before, after)| written.get(before..written.len().checked_sub(after)?));
        let (letter, at) = numbers(token.unwrap_or_default())?;
        if letter == self.number { Ok(at) } else { internal_err!("a token of another letter") }
    }

    /// `node`, whose functions and inputs were written by this letter, as an operator of the host.
    pub(crate) fn send(self, node: PhysicalPlanNode) -> Result<FFI_ExecutionPlan> {
        let node = PhysicalExtensionNode { node: self.token(self.inputs.len()), inputs: vec![node] };
        let letter = Arc::new(self);
        letter.handed_over(node, |_, _, _| Ok(()))?;
        let answer = locked(&letter.answer).take();
        let answer = answer.ok_or_else(|| internal_datafusion_err!("the host decoded nothing"))?;
        Ok(FFI_ExecutionPlan::new(answer, None))
    }

    /// What `then` gives of the plan that the host made of `node`.
    fn handed_over<T>(
        self: &Arc<Self>,
        node: PhysicalExtensionNode,
        then: impl FnOnce(&Host, Python<'_>, Py<PyAny>) -> PyResult<T>,
    ) -> Result<T> {
        let Some(host) = HOST.get() else { return internal_err!("there is no host") };
        let mut bytes = vec![];
        PhysicalPlanNode { physical_plan_type: Some(PhysicalPlanType::Extension(node)) }.try_encode(&mut bytes)?;
        locked(&LETTERS).insert(self.number, self.clone());
        let done = Python::attach(|py| {
            let plan = host.decode.call1(py, (PyBytes::new(py, &bytes),));
            plan.and_then(|plan| then(host, py, plan)).map_err(|raised| internal_datafusion_err!("{raised}"))
        });
        locked(&LETTERS).remove(&self.number);
        done
    }
}

/// Writes what a letter holds, in the form that the host reads, and reads what the host wrote.
impl PhysicalExtensionCodec for Letter {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        out: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        out.extend(self.token(self.place(&node)?));
        Ok(())
    }

    fn try_decode(
        &self,
        bytes: &[u8],
        _: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.input(self.at(bytes)?)
    }

    fn try_decode_udf(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.function(self.at(bytes)?, name)
    }

    fn try_decode_udaf(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.aggregate(self.at(bytes)?, name)
    }

    fn try_encode_udf(&self, function: &ScalarUDF, out: &mut Vec<u8>) -> Result<()> {
        out.extend(self.token(self.add_function(function)));
        Ok(())
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, out: &mut Vec<u8>) -> Result<()> {
        out.extend(self.token(self.add_aggregate(function)));
        Ok(())
    }
}

/// Gives the host what it finds tokens of, and tokens of what it writes, without what it puts around them.
#[derive(Debug)]
struct Codec;

/// The number of a letter, and that of what it stands for.
fn numbers(token: &[u8]) -> Result<(u64, usize)> {
    let wrong = || internal_datafusion_err!("not a token: {token:?}");
    let (letter, at) = token.split_first_chunk().ok_or_else(wrong)?;
    let at = u64::from_le_bytes(at.try_into().map_err(|_| wrong())?) as usize;
    Ok((u64::from_le_bytes(*letter), at))
}

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
