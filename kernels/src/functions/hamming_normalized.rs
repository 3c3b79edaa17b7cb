use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, boolean, function, text};
use crate::error::Result;
use crate::fuzzy::{Sets, unit};

function! {
    /// The distance that `hamming` gives as a part of the longer text's length.
    ///
    /// From 0, the texts are equal, to 1, no place holds the same symbol. As in rapidfuzz (`normalized_distance`);
    /// PostgreSQL, DuckDB and jellyfish have no such function.
    ///
    /// # Arguments
    ///
    /// - `a`: text.
    /// - `b`: text.
    /// - `by`: what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme cluster,
    ///   which is what readers take for one character, and jellyfish, too (e and a combining acute accent are two scalar
    ///   values, one cluster); 'char' if left out.
    /// - `pad`: whether texts of different lengths are compared, as if blanks that equal nothing followed the shorter
    ///   one, a literal; false if left out.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; 0 for two empty texts.
    ///
    /// # Errors
    ///
    /// The texts have different lengths, and `pad` is not set; `by` is something else.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT hamming_normalized('abcd', 'abce')
    /// -- 0.25
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.hamming_normalized("abcd", "abce")).item()
    /// # 0.25
    /// ```
    hamming_normalized {
        family: "fuzzy",
        python: "hamming_normalized",
        args: &[text("a"), text("b"), text("by").or(Default::Text("char")), boolean("pad").or(Default::Boolean(false))],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let (unit, pad) = (unit(call, 2)?, call.flag(3)?);
    let mut sets = Sets::default();
    call.map(&(call.text(0)?, call.text(1)?), |(a, b)| {
        sets.hamming(a, b, unit, pad).map(|found| found.differ as f64 / found.places.max(1) as f64)
    })
}
