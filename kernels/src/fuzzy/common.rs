//! What short strings have in common as Jaro counts it, for all lanes at once.

use fearless_simd::Simd;
use fearless_simd::prelude::*;

use super::lanes::{LANES, Lanes, Strings};
use super::pattern::{Halves, Pattern, up_to};
use super::short::SHORT;

/// How many symbols at the start of strings count.
pub const START: usize = 4;

/// What two strings have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Common {
    /// Symbols that have a partner in the other string, not too far away.
    pub matches: u32,
    /// Those whose partner in order is another symbol.
    pub misplaced: u32,
}

/// What the strings of every lane have in common.
pub struct Matched {
    matches: [u8; LANES],
    misplaced: [u8; LANES],
    /// How many symbols at the start both strings share, at most four.
    starts: [u8; LANES],
    a_lens: [u8; LANES],
    b_lens: [u8; LANES],
}

impl Matched {
    /// Of the pairs of a register.
    #[inline(always)]
    pub fn new<S: Simd>(simd: S, lanes: &Lanes<S>) -> Self {
        let (matches, misplaced) = match lanes.a.most.max(lanes.b.most) {
            0..=16 if let Some((one, texts)) = lanes.one() => with_pattern::<S, 16>(simd, one, texts),
            _ if let Some((one, texts)) = lanes.one() => with_pattern::<S, SHORT>(simd, one, texts),
            0..=8 => partners::<S, 8, 16, 1>(simd, lanes),
            9..=16 => partners::<S, 16, 32, 2>(simd, lanes),
            17..=32 => partners::<S, 32, 64, 4>(simd, lanes),
            _ => partners::<S, SHORT, { 2 * SHORT }, { SHORT / 8 }>(simd, lanes),
        };
        Self {
            matches: stored::<S>(matches),
            misplaced: stored::<S>(misplaced),
            starts: stored::<S>(starts(simd, lanes)),
            a_lens: stored::<S>(lanes.a.lens),
            b_lens: stored::<S>(lanes.b.lens),
        }
    }

    /// Of a lane: what is common, how many symbols at the start, and both lengths.
    #[inline(always)]
    pub fn get(&self, lane: usize) -> (Common, usize, usize, usize) {
        let lane = lane % LANES;
        let common = Common { matches: self.matches[lane].into(), misplaced: self.misplaced[lane].into() };
        (common, self.starts[lane].into(), self.a_lens[lane].into(), self.b_lens[lane].into())
    }
}

#[inline(always)]
fn stored<S: Simd>(values: S::u8s) -> [u8; LANES] {
    let mut stored = [0; LANES];
    values.store_slice(&mut stored[..S::u8s::LEN]);
    stored
}

/// Each symbol of `b` in turn takes the first partner in `a` that is free; then partners are compared in their order.
/// What is known of the symbols of `a` is a bit each, in so many bytes of a lane. Of strings of so many symbols, which
/// are so many apart. How many have partners, and how many of these are misplaced.
#[inline(always)]
fn partners<S: Simd, const SYMBOLS: usize, const APART: usize, const BYTES: usize>(
    simd: S,
    lanes: &Lanes<S>,
) -> (S::u8s, S::u8s) {
    let (none, one) = (S::u8s::splat(simd, 0), S::u8s::splat(simd, 1));
    let longer = lanes.a.lens.max(lanes.b.lens);
    let reaches = (longer >> 1).saturating_sub(one);
    // Lanes in which symbols so far from each other, and so many places more, may be partners.
    let mut near = [S::mask8s::splat(simd, false); APART];
    for (place, near) in near.iter_mut().enumerate() {
        *near = reaches.simd_ge(place.abs_diff(SYMBOLS) as u8);
    }
    let mut a = [[none; 8]; BYTES];
    for (i, a) in a.as_flattened_mut().iter_mut().enumerate() {
        *a = lanes.a.symbol(i);
    }
    let mut equal = [[none; BYTES]; SYMBOLS];
    let mut partnered = [none; SYMBOLS];
    // Nothing is free behind the longest string.
    let mut free = [none; BYTES];
    for (free, first) in free.iter_mut().zip((0..).step_by(8)) {
        *free = S::u8s::splat(simd, !(0xFF << lanes.a.most.saturating_sub(first).min(8)) as u8);
    }
    let mut taken = free;
    let mut matches = none;
    for (j, (equal, partnered)) in equal.iter_mut().zip(&mut partnered).enumerate().take(lanes.b.most) {
        let b = lanes.b.symbol(j);
        let near = near.get(SYMBOLS - j..).unwrap_or_default().as_chunks::<8>().0;
        let mut partner = [none; BYTES];
        for ((((equal, partner), a), near), free) in equal.iter_mut().zip(&mut partner).zip(&a).zip(near).zip(&free) {
            let mut eight = none;
            for (bit, (a, near)) in a.iter().zip(near).enumerate() {
                eight += (a.simd_eq(b) & *near).select(S::u8s::splat(simd, 1 << bit), none);
            }
            *equal = eight;
            *partner = eight & *free;
        }
        *partnered = !only_first(simd, &mut partner);
        for (free, partner) in free.iter_mut().zip(partner) {
            *free ^= partner;
        }
        matches -= *partnered;
    }
    for (taken, free) in taken.iter_mut().zip(free) {
        *taken ^= free;
    }
    let mut misplaced = none;
    for (equal, partnered) in equal.iter().zip(&partnered).take(lanes.b.most) {
        let mut next = taken;
        only_first(simd, &mut next);
        let mut common = none;
        for ((taken, next), equal) in taken.iter_mut().zip(next).zip(equal) {
            common |= next & *equal;
            *taken ^= next & *partnered;
        }
        misplaced += common.simd_eq(none).select(*partnered & one, none);
    }
    (matches, misplaced)
}

/// As `partners`, where all pairs have the same string: its places are the bits.
#[inline(always)]
fn with_pattern<S: Simd, const SYMBOLS: usize>(simd: S, one: &Pattern, texts: &Strings<S>) -> (S::u8s, S::u8s) {
    let places = one.places(simd);
    let longer = texts.lens.max(one.len as u8);
    let reaches = (longer >> 1).saturating_sub(S::u8s::splat(simd, 1));
    // Places that are not too far from the first symbol, then from each next one.
    let mut near = up_to(simd, reaches);
    let reaches = Halves::<S>::of(reaches);
    let (none, first) = (S::u16s::splat(simd, 0), S::u16s::splat(simd, 1));
    let mut free = Halves::<S>::splat(simd, u16::MAX);
    // The places of each symbol that has a partner.
    let mut equal = [Halves::<S>::splat(simd, 0); SYMBOLS];
    for (j, equal) in equal.iter_mut().enumerate().take(texts.most) {
        let all = places.of(texts.symbol(j));
        equal.even = free_partner(simd, all.even & near.even, &mut free.even).select(all.even, none);
        equal.odd = free_partner(simd, all.odd & near.odd, &mut free.odd).select(all.odd, none);
        near.even = near.even << 1 | reaches.even.simd_gt(j as u16).select(first, none);
        near.odd = near.odd << 1 | reaches.odd.simd_gt(j as u16).select(first, none);
    }
    let mut taken = Halves::<S> { even: !free.even, odd: !free.odd };
    let matches = Halves::<S> { even: taken.even.count_ones(), odd: taken.odd.count_ones() };
    let mut misplaced = Halves::<S>::splat(simd, 0);
    for equal in equal.iter().take(texts.most) {
        misplaced.even += out_of_place(simd, equal.even, &mut taken.even);
        misplaced.odd += out_of_place(simd, equal.odd, &mut taken.odd);
    }
    (matches.bytes(), misplaced.bytes())
}

/// Takes the first place that is free of those that may be; in which lanes there is one.
#[inline(always)]
fn free_partner<S: Simd>(simd: S, places: S::u16s, free: &mut S::u16s) -> S::mask16s {
    let none = S::u16s::splat(simd, 0);
    let may = places & *free;
    *free ^= may & (none - may);
    may.simd_gt(none)
}

/// Takes the next place that has a partner; 1 where that is none of the places of the symbol, which has one if there are
/// such places.
#[inline(always)]
fn out_of_place<S: Simd>(simd: S, equal: S::u16s, taken: &mut S::u16s) -> S::u16s {
    let (none, one) = (S::u16s::splat(simd, 0), S::u16s::splat(simd, 1));
    let has = equal.simd_gt(none);
    let next = has.select(*taken & (none - *taken), none);
    *taken ^= next;
    has.select((next & equal).simd_eq(none).select(one, none), none)
}

/// Keeps of the bits of each lane only the first one; in which lanes there is none.
#[inline(always)]
fn only_first<S: Simd, const BYTES: usize>(simd: S, bits: &mut [S::u8s; BYTES]) -> S::u8s {
    let none = S::u8s::splat(simd, 0);
    let mut before = S::u8s::splat(simd, 0xFF);
    for byte in bits {
        let empty = byte.simd_eq(none);
        *byte &= (none - *byte) & before;
        before = empty.select(before, none);
    }
    before
}

/// How many symbols at the start both strings share, at most four.
#[inline(always)]
fn starts<S: Simd>(simd: S, lanes: &Lanes<S>) -> S::u8s {
    let (none, one) = (S::u8s::splat(simd, 0), S::u8s::splat(simd, 1));
    let (mut same, mut starts) = (one, none);
    for i in 0..START.min(lanes.a.most).min(lanes.b.most) {
        same = lanes.a.symbol(i).simd_eq(lanes.b.symbol(i)).select(same, none);
        starts += same;
    }
    starts
}
