//! Match rating, after Gwendolyn B. Moore and others (1977), as jellyfish has it: names as consonants, and how many of
//! them two names share.

use smallvec::SmallVec;
use unicode_segmentation::UnicodeSegmentation;

use super::letters::{capitals, is_vowel};

/// Letters that are kept at either end of a name.
const KEPT: usize = 3;

/// Two codes whose lengths differ by so much are not compared.
const TOO_FAR: usize = 3;

/// Writes the code; `None` where anything but letters and spaces is in the text. `buffer` is for what is written on the
/// way.
pub fn codex(text: &str, buffer: &mut String, out: &mut String) -> Option<()> {
    if text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ') {
        let mut before = 0;
        for (at, letter) in text.bytes().map(|letter| letter.to_ascii_uppercase()).enumerate() {
            if is_heard(at, letter, before == letter) {
                out.push(char::from(letter));
            }
            before = letter;
        }
    } else {
        buffer.clear();
        buffer.extend(capitals(text));
        if !buffer.chars().all(|letter| letter.is_alphabetic() || letter == ' ') {
            return None;
        }
        let mut before = "";
        for (at, letter) in buffer.graphemes(true).enumerate() {
            let alphabetic = if let [letter] = letter.as_bytes() { *letter } else { 0 };
            if is_heard(at, alphabetic, before == letter) {
                out.push_str(letter);
            }
            before = letter;
        }
    }
    shorten(out);
    Some(())
}

/// Consonants that do not repeat the letter before, and a vowel that comes first. A space is a consonant.
fn is_heard(at: usize, letter: u8, again: bool) -> bool {
    if is_vowel(letter) { at == 0 } else { !again }
}

fn shorten(code: &mut String) {
    let letters = code.chars().count();
    if letters > 2 * KEPT {
        let start = |letter: usize| code.char_indices().nth(letter).map_or(code.len(), |(start, _)| start);
        let dropped = start(KEPT)..start(letters - KEPT);
        code.drain(dropped);
    }
}

/// Whether two codes are of names that sound alike; `None` where their lengths are too far apart.
pub fn compare(a: &str, b: &str) -> Option<bool> {
    let [a_len, b_len] = [a, b].map(|code| code.chars().count());
    if a_len.abs_diff(b_len) >= TOO_FAR {
        return None;
    }
    let least = match a_len + b_len {
        0..=4 => 5,
        5..=7 => 4,
        8..=11 => 3,
        _ => 2,
    };
    let [a, b] = [a, b].map(|code| code.chars().collect::<Letters>());
    let [mut a, mut b] = [unmatched(&a, &b), unmatched(&b, &a)];
    a.reverse();
    b.reverse();
    let most = unmatched(&a, &b).len().max(unmatched(&b, &a).len());
    Some(2 * KEPT >= most + least)
}

type Letters = SmallVec<[char; 2 * KEPT]>;

/// The letters of `a` that `b` does not have at the same place.
fn unmatched(a: &[char], b: &[char]) -> Letters {
    a.iter().enumerate().filter(|&(at, letter)| b.get(at) != Some(letter)).map(|(_, letter)| *letter).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_codes;
    use super::{codex, compare};

    /// Expected values: those of jellyfish's own tests, and jellyfish 1.3.
    #[test]
    fn codes() {
        let code = |text: &str, out: &mut String| codex(text, &mut String::new(), out).unwrap_or_else(|| out.push('?'));
        assert_codes(code, &[("", ""), ("Byrne", "BYRN"), ("Kathrynoglin", "KTHGLN"), ("Ed", "ED"), ("aa", "A")]);
        assert_codes(code, &[("Frédéric", "FRÉÉRC"), ("ä", "Ä"), ("éaéa", "ÉÉ"), ("ßab", "SB"), ("  a b", "  B")]);
        assert_codes(code, &[("O'Brien", "?"), ("12", "?"), ("e\u{301}", "?")]);
        // Four letters, of seven bytes; jellyfish makes six of them.
        assert_codes(code, &[("Łódź", "ŁÓDŹ")]);
    }

    /// Expected values: those of jellyfish's own tests, of their codes.
    #[test]
    fn comparisons() {
        assert_eq!(compare("BYRN", "BRN"), Some(true));
        assert_eq!(compare("CTHRN", "KTHRYN"), Some(true));
        assert_eq!(compare("MCHL", "MK"), Some(false));
        assert_eq!(compare("TM", "TMTHY"), None);
        assert_eq!(compare("MR HLN", "MR R"), Some(true));
        assert_eq!(compare("", ""), Some(true));
    }
}
