//! Jaro similarity, and Jaro-Winkler.

use std::array::from_fn;

use arrow::datatypes::Float64Type;
use wide::u8x16;

use super::lanes::{Group, LANES};
use super::long::{Long, Numbered};
use super::measure::Measure;
use super::short::SHORT;

/// Jaro similarity.
#[derive(Debug, Clone, Copy)]
pub struct Jaro;

/// Jaro similarity, raised where strings start alike.
#[derive(Debug, Clone, Copy)]
pub struct JaroWinkler {
    /// Whether long strings that have much in common are raised once more.
    pub long_tolerance: bool,
}

impl Measure for Jaro {
    type Score = Common;
    type Out = Float64Type;

    fn short(group: &Group) -> [Common; LANES] {
        short(group)
    }

    fn long(&self, _: usize, pair: &mut Long) -> Common {
        long(&mut pair.number())
    }

    #[inline(always)]
    fn value(&self, _: usize, score: Common, a_len: usize, b_len: usize) -> f64 {
        score.similarity(a_len, b_len)
    }
}

/// How many symbols at the start of strings count.
const START: usize = 4;

impl Measure for JaroWinkler {
    /// And how many symbols at the start are shared, of the first four.
    type Score = (Common, u8);
    type Out = Float64Type;

    fn short(group: &Group) -> [(Common, u8); LANES] {
        let (common, starts) = (short(group), starts(group).to_array());
        from_fn(|lane| (common[lane], starts[lane]))
    }

    fn long(&self, _: usize, pair: &mut Long) -> (Common, u8) {
        let start = pair.shared_start().min(START) as u8;
        (long(&mut pair.number()), start)
    }

    #[inline(always)]
    fn value(&self, _: usize, (common, start): (Common, u8), a_len: usize, b_len: usize) -> f64 {
        let mut similarity = common.similarity(a_len, b_len);
        if similarity <= 0.7 {
            return similarity;
        }
        similarity += f64::from(start) * 0.1 * (1.0 - similarity);
        let (matches, start, shorter) = (common.matches as usize, usize::from(start), a_len.min(b_len));
        if self.long_tolerance && shorter > 4 && matches > start + 1 && 2 * matches >= shorter + start {
            let more = (matches - start - 1) as f64 / (a_len + b_len - 2 * start + 2) as f64;
            similarity += (1.0 - similarity) * more;
        }
        similarity
    }
}

/// What Jaro's similarity is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Common {
    /// Symbols that have a partner in the other string, not too far away.
    pub matches: u32,
    /// Those whose partner in order is another symbol.
    pub misplaced: u32,
}

impl Common {
    /// The similarity of strings of these lengths.
    fn similarity(self, a_len: usize, b_len: usize) -> f64 {
        if self.matches == 0 {
            return 0.0;
        }
        let matches = f64::from(self.matches);
        let placed = matches - f64::from(self.misplaced / 2);
        (matches / a_len as f64 + matches / b_len as f64 + placed / matches) / 3.0
    }
}

/// How far partners may be from each other.
fn reach(a_len: usize, b_len: usize) -> usize {
    (a_len.max(b_len) / 2).saturating_sub(1)
}

fn short(group: &Group) -> [Common; LANES] {
    match group.a.symbols().len().max(group.b.symbols().len()) {
        0..=8 => partners::<8, 16, 1>(group),
        9..=16 => partners::<16, 32, 2>(group),
        17..=32 => partners::<32, 64, 4>(group),
        _ => partners::<SHORT, { 2 * SHORT }, { SHORT / 8 }>(group),
    }
}

/// Each symbol of `b` in turn takes the first partner in `a` that is free; then partners are compared in their order.
/// What is known of the symbols of `a` is a bit each, in so many bytes of a lane. Of strings of so many symbols, which
/// are so many apart.
fn partners<const SYMBOLS: usize, const APART: usize, const BYTES: usize>(group: &Group) -> [Common; LANES] {
    let (none, all) = (u8x16::splat(0), u8x16::splat(0xFF));
    let (a_len, b_len) = (group.a.lens.to_array(), group.b.lens.to_array());
    let reaches: [u8; LANES] = from_fn(|lane| reach(a_len[lane].into(), b_len[lane].into()) as u8);
    // Lanes in which symbols so far from each other, and so many places more, may be partners.
    let near: [u8x16; APART] = from_fn(|place| {
        let distance = u8x16::splat(place.abs_diff(SYMBOLS) as u8);
        distance.min(u8x16::new(reaches)).simd_eq(distance)
    });
    let mut equal = [[none; BYTES]; SYMBOLS];
    let mut partnered = [none; SYMBOLS];
    // Nothing is free behind the longest string.
    let len = group.a.symbols().len();
    let symbols: [u8x16; BYTES] = from_fn(|byte| u8x16::splat(!(0xFF << len.saturating_sub(8 * byte).min(8)) as u8));
    let mut free = symbols;
    let mut matches = none;
    for (j, ((&b, equal), partnered)) in group.b.symbols().iter().zip(&mut equal).zip(&mut partnered).enumerate() {
        let near = near.get(SYMBOLS - j..).unwrap_or_default();
        let eights = group.a.rows().as_chunks::<8>().0.iter().zip(near.as_chunks::<8>().0);
        for (equal, (a, near)) in equal.iter_mut().zip(eights) {
            for (bit, (a, near)) in a.iter().zip(near).enumerate() {
                *equal |= a.simd_eq(b) & *near & u8x16::splat(1 << bit);
            }
        }
        let mut partner: [u8x16; BYTES] = from_fn(|byte| equal[byte] & free[byte]);
        *partnered = !only_first(&mut partner);
        free = from_fn(|byte| free[byte] ^ partner[byte]);
        matches -= *partnered;
    }
    let mut taken: [u8x16; BYTES] = from_fn(|byte| symbols[byte] ^ free[byte]);
    let mut misplaced = none;
    for (equal, partnered) in equal.iter().zip(&partnered).take(group.b.symbols().len()) {
        let mut next = taken;
        only_first(&mut next);
        let differs =
            next.iter().zip(equal).fold(all, |differs, (next, equal)| differs & (*next & *equal).simd_eq(none));
        taken = from_fn(|byte| taken[byte] ^ next[byte] & *partnered);
        misplaced -= differs & *partnered;
    }
    let (matches, misplaced) = (matches.to_array(), misplaced.to_array());
    from_fn(|lane| Common { matches: matches[lane].into(), misplaced: misplaced[lane].into() })
}

/// Keeps of the bits of each lane only the first one; in which lanes there is none.
#[inline(always)]
fn only_first<const BYTES: usize>(bits: &mut [u8x16; BYTES]) -> u8x16 {
    let none = u8x16::splat(0);
    let mut before = u8x16::splat(0xFF);
    for byte in bits {
        let empty = byte.simd_eq(none);
        *byte &= (none - *byte) & before;
        before &= empty;
    }
    before
}

/// How many symbols at the start both strings share, at most four.
fn starts(group: &Group) -> u8x16 {
    let (mut same, mut starts) = (u8x16::splat(0xFF), u8x16::splat(0));
    for (a, b) in group.a.symbols().iter().zip(group.b.symbols()).take(START) {
        same &= a.simd_eq(*b);
        starts -= same;
    }
    starts
}

/// A pair of any lengths: what reach has left behind never comes back into it, so that of the places of each symbol in
/// the first string only the next one matters.
fn long(pair: &mut Numbered) -> Common {
    const NONE: u32 = u32::MAX;
    const TAKEN: u32 = u32::MAX - 1;
    let (rows, columns) = (pair.a.len(), pair.b.len());
    let reach = reach(rows, columns);
    // The next place of each symbol, for each place the one after it, and the symbols that have a partner.
    pair.cells.clear();
    pair.cells.resize(pair.symbols + rows + columns, NONE);
    let (heads, rest) = pair.cells.split_at_mut(pair.symbols);
    let (after, partners) = rest.split_at_mut(rows);
    for (i, (&symbol, after)) in pair.a.iter().zip(&mut *after).enumerate().rev() {
        *after = std::mem::replace(&mut heads[symbol as usize], i as u32);
    }
    let mut matches = 0;
    for (j, &symbol) in pair.b.iter().enumerate() {
        let head = &mut heads[symbol as usize];
        while let Some(next) = after.get_mut(*head as usize)
            && *head as usize <= j + reach
        {
            let within = *head as usize + reach >= j;
            *head = std::mem::replace(next, if within { TAKEN } else { NONE });
            if within {
                partners[matches] = symbol;
                matches += 1;
                break;
            }
        }
    }
    let in_order = pair.a.iter().zip(after).filter(|(_, after)| **after == TAKEN).map(|(symbol, _)| symbol);
    let misplaced = in_order.zip(partners).filter(|(a, b)| *a != *b).count();
    Common { matches: matches as u32, misplaced: misplaced as u32 }
}
