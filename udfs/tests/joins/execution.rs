//! How a join runs: errors, limits, metrics, cancellation.

use std::time::{Duration, Instant};

use datafusion::physical_plan::{execute_stream, execute_stream_partitioned};
use futures::StreamExt;

use super::support::{HOWS, How, bare, plan, rows, session, text};

#[tokio::test]
async fn an_error_says_function_row_and_cause() {
    let ctx = session(true, How { partitions: 1, batch_size: 8192 }).await;
    ctx.sql("CREATE TABLE bad AS SELECT column1 AS id, column2 AS geom FROM (VALUES (1, x'0101000000000000000000F03F000000000000F03F'), (2, x'0101'))")
        .await
        .unwrap();
    for sql in [
        "SELECT * FROM bad a JOIN many b ON st_intersects(a.geom, b.geom)",
        "SELECT * FROM many a CROSS JOIN (SELECT * FROM many UNION ALL SELECT id, NULL, NULL, geom FROM bad) b WHERE st_intersects(a.geom, b.geom)",
    ] {
        assert!(plan(&ctx, sql).await.unwrap().contains("SpatialJoinExec"));
        let error = rows(&ctx, sql).await.unwrap_err().to_string();
        assert!(error.contains("st_intersects: row ") && error.contains("missing"), "{error}");
    }
    let error =
        rows(&ctx, "SELECT * FROM few a JOIN many b ON st_dwithin(a.geom, b.geom, a.id - 5)").await.unwrap_err();
    assert!(error.to_string().contains("st_dwithin: row 0: distance must not be negative, got -5"), "{error}");
    let error =
        rows(&ctx, "SELECT * FROM few a JOIN many b ON st_intersects(a.geom, b.geom) AND 1 / (a.id - 1) > 5").await;
    assert!(error.unwrap_err().to_string().to_lowercase().contains("divide by zero"));
}

#[tokio::test]
async fn a_limit_is_met_and_ends_the_work() {
    for how in HOWS {
        let ctx = session(true, how).await;
        for limit in [0, 1, 5] {
            let sql =
                format!("SELECT a.id, b.id FROM many a JOIN many b ON st_intersects(a.geom, b.geom) LIMIT {limit}");
            assert_eq!(rows(&ctx, &sql).await.unwrap().len(), limit);
        }
    }
}

#[tokio::test]
async fn explain_analyze_shows_metrics() {
    let ctx = session(true, HOWS[1]).await;
    let sql =
        "EXPLAIN ANALYZE SELECT a.id, b.id FROM few a JOIN many b ON st_intersects(a.geom, b.geom) AND a.id < b.id";
    let shown = rows(&ctx, sql).await.unwrap().join("\n");
    let line = shown.lines().find(|line| line.contains("SpatialJoinExec")).unwrap();
    for metric in [
        "output_rows=",
        "build_time=",
        "index_time=",
        "probe_time=",
        "build_input_rows=15",
        "input_rows=39",
        "pairs=",
        "build_mem_used=",
    ] {
        assert!(line.contains(metric), "{metric}: {line}");
    }
}

#[tokio::test]
async fn a_plan_runs_twice() {
    let ctx = session(true, HOWS[1]).await;
    let frame = ctx.sql("SELECT a.id, b.id FROM few a FULL JOIN many b ON st_within(b.geom, a.geom)").await.unwrap();
    let plan = frame.create_physical_plan().await.unwrap();
    let mut counts = Vec::new();
    for _ in 0..2 {
        let mut stream = execute_stream(plan.clone(), ctx.task_ctx()).unwrap();
        let mut count = 0;
        while let Some(batch) = stream.next().await {
            count += batch.unwrap().num_rows();
        }
        counts.push(count);
    }
    assert!(counts[0] > 0 && counts[0] == counts[1], "{counts:?}");
}

#[tokio::test]
async fn partitions_may_run_one_after_the_other() {
    let how = HOWS[1];
    let (ctx, without) = (session(true, how).await, session(false, how).await);
    let sql = "SELECT a.id, b.id FROM few a FULL JOIN many b ON st_within(b.geom, a.geom)";
    let plan = ctx.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
    let mut count = 0;
    for mut stream in execute_stream_partitioned(plan, ctx.task_ctx()).unwrap() {
        while let Some(batch) = stream.next().await {
            count += batch.unwrap().num_rows();
        }
    }
    assert_eq!(count, rows(&without, sql).await.unwrap().len());
}

/// One batch of rows that cost much each is work for all partitions.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_batch_is_probed_in_pieces() {
    let how = How { partitions: 3, batch_size: 8192 };
    let (ctx, without) = (bare(true, how, Default::default()), bare(false, how, Default::default()));
    for ctx in [&ctx, &without] {
        ctx.sql("CREATE TABLE boxes AS SELECT value AS id, st_makeenvelope(value, 0, value + 1, 1 + value % 2) AS geom FROM generate_series(1, 1000)")
            .await
            .unwrap();
    }
    for kind in ["INNER", "LEFT", "RIGHT", "FULL", "LEFT SEMI", "RIGHT ANTI"] {
        let columns = if kind.starts_with("RIGHT ") { "b.id" } else { "a.id" };
        let sql = format!(
            "SELECT {columns} FROM boxes a {kind} JOIN boxes b ON st_touches(a.geom, b.geom) AND a.id < b.id - b.id % 3"
        );
        assert_eq!(rows(&ctx, &sql).await.unwrap(), rows(&without, &sql).await.unwrap(), "{sql}");
        let shown = rows(&ctx, &format!("EXPLAIN ANALYZE {sql}")).await.unwrap().join("\n");
        let line = shown.lines().find(|line| line.contains("SpatialJoinExec")).unwrap();
        assert!(line.contains(" input_batches=32") && line.contains(" input_rows=1.00 K"), "{line}");
    }
    let sql = "SELECT a.id, b.id FROM (SELECT * FROM boxes ORDER BY id DESC LIMIT 500) a JOIN boxes b ON st_touches(a.geom, b.geom) ORDER BY a.id DESC, b.id";
    let ordered = |batches: Vec<_>| batches.iter().flat_map(text).collect::<Vec<_>>();
    let found = ordered(ctx.sql(sql).await.unwrap().collect().await.unwrap());
    assert_eq!(found, ordered(without.sql(sql).await.unwrap().collect().await.unwrap()));
}

/// A join that would run for minutes ends when nobody wants its rows any more, and gives its memory back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_that_is_dropped_ends_promptly() {
    let ctx = bare(true, How { partitions: 2, batch_size: 8192 }, Default::default());
    // Circles around the same place, all of which intersect and none of which is within another.
    ctx.sql("CREATE TABLE circles AS SELECT value AS id, st_buffer(st_point(value * 0.0001, 0), 1, 200) AS geom FROM generate_series(1, 3000)")
        .await
        .unwrap();
    let sql = "SELECT count(*) FROM circles a JOIN circles b ON st_overlaps(a.geom, b.geom) AND a.id < b.id";
    let frame = ctx.sql(sql).await.unwrap();
    let running = tokio::spawn(frame.collect());
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!running.is_finished(), "too fast to be interrupted");
    let start = Instant::now();
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    let pool = &ctx.runtime_env().memory_pool;
    while pool.reserved() > 0 {
        assert!(start.elapsed() < Duration::from_secs(5), "{} bytes are still reserved", pool.reserved());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}
