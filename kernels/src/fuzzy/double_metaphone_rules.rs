//! The rules of Double Metaphone: what a letter sounds like among its neighbours.

use super::double_metaphone::Word;
use super::letters::softens;

/// What is heard in English, what may be heard, and how many letters are done with.
pub type Sound = (&'static str, &'static str, isize);

const fn both(code: &'static str, taken: isize) -> Sound {
    (code, code, taken)
}

/// What is heard at a letter.
pub fn sound(word: &Word, at: isize) -> Sound {
    let (letter, next) = (word.at(at), word.at(at + 1));
    let taken = if next == letter { 2 } else { 1 };
    match letter {
        b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' => both(if at == 0 { "A" } else { "" }, 1),
        b'B' => both("P", taken),
        b'C' if next == b'H' => ch(word, at),
        b'C' => c(word, at),
        b'D' if next == b'G' && softens(word.at(at + 2)) => both("J", 3),
        b'D' if next == b'G' => both("TK", 2),
        b'D' if next == b'T' => both("T", 2),
        b'D' => both("T", taken),
        b'F' | b'V' => both("F", taken),
        b'G' if next == b'H' => gh(word, at),
        b'G' => g(word, at),
        // First and before a vowel, or between vowels.
        b'H' if (at == 0 || word.vowel(at - 1)) && word.vowel(at + 1) => both("H", 2),
        b'J' => j(word, at),
        b'K' | b'Q' => both("K", taken),
        b'L' if next == b'L' && spanish(word, at) => ("L", "", 2),
        b'L' => both("L", taken),
        // Dumb, thumb.
        b'M' if word.has(at - 1, &["UMB"]) && (word.ends_at(at + 1) || word.has(at + 2, &["ER"])) => both("M", 2),
        b'M' => both("M", taken),
        b'N' => both("N", taken),
        b'P' if next == b'H' => both("F", 2),
        // Campbell, raspberry.
        b'P' if next == b'B' => both("P", 2),
        b'P' => both("P", taken),
        // Rogier, but not Hochmeier.
        b'R' if word.ends_at(at)
            && word.has(at - 2, &["IE"])
            && !word.has(at - 4, &["ME", "MA"])
            && !word.slavo_germanic() =>
        {
            ("", "R", 1)
        }
        b'R' => both("R", taken),
        b'S' if matches!(next, b'C' | b'H') => sc_sh(word, at),
        b'S' => s(word, at),
        b'T' => t(word, at),
        b'W' => w(word, at),
        b'X' => x(word, at),
        b'Z' => z(word, at),
        _ => both("", 1),
    }
}

fn c(word: &Word, at: isize) -> Sound {
    let (next, after) = (word.at(at + 1), word.at(at + 2));
    if at == 0 && word.has(0, &["CAESAR"]) {
        return both("S", 2);
    }
    if next == b'Z' && !word.has(at - 2, &["WICZ"]) {
        // Czerny.
        return ("S", "X", 2);
    }
    if word.has(at + 1, &["CIA"]) {
        // Focaccia.
        return both("X", 3);
    }
    if next == b'C' && !(at == 1 && word.at(0) == b'M') {
        return match after {
            // Bacchus.
            b'H' if word.at(at + 3) == b'U' => both("K", 2),
            // Accident, accede, succeed.
            b'I' | b'E' | b'H' if at == 1 && word.at(0) == b'A' || word.has(at - 1, &["UCCEE", "UCCES"]) => {
                both("KS", 3)
            }
            // Bacci, Bertucci.
            b'I' | b'E' | b'H' => both("X", 3),
            _ => both("K", 2),
        };
    }
    match next {
        b'K' | b'G' | b'Q' => both("K", 2),
        b'I' if matches!(after, b'O' | b'E' | b'A') => ("S", "X", 2),
        b'I' | b'E' | b'Y' => both("S", 2),
        // Mac Caffrey, Mac Gregor.
        b' ' if matches!(after, b'C' | b'Q' | b'G') => both("K", 3),
        b'C' if !matches!(after, b'E' | b'I') => both("K", 2),
        _ => both("K", 1),
    }
}

fn ch(word: &Word, at: isize) -> Sound {
    let (before, after) = (word.at(at - 1), word.at(at + 2));
    let hard_after_a = at > 1
        && before == b'A'
        && !word.vowel(at - 2)
        && (!matches!(after, b'I' | b'E') || word.has(at - 2, &["BACHER", "MACHER"]));
    if hard_after_a || word.has(at, &["CHIA"]) {
        return both("K", 2);
    }
    if at > 0 && word.has(at, &["CHAE"]) {
        // Michael.
        return ("K", "X", 2);
    }
    let greek = at == 0 && word.has(1, &["HARAC", "HARIS", "HOR", "HYM", "HIA", "HEM"]) && !word.has(0, &["CHORE"]);
    // Architect but not arch; orchestra, orchid.
    let hard = word.germanic() || word.has(at - 2, &["ORCHES", "ARCHIT", "ORCHID"]) || matches!(after, b'T' | b'S');
    // Wachtler, Wechsler, but not Tichner.
    let hard_before = matches!(after, b'L' | b'R' | b'N' | b'M' | b'B' | b'H' | b'F' | b'V' | b'W' | b' ')
        && (at == 0 || matches!(before, b'A' | b'O' | b'U' | b'E'));
    if greek || hard || hard_before {
        return both("K", 2);
    }
    match at {
        0 => both("X", 2),
        // McHugh.
        _ if word.has(0, &["MC"]) => both("K", 2),
        _ => ("X", "K", 2),
    }
}

fn g(word: &Word, at: isize) -> Sound {
    let (before, next) = (word.at(at - 1), word.at(at + 1));
    if next == b'N' {
        return match word.slavo_germanic() {
            false if at == 1 && word.vowel(0) => ("KN", "N", 2),
            // Not Cagney.
            false if !word.has(at + 2, &["EY"]) => ("N", "KN", 2),
            _ => both("KN", 2),
        };
    }
    if word.has(at + 1, &["LI"]) && !word.slavo_germanic() {
        // Tagliaro.
        return ("KL", "L", 2);
    }
    let first = at == 0 && word.has(1, &["Y", "ES", "EP", "EB", "EL", "EY", "IB", "IL", "IN", "IE", "EI", "ER"]);
    let within = word.has(at + 1, &["ER", "Y"])
        && !word.has(0, &["DANGER", "RANGER", "MANGER"])
        && !matches!(before, b'E' | b'I')
        && !word.has(at - 1, &["RGY", "OGY"]);
    if first || within {
        return ("K", "J", 2);
    }
    // Biaggi.
    if softens(next) || word.has(at - 1, &["AGGI", "OGGI"]) {
        return match word.germanic() || word.has(at + 1, &["ET"]) {
            true => both("K", 2),
            // A French ending.
            false if word.has(at + 1, &["IER "]) => both("J", 2),
            false => ("J", "K", 2),
        };
    }
    both("K", if next == b'G' { 2 } else { 1 })
}

fn gh(word: &Word, at: isize) -> Sound {
    let before = |steps| word.at(at - steps);
    if at == 0 {
        // Ghislane, Ghiradelli.
        return both(if word.at(2) == b'I' { "J" } else { "K" }, 2);
    }
    if !word.vowel(at - 1) {
        return both("K", 2);
    }
    let b_h_d = |letter| matches!(letter, b'B' | b'H' | b'D');
    match before(1) {
        // Hugh, bough, Broughton.
        _ if b_h_d(before(2)) || b_h_d(before(3)) || matches!(before(4), b'B' | b'H') => both("", 2),
        // Laugh, McLaughlin, cough, rough, tough.
        b'U' if matches!(before(3), b'C' | b'G' | b'L' | b'R' | b'T') => both("F", 2),
        b'I' => both("", 2),
        _ => both("K", 2),
    }
}

fn j(word: &Word, at: isize) -> Sound {
    let (before, next) = (word.at(at - 1), word.at(at + 1));
    let san = word.has(0, &["SAN "]);
    if san || word.has(at, &["JOSE"]) {
        let alone = at == 0 && word.at(4) == b' ';
        return (if san || alone { "H" } else { "J" }, "H", 1);
    }
    let (primary, alternative) = if at == 0 {
        // Yankelovich, Jankelowicz.
        ("J", "A")
    } else if word.vowel(at - 1) && matches!(next, b'A' | b'O') && !word.slavo_germanic() {
        // Bajador.
        ("J", "H")
    } else if word.ends_at(at) {
        ("J", "")
    } else if matches!(next, b'L' | b'T' | b'K' | b'S' | b'N' | b'M' | b'B' | b'Z')
        || matches!(before, b'S' | b'K' | b'L')
    {
        ("", "")
    } else {
        ("J", "J")
    };
    (primary, alternative, if next == b'J' { 2 } else { 1 })
}

/// Whether LL is heard as in Cabrillo, Gallegos.
fn spanish(word: &Word, at: isize) -> bool {
    let last = word.len - 1;
    let ends = word.has(last - 1, &["AS", "OS"]) || word.has(last, &["A", "O"]);
    (at + 3 == word.len && word.has(at - 1, &["ILLO", "ILLA", "ALLE"])) || (ends && word.has(at - 1, &["ALLE"]))
}

fn s(word: &Word, at: isize) -> Sound {
    let next = word.at(at + 1);
    if word.has(at - 1, &["ISL", "YSL"]) {
        // Island, Carlisle, Carlysle.
        return both("", 1);
    }
    if at == 0 && word.has(0, &["SUGAR"]) {
        return ("X", "S", 1);
    }
    if word.has(at, &["SIO", "SIA"]) {
        return ("S", if word.slavo_germanic() { "S" } else { "X" }, 3);
    }
    match next {
        b'Z' => ("S", "X", 2),
        // Smith as Schmidt, Snider as Schneider.
        b'M' | b'N' | b'L' | b'W' if at == 0 => ("S", "X", 1),
        // Resnais, Artois.
        _ if word.ends_at(at) && word.has(at - 2, &["AI", "OI"]) => ("", "S", 1),
        b'S' => both("S", 2),
        _ => both("S", 1),
    }
}

fn sc_sh(word: &Word, at: isize) -> Sound {
    if word.at(at + 1) == b'H' {
        let germanic = word.has(at + 1, &["HEIM", "HOEK", "HOLM", "HOLZ"]);
        return both(if germanic { "S" } else { "X" }, 2);
    }
    match word.at(at + 2) {
        // Schermerhorn, Schenker.
        b'H' if word.has(at + 3, &["ER", "EN"]) => ("X", "SK", 3),
        // School, schooner.
        b'H' if word.has(at + 3, &["OO", "UY", "ED", "EM"]) => both("SK", 3),
        b'H' if at == 0 && !word.vowel(3) && word.at(3) != b'W' => ("X", "S", 3),
        b'H' => both("X", 3),
        letter if softens(letter) => both("S", 3),
        _ => both("SK", 3),
    }
}

fn t(word: &Word, at: isize) -> Sound {
    if word.has(at, &["TION", "TIA", "TCH"]) {
        return both("X", 3);
    }
    if word.has(at, &["TH", "TTH"]) {
        // Thomas, Thames.
        let hard = word.has(at + 2, &["OM", "AM"]) || word.germanic();
        return (if hard { "T" } else { "0" }, "T", 2);
    }
    both("T", if matches!(word.at(at + 1), b'T' | b'D') { 2 } else { 1 })
}

fn w(word: &Word, at: isize) -> Sound {
    if word.at(at + 1) == b'R' {
        return both("R", 2);
    }
    let polish = word.has(at, &["WICZ", "WITZ"]);
    if at == 0 {
        return match polish {
            true => ("ATS", "FFX", 4),
            // Wasserman as Vasserman.
            false if word.vowel(1) => ("A", "F", 1),
            // Womo as Uomo.
            false => both(if word.at(1) == b'H' { "A" } else { "" }, 1),
        };
    }
    // Arnow as Arnoff.
    let heard_as_f = (word.ends_at(at) && word.vowel(at - 1))
        || word.has(at - 1, &["EWSKI", "EWSKY", "OWSKI", "OWSKY"])
        || word.has(0, &["SCH"]);
    match polish {
        _ if heard_as_f => ("", "F", 1),
        // Filipowicz.
        true => ("TS", "FX", 4),
        false => both("", 1),
    }
}

fn x(word: &Word, at: isize) -> Sound {
    // Breaux.
    let silent = word.ends_at(at) && word.has(at - 2, &["AU", "OU"]);
    both(if silent { "" } else { "KS" }, if matches!(word.at(at + 1), b'C' | b'X') { 2 } else { 1 })
}

fn z(word: &Word, at: isize) -> Sound {
    let next = word.at(at + 1);
    if next == b'H' {
        // Zhao.
        return both("J", 2);
    }
    let slavic = word.slavo_germanic() && at > 0 && word.at(at - 1) != b'T';
    let sharp = slavic || word.has(at + 1, &["ZO", "ZI", "ZA"]);
    ("S", if sharp { "TS" } else { "S" }, if next == b'Z' { 2 } else { 1 })
}
