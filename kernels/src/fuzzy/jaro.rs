//! Jaro similarity of short strings.

use wide::u8x16;

use super::lanes::{Group, LANES, SHORT};
use super::long::Numbered;

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
    pub fn similarity(self, a_len: usize, b_len: usize) -> f64 {
        if self.matches == 0 {
            return 0.0;
        }
        let matches = f64::from(self.matches);
        let placed = matches - f64::from(self.misplaced / 2);
        (matches / a_len as f64 + matches / b_len as f64 + placed / matches) / 3.0
    }
}

/// How far partners may be from each other.
pub fn reach(a_len: usize, b_len: usize) -> usize {
    (a_len.max(b_len) / 2).saturating_sub(1)
}

/// Each symbol of `b` in turn takes the first partner in `a` that is free; then partners are compared in their order.
pub fn short(group: &Group, out: &mut [Common; LANES]) {
    let (a, b) = (group.a(), group.b());
    let reaches: [u8; LANES] = std::array::from_fn(|l| reach(group.a_len[l].into(), group.b_len[l].into()) as u8);
    let most = reaches.iter().copied().max().map_or(0, usize::from);
    // Lanes in which symbols so far from each other may be partners.
    let within: [u8x16; SHORT] = std::array::from_fn(|distance| {
        u8x16::splat(distance as u8).min(u8x16::new(reaches)).simd_eq(u8x16::splat(distance as u8))
    });
    let near = |j: usize| j.saturating_sub(most)..a.len().min(j + most + 1);
    let mut a_taken = [u8x16::splat(0); SHORT];
    let mut b_taken = [u8x16::splat(0); SHORT];
    for (j, (&b, taken)) in b.iter().zip(&mut b_taken).enumerate() {
        let mut found = u8x16::splat(0);
        for i in near(j) {
            let partner = a[i].simd_eq(b) & within[i.abs_diff(j) % SHORT] & !(a_taken[i] | found);
            a_taken[i] |= partner;
            found |= partner;
        }
        *taken = found;
    }
    // The place of each partner among those of its string; what has none gets a place that the other string has not.
    let matches = places(&mut a_taken[..a.len()], 0xFF);
    places(&mut b_taken[..b.len()], 0xFE);
    let mut misplaced = u8x16::splat(0);
    for (j, (&b, &place)) in b.iter().zip(&b_taken).enumerate() {
        for i in near(j) {
            misplaced -= a_taken[i].simd_eq(place) & !a[i].simd_eq(b);
        }
    }
    let (matches, misplaced) = (matches.to_array(), misplaced.to_array());
    *out = std::array::from_fn(|l| Common { matches: matches[l].into(), misplaced: misplaced[l].into() });
}

/// Replaces masks by how many are set before them; returns how many are set.
fn places(masks: &mut [u8x16], none: u8) -> u8x16 {
    let mut count = u8x16::splat(0);
    for mask in masks {
        let set = *mask;
        *mask = set.bitselect(count, u8x16::splat(none));
        count -= set;
    }
    count
}

/// A pair of any lengths: 64 symbols of the first string in a word.
pub fn long(pair: &mut Numbered) -> Common {
    let (rows, columns) = (pair.a.len(), pair.b.len());
    let reach = reach(rows, columns);
    let blocks = pair.mark();
    // No symbol is 0: its words are free for the places that have a partner.
    let (taken, positions) = pair.words.split_at_mut(blocks);
    pair.cells.clear();
    for (j, &symbol) in pair.b.iter().enumerate().filter(|(_, symbol)| **symbol != 0) {
        let positions = &positions[(symbol as usize - 1) * blocks..][..blocks];
        let (from, to) = (j.saturating_sub(reach), rows.min(j + reach + 1));
        if from >= to {
            break;
        }
        for block in from / 64..to.div_ceil(64) {
            let after = u64::MAX << from.saturating_sub(block * 64).min(63);
            let before = u64::MAX >> (64 - (to - block * 64).min(64));
            let free = positions[block] & !taken[block] & after & before;
            if free != 0 {
                taken[block] |= free & free.wrapping_neg();
                pair.cells.push(symbol);
                break;
            }
        }
    }
    let in_order = (0..rows).filter(|i| taken[i / 64] >> (i % 64) & 1 == 1).map(|i| pair.a[i]);
    let misplaced = in_order.zip(pair.cells.iter()).filter(|(a, b)| a != *b).count();
    Common { matches: pair.cells.len() as u32, misplaced: misplaced as u32 }
}

/// A pair of at most sixteen symbols each, by itself: where a symbol of `b` is in `a` is one comparison.
#[inline(always)]
pub fn sixteen((a, a_len): (u128, usize), (b, b_len): (u128, usize)) -> Common {
    let (a_bytes, b_bytes) = (a.to_le_bytes(), b.to_le_bytes());
    let a = u8x16::new(a_bytes);
    let reach = reach(a_len, b_len);
    let all = (1_u32 << a_len) - 1;
    let mut free = all;
    // Places within reach; it moves on with the symbols of `b`, at first only its far end.
    let mut near = (1_u32 << (reach + 1)) - 1;
    let mut partners = [0; 16];
    let mut matches = 0;
    for (j, &symbol) in b_bytes[..b_len.min(16)].iter().enumerate() {
        let places = a.simd_eq(u8x16::splat(symbol)).to_bitmask() & free & near;
        free ^= places & places.wrapping_neg();
        partners[matches % 16] = symbol;
        matches += usize::from(places != 0);
        near = near << 1 | u32::from(j < reach);
    }
    let mut taken = all & !free;
    let mut misplaced = 0;
    for &partner in &partners[..matches.min(16)] {
        misplaced += u32::from(a_bytes[taken.trailing_zeros() as usize % 16] != partner);
        taken &= taken.wrapping_sub(1);
    }
    Common { matches: matches as u32, misplaced }
}
