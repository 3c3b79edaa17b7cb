//! Positions and segments in the plane, decided by exact arithmetic, and an index of them: what relations and overlays
//! are both built on.

mod grid;
pub mod hull;
pub mod index;
pub mod layer;
pub mod mosaic;
pub mod nearest;
mod proximity;
pub mod raster;
pub mod segment;
pub mod stripes;
pub mod tree;
pub mod twofold;

pub use index::{Index, locate};
pub use segment::{orientation, point_segment};
