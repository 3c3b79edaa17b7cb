//! Spatial and fuzzy joins in SQL, against the same query without the rule: a nested loop over the scalar functions.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

#[path = "joins/support.rs"]
mod support;

#[path = "joins/conditions.rs"]
mod conditions;
#[path = "joins/execution.rs"]
mod execution;
#[path = "joins/fuzzy.rs"]
mod fuzzy;
#[path = "joins/fuzzy_running.rs"]
mod fuzzy_running;
#[path = "joins/memory.rs"]
mod memory;
#[path = "joins/nearest.rs"]
mod nearest;
#[path = "joins/planning.rs"]
mod planning;
