//! A search for the values of an index that are near to texts: those that its filter lets through are compared.

use std::ops::Range;
use std::time::Instant;

use super::column::Column;
use super::compare::Pairs;
use super::damerau::Damerau;
use super::distinct::Distinct;
use super::jaro::JaroWinkler;
use super::levenshtein::Levenshtein;
use super::likeness::{self, Likeness};
use super::measure::{Bounded, Distance, Measure, Value};
use super::metric::Near;
use super::near::{Filter, NearIndex};
use super::osa::Osa;
use super::short::SHORT;
use super::symbols::{Symbols, Unit};
use super::windows;
use crate::join::Side;

/// Scratch memory of a search.
#[derive(Debug, Default)]
pub struct Search {
    symbols: Symbols,
    text: Vec<u32>,
    rests: Vec<u32>,
    /// Of each value, the number of the text that it was last a candidate of: texts are numbered as they are looked at.
    seen: Vec<u32>,
    number: u32,
    /// Texts and values to be compared, and how many of them have been.
    candidates: Vec<(u32, u32)>,
    compared: usize,
}

/// A text and a value of the index that are near, and the distance or similarity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Number of the text.
    pub text: u32,
    /// Number of the value.
    pub value: u32,
    /// How near.
    pub measure: f64,
}

/// When a search has to let go, so that its caller can stop it or do something else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until(pub(super) Option<Instant>);

impl Until {
    pub(super) fn is_over(self) -> bool {
        self.0.is_some_and(|until| Instant::now() >= until)
    }
}

/// Candidates that are compared together.
const ENOUGH: usize = 1 << 16;

/// Candidates after which a look at the clock costs nothing.
const BETWEEN: usize = 64;

impl Search {
    /// Numbers a text that is looked at in an index of so many values.
    fn begin(&mut self, values: usize) {
        if self.seen.len() != values || self.number == u32::MAX {
            self.seen.clear();
            self.seen.resize(values, 0);
            self.number = 0;
        }
        self.number += 1;
    }

    /// Forgets what waits to be compared.
    pub(super) fn clear(&mut self) {
        self.candidates.clear();
        self.compared = 0;
    }
}

impl NearIndex {
    /// What is near to some of the texts, by text, then by value.
    pub fn search(&self, texts: &Distinct, mut range: Range<usize>, search: &mut Search) -> Vec<Found> {
        let mut found = Vec::new();
        search.clear();
        while !range.is_empty() {
            self.collect(texts, &mut range, search, Until(None));
            self.compare(texts, search, &mut found, Until(None));
        }
        found.sort_unstable_by_key(|found| (found.text, found.value));
        found
    }

    /// Collects the candidates of texts, which it takes from `range`: one of them, and more until there are enough.
    pub(super) fn collect(&self, texts: &Distinct, range: &mut Range<usize>, search: &mut Search, until: Until) {
        for text in range.by_ref() {
            search.symbols.read(texts.texts.value(text), Unit::Char, &mut search.text);
            self.candidates(text as u32, search);
            if search.candidates.len() >= ENOUGH || until.is_over() {
                break;
            }
        }
    }

    fn candidates(&self, text: u32, search: &mut Search) {
        let len = search.text.len() as u32;
        match &self.filter {
            Filter::Rests { end, most, lists, bits } => {
                search.begin(self.values.len());
                windows::rests(&search.text, *end, *most, &mut search.rests);
                for &rest in &search.rests {
                    for &(hash, value) in lists.get((rest >> (32 - bits)) as usize) {
                        let seen = &mut search.seen[value as usize];
                        if hash == rest && *seen != search.number {
                            *seen = search.number;
                            if self.lengths[value as usize].abs_diff(len) as usize <= *most {
                                search.candidates.push((text, value));
                            }
                        }
                    }
                }
            }
            Filter::Lengths { most, by_length } => {
                let most = (*most).min(u32::MAX as usize) as u32;
                let range = self.of_lengths(by_length, len.saturating_sub(most), len.saturating_add(most));
                search.candidates.extend(range.iter().map(|value| (text, *value)));
            }
            Filter::Symbols { least, by_length, likeness } => {
                let own = Likeness::new(&search.text);
                let (shortest, longest) = likeness::lengths(len, *least);
                let range = self.of_lengths(by_length, shortest, longest).iter();
                let may = range.filter(|value| own.at_most(&likeness[**value as usize]) >= *least);
                search.candidates.extend(may.map(|value| (text, *value)));
            }
        }
    }

    /// Values whose length is in a range, both ends included.
    fn of_lengths<'v>(&self, by_length: &'v [u32], least: u32, most: u32) -> &'v [u32] {
        let from = by_length.partition_point(|value| self.lengths[*value as usize] < least);
        let to = by_length.partition_point(|value| self.lengths[*value as usize] <= most);
        &by_length[from..to]
    }

    /// Compares candidates, at least one of them. Whether that was all, which are then forgotten.
    pub(super) fn compare(&self, texts: &Distinct, search: &mut Search, found: &mut Vec<Found>, until: Until) -> bool {
        let candidates = &search.candidates[search.compared..];
        let compared = match self.near {
            Near::Levenshtein(most) => self.keep_edits::<Levenshtein>(texts, candidates, most, found, until),
            Near::Osa(most) => self.keep_edits::<Osa>(texts, candidates, most, found, until),
            Near::Damerau(most) => self.keep_edits::<Damerau>(texts, candidates, most, found, until),
            Near::JaroWinkler(least) => {
                let measure = JaroWinkler { long_tolerance: false };
                let near = |similarity| (similarity >= least).then_some(similarity);
                self.keep(texts, candidates, &measure, (found, until), near)
            }
        };
        search.compared += compared;
        let all = search.compared == search.candidates.len();
        if all {
            search.clear();
        }
        all
    }

    fn keep_edits<D: Distance>(
        &self,
        texts: &Distinct,
        candidates: &[(u32, u32)],
        most: usize,
        found: &mut Vec<Found>,
        until: Until,
    ) -> usize {
        let most = i64::try_from(most).unwrap_or(i64::MAX - 1);
        let measure = Bounded::<D>::new(vec![most].into());
        self.keep(texts, candidates, &measure, (found, until), |edits| (edits <= most).then_some(edits as f64))
    }

    /// How many of the candidates were compared.
    fn keep<M: Measure>(
        &self,
        texts: &Distinct,
        candidates: &[(u32, u32)],
        measure: &M,
        (found, until): (&mut Vec<Found>, Until),
        near: impl Fn(Value<M>) -> Option<f64>,
    ) -> usize {
        let (own, others) = (Column::of(&self.values.texts), Column::of(&texts.texts));
        // A similarity may depend on which text is the first.
        let own_first = self.side == Side::Left;
        let (a, b) = if own_first { (own, others) } else { (others, own) };
        let places = |pair: usize| {
            let (text, value) = (candidates[pair].0 as usize, candidates[pair].1 as usize);
            if own_first { (value, text) } else { (text, value) }
        };
        let mut pairs = Pairs::new(measure, Unit::Char, a, b, places);
        let mut take = |i: usize, value| {
            if let Some(measure) = near(value) {
                let (text, value) = candidates[i];
                found.push(Found { text, value, measure });
            }
        };
        let bytes = texts.texts.views();
        let mut compared = candidates.len();
        let mut after_long = false;
        let in_time = (0..candidates.len()).take_while(|&pair| {
            if (after_long || pair % BETWEEN == 0 && pair > 0) && until.is_over() {
                compared = pair;
                return false;
            }
            after_long = bytes[candidates[pair].0 as usize] as u32 as usize > SHORT;
            true
        });
        pairs.add(in_time, &mut take);
        pairs.finish(&mut take);
        compared
    }
}
