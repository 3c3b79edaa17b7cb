use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::{Normalized, Osa, compare, unit};

function! {
    /// The distance that `osa_distance` gives as a part of the longer text's length.
    ///
    /// From 0, the texts are equal, to 1, they have nothing in common; 1 less it is the normalized similarity. As in
    /// rapidfuzz (`normalized_distance`); PostgreSQL, DuckDB and jellyfish have no such function.
    ///
    /// # Arguments
    ///
    /// - `a`: text.
    /// - `b`: text.
    /// - `by`: what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme cluster,
    ///   which is what readers take for one character, and jellyfish, too (e and a combining acute accent are two scalar
    ///   values, one cluster); 'char' if left out.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; 0 for two empty texts, 1 for an empty text and another.
    ///
    /// # Errors
    ///
    /// `by` is something else.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT osa_distance_normalized('Bern', 'Bren')
    /// -- 0.25
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.osa_distance_normalized("Bern", "Bren")).item()
    /// # 0.25
    /// ```
    osa_distance_normalized {
        family: "fuzzy",
        python: "osa_distance_normalized",
        args: &[text("a"), text("b"), text("by").or(Default::Text("char"))],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    compare(call, &Normalized::<Osa>::default(), unit(call, 2)?, None)
}
