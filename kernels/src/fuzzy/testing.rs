//! What the tests of the codes share.

/// Compares the code of each text.
pub fn assert_codes(mut code: impl FnMut(&str, &mut String), expected: &[(&str, &str)]) {
    let mut out = String::new();
    for &(text, wanted) in expected {
        out.clear();
        code(text, &mut out);
        assert_eq!(out, wanted, "code of {text:?}");
    }
}
