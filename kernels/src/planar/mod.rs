//! Positions and segments in the plane, decided by exact arithmetic, and an index of them: what relations and overlays
//! are both built on.

mod cell;
mod course;
mod divide;
mod grid;
pub mod hull;
pub mod index;
pub mod layer;
pub mod mosaic;
pub mod nearest;
pub mod piece;
mod proximity;
pub mod raster;
pub mod segment;
pub mod sieve;
pub mod stripes;
mod tally;
mod tiles;
pub mod tree;
pub mod twofold;

pub use index::{Index, locate};
pub use segment::{orientation, point_segment};
