//! Sessions with and without the rule, and small tables that are hard to join.

use std::sync::Arc;

use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::displayable;
use datafusion::prelude::{SessionConfig, SessionContext};

/// Every type, empties, duplicates, NaN, shared edges and corners, holes.
const SHAPES: &[&str] = &[
    "POINT (1 1)",
    "POINT (1 1)",
    "POINT (2 2)",
    "POINT (4 0)",
    "POINT (-7 3)",
    "POINT EMPTY",
    "MULTIPOINT ((1 1), (9 9))",
    "MULTIPOINT EMPTY",
    "LINESTRING (0 0, 2 2)",
    "LINESTRING (2 2, 0 0)",
    "LINESTRING (0 2, 2 0)",
    "LINESTRING (4 -1, 4 5)",
    "LINESTRING EMPTY",
    "MULTILINESTRING ((0 0, 1 1), (1 1, 2 2))",
    "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))",
    "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1))",
    "POLYGON ((4 0, 8 0, 8 4, 4 4, 4 0))",
    "POLYGON ((4 4, 0 4, 0 0, 4 0, 4 4))",
    "POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1))",
    "POLYGON ((-9 -9, 9 -9, 9 9, -9 9, -9 -9))",
    "POLYGON EMPTY",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((2 2, 3 2, 3 3, 2 3, 2 2)))",
    "GEOMETRYCOLLECTION (POINT (2 2), LINESTRING (4 0, 5 0))",
    "GEOMETRYCOLLECTION EMPTY",
];

/// How a session runs.
#[derive(Debug, Clone, Copy)]
pub struct How {
    pub partitions: usize,
    pub batch_size: usize,
}

/// One partition in large batches; many in tiny ones.
pub const HOWS: [How; 2] = [How { partitions: 1, batch_size: 8192 }, How { partitions: 4, batch_size: 3 }];

/// A session without tables.
pub fn bare(rule: bool, how: How, runtime: Arc<RuntimeEnv>) -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(how.partitions).with_batch_size(how.batch_size);
    let mut builder = SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features();
    if rule {
        builder = builder.with_physical_optimizer_rule(geoplug_datafusion::index_join_rule());
    }
    let mut ctx = SessionContext::new_with_state(builder.build());
    geoplug_datafusion::register_all(&mut ctx).unwrap();
    ctx
}

/// A session with the tables `few` and `many` (ids, keys, limits, geometries with nulls among them) and `none`, which
/// has no row.
pub async fn session(rule: bool, how: How) -> SessionContext {
    let ctx = bare(rule, how, Arc::new(RuntimeEnv::default()));
    let row = |id: usize, wkt: &str| {
        let (key, limit) = (["NULL", "1", "2"][id % 3], ["0.0", "1.5", "NULL", "3.0", "-1.0"][id % 5]);
        format!("({id}, {key}, {limit}, '{wkt}')")
    };
    let few: Vec<String> = SHAPES.iter().step_by(2).enumerate().map(|(i, wkt)| row(i, wkt)).collect();
    let many = SHAPES.iter().chain(&SHAPES[8..20]).enumerate().map(|(i, wkt)| row(i, wkt));
    for (table, rows) in [("few", few), ("many", many.collect()), ("none", Vec::new())] {
        let rows =
            if rows.is_empty() { format!("{} LIMIT 0", values(&[row(0, "POINT EMPTY")])) } else { values(&rows) };
        let odd = "SELECT 100, 1, 1.0, NULL::BYTEA UNION ALL SELECT 101, 2, 2.0, st_asbinary(st_point('NaN'::DOUBLE, 1)) \
                   UNION ALL SELECT 102, 1, 0.5, st_asbinary(st_point('Infinity'::DOUBLE, 1))";
        let odd = if table == "none" { String::new() } else { format!(" UNION ALL {odd}") };
        let sql = format!("SELECT id, key, reach, st_geomfromwkb(wkb) AS geom FROM (({rows}){odd}) AS t ORDER BY id");
        let frame = ctx.sql(&sql).await.unwrap();
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let batches = frame.collect().await.unwrap();
        register(&ctx, table, concat_batches(&schema, &batches).unwrap(), how);
    }
    ctx
}

fn values(rows: &[String]) -> String {
    let rows = rows.join(", ");
    format!(
        "SELECT id, key::BIGINT AS key, reach::DOUBLE AS reach, st_asbinary(st_geomfromtext(wkt)) AS wkb \
         FROM (VALUES {rows}) AS v (id, key, reach, wkt)"
    )
}

/// Registers rows as a table of several partitions and batches.
pub fn register(ctx: &SessionContext, table: &str, all: RecordBatch, how: How) {
    let mut partitions = vec![Vec::new(); how.partitions];
    for (i, start) in (0..all.num_rows()).step_by(how.batch_size).enumerate() {
        partitions[i % how.partitions].push(all.slice(start, how.batch_size.min(all.num_rows() - start)));
    }
    ctx.register_table(table, Arc::new(MemTable::try_new(all.schema(), partitions).unwrap())).unwrap();
}

/// The rows of a query, as text, sorted.
pub async fn rows(ctx: &SessionContext, sql: &str) -> Result<Vec<String>> {
    let batches = ctx.sql(sql).await?.collect().await?;
    let mut rows: Vec<String> = batches.iter().flat_map(text).collect();
    rows.sort();
    Ok(rows)
}

pub fn text(batch: &RecordBatch) -> Vec<String> {
    let cell = |c: &Arc<dyn datafusion::arrow::array::Array>, row| {
        if c.is_null(row) { "NULL".to_owned() } else { array_value_to_string(c, row).unwrap() }
    };
    (0..batch.num_rows())
        .map(|row| batch.columns().iter().map(|c| cell(c, row)).collect::<Vec<_>>().join(" "))
        .collect()
}

/// The physical plan, as EXPLAIN shows it.
pub async fn plan(ctx: &SessionContext, sql: &str) -> Result<String> {
    let plan = ctx.sql(sql).await?.create_physical_plan().await?;
    Ok(displayable(plan.as_ref()).indent(false).to_string())
}

/// Both sessions, in every way to run.
pub struct Both {
    with: Vec<SessionContext>,
    without: SessionContext,
}

impl Both {
    pub async fn new() -> Self {
        let mut with = Vec::new();
        for how in HOWS {
            with.push(session(true, how).await);
        }
        Self { with, without: session(false, HOWS[1]).await }
    }

    /// The query is planned as a spatial join and gives the rows that it gives without the rule. Gives these.
    pub async fn check(&self, sql: &str) -> Vec<String> {
        let wanted = rows(&self.without, sql).await.unwrap();
        for ctx in &self.with {
            let plan = plan(ctx, sql).await.unwrap();
            // The keys of no rows are selective.
            let planned = plan.contains("SpatialJoinExec") || sql.contains("none") && plan.contains("HashJoinExec");
            assert!(planned && !plan.contains("NestedLoopJoinExec"), "{sql}\n{plan}");
            let found = rows(ctx, sql).await.unwrap();
            assert_eq!(found, wanted, "{sql}\n{plan}");
            if plan.starts_with("SpatialJoinExec") {
                let batches = ctx.sql(sql).await.unwrap().collect().await.unwrap();
                let size = ctx.state().config().batch_size();
                assert!(
                    batches.iter().all(|batch| batch.num_rows() <= size),
                    "a batch larger than the session's: {sql}"
                );
            }
        }
        wanted
    }

    /// The query is not planned as a spatial join.
    pub async fn check_left_alone(&self, sql: &str) {
        for ctx in &self.with {
            let plan = plan(ctx, sql).await.unwrap();
            assert!(!plan.contains("SpatialJoinExec"), "{sql}\n{plan}");
        }
    }
}
