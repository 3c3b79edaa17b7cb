//! Short strings with all vectors that the machine has: each gives what the words of long strings give.

use std::fmt::Debug;

use fearless_simd::Level;
use proptest::prelude::*;

use super::damerau::Damerau;
use super::jaro::{Jaro, JaroWinkler};
use super::lanes::{Group, LANES};
use super::levenshtein::Levenshtein;
use super::long::Long;
use super::measure::{Measure, Plain};
use super::osa::Osa;
use super::short::{Coded, Codes};
use super::symbols::Unit;
use super::testing::levels;

fn coded(a: &str, b: &str) -> (Coded, Coded) {
    let (mut long, mut codes) = (Long::default(), Codes::default());
    long.read(a, b, Unit::Char);
    (codes.first(&long.a), codes.second(&long.b))
}

/// Scores of pairs, one group at a time; all pairs have the first string of the first one, or the second, if so wanted.
fn scores<M: Measure>(level: Level, measure: &M, pairs: &[(Coded, Coded)], one: [bool; 2]) -> Vec<M::Score> {
    let mut group = Group::new(level, one[0].then_some(&pairs[0].0), one[1].then_some(&pairs[0].1));
    let mut scores = vec![];
    for pairs in pairs.chunks(LANES) {
        group.read_a(pairs.len(), |lane| &pairs[lane].0);
        group.read_b(pairs.len(), |lane| &pairs[lane].1);
        scores.extend_from_slice(&measure.short(&group)[..pairs.len()]);
    }
    scores
}

fn check<M: Measure<Score: PartialEq + Debug>>(measure: &M, pairs: &[(String, String)], one: [bool; 2]) {
    let (strings, mut long): (Vec<_>, _) = (pairs.iter().map(|(a, b)| coded(a, b)).collect(), Long::default());
    let expected = pairs.iter().map(|(a, b)| {
        long.read(a, b, Unit::Char);
        measure.long(0, &mut long)
    });
    let expected: Vec<_> = expected.collect();
    for level in levels() {
        assert_eq!(scores(level, measure, &strings, one), expected, "{level:?} {pairs:?}");
    }
}

fn check_all(pairs: &[(String, String)], one: [bool; 2]) {
    check(&Plain::<Levenshtein>::default(), pairs, one);
    check(&Plain::<Osa>::default(), pairs, one);
    check(&Plain::<Damerau>::default(), pairs, one);
    check(&Jaro, pairs, one);
    check(&JaroWinkler { long_tolerance: false }, pairs, one);
    check(&JaroWinkler { long_tolerance: true }, pairs, one);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ab]{0,9}", "[a-d]{0,20}", "[a-c]{12,17}", "[ab]{30,35}", "[a-e]{60,64}", "[aé]{0,20}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn pairs(pairs in prop::collection::vec((text(), text()), 1..150)) {
        check_all(&pairs, [false, false]);
    }

    #[test]
    fn one_string_for_all(one in "[a-d]{0,18}", others in prop::collection::vec("[a-d]{0,20}|[ab]{50,64}", 1..150)) {
        let first: Vec<_> = others.iter().map(|other| (one.clone(), other.clone())).collect();
        check_all(&first, [true, false]);
        let second: Vec<_> = others.iter().map(|other| (other.clone(), one.clone())).collect();
        check_all(&second, [false, true]);
        check_all(&vec![(one.clone(), one); 70], [true, true]);
    }
}
