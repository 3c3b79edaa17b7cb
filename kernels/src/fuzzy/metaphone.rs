//! Metaphone, after Lawrence Philips (1990), with PostgreSQL's refinements: consonants as they sound in English.

use super::letters::{is_vowel, softens};

/// The bytes of a word, in capitals; beyond its ends there is none.
struct Word<'a>(&'a [u8]);

impl Word<'_> {
    fn at(&self, at: usize) -> char {
        self.0.get(at).map_or('\0', |byte| char::from(byte.to_ascii_uppercase()))
    }

    fn before(&self, at: usize, steps: usize) -> char {
        at.checked_sub(steps).map_or('\0', |at| self.at(at))
    }
}

/// At most `most` letters of the code. Bytes that are no letter of ASCII are left out, but keep what is on either side
/// of them apart.
pub fn metaphone(text: &str, most: usize, out: &mut String) {
    let word = Word(text.as_bytes());
    let Some(first) = word.0.iter().position(u8::is_ascii_alphabetic) else { return };
    let mut at = first + start(&word, first, out);
    while at < word.0.len() && out.len() < most {
        let letter = word.at(at);
        let again = letter == word.before(at, 1) && letter != 'C';
        at += if letter.is_ascii_alphabetic() && !again { sound(&word, at, out) } else { 1 };
    }
    // X is two letters.
    out.truncate(most);
}

/// Writes what only the first letter sounds like; gives the number of letters that are done with.
fn start(word: &Word, at: usize, out: &mut String) -> usize {
    let (code, taken) = match (word.at(at), word.at(at + 1)) {
        ('A', 'E') => ('E', 2),
        ('G' | 'K' | 'P', 'N') => ('N', 2),
        ('W', next @ ('H' | 'R')) => (next, 2),
        ('W', next) if is_vowel(next) => ('W', 2),
        ('X', _) => ('S', 1),
        (letter, _) if is_vowel(letter) => (letter, 1),
        _ => return 0,
    };
    out.push(code);
    taken
}

/// Writes what a letter sounds like among its neighbours; gives the number of letters that are done with.
fn sound(word: &Word, at: usize, out: &mut String) -> usize {
    let letter = word.at(at);
    let before = word.before(at, 1);
    let [next, after] = [word.at(at + 1), word.at(at + 2)];
    let broad = next == 'I' && matches!(after, 'A' | 'O');
    let (code, taken) = match letter {
        'B' if before == 'M' => return 1,
        'C' if next == 'I' && after == 'A' => ('X', 1),
        'C' if softens(next) && before == 'S' => return 1,
        'C' if softens(next) => ('S', 1),
        // Christ, school.
        'C' if next == 'H' && (after == 'R' || before == 'S') => ('K', 2),
        'C' if next == 'H' => ('X', 2),
        'D' if next == 'G' && softens(after) => ('J', 2),
        'D' => ('T', 1),
        'G' if next == 'H' && silent_gh(word, at) => return 1,
        'G' if next == 'H' => ('F', 2),
        'G' if next == 'N' && silent_gn(word, at) => return 1,
        'G' if softens(next) => ('J', 1),
        'H' if !is_vowel(next) || matches!(before, 'C' | 'G' | 'P' | 'S' | 'T') => return 1,
        'K' if before == 'C' => return 1,
        'C' | 'G' | 'K' | 'Q' => ('K', 1),
        'P' if next == 'H' => ('F', 1),
        'S' | 'T' if broad => ('X', 1),
        'S' if next == 'H' => ('X', 2),
        'S' if next == 'C' && after == 'H' && word.at(at + 3) == 'W' => ('X', 3),
        'T' if next == 'H' => ('0', 2),
        'W' | 'Y' if !is_vowel(next) => return 1,
        'X' => {
            out.push('K');
            ('S', 1)
        }
        'Z' => ('S', 1),
        'V' => ('F', 1),
        vowel if is_vowel(vowel) => return 1,
        same => (same, 1),
    };
    out.push(code);
    taken
}

/// Whether GH is not heard at all, as in `bough`, and not as F, as in `laugh`.
fn silent_gh(word: &Word, at: usize) -> bool {
    matches!(word.before(at, 3), 'B' | 'D' | 'H') || word.before(at, 4) == 'H'
}

/// Whether the G of GN is not heard: at the end of a word, and in -gned.
fn silent_gn(word: &Word, at: usize) -> bool {
    let after = word.at(at + 2);
    !after.is_ascii_alphabetic() || (after == 'E' && word.at(at + 3) == 'D')
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_codes;
    use super::metaphone;

    fn at_most(most: usize) -> impl FnMut(&str, &mut String) {
        move |text, out| metaphone(text, most, out)
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
