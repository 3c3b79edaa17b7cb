use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, text};
use crate::error::Result;
use crate::fuzzy::match_rating::{codex, compare};

function! {
    /// Whether two names sound alike by the match rating approach: the shorter their codes, those of
    /// `match_rating_codex`, the fewer of their letters may differ.
    ///
    /// As in jellyfish, which has no answer either where the codes differ in length by more than two; it counts bytes
    /// of UTF-8 there, not letters. PostgreSQL and DuckDB have no such function.
    ///
    /// # Arguments
    ///
    /// - `a`: text.
    /// - `b`: text.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null where an argument is null or has no code, and where the lengths of the codes differ by three or more; two
    /// empty texts sound alike.
    ///
    /// # Errors
    ///
    /// None.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT match_rating_comparison('Catherine', 'Kathryn')
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.match_rating_comparison("Michael", "Mike")).item()
    /// # False
    /// ```
    match_rating_comparison {
        family: "fuzzy",
        python: "match_rating_comparison",
        args: &[text("a"), text("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.text(0)?, call.text(1)?);
    let [mut a_code, mut b_code, mut buffer] = [const { String::new() }; 3];
    call.map(&args, |(a, b)| {
        a_code.clear();
        b_code.clear();
        codex(a, &mut buffer, &mut a_code)?;
        codex(b, &mut buffer, &mut b_code)?;
        compare(&a_code, &b_code)
    })
}
