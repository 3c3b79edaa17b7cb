//! Joins in little memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::datasource::MemTable;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::physical_plan::{collect, execute_stream};
use datafusion::prelude::SessionContext;
use futures::StreamExt;

use super::support::{How, bare, rows, text};

const HOW: How = How { partitions: 3, batch_size: 512 };

/// Boxes of several sizes, points, empties and nulls, in no order: `rows` of them.
async fn scattered(ctx: &SessionContext, table: &str, rows: usize, shift: f64) {
    let source = bare(false, HOW, Default::default());
    let sql = format!(
        "SELECT id, id % 7 AS key, repeat('x', 100) AS text, CASE id % 10 WHEN 0 THEN NULL WHEN 1 THEN st_geomfromtext('POINT EMPTY') \
         WHEN 2 THEN st_point(x, y) ELSE st_makeenvelope(x, y, x + id % 5 / 2.0, y + id % 3 / 2.0) END AS geom \
         FROM (SELECT value AS id, (value * 7919 % 10007) / 30.0 + {shift} AS x, (value * 104729 % 9973) / 30.0 AS y \
         FROM generate_series(1, {rows}))"
    );
    let frame = source.sql(&sql).await.unwrap();
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let mut partitions = vec![Vec::new(); HOW.partitions];
    for (i, batch) in frame.collect().await.unwrap().into_iter().enumerate() {
        partitions[i % HOW.partitions].push(batch);
    }
    ctx.register_table(table, Arc::new(MemTable::try_new(schema, partitions).unwrap())).unwrap();
}

fn with_memory(bytes: usize, directory: &Path) -> Arc<RuntimeEnv> {
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![directory.to_owned()]));
    let builder = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(GreedyMemoryPool::new(bytes)));
    Arc::new(builder.with_disk_manager_builder(disk).build().unwrap())
}

/// A directory of this test, which goes at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("geoplug-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> usize {
        let mut files = 0;
        let mut directories = vec![self.0.clone()];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { directories.push(path) } else { files += 1 }
            }
        }
        files
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

async fn tables(ctx: &SessionContext) {
    scattered(ctx, "a", 8_000, 0.0).await;
    scattered(ctx, "b", 12_000, 0.3).await;
}

const KINDS: [&str; 8] = ["INNER", "LEFT", "RIGHT", "FULL", "LEFT SEMI", "RIGHT SEMI", "LEFT ANTI", "RIGHT ANTI"];

fn queries() -> Vec<String> {
    let mut queries = Vec::new();
    for on in [
        "st_intersects(a.geom, b.geom)",
        "st_equals(a.geom, b.geom)",
        "st_dwithin(a.geom, b.geom, 0.2) AND a.key = b.key",
        "st_distance(b.geom, a.geom) < a.key / 20.0",
        "st_distance(a.geom, b.geom) <= b.key / 20.0",
    ] {
        // What differs by type of join does not by condition.
        let kinds: &[&str] = if queries.is_empty() { &KINDS } else { &["FULL", "LEFT SEMI", "RIGHT ANTI"] };
        for kind in kinds {
            let columns = if kind.starts_with("LEFT ") {
                "a.id, a.text"
            } else if kind.starts_with("RIGHT ") {
                "b.id, b.text"
            } else {
                "a.id, b.id"
            };
            queries.push(format!("SELECT {columns} FROM a {kind} JOIN b ON {on}"));
        }
        queries.push(format!("SELECT a.id FROM a WHERE a.id < 30 OR EXISTS (SELECT 1 FROM b WHERE {on})"));
        queries.push(format!("SELECT b.id FROM b WHERE b.id < 30 OR EXISTS (SELECT 1 FROM a WHERE {on})"));
    }
    queries
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_little_memory_gives_the_same_rows() {
    let scratch = Scratch::new("spill");
    let plenty = bare(true, HOW, Default::default());
    let little = bare(true, HOW, with_memory(1000 << 10, &scratch.0));
    tables(&plenty).await;
    tables(&little).await;
    for sql in queries() {
        let wanted = rows(&plenty, &sql).await.unwrap();
        assert!(!wanted.is_empty(), "{sql}");
        let plan = little.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
        let mut found: Vec<String> =
            collect(plan.clone(), little.task_ctx()).await.unwrap().iter().flat_map(text).collect();
        found.sort();
        let shown = datafusion::physical_plan::display::DisplayableExecutionPlan::with_metrics(plan.as_ref());
        let shown = shown.indent(false).to_string();
        let line = shown.lines().find(|line| line.contains("SpatialJoinExec")).unwrap();
        assert!(!line.contains("spill_partitions=0"), "{sql}\n{shown}");
        assert_eq!(found, wanted, "{sql}");
        nothing_is_left(&scratch, &little).await;
    }
}

#[tokio::test]
async fn what_cannot_be_spilled_is_said() {
    let scratch = Scratch::new("refuse");
    let ctx = bare(true, HOW, with_memory(1000 << 10, &scratch.0));
    tables(&ctx).await;
    let error =
        rows(&ctx, "SELECT a.id, b.id FROM a JOIN b ON st_knn(a.geom, b.geom, 2)").await.unwrap_err().to_string();
    assert!(error.contains("the candidates of st_knn are searched as a whole"), "{error}");
    let nothing = bare(true, HOW, with_memory(1 << 10, &scratch.0));
    tables(&nothing).await;
    let error = rows(&nothing, "SELECT a.id, b.id FROM a JOIN b ON st_intersects(a.geom, b.geom)").await.unwrap_err();
    assert!(error.to_string().contains("Resources exhausted"), "{error}");
    nothing_is_left(&scratch, &nothing).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_that_is_dropped_midway_leaves_no_files() {
    let scratch = Scratch::new("dropped");
    let ctx = bare(true, HOW, with_memory(1000 << 10, &scratch.0));
    tables(&ctx).await;
    let frame = ctx.sql("SELECT a.id, b.id FROM a FULL JOIN b ON st_dwithin(a.geom, b.geom, 3)").await.unwrap();
    let plan = frame.create_physical_plan().await.unwrap();
    let mut stream = execute_stream(plan.clone(), ctx.task_ctx()).unwrap();
    assert!(stream.next().await.unwrap().unwrap().num_rows() > 0);
    assert!(scratch.files() > 0, "nothing was spilled");
    drop(stream);
    // The plan lives on.
    nothing_is_left(&scratch, &ctx).await;
}

/// Neither files nor reserved bytes; tasks that were dropped end at their next step.
async fn nothing_is_left(scratch: &Scratch, ctx: &SessionContext) {
    for _ in 0..200 {
        if scratch.files() == 0 && ctx.runtime_env().memory_pool.reserved() == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{} files, {} bytes are left", scratch.files(), ctx.runtime_env().memory_pool.reserved());
}
