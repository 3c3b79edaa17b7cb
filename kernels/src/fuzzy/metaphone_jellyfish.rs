//! Metaphone as jellyfish has it: nearer to the rules as they were first printed, and words stay apart.

use smallvec::SmallVec;

use super::letters::{ASK, Code, SILENT, SMALL, alone, decomposed, is_vowel, softens};

/// What stands beyond the end, as there.
const END: u8 = b'*';

/// What any character outside ASCII is.
const NO_LETTER: u8 = 0xFF;

const ALONE: [u8; 256] = alone(b"bcdghkpstwxy ", b"aeiou");

/// Writes at most `most` letters and spaces of the code. `buffer` is for what is written on the way.
pub fn metaphone(text: &str, most: usize, buffer: &mut Vec<u8>, out: &mut String) {
    let start = text.as_bytes().first_chunk().map(|two: &[u8; 2]| two.map(|byte| byte | SMALL));
    // The first letter of these is not heard.
    let from = usize::from(matches!(start, Some([b'k' | b'g' | b'p', b'n'] | [b'w', b'r'] | [b'a', b'e'])));
    if text.is_ascii() {
        encode(&text.as_bytes()[from..], most, buffer, out);
    } else {
        let byte = |letter| u8::try_from(letter).ok().filter(u8::is_ascii).unwrap_or(NO_LETTER);
        let letters: SmallVec<[u8; 64]> = decomposed(text).skip(from).map(byte).collect();
        encode(&letters, most, buffer, out);
    }
}

fn encode(letters: &[u8], most: usize, buffer: &mut Vec<u8>, out: &mut String) {
    let mut code = Code::new(buffer, letters.len());
    let letter = |at: usize| letters.get(at).map_or(END, u8::to_ascii_lowercase);
    let mut at = 0;
    while at < letters.len() && code.len() < most {
        let before = at.checked_sub(1).map(letter);
        let (here, next) = (letter(at), letter(at + 1));
        // Of doubled letters the second one is read; both of CC.
        let doubled = here == next;
        at += match ALONE[usize::from(here)] {
            ASK if doubled && here != b'c' => 1,
            ASK => sound(before, here, [next, letter(at + 2)], &mut code),
            alone => {
                let within = before.is_some_and(|before| before != b' ');
                code.push_if(alone != SILENT && !doubled && !(within && is_vowel(here)), alone);
                1
            }
        };
    }
    out.push_str(code.first(most));
}

/// Writes what a letter sounds like among its neighbours; gives the number of letters that are done with.
fn sound(before: Option<u8>, letter: u8, [next, after]: [u8; 2], code: &mut Code) -> usize {
    let first = before.is_none();
    let broad = next == b'i' && matches!(after, b'a' | b'o');
    let (heard, taken) = match letter {
        b'b' if before == Some(b'm') && next == END => return 1,
        b'b' => (b'B', 1),
        b'c' if next == b'h' || (next == b'i' && after == b'a') => (b'X', 2),
        b'c' if softens(next) => (b'S', 2),
        b'd' if next == b'g' && softens(after) => (b'J', 3),
        b'd' => (b'T', 1),
        b'g' if softens(next) => (b'J', 1),
        b'g' if next == b'h' && !is_vowel(after) => return 2,
        b'g' if next == b'n' && after == END => return 2,
        b'h' if !first && !is_vowel(next) && before.is_some_and(is_vowel) => return 1,
        b'h' => (b'H', 1),
        b'k' if before == Some(b'c') => return 1,
        b'c' | b'g' | b'k' => (b'K', 1),
        b'p' if next == b'h' => (b'F', 2),
        b'p' => (b'P', 1),
        b's' if next == b'h' => (b'X', 2),
        b's' if broad => (b'X', 3),
        b's' => (b'S', 1),
        b't' if broad => (b'X', 1),
        b't' if next == b'h' => (b'0', 2),
        b't' if next == b'c' && after == b'h' => return 1,
        b't' => (b'T', 1),
        b'w' if first && next == b'h' => (b'W', 2),
        b'w' | b'y' if !is_vowel(next) => return 1,
        b'w' => (b'W', 1),
        b'y' => (b'Y', 1),
        b'x' if first && (next == b'h' || broad) => (b'X', 1),
        b'x' if first => (b'S', 1),
        b'x' => {
            code.push(b'K');
            (b'S', 1)
        }
        b' ' if code.last().is_none_or(|last| last == b' ') => return 1,
        b' ' => (b' ', 1),
        _ => return 1,
    };
    code.push(heard);
    taken
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_codes;
    use super::metaphone;

    /// Expected values: those of jellyfish's own tests, and jellyfish 1.3.
    #[test]
    fn words_and_accents() {
        let whole = |text: &str, out: &mut String| metaphone(text, usize::MAX, &mut Vec::new(), out);
        assert_codes(whole, &[("", ""), ("8 queens", "KNS"), ("this is a difficult string", "0S IS A TFKLT STRNK")]);
        assert_codes(whole, &[("Çáŕẗéř", "KRTR"), ("Straße", "STRS"), ("ﬁnd", "FNT"), ("ńa", "N"), ("kńa", "KN")]);
        assert_codes(
            whole,
            &[("Kn\u{301}a", "N"), ("gh", ""), ("aghast", "AKHST"), ("Xhot", "XHT"), ("school", "SXL")],
        );
        assert_codes(|text, out| metaphone(text, 2, &mut Vec::new(), out), &[("NXNXNX", "NK"), ("a b c", "A ")]);
    }
}
