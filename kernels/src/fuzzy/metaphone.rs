//! Metaphone, after Lawrence Philips (1990), with PostgreSQL's refinements: consonants as they sound in English.

use super::letters::{ASK, Code, SILENT, SMALL, alone, is_vowel, softens};

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

const ALONE: [u8; 256] = alone(b"bcdghkpstwxy", b"");

/// Writes at most `most` letters of the code. Bytes that are no letter of ASCII are left out, but keep what is on either
/// side of them apart. `buffer` is for what is written on the way.
pub fn metaphone(text: &str, most: usize, buffer: &mut Vec<u8>, out: &mut String) {
    let word = Word(text.as_bytes());
    let Some(first) = word.0.iter().position(u8::is_ascii_alphabetic) else { return };
    let mut code = Code::new(buffer, word.0.len());
    let mut at = first + start(&word, first, &mut code);
    let mut before = word.before(at, 1);
    while at < word.0.len() && code.len() < most {
        let letter = word.at(at);
        let again = letter == before;
        at += match ALONE[usize::from(letter)] {
            ASK if again && letter != b'c' => 1,
            ASK => sound(&word, at, &mut code),
            alone => {
                code.push_if(alone != SILENT && !again, alone);
                1
            }
        };
        before = word.before(at, 1);
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

/// Writes what a letter sounds like among its neighbours; gives the number of letters that are done with.
fn sound(word: &Word, at: usize, code: &mut Code) -> usize {
    let letter = word.at(at);
    let before = word.before(at, 1);
    let [next, after] = [word.at(at + 1), word.at(at + 2)];
    let broad = next == b'i' && matches!(after, b'a' | b'o');
    let (heard, taken) = match letter {
        b'b' if before == b'm' => return 1,
        b'b' => (b'B', 1),
        b'c' if next == b'i' && after == b'a' => (b'X', 1),
        b'c' if softens(next) && before == b's' => return 1,
        b'c' if softens(next) => (b'S', 1),
        // Christ, school.
        b'c' if next == b'h' && (after == b'r' || before == b's') => (b'K', 2),
        b'c' if next == b'h' => (b'X', 2),
        b'd' if next == b'g' && softens(after) => (b'J', 2),
        b'd' => (b'T', 1),
        b'g' if next == b'h' && silent_gh(word, at) => return 1,
        b'g' if next == b'h' => (b'F', 2),
        b'g' if next == b'n' && silent_gn(word, at) => return 1,
        b'g' if softens(next) => (b'J', 1),
        b'h' if !is_vowel(next) || matches!(before, b'c' | b'g' | b'p' | b's' | b't') => return 1,
        b'h' => (b'H', 1),
        b'k' if before == b'c' => return 1,
        b'c' | b'g' | b'k' => (b'K', 1),
        b'p' if next == b'h' => (b'F', 1),
        b'p' => (b'P', 1),
        b's' | b't' if broad => (b'X', 1),
        b's' if next == b'h' => (b'X', 2),
        b's' if next == b'c' && after == b'h' && word.at(at + 3) == b'w' => (b'X', 3),
        b's' => (b'S', 1),
        b't' if next == b'h' => (b'0', 2),
        b't' => (b'T', 1),
        b'w' | b'y' if !is_vowel(next) => return 1,
        b'w' => (b'W', 1),
        b'y' => (b'Y', 1),
        b'x' => {
            code.push(b'K');
            (b'S', 1)
        }
        _ => return 1,
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
