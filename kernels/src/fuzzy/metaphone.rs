//! Metaphone, after Lawrence Philips (1990), with PostgreSQL's refinements: consonants as they sound in English.

use super::letters::{Code, SMALL, is_vowel, softens};

/// The bytes of a word, as small letters; beyond its ends there is none.
struct Word<'a>(&'a [u8]);

impl Word<'_> {
    fn at(&self, at: usize) -> u8 {
        self.0.get(at).map_or(0, |byte| byte | SMALL)
    }

    fn before(&self, at: usize, steps: usize) -> u8 {
        at.checked_sub(steps).map_or(0, |at| self.at(at))
    }

    fn class(&self, at: usize) -> usize {
        self.0.get(at).map_or(NO_LETTER, |byte| CLASS[usize::from(*byte)].into())
    }
}

/// Writes at most `most` letters of the code. Bytes that are no letter of ASCII are left out, but keep what is on either
/// side of them apart. `buffer` is for what is written on the way.
pub fn metaphone(text: &str, most: usize, buffer: &mut Vec<u8>, out: &mut String) {
    let word = Word(text.as_bytes());
    let Some(first) = word.0.iter().position(u8::is_ascii_alphabetic) else { return };
    let mut code = Code::new(buffer, word.0.len());
    let mut at = first + start(&word, first, &mut code);
    let class_before = |at: usize| at.checked_sub(1).map_or(NO_LETTER, |at| word.class(at));
    let (mut before, mut here) = (class_before(at), word.class(at));
    while at < word.0.len() && code.len() < most {
        let next = word.class(at + 1);
        let heard = WITH_NEXT[here][next] & AFTER[before][here];
        if heard == ASK {
            at += sound(&word, at, &mut code);
            (before, here) = (class_before(at), word.class(at));
        } else {
            code.push_if(heard != SILENT, heard);
            at += 1;
            (before, here) = (here, next);
        }
    }
    out.push_str(code.first(most));
}

/// Heard nowhere.
const SILENT: u8 = 0;

/// Heard as its neighbours farther away have it, or together with them.
const ASK: u8 = 1;

/// Letters, be they small or capital, and what is none.
const CLASSES: usize = 32;

const NO_LETTER: usize = 0;

const CLASS: [u8; 256] = {
    let mut classes = [NO_LETTER as u8; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_alphabetic() {
            classes[byte] = byte as u8 & 31;
        }
        byte += 1;
    }
    classes
};

/// The letter of a class.
const fn letter(class: usize) -> u8 {
    if class == NO_LETTER || class > 26 { 0 } else { class as u8 | 0x60 }
}

/// What a letter sounds like before another. A table, as nobody could predict a branch.
const WITH_NEXT: [[u8; CLASSES]; CLASSES] = {
    let mut sounds = [[SILENT; CLASSES]; CLASSES];
    let mut here = 0;
    while here < CLASSES {
        let mut next = 0;
        while next < CLASSES {
            sounds[here][next] = with_next(letter(here), letter(next));
            next += 1;
        }
        here += 1;
    }
    sounds
};

const fn with_next(here: u8, next: u8) -> u8 {
    match (here, next) {
        (b'c', b'e' | b'i' | b'y' | b'h') | (b'd', b'g') | (b'g', b'h' | b'n') => ASK,
        (b's', b'c' | b'h' | b'i') | (b't', b'h' | b'i') | (b'x', _) => ASK,
        (b'g', b'e' | b'i' | b'y') => b'J',
        (b'c' | b'g' | b'k' | b'q', _) => b'K',
        (b'd' | b't', _) => b'T',
        (b'p', b'h') | (b'f' | b'v', _) => b'F',
        (b's' | b'z', _) => b'S',
        (b'b' | b'j' | b'l' | b'm' | b'n' | b'p' | b'r', _) => here.to_ascii_uppercase(),
        (b'h' | b'w' | b'y', b'a' | b'e' | b'i' | b'o' | b'u') => here.to_ascii_uppercase(),
        _ => SILENT,
    }
}

/// All bits where a letter is heard after another; none where it is silent.
const AFTER: [[u8; CLASSES]; CLASSES] = {
    let mut heard = [[0xFF; CLASSES]; CLASSES];
    let mut before = 0;
    while before < CLASSES {
        let mut here = 0;
        while here < CLASSES {
            if silent_after(letter(before), letter(here)) {
                heard[before][here] = 0;
            }
            here += 1;
        }
        before += 1;
    }
    heard
};

const fn silent_after(before: u8, here: u8) -> bool {
    match (before, here) {
        (b'm', b'b') | (b'c', b'k') | (b'c' | b'g' | b'p' | b's' | b't', b'h') => true,
        _ => before == here && here != b'c',
    }
}

/// Writes what only the first letter sounds like; gives the number of letters that are done with.
fn start(word: &Word, at: usize, code: &mut Code) -> usize {
    let (heard, taken) = match (word.at(at), word.at(at + 1)) {
        (b'a', b'e') => (b'E', 2),
        (b'g' | b'k' | b'p', b'n') => (b'N', 2),
        (b'w', b'h') => (b'H', 2),
        (b'w', b'r') => (b'R', 2),
        (b'w', next) if is_vowel(next) => (b'W', 2),
        (b'x', _) => (b'S', 1),
        (letter, _) if is_vowel(letter) => (letter.to_ascii_uppercase(), 1),
        _ => return 0,
    };
    code.push(heard);
    taken
}

/// Writes what a letter sounds like with those near it; gives the number of letters that are done with.
fn sound(word: &Word, at: usize, code: &mut Code) -> usize {
    let before = word.before(at, 1);
    let [next, after] = [word.at(at + 1), word.at(at + 2)];
    let broad = next == b'i' && matches!(after, b'a' | b'o');
    let (heard, taken) = match word.at(at) {
        // Christ, school.
        b'c' if next == b'h' && (after == b'r' || before == b's') => (b'K', 2),
        b'c' if next == b'h' => (b'X', 2),
        b'c' if next == b'i' && after == b'a' => (b'X', 1),
        b'c' if before == b's' => return 1,
        b'c' => (b'S', 1),
        b'd' if softens(after) => (b'J', 2),
        b'g' if next == b'n' && silent_gn(word, at) => return 1,
        b'g' if next == b'n' => (b'K', 1),
        b'g' if silent_gh(word, at) => return 1,
        b'g' => (b'F', 2),
        b's' | b't' if broad => (b'X', 1),
        b's' if next == b'h' => (b'X', 2),
        b's' if next == b'c' && after == b'h' && word.at(at + 3) == b'w' => (b'X', 3),
        b's' => (b'S', 1),
        b't' if next == b'h' => (b'0', 2),
        b'd' | b't' => (b'T', 1),
        // X.
        _ => {
            code.push(b'K');
            (b'S', 1)
        }
    };
    code.push(heard);
    taken
}

/// Whether GH is not heard at all, as in `bough`, and not as F, as in `laugh`.
fn silent_gh(word: &Word, at: usize) -> bool {
    matches!(word.before(at, 3), b'b' | b'd' | b'h') || word.before(at, 4) == b'h'
}

/// Whether the G of GN is not heard: at the end of a word, and in -gned.
fn silent_gn(word: &Word, at: usize) -> bool {
    let after = word.at(at + 2);
    !after.is_ascii_alphabetic() || (after == b'e' && word.at(at + 3) == b'd')
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_codes;
    use super::metaphone;

    fn at_most(most: usize) -> impl FnMut(&str, &mut String) {
        move |text, out| metaphone(text, most, &mut Vec::new(), out)
    }

    /// Expected values: PostgreSQL 15.
    #[test]
    fn only_so_many_letters() {
        assert_codes(at_most(4), &[("GUMBO", "KM"), ("Thompson", "0MPS"), ("xylophone", "SLFN")]);
        assert_codes(at_most(3), &[("NXNXNX", "NKS")]);
        assert_codes(at_most(2), &[("NXNXNX", "NK"), ("", "")]);
    }

    /// Expected values: PostgreSQL 15.
    #[test]
    fn what_is_no_letter() {
        let texts = [("", ""), ("123", ""), ("éa", "A"), ("Ae 12 bc-d", "EBKT"), ("Müller-Lüdenscheidt", "MLRLTNSKTT")];
        assert_codes(at_most(usize::MAX), &texts);
        assert_codes(at_most(usize::MAX), &[("sunlight labs", "SNLFTLBS"), ("school", "SKL")]);
    }
}
