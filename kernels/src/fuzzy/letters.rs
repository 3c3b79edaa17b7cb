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

/// Heard nowhere.
pub const SILENT: u8 = 0;

/// Heard as its neighbours have it.
pub const ASK: u8 = 1;

/// What each small letter sounds like in Metaphone whatever its neighbours are.
pub const fn alone(ask: &[u8], vowels: &[u8]) -> [u8; 256] {
    let mut alone = [SILENT; 256];
    let (letters, sounds) = (b"fjlmnrqvz", b"FJLMNRKFS");
    let mut i = 0;
    while i < letters.len() {
        alone[letters[i] as usize] = sounds[i];
        i += 1;
    }
    i = 0;
    while i < ask.len() {
        alone[ask[i] as usize] = ASK;
        i += 1;
    }
    i = 0;
    while i < vowels.len() {
        alone[vowels[i] as usize] = vowels[i].to_ascii_uppercase();
        i += 1;
    }
    alone
}

/// A code as it grows: so many letters of ASCII, in a buffer that is reused.
pub struct Code<'a> {
    letters: &'a mut [u8],
    len: usize,
}

impl<'a> Code<'a> {
    /// Of text of so many letters, none of which has more than two.
    pub fn new(buffer: &'a mut Vec<u8>, letters: usize) -> Self {
        // One more is written that may not count.
        let room = 2 * letters + 1;
        if buffer.len() < room {
            buffer.resize(room, 0);
        }
        Self { letters: buffer, len: 0 }
    }

    /// How many letters there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The last letter.
    pub fn last(&self) -> Option<u8> {
        self.letters[..self.len].last().copied()
    }

    /// One more.
    pub fn push(&mut self, letter: u8) {
        self.push_if(true, letter);
    }

    /// One more, or none. This is no branch: which letters are heard cannot be predicted.
    pub fn push_if(&mut self, heard: bool, letter: u8) {
        self.letters[self.len] = letter;
        self.len += usize::from(heard);
    }

    /// At most so many of them.
    pub fn first(&self, most: usize) -> &str {
        std::str::from_utf8(&self.letters[..self.len.min(most)]).unwrap_or_default()
    }
}
