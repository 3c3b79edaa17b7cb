//! Which values of a column are near to a text, without a look at every one of them.

use std::ops::Range;

use arrow::array::ArrayRef;
use arrow::error::ArrowError;

use super::column::Column;
use super::compare::Pairs;
use super::damerau::Damerau;
use super::distinct::{Distinct, Lists, NULL};
use super::jaro::JaroWinkler;
use super::levenshtein::Levenshtein;
use super::likeness::{self, Likeness};
use super::measure::{Bounded, Distance, Measure, Value};
use super::osa::Osa;
use super::symbols::{Symbols, Unit};
use super::windows::{self, End};
use crate::join::Matches;

/// What makes two texts near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Near {
    /// At most so many edits.
    Levenshtein(usize),
    /// With exchanges of neighbours that are not edited again.
    Osa(usize),
    /// With exchanges of neighbours.
    Damerau(usize),
    /// At least this Jaro-Winkler similarity.
    JaroWinkler(f64),
}

impl Near {
    /// Names of metrics, as the functions are called.
    pub const METRICS: [&str; 4] = ["levenshtein", "osa_distance", "damerau_levenshtein", "jaro_winkler_similarity"];

    /// At most so many edits by the metric of this name.
    pub fn within(metric: &str, most: usize) -> Option<Self> {
        match metric {
            "levenshtein" => Some(Self::Levenshtein(most)),
            "osa_distance" => Some(Self::Osa(most)),
            "damerau_levenshtein" => Some(Self::Damerau(most)),
            _ => None,
        }
    }
}

/// A text column to be searched for what is near.
#[derive(Debug)]
pub struct NearIndex {
    near: Near,
    values: Distinct,
    rows: Lists,
    lengths: Vec<u32>,
    filter: Filter,
}

/// What keeps most pairs from being compared.
#[derive(Debug)]
enum Filter {
    /// Values by what is left of their windows, in lists by some bits of its hash.
    Rests { end: End, most: usize, lists: Lists<(u32, u32)>, bits: u32 },
    /// Lengths alone: so many edits that windows would share too much.
    Lengths { most: usize, by_length: Vec<u32> },
    /// What of the symbols can be common, at best.
    Symbols { least: f64, by_length: Vec<u32>, likeness: Vec<Likeness> },
}

/// More edits than this, and nearly everything shares what is left of a window.
const MOST_WINDOWS: usize = 4;

/// Scratch memory of a search.
#[derive(Debug, Default)]
pub struct Search {
    symbols: Symbols,
    text: Vec<u32>,
    rests: Vec<u32>,
    /// Of each value, the text that it was last a candidate of.
    seen: Vec<u32>,
    /// Texts and values to be compared.
    candidates: Vec<(u32, u32)>,
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

impl NearIndex {
    /// Of a text column.
    pub fn try_new(near: Near, array: &ArrayRef) -> Result<Self, ArrowError> {
        let values = Distinct::try_new(array)?;
        let rows = values.rows();
        let lengths: Vec<u32> = (0..values.len()).map(|i| values.texts.value(i).chars().count() as u32).collect();
        let by_length = || {
            let mut order: Vec<u32> = (0..values.len() as u32).collect();
            order.sort_by_key(|value| lengths[*value as usize]);
            order
        };
        let filter = match near {
            Near::JaroWinkler(least) => {
                let (mut symbols, mut text) = (Symbols::default(), Vec::new());
                let likeness = (0..values.len()).map(|value| {
                    symbols.read(values.texts.value(value), Unit::Char, &mut text);
                    Likeness::new(&text)
                });
                let likeness = likeness.collect();
                Filter::Symbols { least, by_length: by_length(), likeness }
            }
            Near::Levenshtein(most) | Near::Osa(most) | Near::Damerau(most) if most > MOST_WINDOWS => {
                Filter::Lengths { most, by_length: by_length() }
            }
            Near::Levenshtein(most) | Near::Osa(most) | Near::Damerau(most) => rests(&values, most)?,
        };
        Ok(Self { near, values, rows, lengths, filter })
    }

    /// Rows of the column.
    pub fn len(&self) -> usize {
        self.values.ids.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.values.ids.is_empty()
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        let filter = match &self.filter {
            Filter::Rests { lists, .. } => lists.size(),
            Filter::Lengths { by_length, .. } => by_length.capacity() * size_of::<u32>(),
            Filter::Symbols { by_length, likeness, .. } => {
                by_length.capacity() * size_of::<u32>() + likeness.capacity() * size_of::<Likeness>()
            }
        };
        self.values.size() + self.rows.size() + self.lengths.capacity() * size_of::<u32>() + filter
    }

    /// What is near to some of the texts, by text, then by value.
    pub fn search(&self, texts: &Distinct, range: Range<usize>, search: &mut Search) -> Vec<Found> {
        search.candidates.clear();
        search.seen.clear();
        search.seen.resize(self.values.len(), NULL);
        let mut found = Vec::new();
        for text in range {
            search.symbols.read(texts.texts.value(text), Unit::Char, &mut search.text);
            self.candidates(text as u32, search);
            if search.candidates.len() >= ENOUGH {
                self.compare(texts, search, &mut found);
            }
        }
        self.compare(texts, search, &mut found);
        found.sort_unstable_by_key(|found| (found.text, found.value));
        found
    }

    fn candidates(&self, text: u32, search: &mut Search) {
        let len = search.text.len() as u32;
        match &self.filter {
            Filter::Rests { end, most, lists, bits } => {
                windows::rests(&search.text, *end, *most, &mut search.rests);
                for &rest in &search.rests {
                    for &(hash, value) in lists.get((rest >> (32 - bits)) as usize) {
                        let seen = &mut search.seen[value as usize];
                        if hash == rest && *seen != text {
                            *seen = text;
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

    fn compare(&self, texts: &Distinct, search: &mut Search, found: &mut Vec<Found>) {
        let candidates = &search.candidates;
        match self.near {
            Near::Levenshtein(most) => self.keep_edits::<Levenshtein>(texts, candidates, most, found),
            Near::Osa(most) => self.keep_edits::<Osa>(texts, candidates, most, found),
            Near::Damerau(most) => self.keep_edits::<Damerau>(texts, candidates, most, found),
            Near::JaroWinkler(least) => {
                let measure = JaroWinkler { long_tolerance: false };
                self.keep(texts, candidates, &measure, found, |similarity| (similarity >= least).then_some(similarity));
            }
        }
        search.candidates.clear();
    }

    fn keep_edits<D: Distance>(
        &self,
        texts: &Distinct,
        candidates: &[(u32, u32)],
        most: usize,
        found: &mut Vec<Found>,
    ) {
        let most = i64::try_from(most).unwrap_or(i64::MAX - 1);
        let measure = Bounded::<D>::new(vec![most].into());
        self.keep(texts, candidates, &measure, found, |edits| (edits <= most).then_some(edits as f64));
    }

    fn keep<M: Measure>(
        &self,
        texts: &Distinct,
        candidates: &[(u32, u32)],
        measure: &M,
        found: &mut Vec<Found>,
        near: impl Fn(Value<M>) -> Option<f64>,
    ) {
        let (texts, values) = (Column::of(&texts.texts), Column::of(&self.values.texts));
        let places = |pair: usize| (candidates[pair].0 as usize, candidates[pair].1 as usize);
        let mut pairs = Pairs::new(measure, Unit::Char, texts, values, places);
        let mut take = |i: usize, value| {
            if let Some(measure) = near(value) {
                let (text, value) = candidates[i];
                found.push(Found { text, value, measure });
            }
        };
        pairs.add(0..candidates.len(), &mut take);
        pairs.finish(&mut take);
    }

    /// The matches of rows of a column, whose texts were searched: by row, then by row of the index.
    pub fn matches(&self, texts: &Distinct, rows: Range<usize>, found: &[Found]) -> Matches {
        let mut matches = Matches::default();
        let mut of_row: Vec<(u32, f64)> = Vec::new();
        for row in rows {
            let id = texts.ids[row];
            if id == NULL {
                continue;
            }
            let from = found.partition_point(|found| found.text < id);
            of_row.clear();
            for found in found[from..].iter().take_while(|found| found.text == id) {
                of_row.extend(self.rows.get(found.value as usize).iter().map(|row| (*row, found.measure)));
            }
            of_row.sort_unstable_by_key(|(row, _)| *row);
            for &(build, measure) in &of_row {
                matches.probe.push(row as u32);
                matches.build.push(build);
                matches.distances.push(measure);
            }
        }
        matches
    }
}

/// Candidates that are compared together.
const ENOUGH: usize = 1 << 16;

/// Values by what is left of their windows; of the two ends, the one at which they differ more.
fn rests(values: &Distinct, most: usize) -> Result<Filter, ArrowError> {
    let mut symbols = Symbols::default();
    let mut text = Vec::new();
    let mut of_value = Vec::new();
    let mut each = |end: End, out: &mut dyn FnMut(u32, u32)| {
        for value in 0..values.len() {
            symbols.read(values.texts.value(value), Unit::Char, &mut text);
            windows::rests(&text, end, most, &mut of_value);
            of_value.iter().for_each(|rest| out(value as u32, *rest));
        }
    };
    let mut total = [0_u64; 2];
    let mut weight = [0_u64; 2];
    for (i, end) in [End::Front, End::Back].into_iter().enumerate() {
        // How crowded the lists of a small table are tells how many candidates there will be.
        let mut table = vec![0_u32; 1 << 16];
        each(end, &mut |_, rest| table[(rest >> 16) as usize] += 1);
        total[i] = table.iter().map(|n| u64::from(*n)).sum();
        weight[i] = table.iter().map(|n| u64::from(*n) * u64::from(*n)).sum();
    }
    let back = weight[1] < weight[0];
    let (end, total) = if back { (End::Back, total[1]) } else { (End::Front, total[0]) };
    if total > u64::from(u32::MAX) {
        let cause = format!("{} different texts are too many for one fuzzy join: join them in parts", values.len());
        return Err(ArrowError::InvalidArgumentError(cause));
    }
    let bits = (total.max(2).ilog2()).clamp(1, 26);
    let mut sizes = vec![0_u32; 1 << bits];
    each(end, &mut |_, rest| sizes[(rest >> (32 - bits)) as usize] += 1);
    let lists = Lists::new(sizes, |place| each(end, &mut |value, rest| place(rest >> (32 - bits), (rest, value))));
    Ok(Filter::Rests { end, most, lists, bits })
}
