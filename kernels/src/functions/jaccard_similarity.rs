use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, integer, text};
use crate::error::{Cause, Result};
use crate::fuzzy::{Sets, unit};

function! {
    /// What two texts share of the pieces that they consist of: Jaccard's index of the two sets.
    ///
    /// Pieces are words, or runs of `ngram` symbols one after the other, the last one maybe shorter: 'night' consists of
    /// 'ni', 'gh' and 't' where `ngram` is 2. As in jellyfish; DuckDB's `jaccard` is this with an `ngram` of 1 (of bytes),
    /// and polars-ds lets its pieces overlap.
    ///
    /// # Arguments
    ///
    /// - `a`: text.
    /// - `b`: text.
    /// - `ngram`: symbols of a piece; 0 for words, which white space separates, and if left out.
    /// - `by`: what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme cluster,
    ///   which is what readers take for one character, and jellyfish, too (e and a combining acute accent are two scalar
    ///   values, one cluster); 'char' if left out.
    ///
    /// # Units
    ///
    /// None: from 0 to 1.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; 0 where a text is empty.
    ///
    /// # Errors
    ///
    /// `ngram` is negative; `by` is something else.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT jaccard_similarity('John Smith', 'Smith John')
    /// -- 1.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.jaccard_similarity("night", "nacht", 2)).item()
    /// # 0.2
    /// ```
    jaccard_similarity {
        family: "fuzzy",
        python: "jaccard_similarity",
        args: &[text("a"), text("b"), integer("ngram").or(Default::Integer(0)), text("by").or(Default::Text("char"))],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let unit = unit(call, 3)?;
    let mut sets = Sets::default();
    call.map(&(call.text(0)?, call.text(1)?, call.integer(2)?), |(a, b, ngram)| match usize::try_from(ngram) {
        Ok(size) => Ok(sets.jaccard(a, b, size, unit)),
        Err(_) => Err(Cause::from("argument ngram is negative")),
    })
}
