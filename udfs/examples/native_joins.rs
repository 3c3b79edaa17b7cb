//! One join in a native session, for `benches/compare/joins.py`: reads tables and SQL from a folder, keeps the pairs of
//! rows it found, and prints JSON: the seconds of the best run, and megabytes before the first run and at most during it.
//! A third argument is the size of the session's memory pool, in bytes.
#![allow(missing_docs, reason = "a tool")]

use std::fs::{File, read_to_string, write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::ipc::reader::FileReader;
use datafusion::arrow::ipc::writer::FileWriter;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

/// A run that takes more seconds is not repeated.
const LONG: f64 = 20.0;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap_or_else(|| "build/compare/joins".into()));
    let repetitions = args.next().and_then(|n| n.parse().ok()).unwrap_or(3);
    let mut runtime = RuntimeEnvBuilder::new();
    if let Some(bytes) = args.next().and_then(|n| n.parse().ok()) {
        runtime = runtime.with_memory_limit(bytes, 1.0);
    }
    let state = SessionStateBuilder::new()
        .with_config(SessionConfig::new().with_target_partitions(2))
        .with_runtime_env(runtime.build_arc()?)
        .with_default_features()
        .with_physical_optimizer_rule(geoplug_datafusion::index_join_rule())
        .build();
    let mut ctx = SessionContext::new_with_state(state);
    geoplug_datafusion::register_all(&mut ctx)?;
    for (name, file) in [("l", "left.arrow"), ("r", "right.arrow")] {
        let reader = FileReader::try_new(File::open(folder.join(file))?, None)?;
        let schema = reader.schema();
        let batches = reader.collect::<std::result::Result<Vec<_>, _>>()?;
        ctx.register_table(name, Arc::new(MemTable::try_new(schema, vec![batches])?))?;
    }
    let sql = read_to_string(folder.join("join.sql"))?;
    let schema = ctx.sql(&sql).await?.schema().as_arrow().clone();
    // From here on the kernel notes the peak anew.
    write("/proc/self/clear_refs", "5")?;
    let before = megabytes("VmRSS")?;
    let (mut best, mut peak, mut pairs) = (f64::INFINITY, None, Vec::new());
    for _ in 0..repetitions {
        pairs.clear();
        let start = Instant::now();
        pairs = ctx.sql(&sql).await?.collect().await?;
        best = best.min(start.elapsed().as_secs_f64());
        if peak.is_none() {
            peak = Some(megabytes("VmHWM")?);
        }
        if best > LONG {
            break;
        }
    }
    let mut out = FileWriter::try_new(File::create(folder.join("pairs.arrow"))?, &schema)?;
    for batch in &pairs {
        out.write(batch)?;
    }
    out.finish()?;
    println!(r#"{{"seconds": {best}, "before": {before}, "peak": {}}}"#, peak.unwrap_or(before));
    Ok(())
}

/// What this process holds, by the kernel.
fn megabytes(what: &str) -> Result<f64> {
    let status = read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()).and_then(|n| n.parse::<f64>().ok());
    Ok(kilobytes.unwrap_or(f64::NAN) / 1024.0)
}
