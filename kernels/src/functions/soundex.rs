use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::soundex::{jellyfish, postgresql};
use crate::fuzzy::variant::{Variant, variant};

function! {
    /// The Soundex code of text: the first letter, and three digits for the consonants behind it.
    ///
    /// English names that sound alike mostly have the same code. Letters of a group (B F P V, C G J K Q S X Z, D T, L,
    /// M N, R) have one digit; a letter whose digit repeats that of the one before is left out; zeros fill the code up.
    ///
    /// Programs disagree on the rest. In PostgreSQL anything between two letters of one digit makes both count, also H
    /// and W (`Ashcroft` is `A226`); letters are those of ASCII, and what is in front of the first is left out; a digit
    /// in the text hides a letter of that digit behind it (`A1B` is `A000`). In jellyfish, as in the census of the
    /// United States, H and W do not count (`Ashcroft` is `A261`); accents are taken off; the first character is taken
    /// as it is, be it a letter or not.
    ///
    /// # Arguments
    ///
    /// - `source`: text.
    /// - `variant`: whose code, a literal: 'postgresql' or 'jellyfish'; 'postgresql' if left out.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; empty for empty text, and as in PostgreSQL for text without a letter of ASCII.
    ///
    /// # Errors
    ///
    /// `variant` is something else.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT soundex('Gutierrez')
    /// -- G362
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.soundex("Ashcroft", variant="jellyfish")).item()
    /// # A261
    /// ```
    soundex {
        family: "fuzzy",
        python: "soundex",
        args: &[text("source"), text("variant").or(Default::Text("postgresql"))],
        returns: Returns::Text,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let source = call.text(0)?;
    match variant(call, 1)? {
        Variant::Postgresql => call.build_text(&source, postgresql),
        Variant::Jellyfish => call.build_text(&source, jellyfish),
    }
}
