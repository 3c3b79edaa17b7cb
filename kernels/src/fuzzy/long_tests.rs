//! Edit distances of long strings against their definition, with all vectors that the machine has.

use std::cmp::Ordering;
use std::collections::HashMap;

use proptest::prelude::*;

use super::long::Long;
use super::symbols::Unit;
use super::table::Outcome;
use super::testing::levels;
use super::{band, blocks, exchanges, strips};

/// The table, a cell after the other; neighbours may be exchanged, or not.
fn edits(a: &[char], b: &[char], exchanges: bool) -> usize {
    let mut table = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let kept = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = kept.min(table[i - 1][j] + 1).min(row[j - 1] + 1);
            if exchanges && i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(table[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        table.push(row);
    }
    table[a.len()][b.len()]
}

/// The table of Lowrance and Wagner (1975): what was exchanged may have edits between.
fn deep_edits(a: &[char], b: &[char]) -> usize {
    let far = a.len() + b.len();
    // A row and a column of no use come first.
    let mut table = vec![vec![far; b.len() + 2]; a.len() + 2];
    (0..=a.len()).for_each(|i| table[i + 1][1] = i);
    (0..=b.len()).for_each(|j| table[1][j + 1] = j);
    let mut rows = HashMap::new();
    for i in 1..=a.len() {
        let mut column = 0;
        for j in 1..=b.len() {
            let row = rows.get(&b[j - 1]).copied().unwrap_or(0);
            let exchanged = table[row][column] + (i - row - 1) + 1 + (j - column - 1);
            let kept = table[i][j] + usize::from(a[i - 1] != b[j - 1]);
            table[i + 1][j + 1] = kept.min(table[i + 1][j] + 1).min(table[i][j + 1] + 1).min(exchanged);
            if a[i - 1] == b[j - 1] {
                column = j;
            }
        }
        rows.insert(a[i - 1], i);
    }
    table[a.len() + 1][b.len() + 1]
}

/// The same with exchanges that may be edited again.
fn check_deep(a: &str, b: &str) {
    let (symbols, others): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let expected = deep_edits(&symbols, &others);
    let mut long = Long::default();
    long.read(a, b, Unit::Char);
    let mut pair = long.number();
    for level in levels() {
        assert_eq!(exchanges::distance_at(level, &mut pair) as usize, expected, "{level:?}");
    }
}

/// Every way to the distance, with limits that are and are not enough.
fn check<const EXCHANGES: bool>(a: &str, b: &str, most: usize) {
    let (symbols, others): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let expected = edits(&symbols, &others, EXCHANGES);
    let (full, least) = (symbols.len().max(others.len()), symbols.len().abs_diff(others.len()));
    let near = [expected.saturating_sub(1), expected, expected + 1];
    let mut long = Long::default();
    long.read(a, b, Unit::Char);
    let mut pair = long.number();
    for most in [0, most, full, usize::MAX / 2].into_iter().chain(near) {
        for level in levels() {
            let found = blocks::distance_at::<EXCHANGES>(level, &mut pair, most) as usize;
            assert_eq!(found.min(most.saturating_add(1)), expected.min(most.saturating_add(1)), "{level:?} {most}");
        }
        // Ways through the table are no shorter than the difference of the lengths, and no longer than the longer one.
        let limit = most.clamp(least, full);
        if symbols.is_empty() || others.is_empty() {
            continue;
        }
        let by_words = band::within::<EXCHANGES>(&mut pair, limit, None);
        let by_vectors = levels().into_iter().map(|level| strips::within::<EXCHANGES>(level, &mut pair, limit));
        for outcome in by_vectors.chain([by_words]) {
            match expected.cmp(&limit) {
                Ordering::Greater => assert!(matches!(outcome, Outcome::Guess(_)), "{outcome:?}"),
                _ => assert_eq!(outcome, Outcome::Found(expected)),
            }
        }
    }
}

/// As long as some words or strips, or nearly so.
fn length() -> impl Strategy<Value = usize> {
    let words = prop::sample::select(vec![1_usize, 2, 4, 5, 8, 9, 12, 16, 17, 20]);
    prop_oneof![3 => (words, 0..5_usize).prop_map(|(words, over)| words * 64 + over - 2), 1 => 0..1_200_usize]
}

/// So many of some symbols, which are letters, or most are not.
fn text(length: usize) -> impl Strategy<Value = String> {
    let kinds = prop::sample::select(vec![1_u32, 2, 4, 26, 1_000]);
    kinds.prop_flat_map(move |kinds| {
        let symbol = (0..kinds).prop_map(|number| char::from_u32(if number < 26 { 97 } else { 0x4E00 } + number));
        prop::collection::vec(symbol, length).prop_map(|symbols| symbols.into_iter().flatten().collect())
    })
}

/// Part of a text, and what takes its place: with nothing to take it, two neighbours are exchanged.
fn change() -> impl Strategy<Value = (usize, usize, Option<String>)> {
    (0..1_300_usize, 0..4_usize, prop::option::of("[a-c]{0,3}"))
}

fn changed(text: &str, changes: Vec<(usize, usize, Option<String>)>) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for (at, over, with) in changes {
        let at = at % (text.len() + 1);
        match with {
            Some(with) => drop(text.splice(at..(at + over).min(text.len()), with.chars())),
            None if at + 1 < text.len() => text.swap(at, at + 1),
            None => (),
        }
    }
    text.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_two_texts(a in length().prop_flat_map(text), b in length().prop_flat_map(text), most in 0..1_300_usize) {
        check::<false>(&a, &b, most);
        check::<true>(&a, &b, most);
        check_deep(&a, &b);
    }

    #[test]
    fn texts_that_are_alike(
        a in length().prop_flat_map(text),
        changes in prop::collection::vec(change(), 0..150),
        most in 0..400_usize,
    ) {
        let b = changed(&a, changes);
        check::<false>(&a, &b, most);
        check::<true>(&a, &b, most);
        check_deep(&a, &b);
    }
}

/// Strips one below the other, of a band that is narrower than they are wide and of one that is not.
#[test]
fn many_strips() {
    let mut state = 1_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        (state >> 33) % below
    };
    let a: String = (0..5_000).map(|_| char::from(b'a' + next(4) as u8)).collect();
    for edits in [10, 200, 700, 5_000] {
        let changes = (0..edits).map(|_| (next(5_000) as usize, next(3) as usize, (next(3) > 0).then(|| "ab".into())));
        let b = changed(&a, changes.collect());
        check::<false>(&a, &b, edits);
        check::<true>(&a, &b, edits);
        check_deep(&a, &b);
    }
}
