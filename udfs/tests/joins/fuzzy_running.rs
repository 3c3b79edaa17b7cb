//! How a join by texts runs: which side is indexed, metrics, memory, cancellation.

use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionContext;
use futures::StreamExt;

use super::fuzzy::session;
use super::support::{HOWS, How, bare, plan, register, rows};

const HOW: How = How { partitions: 2, batch_size: 512 };

/// So many names of some letters at random, every fourth of them a second time.
fn name(ctx: &SessionContext, table: &str, rows: usize, letters: usize) {
    let mut state = 1_u64;
    let mut letter = || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        char::from(b'a' + (state >> 59) as u8 % 26)
    };
    let different: Vec<String> = (0..rows / 4 * 3).map(|_| (0..letters).map(|_| letter()).collect()).collect();
    let names: StringArray = different.iter().cycle().take(rows).map(Some).collect();
    let ids = Int64Array::from_iter_values(0..rows as i64);
    let columns: [(&str, ArrayRef); 2] = [("id", Arc::new(ids)), ("name", Arc::new(names))];
    register(ctx, table, RecordBatch::try_from_iter(columns).unwrap(), HOW);
}

fn with_memory(bytes: usize) -> Arc<RuntimeEnv> {
    let builder = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(GreedyMemoryPool::new(bytes)));
    Arc::new(builder.build().unwrap())
}

#[tokio::test]
async fn the_plan_says_what_is_joined() {
    let ctx = session(true, HOWS[1], &DataType::Utf8);
    let sql = "SELECT a.id, b.key FROM few a LEFT JOIN many b ON 3 > osa_distance(b.name, a.name) AND a.key < b.id";
    let plan = plan(&ctx, sql).await.unwrap();
    let line = plan.lines().find(|line| line.contains("FuzzyJoinExec")).unwrap().trim();
    let wanted = "FuzzyJoinExec: join_type=Left, on=3 > osa_distance(name, name), build=left, filter=key < id, projection=[id@0, key@4]";
    assert_eq!(line, wanted, "{plan}");
}

#[tokio::test]
async fn the_side_with_fewer_rows_is_indexed() {
    let ctx = bare(true, HOW, Default::default());
    name(&ctx, "small", 40, 9);
    name(&ctx, "large", 500, 9);
    for (a, b) in [("small", "large"), ("large", "small")] {
        for join in ["LEFT", "RIGHT", "FULL", "INNER", "LEFT SEMI", "RIGHT ANTI"] {
            let sql =
                format!("EXPLAIN ANALYZE SELECT 1 FROM {a} a {join} JOIN {b} b ON levenshtein(a.name, b.name) <= 2");
            let shown = rows(&ctx, &sql).await.unwrap().join("\n");
            assert!(shown.contains("build_input_rows=40,") && shown.contains(" input_rows=500,"), "{sql}\n{shown}");
        }
    }
}

#[tokio::test]
async fn explain_analyze_shows_metrics() {
    let ctx = bare(true, HOW, Default::default());
    name(&ctx, "a", 40, 9);
    name(&ctx, "b", 500, 9);
    let sql = "EXPLAIN ANALYZE SELECT a.id, b.id FROM a JOIN b ON levenshtein(a.name, b.name) <= 1 AND a.id <> b.id";
    let shown = rows(&ctx, sql).await.unwrap().join("\n");
    let line = shown.lines().find(|line| line.contains("FuzzyJoinExec")).unwrap();
    let metrics =
        ["build_time=", "index_time=", "probe_time=", "build_input_rows=40", "input_rows=500", "build_mem_used="];
    for metric in metrics {
        assert!(line.contains(metric), "{metric}: {line}");
    }
    let found: usize = line.split("pairs=").nth(1).unwrap().split([',', ']']).next().unwrap().parse().unwrap();
    assert!(found >= 50, "{line}");
}

/// All pairs, in batches no larger than the session's, and only as many as are wanted.
#[tokio::test]
async fn most_pairs_may_match() {
    let ctx = bare(true, HOW, Default::default());
    name(&ctx, "a", 3000, 9);
    for on in ["levenshtein(a.name, b.name) <= 50", "jaro_winkler_similarity(a.name, b.name) >= 0"] {
        let sql = format!("SELECT a.id, b.id FROM a JOIN a b ON {on}");
        let plan = ctx.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
        let mut stream = execute_stream(plan, ctx.task_ctx()).unwrap();
        let mut found = 0;
        while let Some(batch) = stream.next().await {
            let batch = batch.unwrap().num_rows();
            assert!(batch <= HOW.batch_size);
            found += batch;
        }
        assert_eq!(found, 9_000_000, "{on}");
        assert_eq!(rows(&ctx, &format!("{sql} LIMIT 5")).await.unwrap().len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_is_asked_for_and_given_back() {
    let sql = "SELECT count(*), sum(a.id) FROM a JOIN b ON damerau_levenshtein(a.name, b.name) <= 2";
    let mut answers = Vec::new();
    // Neither the rows nor the index; the rows, but not the index; everything.
    for (megabytes, refused) in [(1, true), (6, true), (200, false)] {
        let ctx = bare(true, HOW, with_memory(megabytes << 20));
        name(&ctx, "a", 20_000, 9);
        name(&ctx, "b", 20_000, 9);
        match rows(&ctx, sql).await {
            Err(error) if refused => {
                let error = error.to_string();
                assert!(error.contains("the indexed side of a fuzzy join does not fit in memory"), "{error}");
                assert!(error.contains("raise the limit") && error.contains("FuzzyJoin build"), "{error}");
                assert!(error.contains("Resources exhausted"), "{error}");
            }
            Err(error) => panic!("{megabytes} MB: {error}"),
            Ok(answer) => {
                assert!(!refused, "{megabytes} MB are enough");
                answers.push(answer);
            }
        }
        assert_eq!(ctx.runtime_env().memory_pool.reserved(), 0);
    }
    let plenty = bare(true, HOW, Default::default());
    name(&plenty, "a", 20_000, 9);
    name(&plenty, "b", 20_000, 9);
    assert_eq!(answers, [rows(&plenty, sql).await.unwrap()]);
}

/// A join that would run for minutes, one text of which is compared for seconds, ends when nobody wants its rows any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_that_is_dropped_ends_promptly() {
    let ctx = bare(true, HOW, Default::default());
    name(&ctx, "long", 4000, 1200);
    for on in ["damerau_levenshtein(a.name, b.name) <= 900", "jaro_winkler_similarity(a.name, b.name) >= 0.5"] {
        let sql = format!("SELECT count(*) FROM long a JOIN long b ON {on}");
        let frame = ctx.sql(&sql).await.unwrap();
        let running = tokio::spawn(frame.collect());
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(!running.is_finished(), "too fast to be interrupted: {on}");
        let start = Instant::now();
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        while ctx.runtime_env().memory_pool.reserved() > 0 {
            assert!(start.elapsed() < Duration::from_secs(5), "memory is still reserved: {on}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}: {on}", start.elapsed());
    }
}
