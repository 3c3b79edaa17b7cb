//! Whose rules a code follows, where programs differ.

use crate::call::Call;
use crate::error::Result;

/// A program that has the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// PostgreSQL's extension fuzzystrmatch.
    Postgresql,
    /// The Python library jellyfish.
    Jellyfish,
}

/// The one that argument `i` names.
pub fn variant(call: &Call, i: usize) -> Result<Variant> {
    let variants = [Variant::Postgresql, Variant::Jellyfish];
    Ok(variants[call.option(i, &["postgresql", "jellyfish"])?])
}
