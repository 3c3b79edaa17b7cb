//! Pairs of short strings, which wait for others of about their lengths: then lanes end together.

use super::lanes::LANES;
use super::short::SHORT;

/// Lengths that are taken for about the same.
const NEAR: usize = 4;

/// Classes of lengths, and more: a power of two needs no check.
const CLASSES: usize = 32;

/// Pairs that wait.
#[derive(Debug)]
pub struct Waiting {
    /// Which bin the pairs of two classes of lengths are in; none yet, if there is no such one.
    places: [u16; CLASSES * CLASSES],
    bins: Vec<Bin>,
}

/// Pairs of about the same lengths.
#[derive(Debug, Clone, Copy)]
struct Bin {
    place: u16,
    len: u16,
    rows: [u32; LANES],
}

/// Pairs that are to be compared together.
#[derive(Debug, Clone, Copy)]
pub struct Together {
    rows: [u32; LANES],
    len: usize,
    /// The shortest and the longest length of first strings.
    pub a: (usize, usize),
    /// Those of second ones.
    pub b: (usize, usize),
}

impl Together {
    /// What the pairs were given as.
    pub fn rows(&self) -> &[u32] {
        &self.rows[..self.len.min(LANES)]
    }
}

fn class(len: usize) -> usize {
    len.div_ceil(NEAR) % CLASSES
}

fn place(a_len: usize, b_len: usize) -> usize {
    class(a_len) * CLASSES + class(b_len)
}

/// The shortest and the longest length of a class.
fn range(class: usize) -> (usize, usize) {
    ((class * NEAR).saturating_sub(NEAR - 1), (class * NEAR).min(SHORT))
}

impl Default for Waiting {
    fn default() -> Self {
        Self { places: [u16::MAX; CLASSES * CLASSES], bins: Vec::new() }
    }
}

impl Waiting {
    /// Adds a pair, whose strings have these lengths. Those that are enough together now are given back.
    #[inline(always)]
    pub fn push(&mut self, row: u32, a_len: usize, b_len: usize) -> Option<Together> {
        let place = place(a_len, b_len);
        let mut bin = usize::from(self.places[place]);
        if bin >= self.bins.len() {
            bin = self.open(place);
        }
        let Bin { len, rows, .. } = &mut self.bins[bin];
        rows[usize::from(*len) % LANES] = row;
        *len += 1;
        (usize::from(*len) == LANES).then(|| self.take(bin))
    }

    #[cold]
    fn open(&mut self, place: usize) -> usize {
        let bin = self.bins.len();
        self.places[place] = bin as u16;
        self.bins.push(Bin { place: place as u16, len: 0, rows: [0; LANES] });
        bin
    }

    #[inline(never)]
    fn take(&mut self, bin: usize) -> Together {
        let Bin { place, len, rows } = &mut self.bins[bin];
        let (a, b) = (usize::from(*place) / CLASSES, usize::from(*place) % CLASSES);
        Together { rows: *rows, len: usize::from(std::mem::take(len)), a: range(a), b: range(b) }
    }

    /// Those that are left, similar lengths still together.
    pub fn finish(mut self) -> Vec<Together> {
        self.bins.sort_unstable_by_key(|bin| bin.place);
        let left = self.bins.iter().flat_map(|bin| bin.rows[..usize::from(bin.len)].iter().map(|row| (bin.place, *row)));
        let left: Vec<(u16, u32)> = left.collect();
        left.chunks(LANES).map(together).collect()
    }
}

/// At most as many pairs as there are lanes, each with its place.
fn together(pairs: &[(u16, u32)]) -> Together {
    let mut together = Together { rows: [0; LANES], len: pairs.len(), a: (SHORT, 0), b: (SHORT, 0) };
    for (to, &(place, row)) in together.rows.iter_mut().zip(pairs) {
        *to = row;
        let (a, b) = (range(usize::from(place) / CLASSES), range(usize::from(place) % CLASSES));
        together.a = (together.a.0.min(a.0), together.a.1.max(a.1));
        together.b = (together.b.0.min(b.0), together.b.1.max(b.1));
    }
    together
}

/// So many pairs, by their lengths, in groups of similar ones.
pub fn grouped(lens: impl Iterator<Item = (usize, usize)>) -> Vec<Together> {
    let mut pairs: Vec<(u16, u32)> = lens.zip(0..).map(|((a, b), row)| (place(a, b) as u16, row)).collect();
    pairs.sort_unstable();
    pairs.chunks(LANES).map(together).collect()
}
