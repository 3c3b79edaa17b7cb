//! How two geometries lie to each other: predicates and distance, exact on the coordinates as stored.

mod distance;
mod index;
mod pairs;
mod predicate;
mod prepared;
mod puntal;
pub(crate) mod segment;
pub(crate) mod stripes;
#[cfg(test)]
pub(crate) mod testing;
mod twofold;

pub use distance::distance;
pub use index::{Index, locate};
pub use pairs::{Other, Pair, Pairs};
pub use predicate::{Predicate, predicate};
pub use prepared::Prepared;
pub(crate) use segment::{orientation, point_segment};
