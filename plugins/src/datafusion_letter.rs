//! What crosses to the host and back as protobuf: an operator, with tokens in the place of its inputs and functions.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use datafusion_common::{Result, internal_datafusion_err, internal_err};
use datafusion_execution::TaskContext;
use datafusion_expr::{AggregateUDF, ScalarUDF};
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{AsExecutionPlan, PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use datafusion_proto::protobuf::physical_plan_node::PhysicalPlanType;
use datafusion_proto::protobuf::{PhysicalExtensionNode, PhysicalPlanNode};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A token: the number of a letter, and that of what it stands for.
pub(crate) const TOKEN: usize = 16;

pub(crate) static HOST: OnceLock<Host> = OnceLock::new();
pub(crate) static LETTERS: LazyLock<Mutex<HashMap<u64, Arc<Letter>>>> = LazyLock::new(Mutex::default);
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The session of the host that reads and writes for us.
pub(crate) struct Host {
    pub(crate) decode: Py<PyAny>,
    pub(crate) encode: Py<PyAny>,
    pub(crate) before: Vec<u8>,
    pub(crate) after: Vec<u8>,
}

/// An operator on its way to the host, or from it.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) number: u64,
    pub(crate) inputs: Vec<Arc<dyn ExecutionPlan>>,
    /// What the host shall write.
    asked: Option<Arc<dyn ExecutionPlan>>,
    functions: Mutex<Vec<Arc<ScalarUDF>>>,
    aggregates: Mutex<Vec<Arc<AggregateUDF>>>,
    pub(crate) answer: Mutex<Option<Arc<dyn ExecutionPlan>>>,
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
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

    /// The same letter, for the host to write `plan`.
    pub(crate) fn asking(mut self, plan: Arc<dyn ExecutionPlan>) -> Self {
        self.asked = Some(plan);
        self
    }

    /// The same letter about another input.
    pub(crate) fn about(mut self, input: Arc<dyn ExecutionPlan>) -> Self {
        self.inputs = vec![input];
        self
    }

    /// What the host gets as the `at`th of anything.
    pub(crate) fn token(&self, at: usize) -> Vec<u8> {
        let Some(host) = HOST.get() else { return vec![] };
        let numbers = [self.number.to_le_bytes(), (at as u64).to_le_bytes()];
        [&host.before, numbers.as_flattened(), &host.after].concat()
    }

    pub(crate) fn place(&self, node: &Arc<dyn ExecutionPlan>) -> Result<usize> {
        let at = self.inputs.iter().position(|input| Arc::ptr_eq(input, node));
        at.ok_or_else(|| internal_datafusion_err!("{} is not an input of the operator", node.name()))
    }

    pub(crate) fn input(&self, at: usize) -> Result<Arc<dyn ExecutionPlan>> {
        let input = self.inputs.iter().chain(&self.asked).nth(at).cloned();
        input.ok_or_else(|| internal_datafusion_err!("no such input"))
    }

    pub(crate) fn add_function(&self, function: &ScalarUDF) -> usize {
        add(&self.functions, function)
    }

    pub(crate) fn function(&self, at: usize, name: &str) -> Result<Arc<ScalarUDF>> {
        let function = locked(&self.functions).get(at).cloned();
        function.ok_or_else(|| internal_datafusion_err!("{name} is not in the operator"))
    }

    pub(crate) fn add_aggregate(&self, function: &AggregateUDF) -> usize {
        add(&self.aggregates, function)
    }

    pub(crate) fn aggregate(&self, at: usize, name: &str) -> Result<Arc<AggregateUDF>> {
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
    pub(crate) fn handed_over<T>(
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

/// The number of a letter, and that of what it stands for.
pub(crate) fn numbers(token: &[u8]) -> Result<(u64, usize)> {
    let wrong = || internal_datafusion_err!("not a token: {token:?}");
    let (letter, at) = token.split_first_chunk().ok_or_else(wrong)?;
    let at = u64::from_le_bytes(at.try_into().map_err(|_| wrong())?) as usize;
    Ok((u64::from_le_bytes(*letter), at))
}
