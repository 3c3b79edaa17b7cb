//! The functions against their definitions, written down as plainly as they can be.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewArray};
use arrow::datatypes::{Field, Float64Type, Int64Type};
use arrow::error::ArrowError;
use proptest::prelude::*;

use super::{Distinct, Near, NearBatch, NearIndex, NearProber, Search};
use crate::functions::*;
use crate::join::{Matches, Side};
use crate::{Argument, Function};

fn argument(array: ArrayRef) -> Argument {
    let field = Field::new("x", array.data_type().clone(), true);
    Argument::column(array, Arc::new(field))
}

fn texts<'t>(values: impl IntoIterator<Item = &'t str>) -> ArrayRef {
    Arc::new(values.into_iter().map(Some).collect::<StringViewArray>())
}

/// What has one row stands for all.
fn call(function: &'static Function, args: &[ArrayRef]) -> ArrayRef {
    let rows = args.iter().map(|array| array.len()).max().unwrap();
    let constant = |array: ArrayRef| {
        let field = Field::new("x", array.data_type().clone(), true);
        Argument::constant(array, Arc::new(field))
    };
    let args = args.iter().cloned().map(|array| if array.len() == rows { argument(array) } else { constant(array) });
    function.invoke(args.collect(), rows).unwrap()
}

/// The table of Lowrance and Wagner (1975): `deep` exchanges may have edits between, others not; none at all otherwise.
fn edits(a: &[char], b: &[char], exchanges: Option<bool>) -> i64 {
    let mut table = vec![vec![0_i64; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let mut best = if i == 0 || j == 0 {
                (i + j) as i64
            } else {
                let kept = table[i - 1][j - 1] + i64::from(a[i - 1] != b[j - 1]);
                kept.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
            };
            for k in (1..i).rev().filter(|_| j > 0) {
                for l in (1..j).rev() {
                    let crossed = a[k - 1] == b[j - 1] && b[l - 1] == a[i - 1];
                    let between = (i - k - 1 + j - l - 1) as i64;
                    let allowed = exchanges.is_some_and(|deep| deep || between == 0);
                    if crossed && allowed {
                        best = best.min(table[k - 1][l - 1] + between + 1);
                    }
                }
            }
            table[i][j] = best;
        }
    }
    table[a.len()][b.len()]
}

/// As in jellyfish's description, each symbol of the second string looking for its partner.
fn jaro(a: &[char], b: &[char]) -> f64 {
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; a.len()];
    let mut b_partners = vec![];
    for (j, symbol) in b.iter().enumerate() {
        let free = (0..a.len()).find(|&i| i.abs_diff(j) <= reach && !taken[i] && a[i] == *symbol);
        if let Some(i) = free {
            taken[i] = true;
            b_partners.push(*symbol);
        }
    }
    let a_partners = a.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(a, _)| *a);
    let misplaced = a_partners.zip(&b_partners).filter(|(a, b)| a != *b).count();
    let m = b_partners.len() as f64;
    if m == 0.0 { 0.0 } else { (m / a.len() as f64 + m / b.len() as f64 + (m - (misplaced / 2) as f64) / m) / 3.0 }
}

fn check(pairs: &[(String, String)]) {
    let (a, b) = (texts(pairs.iter().map(|p| p.0.as_str())), texts(pairs.iter().map(|p| p.1.as_str())));
    check_arrays(pairs, &a, &b);
}

/// The arrays are what the pairs have, in one row where that is the same for all.
fn check_arrays(pairs: &[(String, String)], a: &ArrayRef, b: &ArrayRef) {
    let max: ArrayRef = Arc::new(pairs.iter().map(|p| (p.0.len() % 5) as i64).collect::<Int64Array>());
    let distances = |function| call(function, &[a.clone(), b.clone()]).as_primitive::<Int64Type>().clone();
    let (plain, osa, deep) = (distances(&levenshtein), distances(&osa_distance), distances(&damerau_levenshtein));
    let bounded = call(&levenshtein_less_equal, &[a.clone(), b.clone(), max]).as_primitive::<Int64Type>().clone();
    let similar = call(&jaro_similarity, &[a.clone(), b.clone()]).as_primitive::<Float64Type>().clone();
    for (row, (a, b)) in pairs.iter().enumerate() {
        let most = (a.len() % 5) as i64;
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let expected = edits(&a, &b, None);
        assert_eq!(plain.value(row), expected, "levenshtein {a:?} {b:?}");
        assert_eq!(bounded.value(row), expected.min(most + 1), "at most {most} {a:?} {b:?}");
        assert_eq!(osa.value(row), edits(&a, &b, Some(false)), "osa {a:?} {b:?}");
        assert_eq!(deep.value(row), edits(&a, &b, Some(true)), "damerau {a:?} {b:?}");
        assert_eq!(similar.value(row), jaro(&a, &b), "jaro {a:?} {b:?}");
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[ab]{0,12}",
        8 => "[a-d]{0,24}",
        2 => "[a-c]{50,80}",
        2 => "[aéß中]{0,14}",
        1 => "[aé]{60,70}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn short_and_long_texts(pairs in prop::collection::vec((words(), words()), 1..40)) {
        check(&pairs);
    }

    /// One text for all rows, which are many of each length.
    #[test]
    fn one_text_for_all_rows(one in words(), many in prop::collection::vec(words(), 2..300)) {
        let same = texts([one.as_str()]);
        let others = texts(many.iter().map(String::as_str));
        let first: Vec<_> = many.iter().map(|text| (one.clone(), text.clone())).collect();
        check_arrays(&first, &same, &others);
        let second: Vec<_> = many.iter().map(|text| (text.clone(), one.clone())).collect();
        check_arrays(&second, &others, &same);
        check(&second);
    }

    /// Texts that are several words of 64 symbols long and differ in a few places: the band is narrow.
    #[test]
    fn long_texts_that_are_alike(
        text in "[a-c]{130,200}",
        edits in prop::collection::vec((0..200_usize, "[a-c]{0,3}", 0..3_usize), 0..8),
    ) {
        let mut other: Vec<char> = text.chars().collect();
        for (at, with, over) in edits {
            let at = at.min(other.len());
            let end = (at + over).min(other.len());
            other.splice(at..end, with.chars());
        }
        check(&[(text, other.into_iter().collect())]);
    }
}

#[test]
fn more_rows_than_are_sorted_at_once() {
    let a: Vec<String> = (0..10_000).map(|i| format!("{}", i * 7919 % 10_007)).collect();
    let (a, b) = (texts(a.iter().map(String::as_str)), texts(["123"; 10_000]));
    let found = call(&levenshtein, &[a.clone(), b]);
    for (row, text) in a.as_string_view().iter().enumerate() {
        let text: Vec<char> = text.unwrap().chars().collect();
        assert_eq!(found.as_primitive::<Int64Type>().value(row), edits(&text, &['1', '2', '3'], None));
    }
}

/// What is too long for a lane is compared elsewhere, and what is in its lane concerns no other one.
#[test]
fn one_text_for_rows_of_which_one_is_too_long() {
    let many = ["".to_string(), "a".repeat(65), "a".repeat(13), "b".repeat(64), "é".repeat(40)];
    let first: Vec<_> = many.iter().map(|text| ("a".to_string(), text.clone())).collect();
    check_arrays(&first, &texts(["a"]), &texts(many.iter().map(String::as_str)));
}

#[test]
fn clusters_count_as_one() {
    let (a, b) = (texts(["cafe\u{301}", "🇨🇭🇩🇪", "\r\n"]), texts(["cafe", "🇨🇭", "x"]));
    let by = texts(["grapheme"; 3]);
    let distances = call(&levenshtein, &[a.clone(), b.clone(), by]);
    assert_eq!(distances.as_primitive::<Int64Type>().values(), &[1, 1, 1]);
    let distances = call(&levenshtein, &[a, b]);
    assert_eq!(distances.as_primitive::<Int64Type>().values(), &[1, 2, 2]);
}

/// A join against the functions, called for every pair.
fn check_near(left: &[String], right: &[String], near: Near) {
    let (a, b) = (texts(left.iter().map(String::as_str)), texts(right.iter().map(String::as_str)));
    let index = NearIndex::try_new(near, &b).unwrap();
    let batch = Distinct::try_new(&a).unwrap();
    let found = index.search(&batch, 0..batch.len(), &mut Search::default());
    let matches = index.matches(&batch, 0..left.len(), &found);
    let mut expected = vec![];
    for (i, text) in left.iter().enumerate() {
        let text = texts(vec![text.as_str(); right.len()]);
        let measure = |function| call(function, &[text.clone(), b.clone()]);
        let edits = |function, most: usize| -> Vec<Option<f64>> {
            let distances = measure(function).as_primitive::<Int64Type>().clone();
            distances.values().iter().map(|d| (*d <= most as i64).then_some(*d as f64)).collect()
        };
        let found = match near {
            Near::Levenshtein(most) => edits(&levenshtein, most),
            Near::Osa(most) => edits(&osa_distance, most),
            Near::Damerau(most) => edits(&damerau_levenshtein, most),
            Near::JaroWinkler(least) => {
                let similar = measure(&jaro_winkler_similarity).as_primitive::<Float64Type>().clone();
                similar.values().iter().map(|s| (*s >= least).then_some(*s)).collect()
            }
        };
        expected.extend(found.iter().enumerate().filter_map(|(j, d)| Some((i as u32, j as u32, (*d)?))));
    }
    let pairs = matches.probe.iter().zip(&matches.build).zip(&matches.distances);
    let pairs: Vec<_> = pairs.map(|((i, j), d)| (*i, *j, *d)).collect();
    assert_eq!(pairs, expected, "{near:?}");

    // A batch at a time, a few pairs at a time; and with the other side indexed.
    for (side, built, probed) in [(Side::Right, &b, &a), (Side::Left, &a, &b)] {
        let index = NearIndex::within(near, side, built, |_| Ok::<_, ArrowError>(())).unwrap();
        let (mut batch, mut prober) = (NearBatch::try_new(&index, probed).unwrap(), NearProber::default());
        let (mut row, mut out) = (0, Matches::default());
        while row < batch.len() {
            let enough = out.len() + 3;
            row = prober.probe(&index, &mut batch, row, enough, &mut out).unwrap();
        }
        assert!(out.probe.is_sorted());
        let pairs = out.probe.iter().zip(&out.build).zip(&out.distances);
        let in_order = |i: u32, j: u32| if side == Side::Right { (i, j) } else { (j, i) };
        let mut pairs: Vec<_> = pairs.map(|((i, j), d)| (in_order(*i, *j), *d)).collect();
        pairs.sort_by_key(|pair| pair.0);
        let expected: Vec<_> = expected.iter().map(|(i, j, d)| ((*i, *j), *d)).collect();
        assert_eq!(pairs, expected, "{near:?} {side:?}");
    }
}

fn near() -> impl Strategy<Value = Near> {
    prop_oneof![
        (0..7_usize).prop_map(Near::Levenshtein),
        (0..4_usize).prop_map(Near::Osa),
        (0..7_usize).prop_map(Near::Damerau),
        (0.1..1.0_f64).prop_map(Near::JaroWinkler),
        Just(Near::JaroWinkler(1.0)),
    ]
}

/// Words that are often near to each other.
fn similar() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof!["[ab]{0,7}", "[a-c]{0,12}", "aab[a-c]{14,20}", "[aé]{0,5}", "[a-c]{15}bbab[ab]{2}"];
    prop::collection::vec(word, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn all_that_is_near_is_found(left in similar(), right in similar(), near in near()) {
        check_near(&left, &right, near);
    }

    #[test]
    fn what_is_a_few_edits_away_is_found(
        right in prop::collection::vec("[a-e]{8,30}", 1..20),
        edits in prop::collection::vec((0..20_usize, 0..30_usize, "[a-e]{0,1}", 0..2_usize, any::<bool>()), 1..30),
        most in 0..5_usize,
    ) {
        let mut left = right.clone();
        for (word, at, with, over, exchange) in edits {
            let word = word % left.len();
            let mut text: Vec<char> = left[word].chars().collect();
            let at = at.min(text.len());
            if exchange && at + 2 < text.len() {
                text.swap(at, at + 1 + over);
            } else {
                text.splice(at..(at + over).min(text.len()), with.chars());
            }
            left[word] = text.into_iter().collect();
        }
        check_near(&left, &right, Near::Damerau(most));
    }
}
