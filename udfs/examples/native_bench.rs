//! Times SQL in a native session, for `benches/compare`: reads workloads and columns that the comparison wrote, prints
//! ns/row and the sum of each answer as JSON.
#![allow(missing_docs, reason = "a tool")]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::{cast, sum};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::ipc::reader::FileReader;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::{SessionConfig, SessionContext};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "build/compare".into()));
    let text = std::fs::read_to_string(folder.join("workloads.json"))?;
    let workloads: Vec<BTreeMap<String, String>> =
        serde_json::from_str(&text).map_err(|e| DataFusionError::External(Box::new(e)))?;
    let mut results = BTreeMap::new();
    for work in &workloads {
        let reader = FileReader::try_new(File::open(folder.join(&work["column"]))?, None)?;
        let schema = reader.schema();
        let batches = reader.collect::<std::result::Result<Vec<_>, _>>()?;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let mut ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
        geoplug_datafusion::register_all(&mut ctx)?;
        ctx.register_table("t", Arc::new(MemTable::try_new(schema, vec![batches])?))?;
        let query = format!("SELECT {} AS v FROM t", work["sql"]);
        let mut best = f64::INFINITY;
        let mut checksum = 0.0;
        for _ in 0..5 {
            let start = Instant::now();
            let answer = ctx.sql(&query).await?.collect().await?;
            best = best.min(start.elapsed().as_secs_f64());
            checksum = total(&answer)?;
        }
        results.insert(work["name"].clone(), [best * 1e9 / rows as f64, checksum]);
    }
    println!("{}", serde_json::to_string(&results).map_err(|e| DataFusionError::External(Box::new(e)))?);
    Ok(())
}

/// The sum of a numeric or boolean column.
fn total(batches: &[RecordBatch]) -> Result<f64> {
    let mut all = 0.0;
    for batch in batches {
        let column = batch.column(0);
        let values = match column.data_type() {
            DataType::Boolean => cast(&cast(column, &DataType::Int8)?, &DataType::Float64)?,
            _ => cast(column, &DataType::Float64)?,
        };
        all += sum(values.as_primitive::<Float64Type>()).unwrap_or(0.0);
    }
    Ok(all)
}
