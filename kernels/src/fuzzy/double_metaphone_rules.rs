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
        'A' | 'E' | 'I' | 'O' | 'U' | 'Y' => both(if at == 0 { "A" } else { "" }, 1),
        'B' => both("P", taken),
        'C' if next == 'H' => ch(word, at),
        'C' => c(word, at),
        'D' if next == 'G' && softens(word.at(at + 2)) => both("J", 3),
        'D' if next == 'G' => both("TK", 2),
        'D' if next == 'T' => both("T", 2),
        'D' => both("T", taken),
        'F' | 'V' => both("F", taken),
        'G' if next == 'H' => gh(word, at),
        'G' => g(word, at),
        // First and before a vowel, or between vowels.
        'H' if (at == 0 || word.vowel(at - 1)) && word.vowel(at + 1) => both("H", 2),
        'J' => j(word, at),
        'K' | 'Q' => both("K", taken),
        'L' if next == 'L' && spanish(word, at) => ("L", "", 2),
        'L' => both("L", taken),
        // Dumb, thumb.
        'M' if word.has(at - 1, &["UMB"]) && (word.ends_at(at + 1) || word.has(at + 2, &["ER"])) => both("M", 2),
        'M' => both("M", taken),
        'N' => both("N", taken),
        'P' if next == 'H' => both("F", 2),
        // Campbell, raspberry.
        'P' if next == 'B' => both("P", 2),
        'P' => both("P", taken),
        // Rogier, but not Hochmeier.
        'R' if word.ends_at(at)
            && word.has(at - 2, &["IE"])
            && !word.has(at - 4, &["ME", "MA"])
            && !word.slavo_germanic() =>
        {
            ("", "R", 1)
        }
        'R' => both("R", taken),
        'S' if matches!(next, 'C' | 'H') => sc_sh(word, at),
        'S' => s(word, at),
        'T' => t(word, at),
        'W' => w(word, at),
        'X' => x(word, at),
        'Z' => z(word, at),
        _ => both("", 1),
    }
}

fn c(word: &Word, at: isize) -> Sound {
    let (next, after) = (word.at(at + 1), word.at(at + 2));
    if at == 0 && word.has(0, &["CAESAR"]) {
        return both("S", 2);
    }
    if next == 'Z' && !word.has(at - 2, &["WICZ"]) {
        // Czerny.
        return ("S", "X", 2);
    }
    if word.has(at + 1, &["CIA"]) {
        // Focaccia.
        return both("X", 3);
    }
    if next == 'C' && !(at == 1 && word.at(0) == 'M') {
        return match after {
            // Bacchus.
            'H' if word.at(at + 3) == 'U' => both("K", 2),
            // Accident, accede, succeed.
            'I' | 'E' | 'H' if at == 1 && word.at(0) == 'A' || word.has(at - 1, &["UCCEE", "UCCES"]) => both("KS", 3),
            // Bacci, Bertucci.
            'I' | 'E' | 'H' => both("X", 3),
            _ => both("K", 2),
        };
    }
    match next {
        'K' | 'G' | 'Q' => both("K", 2),
        'I' if matches!(after, 'O' | 'E' | 'A') => ("S", "X", 2),
        'I' | 'E' | 'Y' => both("S", 2),
        // Mac Caffrey, Mac Gregor.
        ' ' if matches!(after, 'C' | 'Q' | 'G') => both("K", 3),
        'C' if !matches!(after, 'E' | 'I') => both("K", 2),
        _ => both("K", 1),
    }
}

fn ch(word: &Word, at: isize) -> Sound {
    let (before, after) = (word.at(at - 1), word.at(at + 2));
    let hard_after_a = at > 1
        && before == 'A'
        && !word.vowel(at - 2)
        && (!matches!(after, 'I' | 'E') || word.has(at - 2, &["BACHER", "MACHER"]));
    if hard_after_a || word.has(at, &["CHIA"]) {
        return both("K", 2);
    }
    if at > 0 && word.has(at, &["CHAE"]) {
        // Michael.
        return ("K", "X", 2);
    }
    let greek = at == 0 && word.has(1, &["HARAC", "HARIS", "HOR", "HYM", "HIA", "HEM"]) && !word.has(0, &["CHORE"]);
    // Architect but not arch; orchestra, orchid.
    let hard = word.germanic() || word.has(at - 2, &["ORCHES", "ARCHIT", "ORCHID"]) || matches!(after, 'T' | 'S');
    // Wachtler, Wechsler, but not Tichner.
    let hard_before = matches!(after, 'L' | 'R' | 'N' | 'M' | 'B' | 'H' | 'F' | 'V' | 'W' | ' ')
        && (at == 0 || matches!(before, 'A' | 'O' | 'U' | 'E'));
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
    if next == 'N' {
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
        && !matches!(before, 'E' | 'I')
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
    both("K", if next == 'G' { 2 } else { 1 })
}

fn gh(word: &Word, at: isize) -> Sound {
    let before = |steps| word.at(at - steps);
    if at == 0 {
        // Ghislane, Ghiradelli.
        return both(if word.at(2) == 'I' { "J" } else { "K" }, 2);
    }
    if !word.vowel(at - 1) {
        return both("K", 2);
    }
    let b_h_d = |letter| matches!(letter, 'B' | 'H' | 'D');
    match before(1) {
        // Hugh, bough, Broughton.
        _ if b_h_d(before(2)) || b_h_d(before(3)) || matches!(before(4), 'B' | 'H') => both("", 2),
        // Laugh, McLaughlin, cough, rough, tough.
        'U' if matches!(before(3), 'C' | 'G' | 'L' | 'R' | 'T') => both("F", 2),
        'I' => both("", 2),
        _ => both("K", 2),
    }
}

fn j(word: &Word, at: isize) -> Sound {
    let (before, next) = (word.at(at - 1), word.at(at + 1));
    let san = word.has(0, &["SAN "]);
    if san || word.has(at, &["JOSE"]) {
        let alone = at == 0 && word.at(4) == ' ';
        return (if san || alone { "H" } else { "J" }, "H", 1);
    }
    let (primary, alternative) = if at == 0 {
        // Yankelovich, Jankelowicz.
        ("J", "A")
    } else if word.vowel(at - 1) && matches!(next, 'A' | 'O') && !word.slavo_germanic() {
        // Bajador.
        ("J", "H")
    } else if word.ends_at(at) {
        ("J", "")
    } else if matches!(next, 'L' | 'T' | 'K' | 'S' | 'N' | 'M' | 'B' | 'Z') || matches!(before, 'S' | 'K' | 'L') {
        ("", "")
    } else {
        ("J", "J")
    };
    (primary, alternative, if next == 'J' { 2 } else { 1 })
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
        'Z' => ("S", "X", 2),
        // Smith as Schmidt, Snider as Schneider.
        'M' | 'N' | 'L' | 'W' if at == 0 => ("S", "X", 1),
        // Resnais, Artois.
        _ if word.ends_at(at) && word.has(at - 2, &["AI", "OI"]) => ("", "S", 1),
        'S' => both("S", 2),
        _ => both("S", 1),
    }
}

fn sc_sh(word: &Word, at: isize) -> Sound {
    if word.at(at + 1) == 'H' {
        let germanic = word.has(at + 1, &["HEIM", "HOEK", "HOLM", "HOLZ"]);
        return both(if germanic { "S" } else { "X" }, 2);
    }
    match word.at(at + 2) {
        // Schermerhorn, Schenker.
        'H' if word.has(at + 3, &["ER", "EN"]) => ("X", "SK", 3),
        // School, schooner.
        'H' if word.has(at + 3, &["OO", "UY", "ED", "EM"]) => both("SK", 3),
        'H' if at == 0 && !word.vowel(3) && word.at(3) != 'W' => ("X", "S", 3),
        'H' => both("X", 3),
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
    both("T", if matches!(word.at(at + 1), 'T' | 'D') { 2 } else { 1 })
}

fn w(word: &Word, at: isize) -> Sound {
    if word.at(at + 1) == 'R' {
        return both("R", 2);
    }
    let polish = word.has(at, &["WICZ", "WITZ"]);
    if at == 0 {
        return match polish {
            true => ("ATS", "FFX", 4),
            // Wasserman as Vasserman.
            false if word.vowel(1) => ("A", "F", 1),
            // Womo as Uomo.
            false => both(if word.at(1) == 'H' { "A" } else { "" }, 1),
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
    both(if silent { "" } else { "KS" }, if matches!(word.at(at + 1), 'C' | 'X') { 2 } else { 1 })
}

fn z(word: &Word, at: isize) -> Sound {
    let next = word.at(at + 1);
    if next == 'H' {
        // Zhao.
        return both("J", 2);
    }
    let slavic = word.slavo_germanic() && at > 0 && word.at(at - 1) != 'T';
    let sharp = slavic || word.has(at + 1, &["ZO", "ZI", "ZA"]);
    ("S", if sharp { "TS" } else { "S" }, if next == 'Z' { 2 } else { 1 })
}
