//! Text matching: how far apart two texts are, and codes of what they sound like. Texts are compared by their symbols,
//! which are scalar values or grapheme clusters. Short ones are compared many pairs at once (`lanes`), others one pair
//! after the other, 64 symbols at a time (`long`). Codes of what a text sounds like have a module each.

mod band;
mod blocks;
mod code;
mod column;
mod common;
mod compare;
mod damerau;
mod distinct;
pub mod double_metaphone;
mod double_metaphone_rules;
mod exchanges;
mod jaro;
mod lanes;
mod letters;
mod levenshtein;
mod likeness;
mod long;
#[cfg(test)]
mod long_tests;
pub mod match_rating;
mod measure;
pub mod metaphone;
pub mod metaphone_jellyfish;
mod metric;
mod near;
pub mod nysiis;
mod osa;
mod pattern;
mod probe;
mod search;
mod sets;
mod short;
#[cfg(test)]
mod short_tests;
pub mod soundex;
mod sounds;
mod strips;
mod symbols;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod variant;
mod waiting;
mod wave;
mod windows;

pub use compare::{compare, unit};
pub use damerau::Damerau;
pub use distinct::Distinct;
pub use jaro::{Jaro, JaroWinkler};
pub use levenshtein::Levenshtein;
pub use measure::{Bounded, Distance, Measure, Normalized, Plain};
pub use metric::{Metric, Near};
pub use near::NearIndex;
pub use osa::Osa;
pub use probe::{NearBatch, NearProber};
pub use search::{Found, Search};
pub use sets::Sets;
pub use symbols::Unit;
