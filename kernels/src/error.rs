//! The one error type. A kernel says only why; the combinator adds the function and the row.

use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why one row, or one call, cannot be computed, in words for the person who wrote the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause(Cow<'static, str>);

impl From<&'static str> for Cause {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Cause {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl From<arrow::error::ArrowError> for Cause {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self(Cow::Owned(error.to_string()))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A failed call: the function, the row of the batch where there is one, and the cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    /// SQL name of the function.
    pub function: &'static str,
    /// Row within the batch, counted from 0; `None` where the whole call is wrong.
    pub row: Option<usize>,
    /// What went wrong.
    pub cause: Cause,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Some(row) => write!(f, "{}: row {row}: {}", self.function, self.cause),
            None => write!(f, "{}: {}", self.function, self.cause),
        }
    }
}

/// Result of a whole call.
pub type Result<T> = std::result::Result<T, Error>;

/// Runs `f`; a panic in it becomes an error, because in a foreign engine it would end the process.
pub fn guard<T>(function: &'static str, f: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        let cause = format!("internal error, please report it: panicked with '{text}'").into();
        Err(Error { function, row: None, cause })
    })
}
