use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::{Levenshtein, Plain, compare, unit};

function! {
    /// The least number of insertions, deletions and substitutions that turn one text into the other.
    ///
    /// As in PostgreSQL, whose limit of 255 bytes and whose costs as third to fifth argument are not here, and in
    /// jellyfish. DuckDB compares bytes, so that it counts more where texts are not ASCII.
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
    /// Edits, of symbols as `by` has them.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null. From an empty text to another it is that one's length.
    ///
    /// # Errors
    ///
    /// `by` is something else.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT levenshtein('kitten', 'sitting')
    /// -- 3
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.levenshtein("kitten", "sitting")).item()
    /// # 3
    /// ```
    levenshtein {
        family: "fuzzy",
        aliases: &["editdist3"],
        python: "levenshtein",
        args: &[text("a"), text("b"), text("by").or(Default::Text("char"))],
        returns: Returns::Int64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    compare(call, &Plain::<Levenshtein>::default(), unit(call, 2)?, None)
}
