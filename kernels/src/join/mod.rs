//! Joining two columns of geometries: one side is indexed, the other probed a batch at a time, and what the boxes let
//! through is decided by the exact predicates.

mod areas;
mod boxes;
mod candidates;
mod cells;
mod decide;
mod footprint;
mod forms;
mod index;
mod listing;
mod nearest;
mod probe;
mod strips;
mod test;
mod vertices;

pub use index::SpatialIndex;
pub use probe::{Matches, ProbeBatch, Prober};
pub use test::{JoinTest, Limit, Side};

#[cfg(test)]
mod tests;
