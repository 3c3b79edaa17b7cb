//! Which joins are planned as spatial joins, and how.

use std::sync::Arc;

use datafusion::physical_plan::{ExecutionPlan, collect};

use super::support::{Both, HOWS, How, plan, rows, session};

#[tokio::test]
async fn conditions_without_an_index_are_left_alone() {
    let both = Both::new().await;
    for on in [
        "st_intersects(a.geom, b.geom) OR a.id = 1",
        "NOT st_intersects(a.geom, b.geom)",
        "st_disjoint(a.geom, b.geom)",
        "st_distance(a.geom, b.geom) > 1",
        "st_distance(a.geom, b.geom) < a.reach + b.reach",
        "st_dwithin(a.geom, b.geom, a.reach + b.reach)",
        "st_intersects(st_union(a.geom, b.geom), b.geom)",
        "st_area(a.geom) < st_area(b.geom)",
        "st_relate(a.geom, b.geom, 'T********')",
    ] {
        both.check_left_alone(&format!("SELECT a.id, b.id FROM few a JOIN many b ON {on}")).await;
    }
    both.check_left_alone("SELECT * FROM few a WHERE st_intersects(a.geom, st_point(1, 1))").await;
    both.check_left_alone("SELECT * FROM few a JOIN many b ON a.id = b.id").await;
    both.check_left_alone(
        "SELECT * FROM few a WHERE a.id NOT IN (SELECT b.id FROM many b WHERE st_intersects(a.geom, b.geom))",
    )
    .await;
}

#[tokio::test]
async fn the_side_with_fewer_rows_is_indexed() {
    let ctx = session(true, How { partitions: 2, batch_size: 8192 }).await;
    // A few circles, which take more bytes than many points.
    ctx.sql("CREATE TABLE circles AS SELECT x AS id, st_buffer(st_point(x, x), 1, 1000) AS geom FROM (VALUES (1), (5)) AS t (x)")
        .await
        .unwrap();
    ctx.sql("CREATE TABLE points AS SELECT value AS id, st_point(value / 100, 1) AS geom FROM generate_series(1, 500)")
        .await
        .unwrap();
    for (small, large) in [("few", "many"), ("circles", "points")] {
        let rows = ctx.table(small).await.unwrap().count().await.unwrap();
        for (a, b) in [(small, large), (large, small)] {
            for join in ["LEFT", "RIGHT", "FULL", "INNER", "LEFT SEMI", "RIGHT ANTI"] {
                let sql = format!("SELECT 1 FROM {a} a {join} JOIN {b} b ON st_intersects(a.geom, b.geom)");
                let plan = ctx.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
                collect(plan.clone(), ctx.task_ctx()).await.unwrap();
                assert_eq!(metric(&plan, "build_input_rows"), Some(rows), "{sql}");
            }
        }
    }
}

/// A metric of the spatial join in a plan.
fn metric(plan: &Arc<dyn ExecutionPlan>, name: &str) -> Option<usize> {
    let own = || plan.metrics()?.sum_by_name(name).map(|value| value.as_usize());
    if plan.name() == "SpatialJoinExec" {
        own()
    } else {
        plan.children().into_iter().find_map(|child| metric(child, name))
    }
}

#[tokio::test]
async fn the_plan_says_what_is_joined() {
    let ctx = session(true, HOWS[1]).await;
    let sql = "SELECT a.id, b.key FROM few a LEFT JOIN many b ON st_within(b.geom, a.geom) AND a.key < b.id";
    let plan = plan(&ctx, sql).await.unwrap();
    let line = plan.lines().find(|line| line.contains("SpatialJoinExec")).unwrap().trim();
    let wanted = "SpatialJoinExec: join_type=Left, on=st_within(geom, geom), build=left, filter=key < id, projection=[id@0, key@4]";
    assert_eq!(line, wanted, "{plan}");
}

#[tokio::test]
async fn columns_that_nobody_asks_for_are_not_gathered() {
    let ctx = session(true, HOWS[1]).await;
    for sql in [
        "SELECT a.key, count(b.id) FROM many a LEFT JOIN few b ON st_within(b.geom, a.geom) GROUP BY a.key",
        "SELECT a.key, a.id + b.id FROM few a JOIN many b ON st_within(b.geom, a.geom) AND a.key < b.key",
        "SELECT count(*) FROM few a JOIN many b ON st_knn(a.geom, b.geom, 2)",
        "SELECT a.id FROM (SELECT id, st_buffer(geom, 1) AS geom FROM few WHERE id < 100) a JOIN many b ON st_intersects(a.geom, b.geom)",
    ] {
        let plan = plan(&ctx, sql).await.unwrap();
        let line = plan.lines().find(|line| line.contains("SpatialJoinExec")).unwrap();
        assert!(line.contains("projection=[") && !line.contains("geom@"), "{sql}\n{plan}");
    }
}

#[tokio::test]
async fn crs_that_differ_are_refused_when_the_query_is_planned() {
    let ctx = session(true, HOWS[0]).await;
    let sql = "SELECT * FROM (SELECT st_setsrid(geom, 4326) AS geom FROM few) a \
               JOIN (SELECT st_setsrid(geom, 3857) AS geom FROM many) b ON st_intersects(a.geom, b.geom)";
    let error = plan(&ctx, sql).await.unwrap_err().to_string();
    assert!(error.contains("st_intersects") && error.contains("4326") && error.contains("3857"), "{error}");
}

#[tokio::test]
async fn an_aggregate_that_counts_on_hashed_partitions_gets_them() {
    // Both sides are partitioned by key for a hash join, which the aggregate above relies on.
    let how = How { partitions: 4, batch_size: 3 };
    let (with, without) = (session(true, how).await, session(false, how).await);
    for join in ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"] {
        for side in ["a", "b"] {
            let sql = format!(
                "SELECT {side}.key, count(*), count(a.id), count(b.id) FROM many a {join} few b \
                 ON a.key = b.key AND st_intersects(a.geom, b.geom) GROUP BY {side}.key"
            );
            for ctx in [&with, &without] {
                ctx.sql("SET datafusion.optimizer.hash_join_single_partition_threshold = 0").await.unwrap();
                ctx.sql("SET datafusion.optimizer.hash_join_single_partition_threshold_rows = 0").await.unwrap();
            }
            let shown = plan(&with, &sql).await.unwrap();
            assert!(shown.contains("SpatialJoinExec"), "{shown}");
            assert_eq!(rows(&with, &sql).await.unwrap(), rows(&without, &sql).await.unwrap(), "{sql}\n{shown}");
        }
    }
}
