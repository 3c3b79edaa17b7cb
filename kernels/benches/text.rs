//! Text kernels over names and over long texts. Run with `make bench`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench")]

use std::hint::black_box;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringViewArray};
use arrow::datatypes::{DataType, Field};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use geoplug_kernels::functions::find;
use geoplug_kernels::{Argument, Function};

const ROWS: usize = 100_000;

/// Numbers that look random and are the same in every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) % most as u64) as usize
    }
}

/// What sounds like a place: one to three words, as long as names of places are.
fn name(numbers: &mut Numbers) -> String {
    const SYLLABLES: [&str; 16] =
        ["san", "ber", "lin", "to", "ky", "mos", "ka", "vil", "le", "ham", "burg", "nor", "wa", "ri", "os", "e"];
    let mut word = || -> String { (0..1 + numbers.below(4)).map(|_| SYLLABLES[numbers.below(16)]).collect() };
    let words: Vec<String> = [word(), word(), word()].into();
    words[..1 + words[0].len() % 3].join(" ")
}

fn column(values: impl Iterator<Item = String>) -> Argument {
    let array: ArrayRef = Arc::new(StringViewArray::from_iter_values(values));
    Argument::column(array, Arc::new(Field::new("text", DataType::Utf8View, true)))
}

fn names(seed: u64) -> Argument {
    let mut numbers = Numbers(seed);
    column((0..ROWS).map(|_| name(&mut numbers)))
}

/// Letters in no order.
fn letters(seed: u64, rows: usize, length: usize) -> Argument {
    let mut numbers = Numbers(seed);
    let mut text = || (0..length).map(|_| char::from(b'a' + numbers.below(26) as u8)).collect();
    column((0..rows).map(|_| text()))
}

fn bench(criterion: &mut Criterion, function: &'static Function, case: &str, args: &[Argument], rows: usize) {
    let mut group = criterion.benchmark_group(function.name);
    group.throughput(Throughput::Elements(rows as u64));
    group.bench_function(BenchmarkId::from_parameter(case), |bencher| {
        bencher.iter(|| function.invoke(black_box(args.to_vec()), rows).unwrap());
    });
    group.finish();
}

fn distances(criterion: &mut Criterion) {
    let (a, b) = (names(1), names(2));
    let literal = column(["San Francisco".to_string()].into_iter());
    let literal = Argument::constant(literal.array, literal.field);
    let long = [letters(3, 100, 1_000), letters(4, 100, 1_000)];
    let names = ["levenshtein", "osa_distance", "damerau_levenshtein", "jaro_similarity", "jaro_winkler_similarity"];
    for function in names.into_iter().map(|name| find(name).unwrap()) {
        bench(criterion, function, "names", &[a.clone(), b.clone()], ROWS);
        bench(criterion, function, "names and a literal", &[a.clone(), literal.clone()], ROWS);
        bench(criterion, function, "1,000 letters", &long, 100);
    }
}

/// Texts of which every hundredth letter is another.
fn misspelt(texts: &Argument, seed: u64) -> Argument {
    let mut numbers = Numbers(seed);
    let other = |text: &str| -> String {
        let letter =
            |letter: char| if numbers.below(100) == 0 { char::from(b'a' + numbers.below(26) as u8) } else { letter };
        text.chars().map(letter).collect()
    };
    column(texts.array.as_string_view().iter().flatten().map(other))
}

/// One pair at a time.
fn long(criterion: &mut Criterion) {
    for (length, rows) in [(100, 1_000), (1_000, 100), (10_000, 10)] {
        let a = letters(5, rows, length);
        let (random, alike) = (letters(6, rows, length), misspelt(&a, 7));
        for function in ["levenshtein", "osa_distance"].into_iter().map(|name| find(name).unwrap()) {
            bench(criterion, function, &format!("{length} letters, at random"), &[a.clone(), random.clone()], rows);
            bench(criterion, function, &format!("{length} letters, 1 % differ"), &[a.clone(), alike.clone()], rows);
        }
    }
}

fn codes(criterion: &mut Criterion) {
    let a = names(1);
    let functions = ["soundex", "metaphone", "double_metaphone", "nysiis", "match_rating_codex"];
    for function in functions.into_iter().map(|name| find(name).unwrap()) {
        bench(criterion, function, "names", std::slice::from_ref(&a), ROWS);
    }
}

criterion_group!(benches, distances, long, codes);
criterion_main!(benches);
