//! A function that panics on purpose, compiled only for the tests which prove that no panic leaves the library.

use crate::catalog::{Kernel, Returns, float, function};

function! {
    /// Panics.
    test_panic {
        family: "test",
        python: "test_panic",
        args: &[float("x")],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(|_| {
            #[allow(clippy::panic, reason = "that is its purpose")]
            {
                panic!("on purpose")
            }
        }),
    }
}
