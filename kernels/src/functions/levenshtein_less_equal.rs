use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, integer, text};
use crate::error::Result;
use crate::fuzzy::{Bounded, Levenshtein, compare, unit};

function! {
    /// The Levenshtein distance where it is at most `max`; elsewhere a number above `max`.
    ///
    /// The number above is `max` + 1, as in PostgreSQL. With a small `max` it is cheaper than `levenshtein`.
    ///
    /// # Arguments
    ///
    /// - `a`: text.
    /// - `b`: text.
    /// - `max`: the largest distance of interest.
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
    /// `max` is negative; `by` is something else.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT levenshtein_less_equal('extensive', 'exhaustive', 2)
    /// -- 3
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.levenshtein_less_equal("extensive", "exhaustive", 4)).item()
    /// # 4
    /// ```
    levenshtein_less_equal {
        family: "fuzzy",
        python: "levenshtein_less_equal",
        args: &[text("a"), text("b"), integer("max"), text("by").or(Default::Text("char"))],
        returns: Returns::Int64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let max = call.integer(2)?;
    let (limits, constant) = max.stored();
    if let Some(row) = limits.iter().position(|max| max.is_some_and(|max| max < 0)) {
        return call.fail((!constant).then_some(row), "argument max is negative");
    }
    let measure = Bounded::<Levenshtein>::new(limits.clone());
    compare(call, &measure, unit(call, 3)?, max.nulls(call.len()).as_ref())
}
