use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::{Damerau, Plain, compare, unit};

function! {
    /// The least number of insertions, deletions, substitutions and exchanges of neighbours that turn one text into the other.
    ///
    /// The true distance, in which what was exchanged may be edited, too: 'abcd' becomes 'acb' by one exchange after one
    /// deletion. As in DuckDB (which compares bytes) and jellyfish; `osa_distance` is the simpler one.
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
    /// SELECT damerau_levenshtein('abcd', 'acb')
    /// -- 2
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.damerau_levenshtein("jellyifhs", "jellyfish")).item()
    /// # 2
    /// ```
    damerau_levenshtein {
        family: "fuzzy",
        python: "damerau_levenshtein",
        args: &[text("a"), text("b"), text("by").or(Default::Text("char"))],
        returns: Returns::Int64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    compare(call, &Plain::<Damerau>::default(), unit(call, 2)?, None)
}
