//! Double Metaphone, after Lawrence Philips (2000), with the corrections of Kevin Atkinson and Maurice Aubrey: one code
//! for how a name sounds in English, another for how it may sound where it comes from. Only letters of ASCII sound.

use super::double_metaphone_rules::sound;

/// How many letters a code has at most.
const LENGTH: usize = 4;

/// A code, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Code {
    letters: [u8; LENGTH],
    len: usize,
}

impl Code {
    fn add(&mut self, letters: &str) {
        for letter in letters.bytes().take(LENGTH - self.len) {
            self.letters[self.len] = letter;
            self.len += 1;
        }
    }

    /// Its letters.
    pub fn chars(&self) -> impl Iterator<Item = char> {
        self.letters.into_iter().take(self.len).map(char::from)
    }
}

/// The primary and the alternative code. `buffer` is for what is written on the way.
pub fn double_metaphone(text: &str, buffer: &mut Vec<u8>) -> [Code; 2] {
    let word = Word::new(text, buffer);
    let mut codes = [Code::default(); 2];
    let mut at = 0;
    if word.at(0) == b'X' {
        codes.iter_mut().for_each(|code| code.add("S"));
        at = 1;
    } else if word.has(0, &["GN", "KN", "PN", "WR", "PS"]) {
        at = 1;
    }
    while at < word.len && codes.iter().any(|code| code.len < LENGTH) {
        let (primary, alternative, taken) = sound(&word, at);
        codes[0].add(primary);
        codes[1].add(alternative);
        at += taken;
    }
    codes
}

/// Spaces behind a word: some rules look for the end of a word by them.
const PADDING: &[u8; 5] = b"     ";

/// Bytes of the text, in capitals. Positions may be beyond its ends.
pub struct Word<'a> {
    padded: &'a [u8],
    /// Its length, without spaces behind it.
    pub len: isize,
}

impl<'a> Word<'a> {
    fn new(text: &str, buffer: &'a mut Vec<u8>) -> Self {
        buffer.clear();
        buffer.extend_from_slice(text.as_bytes());
        buffer.make_ascii_uppercase();
        buffer.extend_from_slice(PADDING);
        Self { padded: buffer, len: text.len() as isize }
    }

    fn from(&self, at: isize) -> &[u8] {
        usize::try_from(at).ok().and_then(|at| self.padded.get(at..)).unwrap_or(&[])
    }

    /// A letter, or byte of one; none beyond the ends.
    pub fn at(&self, at: isize) -> u8 {
        self.from(at).first().copied().unwrap_or(0)
    }

    /// Whether any of these begins here.
    pub fn has(&self, at: isize, any: &[&str]) -> bool {
        any.iter().any(|letters| self.from(at).starts_with(letters.as_bytes()))
    }

    /// Whether a vowel is here; Y is one.
    pub fn vowel(&self, at: isize) -> bool {
        matches!(self.at(at), b'A' | b'E' | b'I' | b'O' | b'U' | b'Y')
    }

    /// Whether this is the last letter.
    pub fn ends_at(&self, at: isize) -> bool {
        at + 1 == self.len
    }

    /// Names of Germans, Dutchmen and Greeks, in which CH and G are hard.
    pub fn germanic(&self) -> bool {
        self.has(0, &["VAN ", "VON ", "SCH"])
    }

    /// Names that are Slavic or German by their spelling.
    pub fn slavo_germanic(&self) -> bool {
        self.padded.iter().any(|letter| matches!(letter, b'W' | b'K')) || self.padded.windows(2).any(|two| two == b"CZ")
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_codes;
    use super::double_metaphone;

    /// Expected values: PostgreSQL 15, the primary code and the alternative.
    #[test]
    fn as_postgresql() {
        let codes = |text: &str, out: &mut String| {
            let [primary, alternative] = double_metaphone(text, &mut Vec::new());
            out.extend(primary.chars().chain(std::iter::once('|')).chain(alternative.chars()));
        };
        assert_codes(codes, &[("", "|"), ("123", "|"), ("gumbo", "KMP|KMP"), ("Thompson", "TMPS|TMPS")]);
        assert_codes(codes, &[("Smith", "SM0|XMT"), ("Xavier", "SF|SFR"), ("Wicz", "ATS|FFX")]);
        // Letters outside ASCII are none; Cyrillic ones, which PostgreSQL 15 mistakes for others, neither.
        assert_codes(codes, &[("Müller", "MLR|MLR"), ("Muñoz", "MS|MS"), ("François", "FRN|FRNS"), ("рус", "|")]);
    }
}
