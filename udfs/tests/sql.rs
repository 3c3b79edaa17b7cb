//! The .slt corpus, natively; datafusion-python runs the same files in `python/tests/test_sql.py`.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::ipc::reader::FileReader;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sql-tests")
}

/// A session with the functions and the two tables that every file may use.
fn session() -> SessionContext {
    let state = SessionStateBuilder::new()
        .with_config(SessionConfig::new().with_target_partitions(2))
        .with_default_features()
        .with_physical_optimizer_rule(geoplug_datafusion::index_join_rule())
        .build();
    let mut ctx = SessionContext::new_with_state(state);
    geoplug_datafusion::register_all(&mut ctx).unwrap();
    for table in ["shapes", "native"] {
        let file = File::open(corpus().join(format!("data/{table}.arrow"))).unwrap();
        let reader = FileReader::try_new(file, None).unwrap();
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, _>>().unwrap();
        ctx.register_table(table, Arc::new(MemTable::try_new(schema, vec![batches]).unwrap())).unwrap();
    }
    ctx
}

struct Session(SessionContext);

#[async_trait]
impl AsyncDB for Session {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        let batches = self.0.sql(sql).await?.collect().await?;
        let Some(first) = batches.first() else { return Ok(DBOutput::StatementComplete(0)) };
        let types = first.schema().fields().iter().map(|f| column_type(f.data_type())).collect();
        Ok(DBOutput::Rows { types, rows: batches.iter().flat_map(rows).collect() })
    }

    async fn shutdown(&mut self) {}
}

fn column_type(data_type: &DataType) -> DefaultColumnType {
    match data_type {
        t if t.is_floating() => DefaultColumnType::FloatingPoint,
        t if t.is_integer() => DefaultColumnType::Integer,
        _ => DefaultColumnType::Text,
    }
}

fn rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    (0..batch.num_rows()).map(|row| batch.columns().iter().map(|c| cell(c, row)).collect()).collect()
}

fn cell(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "NULL".into();
    }
    let text = match column.data_type() {
        DataType::Float64 => float(column.as_primitive::<Float64Type>().value(row)),
        _ => array_value_to_string(column, row).unwrap(),
    };
    if text.is_empty() { "(empty)".into() } else { text }
}

/// Integral values without a point; the shortest digits that read back as the same number otherwise.
fn float(v: f64) -> String {
    match v {
        v if v.is_nan() => "NaN".into(),
        v if v.is_infinite() => if v > 0.0 { "Infinity" } else { "-Infinity" }.into(),
        v if v == 0.0 || (1e-4..1e15).contains(&v.abs()) => {
            format!("{v}").replace("-0", if v == 0.0 { "0" } else { "-0" })
        }
        v => format!("{v:e}"),
    }
}

#[tokio::test]
async fn corpus_is_green() {
    let mut files: Vec<PathBuf> = std::fs::read_dir(corpus()).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "slt"));
    files.sort();
    assert!(!files.is_empty());
    let mut failures = Vec::new();
    for file in &files {
        let mut runner = Runner::new(|| async { Ok(Session(session())) });
        if let Err(error) = runner.run_file_async(file).await {
            failures.push(error.to_string());
        }
    }
    assert!(failures.is_empty(), "{} of {} files:\n{}", failures.len(), files.len(), failures.join("\n\n"));
}

#[tokio::test]
async fn a_panic_is_an_error() {
    let error = session().sql("SELECT test_panic(1)").await.unwrap().collect().await.unwrap_err();
    assert!(error.to_string().contains("test_panic: internal error"), "{error}");
}

#[tokio::test]
async fn functions_have_documentation() {
    let state = session().state();
    for name in ["st_area", "st_buffer"] {
        let docs = state.scalar_functions()[name].documentation().unwrap();
        assert!(docs.sql_example.as_ref().unwrap().contains(name));
        assert!(!docs.arguments.as_ref().unwrap().is_empty());
    }
}
