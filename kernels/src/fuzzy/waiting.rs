//! Pairs of short strings, which wait for others of about their lengths: then lanes end together.

use super::lanes::LANES;

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
    pairs: Together,
}

/// Pairs that are to be compared together.
#[derive(Debug, Clone, Copy)]
pub struct Together {
    rows: [u32; LANES],
    len: usize,
}

impl Together {
    /// None yet.
    pub const NONE: Self = Self { rows: [0; LANES], len: 0 };

    /// Adds a pair, if it is to be kept, for which there must be room; whether there is none for another one.
    #[inline(always)]
    pub fn push_if(&mut self, keep: bool, row: u32) -> bool {
        self.rows[self.len % LANES] = row;
        self.len += usize::from(keep);
        self.len == LANES
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    fn of(pairs: &[(u16, u32)]) -> Self {
        let mut together = Self { len: pairs.len(), ..Self::NONE };
        together.rows.iter_mut().zip(pairs).for_each(|(to, (_, row))| *to = *row);
        together
    }

    /// What the pairs were given as.
    pub fn rows(&self) -> &[u32] {
        &self.rows[..self.len.min(LANES)]
    }
}

fn place(a_len: usize, b_len: usize) -> usize {
    let class = |len: usize| len.div_ceil(NEAR) % CLASSES;
    class(a_len) * CLASSES + class(b_len)
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
        self.bins[bin].pairs.push_if(true, row).then(|| self.take(bin))
    }

    #[cold]
    fn open(&mut self, place: usize) -> usize {
        let bin = self.bins.len();
        self.places[place] = bin as u16;
        self.bins.push(Bin { place: place as u16, pairs: Together::NONE });
        bin
    }

    #[inline(never)]
    fn take(&mut self, bin: usize) -> Together {
        let pairs = self.bins[bin].pairs;
        self.bins[bin].pairs.clear();
        pairs
    }

    /// Takes those that are left, similar lengths still together.
    pub fn rest(&mut self) -> Vec<Together> {
        self.bins.sort_unstable_by_key(|bin| bin.place);
        self.places.fill(u16::MAX);
        let mut left = Vec::new();
        for Bin { place, pairs } in self.bins.drain(..) {
            left.extend(pairs.rows().iter().map(|row| (place, *row)));
        }
        left.chunks(LANES).map(Together::of).collect()
    }
}

/// So many pairs, by their lengths, in groups of similar ones.
pub fn grouped(lens: impl Iterator<Item = (usize, usize)>) -> Vec<Together> {
    let mut pairs: Vec<(u16, u32)> = lens.zip(0..).map(|((a, b), row)| (place(a, b) as u16, row)).collect();
    pairs.sort_unstable();
    pairs.chunks(LANES).map(Together::of).collect()
}
