use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::double_metaphone::double_metaphone as codes;

function! {
    /// The primary Double Metaphone code of text: how it sounds in English, as at most four consonants.
    ///
    /// A vowel is written where text begins with it, as `A`; `X` stands for sh, `0` for th. Texts sound alike where one
    /// of their codes, this or `double_metaphone_alt`, is the same.
    ///
    /// As `dmetaphone` in PostgreSQL, in a database in UTF-8: letters are those of ASCII, others are left out. Philips
    /// and others have C with cedilla as `S` and N with tilde as `N`, and so has PostgreSQL in a database in Latin-1. One
    /// accident of PostgreSQL is not repeated: up to version 18 it takes the first byte of some letters in UTF-8 (most
    /// lower-case letters of Cyrillic) for one of these two.
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
    /// SELECT double_metaphone('Thompson')
    /// -- TMPS
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.double_metaphone("Smith")).item()
    /// # SM0
    /// ```
    double_metaphone {
        family: "fuzzy",
        aliases: &["dmetaphone"],
        python: "double_metaphone",
        args: &[text("source")],
        returns: Returns::Text,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let mut buffer = Vec::new();
    call.build_text(&call.text(0)?, |source, out| out.extend(codes(source, &mut buffer)[0].chars()))
}
