//! Text as the codes read it: in capitals, whole or with accents taken off.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// The capitals of text.
pub fn capitals(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_uppercase)
}

/// The capitals of text, with accents, ligatures and the like taken apart (NFKD).
pub fn decomposed(text: &str) -> impl Iterator<Item = char> {
    DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(capitals(text))
}

/// Whether a letter is a vowel; Y is none.
pub fn is_vowel(letter: char) -> bool {
    matches!(letter, 'A' | 'E' | 'I' | 'O' | 'U')
}

/// Whether a letter makes a C or G before it soft.
pub fn softens(letter: char) -> bool {
    matches!(letter, 'E' | 'I' | 'Y')
}
