use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, integer, text};
use crate::error::{Cause, Result};
use crate::fuzzy::variant::{Variant, variant};
use crate::fuzzy::{metaphone, metaphone_jellyfish};

function! {
    /// The Metaphone code of text: its consonants as they sound in English, and a vowel at the beginning.
    ///
    /// `X` stands for sh, `0` for th. `double_metaphone` is its successor.
    ///
    /// PostgreSQL and jellyfish disagree. In PostgreSQL letters are those of ASCII and anything else, spaces too, is left
    /// out; there the argument may have 255 bytes at most and the code 255 letters, limits that are not here, and
    /// `max_output_length` must be given. In jellyfish accents are taken off, words stay apart (`sunlight labs` is
    /// `SNLT LBS`, in PostgreSQL `SNLFTLBS`), every word keeps the vowel at its beginning, and CH, GH, GN, H, MB, SCH, TCH
    /// and WH follow other rules (`school` is `SXL`, in PostgreSQL `SKL`).
    ///
    /// # Arguments
    ///
    /// - `source`: text.
    /// - `max_output_length`: most letters of the code; all if left out.
    /// - `variant`: whose code, a literal: 'postgresql' or 'jellyfish'; 'postgresql' if left out.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null where `source` or `max_output_length` is null; empty for empty text, and as in PostgreSQL for text without a
    /// letter of ASCII.
    ///
    /// # Errors
    ///
    /// `max_output_length` is less than 1; `variant` is something else.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT metaphone('Thompson', 4)
    /// -- 0MPS
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.metaphone("sunlight labs", variant="jellyfish")).item()
    /// # SNLT LBS
    /// ```
    metaphone {
        family: "fuzzy",
        python: "metaphone",
        args: &[
            text("source"),
            integer("max_output_length").or(Default::Integer(ALL)),
            text("variant").or(Default::Text("postgresql")),
        ],
        returns: Returns::Text,
        kernel: Kernel::Scalar(kernel),
    }
}

/// The largest `integer` of SQL.
const ALL: i64 = i32::MAX as i64;

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.text(0)?, call.integer(1)?);
    let code = match variant(call, 2)? {
        Variant::Postgresql => metaphone::metaphone,
        Variant::Jellyfish => metaphone_jellyfish::metaphone,
    };
    let mut buffer = Vec::new();
    call.build_text(&args, |(source, most), out| -> std::result::Result<(), Cause> {
        let Some(most) = usize::try_from(most).ok().filter(|most| *most > 0) else {
            return Err(format!("max_output_length must be at least 1, got {most}").into());
        };
        code(source, most, &mut buffer, out);
        Ok(())
    })
}
