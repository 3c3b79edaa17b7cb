//! Metaphone as jellyfish has it: nearer to the rules as they were first printed, and words stay apart.

use smallvec::SmallVec;

use super::letters::{capitals, decomposed, is_vowel, softens};

/// What stands beyond the end, as there.
const END: char = '*';

/// At most `most` letters and spaces of the code.
pub fn metaphone(text: &str, most: usize, out: &mut String) {
    let mut first = capitals(text);
    let silent = matches!(
        (first.next(), first.next()),
        (Some('K' | 'G' | 'P'), Some('N')) | (Some('W'), Some('R')) | (Some('A'), Some('E'))
    );
    let letters: SmallVec<[char; 32]> = decomposed(text).skip(usize::from(silent)).collect();
    let mut at = 0;
    while at < letters.len() && out.len() < most {
        let following = [1, 2].map(|step| letters.get(at + step).copied().unwrap_or(END));
        let before = at.checked_sub(1).map(|at| letters[at]);
        // Of doubled letters the second one is read; both of CC.
        let doubled = letters[at] == following[0] && letters[at] != 'C';
        at += if doubled { 1 } else { sound(before, letters[at], following, out) };
    }
    // X is two letters.
    out.truncate(most);
}

/// Writes what a letter sounds like among its neighbours; gives the number of letters that are done with.
fn sound(before: Option<char>, letter: char, [next, after]: [char; 2], out: &mut String) -> usize {
    let first = before.is_none();
    let broad = next == 'I' && matches!(after, 'A' | 'O');
    let (code, taken) = match letter {
        'A' | 'E' | 'I' | 'O' | 'U' if !first && before != Some(' ') => return 1,
        'B' if before == Some('M') && next == END => return 1,
        'C' if next == 'H' || (next == 'I' && after == 'A') => ('X', 2),
        'C' if softens(next) => ('S', 2),
        'D' if next == 'G' && softens(after) => ('J', 3),
        'D' => ('T', 1),
        'G' if softens(next) => ('J', 1),
        'G' if next == 'H' && !is_vowel(after) => return 2,
        'G' if next == 'N' && after == END => return 2,
        'H' if !first && !is_vowel(next) && before.is_some_and(is_vowel) => return 1,
        'K' if before == Some('C') => return 1,
        'C' | 'G' | 'K' | 'Q' => ('K', 1),
        'P' if next == 'H' => ('F', 2),
        'S' if next == 'H' => ('X', 2),
        'S' if broad => ('X', 3),
        'T' if broad => ('X', 1),
        'T' if next == 'H' => ('0', 2),
        'T' if next == 'C' && after == 'H' => return 1,
        'V' => ('F', 1),
        'W' if first && next == 'H' => ('W', 2),
        'W' | 'Y' if !is_vowel(next) => return 1,
        'X' if first && (next == 'H' || broad) => ('X', 1),
        'X' if first => ('S', 1),
        'X' => {
            out.push('K');
            ('S', 1)
        }
        'Z' => ('S', 1),
        ' ' if out.is_empty() || out.ends_with(' ') => return 1,
        'A'..='Z' | ' ' => (letter, 1),
        _ => return 1,
    };
    out.push(code);
    taken
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_codes;
    use super::metaphone;

    /// Expected values: those of jellyfish's own tests, and jellyfish 1.3.
    #[test]
    fn words_and_accents() {
        let whole = |text: &str, out: &mut String| metaphone(text, usize::MAX, out);
        assert_codes(whole, &[("", ""), ("8 queens", "KNS"), ("this is a difficult string", "0S IS A TFKLT STRNK")]);
        assert_codes(whole, &[("Çáŕẗéř", "KRTR"), ("Straße", "STRS"), ("ﬁnd", "FNT"), ("ńa", "N"), ("kńa", "KN")]);
        assert_codes(
            whole,
            &[("Kn\u{301}a", "N"), ("gh", ""), ("aghast", "AKHST"), ("Xhot", "XHT"), ("school", "SXL")],
        );
        assert_codes(|text, out| metaphone(text, 2, out), &[("NXNXNX", "NK"), ("a b c", "A ")]);
    }
}
