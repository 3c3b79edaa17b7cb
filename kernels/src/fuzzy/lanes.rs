//! Short strings, compared many pairs at once: each pair has a lane, and a lane is a byte of a vector register.

use wide::u8x16;

/// Pairs that are compared at once.
pub const LANES: usize = 16;

/// Symbols of the longest string that fits: distances of two such strings are far below 255.
pub const SHORT: usize = 64;

/// Past the end of first strings.
const PAST_A: u8 = 0xFF;

/// Past the end of second strings.
const PAST_B: u8 = 0xFE;

/// Strings whose symbols are a byte each: what they are does not matter, only which are equal.
pub trait Strings {
    /// Sixteen symbols of a string from `from` on, which is not past its end. After its end come bytes of any kind.
    fn sixteen(&self, string: usize, from: usize) -> u128;
    /// Whether all strings are one.
    #[inline(always)]
    fn is_one(&self) -> bool {
        false
    }
}

/// A pair of strings of at most `SHORT` symbols each.
#[derive(Debug, Clone, Copy)]
pub struct Short {
    /// The first one's number.
    pub a: u32,
    /// The second one's number.
    pub b: u32,
    /// Symbols of the first one.
    pub a_len: u8,
    /// Symbols of the second one.
    pub b_len: u8,
    /// Where the result belongs.
    pub row: u32,
}

impl Short {
    /// A pair by the numbers and lengths of its strings.
    #[inline(always)]
    pub fn new(row: usize, (a, a_len): (usize, usize), (b, b_len): (usize, usize)) -> Self {
        Self { a: a as u32, b: b as u32, a_len: a_len as u8, b_len: b_len as u8, row: row as u32 }
    }
}

/// As many pairs as there are lanes, or fewer, in ascending order of the first string's length.
#[derive(Debug)]
pub struct Group {
    /// Symbols of first strings, those of every lane beside each other; past their end what no symbol is.
    a: [u8x16; SHORT],
    /// Symbols of second strings.
    b: [u8x16; SHORT],
    /// Lengths of the first strings.
    pub a_len: [u8; LANES],
    /// Lengths of the second strings.
    pub b_len: [u8; LANES],
    a_most: usize,
    b_most: usize,
    lanes: usize,
}

impl Group {
    /// A group that is empty yet.
    pub fn new() -> Self {
        let (past_a, past_b) = (u8x16::splat(PAST_A), u8x16::splat(PAST_B));
        let none = [0; LANES];
        Self { a: [past_a; SHORT], b: [past_b; SHORT], a_len: none, b_len: none, a_most: 0, b_most: 0, lanes: 0 }
    }

    /// Symbols of first strings, as many as the longest one has.
    #[inline]
    pub fn a(&self) -> &[u8x16] {
        &self.a[..self.a_most.min(SHORT)]
    }

    /// Symbols of second strings, as many as the longest one has.
    #[inline]
    pub fn b(&self) -> &[u8x16] {
        &self.b[..self.b_most.min(SHORT)]
    }

    /// Takes pairs in. What is one string for all pairs is only taken in with the first of them.
    #[inline(always)]
    fn fill(&mut self, pairs: &[Short], order: &[u32], (a, b): (&impl Strings, &impl Strings), first: bool) {
        let mut numbers = [(0, 0); LANES];
        self.lanes = order.len().min(LANES);
        (self.a_len, self.b_len) = ([0; LANES], [0; LANES]);
        for (lane, &i) in order.iter().take(LANES).enumerate() {
            let pair = pairs[i as usize];
            numbers[lane] = (pair.a as usize, pair.b as usize);
            (self.a_len[lane], self.b_len[lane]) = (pair.a_len, pair.b_len);
        }
        if first || !a.is_one() {
            self.a_most = spread(&mut self.a, &self.a_len, PAST_A, |lane, from| a.sixteen(numbers[lane].0, from));
        }
        if first || !b.is_one() {
            self.b_most = spread(&mut self.b, &self.b_len, PAST_B, |lane, from| b.sixteen(numbers[lane].1, from));
        }
    }

    /// Takes the results of lanes whose first string is so long, from `next` on, out of a row of the table.
    #[inline(always)]
    pub fn take(&self, a_len: usize, next: &mut usize, row: &[u8x16; SHORT + 1], out: &mut [u32; LANES]) {
        while *next < self.lanes && usize::from(self.a_len[*next]) == a_len {
            out[*next] = row[usize::from(self.b_len[*next]).min(SHORT)].as_array()[*next].into();
            *next += 1;
        }
    }
}

/// Puts the symbols of every lane beside each other; the length of the longest string.
#[inline(always)]
fn spread(rows: &mut [u8x16; SHORT], lengths: &[u8; LANES], past: u8, sixteen: impl Fn(usize, usize) -> u128) -> usize {
    let most = lengths.iter().copied().max().map_or(0, usize::from).min(SHORT);
    for (from, rows) in (0..most).step_by(16).zip(rows.chunks_exact_mut(16)) {
        let mut block = [u8x16::splat(past); 16];
        for (lane, (row, &len)) in block.iter_mut().zip(lengths).enumerate() {
            let len = usize::from(len);
            if len > from {
                let ends = ENDS[(len - from).min(16)];
                let symbols = sixteen(lane, from) & !ends | u128::from_ne_bytes([past; 16]) & ends;
                *row = u8x16::new(symbols.to_le_bytes());
            }
        }
        rows.copy_from_slice(&transposed(block));
    }
    most
}

/// All ones in the bytes from this one on.
const ENDS: [u128; 17] = {
    let mut ends = [0; 17];
    let mut len = 0;
    while len < 16 {
        ends[len] = u128::MAX << (len * 8);
        len += 1;
    }
    ends
};

/// Rows as columns.
#[inline(always)]
fn transposed(mut rows: [u8x16; 16]) -> [u8x16; 16] {
    for _ in 0..4 {
        let before = rows;
        for i in 0..8 {
            rows[2 * i] = u8x16::unpack_low(before[i], before[i + 8]);
            rows[2 * i + 1] = u8x16::unpack_high(before[i], before[i + 8]);
        }
    }
    rows
}

/// Pairs that wait for others of about their lengths.
#[derive(Debug, Default)]
pub struct Shorts {
    pairs: Vec<Short>,
    order: Vec<u32>,
}

/// How many pairs are sorted by length together.
const FULL: usize = 4096;

impl Shorts {
    /// Adds a pair.
    #[inline(always)]
    pub fn push(&mut self, short: Short) {
        self.pairs.push(short);
    }

    /// Whether so many wait that they should be compared.
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.pairs.len() >= FULL
    }

    /// Compares all pairs and forgets them. `compare` gets a group of them, `found` one of them and its result.
    #[inline(always)]
    pub fn drain<T: Copy + Default>(
        &mut self,
        (a, b): (&impl Strings, &impl Strings),
        group: &mut Group,
        compare: impl Fn(&Group, &mut [T; LANES]),
        mut found: impl FnMut(&Short, T),
    ) {
        self.sort();
        let mut results = [T::default(); LANES];
        for (i, chunk) in self.order.chunks(LANES).enumerate() {
            group.fill(&self.pairs, chunk, (a, b), i == 0);
            compare(group, &mut results);
            for (&i, &result) in chunk.iter().zip(&results) {
                found(&self.pairs[i as usize], result);
            }
        }
        self.pairs.clear();
    }

    /// Counting sort by the two lengths, so that lanes beside each other end at about the same time.
    fn sort(&mut self) {
        const SIDE: usize = SHORT + 1;
        let key = |pair: &Short| (usize::from(pair.a_len) * SIDE + usize::from(pair.b_len)).min(SIDE * SIDE - 1);
        let mut starts = [0_u32; SIDE * SIDE];
        for pair in &self.pairs {
            starts[key(pair)] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += std::mem::replace(start, sum);
        }
        self.order.clear();
        self.order.resize(self.pairs.len(), 0);
        for (i, pair) in self.pairs.iter().enumerate() {
            let start = &mut starts[key(pair)];
            self.order[*start as usize] = i as u32;
            *start += 1;
        }
    }
}

/// One where two symbols differ.
#[inline(always)]
pub fn differ(a: u8x16, b: u8x16) -> u8x16 {
    a.simd_eq(b) + u8x16::splat(1)
}
