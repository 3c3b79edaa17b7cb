use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, boolean, function, text};
use crate::error::Result;
use crate::fuzzy::{JaroWinkler, compare, unit};

function! {
    /// The Jaro similarity, raised where two texts start alike: for names.
    ///
    /// Where the Jaro similarity is above 0.7, each of up to four symbols shared at the start adds a tenth of what is
    /// missing to 1. As in DuckDB (which compares bytes and takes a least score as third argument) and jellyfish, whose
    /// `long_tolerance` raises long strings that have much in common once more. Two empty texts have nothing in common, 0,
    /// as in both; rapidfuzz says 1.
    ///
    /// # Arguments
    ///
    /// - `a`: text.
    /// - `b`: text.
    /// - `by`: what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme cluster,
    ///   which is what readers take for one character, and jellyfish, too (e and a combining acute accent are two scalar
    ///   values, one cluster); 'char' if left out.
    /// - `long_tolerance`: whether long texts are raised once more, a literal; false if left out.
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
    /// SELECT round(jaro_winkler_similarity('martha', 'marhta'), 4)
    /// -- 0.9611
    /// ```
    ///
    /// ```python
    /// round(pl.select(geoplug.jaro_winkler_similarity("martha", "marhta")).item(), 4)
    /// # 0.9611
    /// ```
    jaro_winkler_similarity {
        family: "fuzzy",
        python: "jaro_winkler_similarity",
        args: &[text("a"), text("b"), text("by").or(Default::Text("char")), boolean("long_tolerance").or(Default::Boolean(false))],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    compare(call, &JaroWinkler { long_tolerance: call.flag(3)? }, unit(call, 2)?, None)
}
