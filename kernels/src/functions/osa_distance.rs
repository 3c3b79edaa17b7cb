use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::{Osa, Plain, compare, unit};

function! {
    /// The least number of insertions, deletions, substitutions and exchanges of neighbours, none where another edit was.
    ///
    /// Optimal string alignment, also called restricted Damerau-Levenshtein distance: at least `damerau_levenshtein`, at
    /// most `levenshtein`. It breaks the triangle inequality. As in rapidfuzz; PostgreSQL, DuckDB and jellyfish have no
    /// such function.
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
    /// SELECT osa_distance('ca', 'abc')
    /// -- 3
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.osa_distance("form", "from")).item()
    /// # 1
    /// ```
    osa_distance {
        family: "fuzzy",
        python: "osa_distance",
        args: &[text("a"), text("b"), text("by").or(Default::Text("char"))],
        returns: Returns::Int64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    compare(call, &Plain::<Osa>::default(), unit(call, 2)?, None)
}
