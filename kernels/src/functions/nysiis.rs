use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::nysiis::nysiis as code;

function! {
    /// The NYSIIS code of text: the code of the New York State Identification and Intelligence System, a name spelt
    /// as it sounds, all vowels as A.
    ///
    /// As in jellyfish: the code is not cut to six letters, as the first version did; letters, which are grapheme clusters,
    /// digits and spaces that have no rule stay as they are, in upper case. A letter with an accent is no vowel.
    /// PostgreSQL and DuckDB have no such function.
    ///
    /// # Arguments
    ///
    /// - `source`: text.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; empty for empty text.
    ///
    /// # Errors
    ///
    /// None.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT nysiis('Montgomery')
    /// -- MANTGANARY
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.nysiis("Katherine")).item()
    /// # CATARAN
    /// ```
    nysiis {
        family: "fuzzy",
        python: "nysiis",
        args: &[text("source")],
        returns: Returns::Text,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let mut buffer = String::new();
    call.build_text(&call.text(0)?, |source, out| code(source, &mut buffer, out))
}
