//! Metaphone as jellyfish has it: nearer to the rules as they were first printed, and words stay apart.

use smallvec::SmallVec;

use super::code::Code;
use super::letters::{SMALL, decomposed, is_vowel, softens};
use super::sounds::{ASK, END, Neighbours, SILENT, START, Table, table};

/// What any character outside ASCII is.
const NO_LETTER: u8 = 0xFF;

/// Writes at most `most` letters and spaces of the code. `buffer` is for what is written on the way.
pub fn metaphone(text: &str, most: usize, buffer: &mut Vec<u8>, out: &mut String) {
    let start = text.as_bytes().first_chunk().map(|two: &[u8; 2]| two.map(|byte| byte | SMALL));
    // The first letter of these is not heard.
    let from = usize::from(matches!(start, Some([b'k' | b'g' | b'p', b'n'] | [b'w', b'r'] | [b'a', b'e'])));
    if text.is_ascii() {
        encode(&text.as_bytes()[from..], most, buffer, out);
    } else {
        // Small letters are what is left of signs that have no capitals, as in º.
        let is_letter = |byte: &u8| byte.is_ascii() && !byte.is_ascii_lowercase();
        let byte = |letter| u8::try_from(letter).ok().filter(is_letter).unwrap_or(NO_LETTER);
        let letters: SmallVec<[u8; 64]> = decomposed(text).skip(from).map(byte).collect();
        encode(&letters, most, buffer, out);
    }
}

fn encode(letters: &[u8], most: usize, buffer: &mut Vec<u8>, out: &mut String) {
    let mut code = Code::new(buffer, letters.len());
    let mut at = 0;
    let mut near = Neighbours::new(letters, at);
    while at < letters.len() && code.len() < most {
        let heard = near.heard(&BEFORE_NEXT, &BEHIND);
        if heard == ASK {
            at += sound(letters, at, &mut code);
            near = Neighbours::new(letters, at);
        } else {
            code.push_if(heard != SILENT, heard);
            at += 1;
            near = near.step(letters, at);
        }
    }
    out.push_str(code.first(most));
}

const BEFORE_NEXT: Table = table!(before_next);

const fn before_next(here: u8, next: u8) -> u8 {
    match (here, next) {
        // Of doubled letters the second one is read; both of CC.
        _ if here == next && here != b'c' => SILENT,
        (b'c', b'e' | b'i' | b'y' | b'h') | (b'd', b'g') | (b'g', b'h' | b'n') | (b'p' | b'w', b'h') => ASK,
        (b's', b'h' | b'i') | (b't', b'c' | b'h' | b'i') | (b'b', END) | (b' ' | b'x', _) => ASK,
        (b'h' | b'w' | b'y', b'a' | b'e' | b'i' | b'o' | b'u') => here.to_ascii_uppercase(),
        (b'h', _) => ASK,
        (b'w' | b'y', _) => SILENT,
        (b'g', b'e' | b'i' | b'y') => b'J',
        (b'c' | b'g' | b'k' | b'q', _) => b'K',
        (b'd' | b't', _) => b'T',
        (b'f' | b'v', _) => b'F',
        (b's' | b'z', _) => b'S',
        (b'a'..=b'z', _) => here.to_ascii_uppercase(),
        _ => SILENT,
    }
}

const BEHIND: Table = table!(behind);

/// All bits where a letter is heard behind another; none where it is silent.
const fn behind(before: u8, here: u8) -> u8 {
    match (before, here) {
        (b'c', b'k') => 0,
        (START | b' ', b'a' | b'e' | b'i' | b'o' | b'u') => 0xFF,
        (_, b'a' | b'e' | b'i' | b'o' | b'u') => 0,
        _ => 0xFF,
    }
}

/// Writes what a letter sounds like with those near it; gives the number of letters that are done with.
fn sound(letters: &[u8], at: usize, code: &mut Code) -> usize {
    let letter = |at: usize| letters.get(at).map_or(END, u8::to_ascii_lowercase);
    let before = at.checked_sub(1).map_or(START, letter);
    let [here, next, after] = [at, at + 1, at + 2].map(letter);
    let broad = next == b'i' && matches!(after, b'a' | b'o');
    let (heard, taken) = match here {
        b'b' if before == b'm' => return 1,
        b'b' => (b'B', 1),
        b'c' if next == b'h' || (next == b'i' && after == b'a') => (b'X', 2),
        b'c' => (b'S', 2),
        b'd' if softens(after) => (b'J', 3),
        b'g' if next == b'h' && !is_vowel(after) => return 2,
        b'g' if next == b'n' && after == END => return 2,
        b'g' => (b'K', 1),
        b'h' if is_vowel(before) => return 1,
        b'h' => (b'H', 1),
        b'p' => (b'F', 2),
        b's' if next == b'h' => (b'X', 2),
        b's' if broad => (b'X', 3),
        b's' => (b'S', 1),
        b't' if broad => (b'X', 1),
        b't' if next == b'h' => (b'0', 2),
        b't' if next == b'c' && after == b'h' => return 1,
        b'd' | b't' => (b'T', 1),
        b'w' if before == START => (b'W', 2),
        b'x' if before == START && (next == b'h' || broad) => (b'X', 1),
        b'x' if before == START => (b'S', 1),
        b'x' => {
            code.push(b'K');
            (b'S', 1)
        }
        b' ' if code.last().is_some_and(|last| last != b' ') => (b' ', 1),
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
