//! A table in an IPC file. DataFusion's own reads the whole file into memory before it gives the first row, and does not
//! know how many there are, on which the sides of joins depend; of Parquet, which other systems read here, both is known.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::reader::FileReader;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::TableType;
use datafusion::datasource::source::{DataSource, DataSourceExec};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayFormatType, ExecutionPlan, Statistics};

/// Rows of each batch but the last, as `generate.py` writes them.
const BATCH: usize = 8192;

/// An IPC file, or some of its columns in some partitions.
#[derive(Debug, Clone)]
pub struct IpcTable {
    path: PathBuf,
    schema: SchemaRef,
    projection: Option<Vec<usize>>,
    batches: usize,
    partitions: usize,
}

impl IpcTable {
    pub fn open(path: &Path) -> Result<Self> {
        let reader = FileReader::try_new(File::open(path)?, None)?;
        let (schema, batches) = (reader.schema(), reader.num_batches());
        Ok(Self { path: path.to_owned(), schema, projection: None, batches, partitions: 1 })
    }
}

#[async_trait]
impl TableProvider for IpcTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut scan = self.clone();
        if let Some(columns) = projection {
            scan.schema = Arc::new(self.schema.project(columns)?);
            scan.projection = Some(columns.clone());
        }
        scan.partitions = session.config().target_partitions();
        Ok(DataSourceExec::from_data_source(scan))
    }
}

impl DataSource for IpcTable {
    fn open(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let mut reader = FileReader::try_new(File::open(&self.path)?, self.projection.clone())?;
        let batches = (partition..self.batches).step_by(self.partitions).filter_map(move |i| {
            let batch = reader.set_index(i).map(|()| reader.next()).transpose();
            batch.map(|batch| Ok(batch.and_then(|batch| batch)?))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), futures::stream::iter(batches))))
    }

    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}, partitions={}", self.path.display(), self.partitions)
    }

    fn output_partitioning(&self) -> Partitioning {
        Partitioning::UnknownPartitioning(self.partitions)
    }

    fn eq_properties(&self) -> EquivalenceProperties {
        EquivalenceProperties::new(self.schema.clone())
    }

    fn partition_statistics(&self, partition: Option<usize>) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema);
        let partitions = if partition.is_some() { self.partitions } else { 1 };
        statistics.num_rows = Precision::Inexact(self.batches * BATCH / partitions);
        Ok(Arc::new(statistics))
    }

    fn with_fetch(&self, _: Option<usize>) -> Option<Arc<dyn DataSource>> {
        None
    }

    fn fetch(&self) -> Option<usize> {
        None
    }

    fn try_swapping_with_projection(&self, _: &ProjectionExprs) -> Result<Option<Arc<dyn DataSource>>> {
        Ok(None)
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }
}
