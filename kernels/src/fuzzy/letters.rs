//! Letters as the codes read and write them.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// The capitals of text.
pub fn capitals(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_uppercase)
}

/// The capitals of text, with accents, ligatures and the like taken apart (NFKD).
pub fn decomposed(text: &str) -> impl Iterator<Item = char> {
    DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(capitals(text))
}

/// Turns a capital into a small letter, and nothing else into a letter.
pub const SMALL: u8 = 0x20;

/// Whether a letter, small or capital, is a vowel; Y is none.
pub fn is_vowel(letter: u8) -> bool {
    matches!(letter | SMALL, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// Whether a letter, small or capital, makes a C or G before it soft.
pub fn softens(letter: u8) -> bool {
    matches!(letter | SMALL, b'e' | b'i' | b'y')
}
