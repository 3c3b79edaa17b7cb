use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::match_rating::codex;

function! {
    /// The match rating code of text: its consonants, and a vowel at the beginning; of more than six letters the first
    /// three and the last three.
    ///
    /// `match_rating_comparison` says whether the codes of two names are near enough. As in jellyfish: a space counts as a
    /// consonant, a letter with an accent too. Text with anything but letters and spaces, on which jellyfish raises an
    /// error, has no code. Letters are counted; jellyfish counts bytes of UTF-8, so that a code of four to six letters
    /// of two bytes each has some of them twice there. PostgreSQL and DuckDB have no such function.
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
    /// Null for null, and for text with anything but letters and spaces; empty for empty text.
    ///
    /// # Errors
    ///
    /// None.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT match_rating_codex('Catherine')
    /// -- CTHRN
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.match_rating_codex("Kathrynoglin")).item()
    /// # KTHGLN
    /// ```
    match_rating_codex {
        family: "fuzzy",
        python: "match_rating_codex",
        args: &[text("source")],
        returns: Returns::Text,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let mut buffer = String::new();
    call.build_text(&call.text(0)?, |source, out| codex(source, &mut buffer, out))
}
