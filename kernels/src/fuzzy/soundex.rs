//! Soundex, after Robert C. Russell and Margaret King Odell: the first letter and three digits.

use super::letters::decomposed;

/// The digit of each letter from A to Z; 0 for letters that have none.
const DIGITS: &[u8; 26] = b"01230120022455012623010202";

/// How many letters and digits a code has.
const LENGTH: usize = 4;

/// What each byte stands for: the digit of a letter, any other byte itself.
const SOUNDS: [u8; 256] = {
    let mut sounds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = (byte as u8).to_ascii_uppercase();
        sounds[byte] = if letter.is_ascii_uppercase() { DIGITS[(letter - b'A') as usize] } else { byte as u8 };
        byte += 1;
    }
    sounds
};

/// The code as PostgreSQL has it: a digit is left out where the letter before has the same. Whatever is between two
/// letters, also H, W or a hyphen, makes the second one count; only a digit of the text keeps a letter of its own sound
/// out. Nothing for text without a letter of ASCII.
pub fn postgresql(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let Some(first) = bytes.iter().position(u8::is_ascii_alphabetic) else { return };
    let mut code = [b'0'; LENGTH];
    code[0] = bytes[first].to_ascii_uppercase();
    let mut known = 1;
    let mut before = SOUNDS[usize::from(bytes[first])];
    for &byte in &bytes[first + 1..] {
        let sound = SOUNDS[usize::from(byte)];
        if sound != before && sound != b'0' && byte.is_ascii_alphabetic() {
            code[known] = sound;
            known += 1;
            if known == LENGTH {
                break;
            }
        }
        before = sound;
    }
    out.extend(code.map(char::from));
}

/// The code as the census of the United States and jellyfish have it: letters of one digit count once also where only H
/// or W is between them. The first character is taken as it is, be it a letter or not; accents are taken off.
pub fn jellyfish(text: &str, out: &mut String) {
    if text.is_ascii() {
        code(text.bytes().map(|byte| char::from(byte.to_ascii_uppercase())), out);
    } else {
        code(decomposed(text), out);
    }
}

fn code(mut letters: impl Iterator<Item = char>, out: &mut String) {
    let Some(first) = letters.next() else { return };
    out.push(first);
    let mut known = 1;
    let mut before = digit(first);
    for letter in letters {
        let sound = digit(letter);
        if sound != '0' && sound != before {
            out.push(sound);
            known += 1;
            if known == LENGTH {
                break;
            }
        }
        if letter != 'H' && letter != 'W' {
            before = sound;
        }
    }
    out.extend(std::iter::repeat_n('0', LENGTH - known));
}

fn digit(letter: char) -> char {
    match letter {
        'A'..='Z' => char::from(DIGITS[letter as usize - 'A' as usize]),
        _ => '0',
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_codes;
    use super::{jellyfish, postgresql};

    /// The examples of the National Archives of the United States, and names on which PostgreSQL 15 differs from them.
    #[test]
    fn h_and_w_between_letters_of_one_digit() {
        let census = [("Washington", "W252"), ("Gutierrez", "G362"), ("Pfister", "P236"), ("Jackson", "J250")];
        assert_codes(jellyfish, &[("Tymczak", "T522"), ("Ashcraft", "A261"), ("Ashcroft", "A261"), ("Lee", "L000")]);
        assert_codes(jellyfish, &census);
        assert_codes(postgresql, &census);
        assert_codes(postgresql, &[("Tymczak", "T522"), ("Ashcraft", "A226"), ("Ashcroft", "A226"), ("Lee", "L000")]);
    }

    /// PostgreSQL 15, and jellyfish 1.3.
    #[test]
    fn what_is_no_letter() {
        let answers =
            [("", ""), ("123", ""), ("  hello world!", "H464"), ("B-B", "B100"), ("A1B", "A000"), ("Éa", "A000")];
        assert_codes(postgresql, &answers);
        assert_codes(postgresql, &[("Çáŕẗéř", ""), ("Müller", "M460"), ("o'hara", "O600")]);
        assert_codes(jellyfish, &[("", ""), ("123", "1000"), ("Çáŕẗéř", "C636"), ("¿", "¿000"), ("ß", "S000")]);
        assert_codes(jellyfish, &[("ﬁnd", "F530"), ("\u{149}", "\u{2bc}500"), ("Straße", "S362")]);
    }
}
