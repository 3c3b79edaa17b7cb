//! Text as it sounds: codes that are equal where names sound alike.

pub mod double_metaphone;
mod double_metaphone_rules;
mod letters;
pub mod match_rating;
pub mod metaphone;
pub mod metaphone_jellyfish;
pub mod nysiis;
pub mod soundex;
#[cfg(test)]
mod testing;
pub mod variant;
