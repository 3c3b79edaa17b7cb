//! Runs one query of SpatialBench in a native session, for `benches/spatialbench`: tables from the IPC files of a
//! folder, the answer into another file. Prints JSON: seconds of the best run, rows, and the peak of memory.
#![allow(missing_docs, reason = "a tool")]

mod table;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::ipc::writer::FileWriter;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};

use self::table::IpcTable;

/// As in `run_query.py`: a query that takes longer runs once, others a few times.
const SHORT: f64 = 5.0;
const RUNS: usize = 3;
const PARTITIONS: usize = 2;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let args: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [query, tables, answer, rest @ ..] = args.as_slice() else {
        return Err(DataFusionError::Configuration("usage: spatialbench QUERY.sql TABLES ANSWER [--explain]".into()));
    };
    let sql = fs::read_to_string(query)?;
    let ctx = session(tables)?;
    if !rest.is_empty() {
        return ctx.sql(&format!("EXPLAIN ANALYZE {sql}")).await?.show().await;
    }
    let mut best = f64::INFINITY;
    let mut rows = Vec::new();
    let mut schema = None;
    for _ in 0..RUNS {
        let start = Instant::now();
        let frame: DataFrame = ctx.sql(&sql).await?;
        schema = Some(frame.schema().inner().clone());
        rows = frame.collect().await?;
        best = best.min(start.elapsed().as_secs_f64());
        if best > SHORT {
            break;
        }
    }
    let count: usize = rows.iter().map(RecordBatch::num_rows).sum();
    println!("{{\"seconds\": {best}, \"rows\": {count}, \"memory\": {}}}", peak_memory()?);
    if let Some(schema) = schema {
        let mut out = FileWriter::try_new(File::create(answer)?, &schema)?;
        rows.iter().try_for_each(|batch| out.write(batch))?;
        out.finish()?;
    }
    Ok(())
}

/// A session with geoplug and the tables.
fn session(tables: &Path) -> Result<SessionContext> {
    let state = SessionStateBuilder::new()
        .with_config(SessionConfig::new().with_target_partitions(PARTITIONS))
        .with_default_features()
        .with_physical_optimizer_rule(geoplug_datafusion::index_join_rule());
    let mut ctx = SessionContext::new_with_state(state.build());
    geoplug_datafusion::register_all(&mut ctx)?;
    for table in ["trip", "building", "customer", "driver", "vehicle", "zone"] {
        let path = tables.join(table).with_extension("arrow");
        ctx.register_table(table, Arc::new(IpcTable::open(&path)?))?;
    }
    Ok(ctx)
}

/// Bytes that this process has held at most.
fn peak_memory() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
    Ok(kilobytes.unwrap_or_default() * 1024)
}
