use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::double_metaphone::double_metaphone as codes;

function! {
    /// The alternative Double Metaphone code of text: how it may sound in the language that it comes from.
    ///
    /// Where there is no other way to say it, it is the primary code, that of `double_metaphone`, whose reference says
    /// what letters are.
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
    /// Null for null; empty for empty text, and for text without a letter of ASCII.
    ///
    /// # Errors
    ///
    /// None.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT double_metaphone_alt('Thompson')
    /// -- TMPS
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.double_metaphone_alt("Smith")).item()
    /// # XMT
    /// ```
    double_metaphone_alt {
        family: "fuzzy",
        aliases: &["dmetaphone_alt"],
        python: "double_metaphone_alt",
        args: &[text("source")],
        returns: Returns::Text,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let mut buffer = Vec::new();
    call.build_text(&call.text(0)?, |source, out| out.extend(codes(source, &mut buffer)[1].chars()))
}
