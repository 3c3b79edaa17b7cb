use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, boolean, function, text};
use crate::error::Result;
use crate::fuzzy::{Sets, unit};

function! {
    /// At how many places two texts of one length have different symbols.
    ///
    /// As in DuckDB, which compares bytes and refuses empty texts, too. jellyfish counts what the longer text has more:
    /// `pad` does that.
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
    /// Symbols, as `by` has them.
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
    /// SELECT hamming('karolin', 'kathrin')
    /// -- 3
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.hamming("karolin", "kathrin")).item()
    /// # 3
    /// ```
    hamming {
        family: "fuzzy",
        aliases: &["mismatches"],
        python: "hamming",
        args: &[text("a"), text("b"), text("by").or(Default::Text("char")), boolean("pad").or(Default::Boolean(false))],
        returns: Returns::Int64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let (unit, pad) = (unit(call, 2)?, call.flag(3)?);
    let mut sets = Sets::default();
    call.map(&(call.text(0)?, call.text(1)?), |(a, b)| sets.hamming(a, b, unit, pad).map(|found| found.differ as i64))
}
