//! What tests share.

use fearless_simd::Level;

/// Compares the code of each text.
pub fn assert_codes(mut code: impl FnMut(&str, &mut String), expected: &[(&str, &str)]) {
    let mut out = String::new();
    for &(text, wanted) in expected {
        out.clear();
        code(text, &mut out);
        assert_eq!(out, wanted, "code of {text:?}");
    }
}

/// All kinds of vectors that the machine has.
pub fn levels() -> Vec<Level> {
    let mut levels = vec![Level::baseline()];
    #[cfg(target_arch = "x86_64")]
    {
        let level = Level::new();
        levels.extend(level.as_sse4_2().map(Level::Sse4_2));
        levels.extend(level.as_avx2().map(Level::Avx2));
        levels.extend(level.as_avx512().map(Level::Avx512));
    }
    levels
}
