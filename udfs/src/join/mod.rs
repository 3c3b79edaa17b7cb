//! Joins by a condition on geometries, or on texts that are near. A physical optimizer rule turns nested loops, and hash
//! joins where that pays, into [`IndexJoinExec`], which indexes one side and streams the other.
//!
//! DataFusion has then done what it does for every join: subqueries are semi, anti or mark joins, filters are pushed
//! down, columns are pruned, equal keys are found.

mod bits;
mod build;
mod chunk;
mod condition;
mod exchange;
mod exec;
mod filter;
mod found;
mod index;
mod likeness;
mod measured;
mod memory;
mod metrics;
mod operand;
mod output;
mod properties;
mod route;
mod rows;
mod rule;
mod source;
mod space;
mod spill;
mod spool;
mod stream;
mod turns;

pub use exec::IndexJoinExec;
pub use rule::{IndexJoin, rewrite};

use std::sync::Arc;

use datafusion_session::PhysicalOptimizerRule;

/// The rule that plans spatial and fuzzy joins, for `SessionStateBuilder::with_physical_optimizer_rule`. It belongs behind
/// the rules of DataFusion, which is where that puts it.
///
/// ```
/// # use datafusion::execution::SessionStateBuilder;
/// # use datafusion::prelude::SessionContext;
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let state = SessionStateBuilder::new()
///     .with_default_features()
///     .with_physical_optimizer_rule(geoplug_datafusion::index_join_rule())
///     .build();
/// let mut ctx = SessionContext::new_with_state(state);
/// geoplug_datafusion::register_all(&mut ctx)?;
/// ctx.sql("CREATE TABLE areas AS SELECT st_makeenvelope(0, 0, 2, 2) AS geom").await?.collect().await?;
/// ctx.sql("CREATE TABLE points AS SELECT st_point(x, 1) AS geom FROM (VALUES (1), (5)) AS t (x)").await?.collect().await?;
/// let joined = ctx.sql("SELECT * FROM areas a JOIN points p ON st_contains(a.geom, p.geom)").await?;
/// # let plan = joined.clone().create_physical_plan().await?;
/// # let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
/// # assert!(shown.contains("SpatialJoinExec"), "{shown}");
/// assert_eq!(joined.count().await?, 1);
/// # datafusion::error::Result::<()>::Ok(())
/// # }).unwrap();
/// ```
pub fn index_join_rule() -> Arc<dyn PhysicalOptimizerRule + Send + Sync> {
    Arc::new(IndexJoin)
}
