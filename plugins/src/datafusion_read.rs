//! Reads an operator of a DataFusion host, as a plan of our own types: of a join its type, its filter, its projection.
//!
//! What a library sees of another's operators is opaque. DataFusion's query planner is the one foreign interface that
//! writes a physical plan as protobuf. So the host's own planner is asked to plan a scan, the table of that scan hands the
//! host its own operator back, and the answer is that operator in protobuf. Its inputs and the functions that it calls are
//! tokens of a codec that lives as long as the reading: neither data nor plans below it are ever serialised.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion_catalog::default_table_source::provider_as_source;
use datafusion_catalog::memory::MemoryCatalogProviderList;
use datafusion_catalog::{CatalogProviderList, TableProvider};
use datafusion_common::config::TableOptions;
use datafusion_common::{DFSchema, Result, TableReference, internal_datafusion_err, internal_err};
use datafusion_execution::config::SessionConfig;
use datafusion_execution::runtime_env::RuntimeEnv;
use datafusion_execution::{TaskContext, TaskContextProvider};
use datafusion_expr::execution_props::ExecutionProps;
use datafusion_expr::registry::{ExtensionTypeRegistryRef, MemoryExtensionTypeRegistry};
use datafusion_expr::{
    AggregateUDF, Expr, Extension, HigherOrderUDF, LogicalPlan, LogicalPlanBuilder, ScalarUDF, TableType, WindowUDF,
};
use datafusion_ffi::execution_plan::{FFI_ExecutionPlan, ForeignExecutionPlan};
use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::proto::physical_extension_codec::FFI_PhysicalExtensionCodec;
use datafusion_ffi::query_planner::FFI_QueryPlanner;
use datafusion_physical_plan::{ExecutionPlan, PhysicalExpr};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use datafusion_session::{QueryPlanner, Session};
use futures::FutureExt;

/// The default planner of the host. It keeps no state of any session.
pub(crate) static PLANNER: OnceLock<Arc<dyn QueryPlanner + Send + Sync>> = OnceLock::new();

/// The host's operator `plan` as one of our own types, over `inputs`. `plan` is it over the exported `inputs`.
pub(crate) fn read(plan: FFI_ExecutionPlan, inputs: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
    let Some(planner) = PLANNER.get() else {
        return internal_err!("the host's query planner was not captured");
    };
    let plan = Arc::new(ForeignExecutionPlan::try_from(plan)?);
    let tokens = Arc::new(Tokens { plan, inputs, functions: Mutex::default(), aggregates: Mutex::default() });
    let table = provider_as_source(tokens.table());
    let scan = LogicalPlanBuilder::scan("operator", table, None)?.build()?;
    let context: Arc<dyn TaskContextProvider> = READING.clone();
    let planner = FFI_QueryPlanner::new_with_ffi_codecs(
        planner.clone(),
        FFI_LogicalExtensionCodec::new(tokens.clone(), None, &context),
        FFI_PhysicalExtensionCodec::new(tokens, None, &context),
    );
    // Nothing in it waits: the scan has its plan at hand.
    let answer = planner.create_physical_plan_with_session_runtime(&scan, READING.as_ref(), None).now_or_never();
    answer.ok_or_else(|| internal_datafusion_err!("the host's query planner waited for something"))?
}

/// Stands in for what must not be serialised, as the codec of one reading.
#[derive(Debug)]
struct Tokens {
    plan: Arc<ForeignExecutionPlan>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    functions: Mutex<Vec<Arc<ScalarUDF>>>,
    aggregates: Mutex<Vec<Arc<AggregateUDF>>>,
}

impl Tokens {
    fn table(&self) -> Arc<dyn TableProvider> {
        Arc::new(OperatorTable { plan: self.plan.clone(), schema: Arc::new(Schema::empty()) })
    }
}

fn token(bytes: &[u8]) -> Result<usize> {
    let bytes = bytes.try_into().map_err(|_| internal_datafusion_err!("not a token: {bytes:?}"))?;
    Ok(usize::from_le_bytes(bytes))
}

impl PhysicalExtensionCodec for Tokens {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        out: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(i) = self.inputs.iter().position(|input| Arc::ptr_eq(input, &node)) else {
            return internal_err!("{} is not an input of the operator", node.name());
        };
        out.extend(i.to_le_bytes());
        Ok(())
    }

    fn try_decode(
        &self,
        bytes: &[u8],
        _: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = self.inputs.get(token(bytes)?);
        input.cloned().ok_or_else(|| internal_datafusion_err!("no such input of the operator"))
    }

    fn try_encode_udf(&self, function: &ScalarUDF, out: &mut Vec<u8>) -> Result<()> {
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        out.extend(functions.len().to_le_bytes());
        functions.push(Arc::new(function.clone()));
        Ok(())
    }

    fn try_decode_udf(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        let functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        let function = functions.get(token(bytes)?);
        function.cloned().ok_or_else(|| internal_datafusion_err!("{name} is not in the operator"))
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, out: &mut Vec<u8>) -> Result<()> {
        let mut functions = self.aggregates.lock().unwrap_or_else(PoisonError::into_inner);
        out.extend(functions.len().to_le_bytes());
        functions.push(Arc::new(function.clone()));
        Ok(())
    }

    fn try_decode_udaf(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        let functions = self.aggregates.lock().unwrap_or_else(PoisonError::into_inner);
        let function = functions.get(token(bytes)?);
        function.cloned().ok_or_else(|| internal_datafusion_err!("{name} is not in the operator"))
    }
}

impl LogicalExtensionCodec for Tokens {
    fn try_encode(&self, _: &Extension, _: &mut Vec<u8>) -> Result<()> {
        internal_err!("the scan of an operator has no extension")
    }

    fn try_decode(&self, _: &[u8], _: &[LogicalPlan], _: &TaskContext) -> Result<Extension> {
        internal_err!("the scan of an operator has no extension")
    }

    fn try_encode_table_provider(&self, _: &TableReference, _: Arc<dyn TableProvider>, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn try_decode_table_provider(
        &self,
        _: &[u8],
        _: &TableReference,
        _: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        Ok(self.table())
    }
}

/// A table that is scanned by an operator of the host. It says that it has no columns: those of a join may have equal names,
/// which a table's may not, and nobody asks.
#[derive(Debug)]
struct OperatorTable {
    plan: Arc<ForeignExecutionPlan>,
    schema: SchemaRef,
}

#[async_trait]
impl TableProvider for OperatorTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        _: &dyn Session,
        _: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self.plan.clone())
    }
}

pub(crate) static READING: LazyLock<Arc<Reading>> = LazyLock::new(|| {
    Arc::new(Reading {
        config: SessionConfig::default(),
        table_options: TableOptions::default(),
        runtime: Arc::default(),
        props: ExecutionProps::default(),
        catalogs: Arc::default(),
        extension_types: Arc::new(MemoryExtensionTypeRegistry::default()),
        scalar: HashMap::new(),
        higher_order: HashMap::new(),
        aggregate: HashMap::new(),
        window: HashMap::new(),
    })
});

/// The session in which the host plans the scan: no catalog, no functions, and above all no optimizer rules.
pub(crate) struct Reading {
    config: SessionConfig,
    table_options: TableOptions,
    runtime: Arc<RuntimeEnv>,
    props: ExecutionProps,
    catalogs: Arc<MemoryCatalogProviderList>,
    extension_types: ExtensionTypeRegistryRef,
    scalar: HashMap<String, Arc<ScalarUDF>>,
    higher_order: HashMap<String, Arc<HigherOrderUDF>>,
    aggregate: HashMap<String, Arc<AggregateUDF>>,
    window: HashMap<String, Arc<WindowUDF>>,
}

impl TaskContextProvider for Reading {
    fn task_ctx(&self) -> Arc<TaskContext> {
        Arc::new(TaskContext::default())
    }
}

#[async_trait]
impl Session for Reading {
    fn session_id(&self) -> &str {
        "geoplug"
    }

    fn config(&self) -> &SessionConfig {
        &self.config
    }

    fn catalog_list(&self) -> Arc<dyn CatalogProviderList> {
        self.catalogs.clone()
    }

    async fn create_physical_plan(&self, _: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        internal_err!("the host plans")
    }

    fn create_physical_expr(&self, _: Expr, _: &DFSchema) -> Result<Arc<dyn PhysicalExpr>> {
        internal_err!("the host plans")
    }

    fn scalar_functions(&self) -> &HashMap<String, Arc<ScalarUDF>> {
        &self.scalar
    }

    fn higher_order_functions(&self) -> &HashMap<String, Arc<HigherOrderUDF>> {
        &self.higher_order
    }

    fn aggregate_functions(&self) -> &HashMap<String, Arc<AggregateUDF>> {
        &self.aggregate
    }

    fn window_functions(&self) -> &HashMap<String, Arc<WindowUDF>> {
        &self.window
    }

    fn extension_type_registry(&self) -> &ExtensionTypeRegistryRef {
        &self.extension_types
    }

    fn runtime_env(&self) -> &Arc<RuntimeEnv> {
        &self.runtime
    }

    fn execution_props(&self) -> &ExecutionProps {
        &self.props
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn table_options(&self) -> &TableOptions {
        &self.table_options
    }

    fn table_options_mut(&mut self) -> &mut TableOptions {
        &mut self.table_options
    }

    fn task_ctx(&self) -> Arc<TaskContext> {
        Arc::new(TaskContext::default())
    }
}
