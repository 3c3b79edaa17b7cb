//! Text matching: how far apart two texts are, and codes of what they sound like. Texts are compared by their symbols,
//! which are scalar values or grapheme clusters. Short ones are compared many pairs at once (`lanes`), others one pair
//! after the other, 64 symbols at a time (`long`).

mod blocks;
mod column;
mod compare;
mod damerau;
mod distinct;
mod jaro;
mod lanes;
mod levenshtein;
mod likeness;
mod long;
mod measure;
mod near;
mod osa;
mod sets;
mod symbols;
#[cfg(test)]
mod tests;
mod windows;

pub use compare::{compare, unit};
pub use distinct::Distinct;
pub use measure::{Bounded, Damerau, Distance, Jaro, JaroWinkler, Levenshtein, Measure, Normalized, Osa, Plain};
pub use near::{Found, Near, NearIndex, Search};
pub use sets::Sets;
pub use symbols::Unit;
