//! Vectorised geometry kernels over Arrow arrays: Arrow in, Arrow out. No engine and no Python is named here.
//!
//! A function is declared once, in its file under `functions`, and listed once, in [`functions::CATALOG`]. Engines
//! loop over the catalog.

pub mod aggregate;
mod argument;
mod buffer;
pub mod call;
pub mod catalog;
pub mod condition;
pub mod docs;
mod error;
pub mod functions;
pub mod fuzzy;
pub mod geom;
pub mod join;
pub mod overlay;
mod planar;
pub mod relation;
#[cfg(test)]
mod testing;
pub mod text;
pub mod types;

pub use argument::Argument;
pub use catalog::Function;
pub use error::{Cause, Error, Result, guard};
