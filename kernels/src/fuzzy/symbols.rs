//! What strings are compared by: the symbols of a text, and numbers that stand for them.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use unicode_segmentation::UnicodeSegmentation;

/// What counts as one symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// A Unicode scalar value.
    #[default]
    Char,
    /// An extended grapheme cluster: what a reader takes for one character.
    Grapheme,
}

impl Unit {
    /// Its names in the option `by`, in the order of `Unit::ALL`.
    pub const NAMES: &[&str] = &["char", "grapheme"];

    /// Every unit.
    pub const ALL: [Unit; 2] = [Unit::Char, Unit::Grapheme];
}

/// Takes texts apart.
#[derive(Debug, Default)]
pub struct Symbols {
    /// Clusters of several scalar values that were met; their numbers follow those of the scalar values.
    clusters: HashMap<Box<str>, u32, RandomState>,
}

/// The first number that is no scalar value.
const CLUSTERS: u32 = 0x11_0000;

impl Symbols {
    /// Writes the symbols of a text.
    pub fn read(&mut self, text: &str, unit: Unit, out: &mut Vec<u32>) {
        out.clear();
        if unit == Unit::Char && text.is_ascii() {
            out.extend(text.bytes().map(u32::from));
            return;
        }
        if unit == Unit::Char {
            out.extend(text.chars().map(u32::from));
            return;
        }
        out.extend(text.graphemes(true).map(|cluster| {
            let mut chars = cluster.chars();
            if let (Some(only), None) = (chars.next(), chars.next()) {
                return only.into();
            }
            if let Some(&known) = self.clusters.get(cluster) {
                return known;
            }
            let next = CLUSTERS + self.clusters.len() as u32;
            *self.clusters.entry(cluster.into()).or_insert(next)
        }));
    }
}

/// Numbers the symbols of a pair: those of the first string from 1 on, in the order in which they come; 0 is all that
/// the first string has not.
#[derive(Debug, Default)]
pub struct Numbers {
    ascii: Vec<u32>,
    others: HashMap<u32, u32, RandomState>,
}

impl Numbers {
    /// Replaces the symbols of two strings by their numbers; how many numbers there are, 0 among them.
    pub fn assign(&mut self, a: &mut [u32], b: &mut [u32]) -> usize {
        self.ascii.clear();
        self.ascii.resize(128, 0);
        self.others.clear();
        let mut used = 0;
        for symbol in a {
            let next = used + 1;
            let number = match self.ascii.get_mut(*symbol as usize) {
                Some(number) if *number == 0 => {
                    *number = next;
                    next
                }
                Some(number) => *number,
                None => *self.others.entry(*symbol).or_insert(next),
            };
            used = used.max(number);
            *symbol = number;
        }
        for symbol in b {
            *symbol = match self.ascii.get(*symbol as usize) {
                Some(number) => *number,
                None => self.others.get(symbol).copied().unwrap_or(0),
            };
        }
        used as usize + 1
    }
}
