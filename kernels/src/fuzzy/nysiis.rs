//! NYSIIS, the code of the New York State Identification and Intelligence System, after Robert L. Taft (1970), as
//! jellyfish has it.

use smallvec::{SmallVec, smallvec};
use unicode_segmentation::UnicodeSegmentation;

use super::letters::{capitals, is_vowel};

/// The code. A letter with its accents is one, and none of the alphabet; `buffer` is for what is written on the way.
pub fn nysiis(text: &str, buffer: &mut String, out: &mut String) {
    buffer.clear();
    if text.is_ascii() {
        buffer.push_str(text);
        buffer.make_ascii_uppercase();
        let key = code(buffer, SmallVec::from_slice(buffer.as_bytes()));
        out.push_str(std::str::from_utf8(&key).unwrap_or_default());
    } else {
        buffer.extend(capitals(text));
        let key = code(buffer, buffer.graphemes(true).collect());
        out.extend(key);
    }
}

/// What a reader takes for one letter.
trait Letter: Copy + PartialEq {
    /// A letter of the alphabet.
    fn of(letter: u8) -> Self;
    /// The letter of the alphabet, or else 0.
    fn alphabetic(self) -> u8;
}

impl Letter for u8 {
    fn of(letter: u8) -> Self {
        letter
    }

    fn alphabetic(self) -> u8 {
        self
    }
}

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

impl Letter for &str {
    fn of(letter: u8) -> Self {
        let at = usize::from(letter.wrapping_sub(b'A'));
        ALPHABET.get(at..at + 1).unwrap_or_default()
    }

    fn alphabetic(self) -> u8 {
        match self.as_bytes() {
            [letter] => *letter,
            _ => 0,
        }
    }
}

type Letters<L> = SmallVec<[L; 32]>;

fn code<L: Letter>(text: &str, mut name: Letters<L>) -> Letters<L> {
    begin(text, &mut name);
    end(text, &mut name);
    let Some(&first) = name.first() else { return name };
    let mut key = smallvec![first];
    let mut at = 1;
    while at < name.len() {
        let (front, heard, taken) = sound(&name, at);
        // What the last letter of the key repeats is not heard.
        if key.last() != Some(&heard) {
            key.extend(front);
            key.push(heard);
        }
        at += taken;
    }
    let ends_with = |key: &Letters<L>, letter| key.len() > 1 && key.last() == Some(&L::of(letter));
    if ends_with(&key, b'S') {
        key.pop();
    }
    if ends_with(&key, b'Y') && key[key.len() - 2] == L::of(b'A') {
        key.remove(key.len() - 2);
    }
    if ends_with(&key, b'A') {
        key.pop();
    }
    key
}

fn begin<L: Letter>(text: &str, name: &mut Letters<L>) {
    let spelled = match text.as_bytes() {
        [b'M', b'A', b'C', ..] => "MC",
        [b'K', b'N', ..] => {
            name.remove(0);
            ""
        }
        [b'K', ..] => "C",
        [b'P', b'H' | b'F', ..] => "FF",
        [b'S', b'C', b'H', ..] => "SSS",
        _ => "",
    };
    name.iter_mut().zip(spelled.bytes()).for_each(|(letter, as_if)| *letter = L::of(as_if));
}

fn end<L: Letter>(text: &str, name: &mut Letters<L>) {
    let as_if = match text.as_bytes() {
        [.., b'I' | b'E', b'E'] => b'Y',
        [.., b'D' | b'R' | b'N', b'T'] | [.., b'R' | b'N', b'D'] => b'D',
        _ => return,
    };
    name.truncate(name.len().saturating_sub(2));
    name.push(L::of(as_if));
}

/// What is heard at a letter behind the first, maybe with another letter in front, and how many letters are done with.
fn sound<L: Letter>(name: &[L], at: usize) -> (Option<L>, L, usize) {
    let letter = |at: usize| name.get(at).map_or(0, |letter| letter.alphabetic());
    let (before, next, after) = (letter(at - 1), letter(at + 1), letter(at + 2));
    let (heard, taken) = match letter(at) {
        b'E' if next == b'V' => return (Some(L::of(b'A')), L::of(b'F'), 2),
        b'A' | b'E' | b'I' | b'O' | b'U' => (b'A', 1),
        b'Q' => (b'G', 1),
        b'Z' => (b'S', 1),
        b'M' => (b'N', 1),
        b'K' if next == b'N' => (b'N', 1),
        b'K' => (b'C', 1),
        b'P' if next == b'H' => (b'F', 2),
        b'S' if next == b'C' && after == b'H' => return (Some(L::of(b'S')), L::of(b'S'), 3),
        // Only between vowels an H is heard.
        b'H' if is_vowel(before) && !is_vowel(next) => (b'A', 1),
        b'H' if !is_vowel(before) => return (None, name[at - 1], 1),
        b'W' if is_vowel(before) => return (None, name[at - 1], 1),
        _ => return (None, name[at], 1),
    };
    (None, L::of(heard), taken)
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_codes;
    use super::nysiis;

    /// Expected values: those of jellyfish's own tests, and jellyfish 1.3.
    #[test]
    fn as_jellyfish() {
        let code = |text: &str, out: &mut String| nysiis(text, &mut String::new(), out);
        assert_codes(code, &[("", ""), ("montgomery", "MANTGANARY"), ("MacArthur", "MCARTAR"), ("Knaqze", "NAGS")]);
        assert_codes(code, &[("Pheenard", "FANAD"), ("Schmittie", "SNATY"), ("Macaw", "MC"), ("E", "E"), ("S", "S")]);
        // A name may be all ending, and what is left of it begins the code.
        assert_codes(code, &[("ie", "Y"), ("Knd", "D"), ("KN", "N"), ("ph", "F"), ("   ", " ")]);
        assert_codes(code, &[("ç", "Ç"), ("e\u{301}e", "E\u{301}"), ("MAC\u{301}", "MCC\u{301}"), ("K\u{301}n", "CN")]);
    }
}
