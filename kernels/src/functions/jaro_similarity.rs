use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::{Jaro, compare, unit};

function! {
    /// How much two texts have in common: symbols that are in both, not too far apart, and in the same order.
    ///
    /// Symbols count as common within half the longer length less one; half of those in another order count against it.
    /// As in DuckDB (which compares bytes and takes a least score as third argument) and jellyfish. Two empty texts have
    /// nothing in common, 0, as in both; rapidfuzz says 1.
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
    /// None: from 0 to 1, equal.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; 0 where a text is empty.
    ///
    /// # Errors
    ///
    /// `by` is something else.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT round(jaro_similarity('martha', 'marhta'), 4)
    /// -- 0.9444
    /// ```
    ///
    /// ```python
    /// round(pl.select(geoplug.jaro_similarity("martha", "marhta")).item(), 4)
    /// # 0.9444
    /// ```
    jaro_similarity {
        family: "fuzzy",
        python: "jaro_similarity",
        args: &[text("a"), text("b"), text("by").or(Default::Text("char"))],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    compare(call, &Jaro, unit(call, 2)?, None)
}
