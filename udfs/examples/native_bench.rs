//! Times SQL in a native session, for `benches/compare`: reads workloads and columns that the comparison wrote, prints
//! ns/row and the sum of each answer as JSON. The workload "floor" is no SQL but what no predicate of points can beat.
#![allow(missing_docs, reason = "a tool")]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::{cast, sum};
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Schema};
use datafusion::arrow::ipc::reader::FileReader;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::collect;
use datafusion::prelude::{SessionConfig, SessionContext};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "build/compare".into()));
    let text = std::fs::read_to_string(folder.join("workloads.json"))?;
    let workloads: Vec<BTreeMap<String, String>> =
        serde_json::from_str(&text).map_err(|e| DataFusionError::External(Box::new(e)))?;
    let mut results = BTreeMap::new();
    for work in &workloads {
        let reader = FileReader::try_new(File::open(folder.join(&work["columns"]))?, None)?;
        let schema = reader.schema();
        let batches = reader.collect::<std::result::Result<Vec<_>, _>>()?;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let (best, checksum) = if work["sql"] == "floor" {
            time_floor(&batches)?
        } else {
            time_sql(&work["sql"], schema, batches).await?
        };
        results.insert(work["name"].clone(), [best * 1e9 / rows as f64, checksum]);
    }
    println!("{}", serde_json::to_string(&results).map_err(|e| DataFusionError::External(Box::new(e)))?);
    Ok(())
}

/// Seconds of the best of several runs of one expression over a table of these batches, and the sum of the answer. The
/// query is planned once, outside: a literal of a megabyte takes a second to plan.
async fn time_sql(sql: &str, schema: Arc<Schema>, batches: Vec<RecordBatch>) -> Result<(f64, f64)> {
    let mut ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    geoplug_datafusion::register_all(&mut ctx)?;
    ctx.register_table("t", Arc::new(MemTable::try_new(schema, vec![batches])?))?;
    let plan = ctx.sql(&format!("SELECT {sql} AS v FROM t")).await?.create_physical_plan().await?;
    let (mut best, mut checksum) = (f64::INFINITY, 0.0);
    for _ in 0..5 {
        let start = Instant::now();
        let answer = collect(Arc::clone(&plan), ctx.task_ctx()).await?;
        best = best.min(start.elapsed().as_secs_f64());
        checksum = total(&answer)?;
    }
    Ok((best, checksum))
}

/// The same for the floor.
fn time_floor(batches: &[RecordBatch]) -> Result<(f64, f64)> {
    let (mut best, mut checksum) = (f64::INFINITY, 0.0);
    for _ in 0..5 {
        let start = Instant::now();
        let answer: Vec<ArrayRef> = batches.iter().map(|batch| Arc::new(floor(batch.column(0))) as ArrayRef).collect();
        best = best.min(start.elapsed().as_secs_f64());
        let schema = Arc::new(Schema::new(vec![Field::new("v", DataType::Boolean, true)]));
        let answer = answer.into_iter().map(|column| RecordBatch::try_new(Arc::clone(&schema), vec![column]));
        checksum = total(&answer.collect::<std::result::Result<Vec<_>, _>>()?)?;
    }
    Ok((best, checksum))
}

/// Reads x and y of each point, WKB or GeoArrow, and tells whether it lies in a box.
fn floor(points: &ArrayRef) -> BooleanArray {
    let inside = |x: f64, y: f64| (x > -0.25) & (x < 0.25) & (y > -0.25) & (y < 0.25);
    let bits = match points.data_type() {
        DataType::Struct(_) => {
            let columns = points.as_struct().columns();
            let (x, y) = (columns[0].as_primitive::<Float64Type>(), columns[1].as_primitive::<Float64Type>());
            let (x, y) = (x.values(), y.values());
            BooleanBuffer::collect_bool(points.len(), |row| inside(x[row], y[row]))
        }
        _ => {
            let points = points.as_binary::<i32>();
            BooleanBuffer::collect_bool(points.len(), |row| {
                // Little-endian points, as the comparison wrote them: byte order, type, x, y.
                let Some((x, y)) = points.value(row).get(5..21).map(|xy| xy.split_at(8)) else { return false };
                let ordinate = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().unwrap_or_default());
                inside(ordinate(x), ordinate(y))
            })
        }
    };
    BooleanArray::new(bits, None)
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
