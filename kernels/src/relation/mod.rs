//! How two geometries lie to each other: predicates and distance, exact on the coordinates as stored.

mod apart;
mod cache;
mod distance;
mod intersects;
mod pairs;
mod points;
mod predicate;
mod prepared;
mod relate;

pub use apart::PointsApart;
pub use distance::{Wanted, distance, distance_to_area};
pub use intersects::intersects;
pub use pairs::{Other, Pair, Pairs};
pub(crate) use predicate::has_extent;
pub use predicate::{Predicate, Relater, predicate};
pub use prepared::Prepared;
pub use relate::{Pattern, Whole};
