//! Metaphone, after Lawrence Philips (1990), with PostgreSQL's refinements: consonants as they sound in English.

use super::code::Code;
use super::letters::{SMALL, is_vowel, softens};
use super::sounds::{ASK, Neighbours, SILENT, Table, table};

/// The bytes of a word, as small letters; beyond its ends there is none.
struct Word<'a>(&'a [u8]);

impl Word<'_> {
    fn at(&self, at: usize) -> u8 {
        self.0.get(at).map_or(0, |byte| byte | SMALL)
    }

    fn before(&self, at: usize, steps: usize) -> u8 {
        at.checked_sub(steps).map_or(0, |at| self.at(at))
    }
}

/// Writes at most `most` letters of the code. Bytes that are no letter of ASCII are left out, but keep what is on either
/// side of them apart. `buffer` is for what is written on the way.
pub fn metaphone(text: &str, most: usize, buffer: &mut Vec<u8>, out: &mut String) {
    let word = Word(text.as_bytes());
    let Some(first) = word.0.iter().position(u8::is_ascii_alphabetic) else { return };
    let mut code = Code::new(buffer, word.0.len());
    let mut at = first + start(&word, first, &mut code);
    let mut near = Neighbours::new(word.0, at);
    while at < word.0.len() && code.len() < most {
        let heard = near.heard(&BEFORE_NEXT, &BEHIND);
        if heard == ASK {
            at += sound(&word, at, &mut code);
            near = Neighbours::new(word.0, at);
        } else {
            code.push_if(heard != SILENT, heard);
            at += 1;
            near = near.step(word.0, at);
        }
    }
    out.push_str(code.first(most));
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

const BEFORE_NEXT: Table = table!(before_next);

const fn before_next(here: u8, next: u8) -> u8 {
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

const BEHIND: Table = table!(behind);

/// All bits where a letter is heard behind another; none where it is silent.
const fn behind(before: u8, here: u8) -> u8 {
    match (before, here) {
        (b'm', b'b') | (b'c', b'k') | (b'c' | b'g' | b'p' | b's' | b't', b'h') => 0,
        _ if before == here && here != b'c' => 0,
        _ => 0xFF,
    }
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
