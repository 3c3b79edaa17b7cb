//! One short string that all pairs have, as bits: what its places are to a symbol is looked up, sixteen places at once.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd};

use super::lanes::LANES;
use super::short::Coded;

/// The string.
#[derive(Debug)]
pub struct Pattern {
    /// For each value of the low half of a symbol, the places with such symbols: the first eight, and the others. For
    /// each part of sixteen lanes once more.
    low: [[u8; LANES]; 2],
    /// The same of the high half.
    high: [[u8; LANES]; 2],
    /// How long it is.
    pub len: usize,
}

/// Symbols of the longest string that has such bits.
const MOST: usize = 16;

impl Pattern {
    /// The string, unless it is too long, or the machine looks nothing up in registers.
    pub fn new(level: Level, one: &Coded) -> Option<Self> {
        if one.len > MOST || !looks_up(level) {
            return None;
        }
        let mut pattern = Self { low: [[0; LANES]; 2], high: [[0; LANES]; 2], len: one.len };
        for (i, symbol) in one.words[0].iter().take(one.len).enumerate() {
            for part in (0..LANES).step_by(16) {
                pattern.low[i / 8][part + usize::from(symbol % 16)] |= 1 << (i % 8);
                pattern.high[i / 8][part + usize::from(symbol / 16)] |= 1 << (i % 8);
            }
        }
        Some(pattern)
    }

    /// The tables in registers.
    #[inline(always)]
    pub fn places<S: Simd>(&self, simd: S) -> Places<S> {
        Places {
            low: [table(simd, &self.low[0]), table(simd, &self.low[1])],
            high: [table(simd, &self.high[0]), table(simd, &self.high[1])],
        }
    }
}

/// Whether there is an instruction that takes bytes of a register by number.
fn looks_up(level: Level) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return level.as_sse4_2().is_some();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    return !level.is_fallback();
}

#[inline(always)]
fn table<S: Simd>(simd: S, table: &[u8; LANES]) -> S::u8s {
    S::u8s::from_slice(simd, &table[..S::u8s::LEN])
}

/// Where a string has which symbols.
pub struct Places<S: Simd> {
    low: [S::u8s; 2],
    high: [S::u8s; 2],
}

impl<S: Simd> Places<S> {
    /// The places of the symbol that each lane has.
    #[inline(always)]
    pub fn of(&self, symbols: S::u8s) -> Halves<S> {
        let (low, high) = (symbols & 0x0F, symbols >> 4);
        let first = self.low[0].swizzle_dyn_within_blocks(low) & self.high[0].swizzle_dyn_within_blocks(high);
        let second = self.low[1].swizzle_dyn_within_blocks(low) & self.high[1].swizzle_dyn_within_blocks(high);
        Halves::joined(first, second)
    }
}

/// The bits up to place `i`, this one included.
#[inline(always)]
pub fn up_to<S: Simd>(simd: S, i: S::u8s) -> Halves<S> {
    let i = i.min(15);
    let first = table(simd, &UP_TO[0]).swizzle_dyn_within_blocks(i);
    Halves::joined(first, table(simd, &UP_TO[1]).swizzle_dyn_within_blocks(i))
}

/// Those bits, the first eight and the others, of sixteen places after each other.
const UP_TO: [[u8; LANES]; 2] = {
    let mut tables = [[0; LANES]; 2];
    let mut i = 0;
    while i < LANES {
        let bits = (2_u32 << (i % 16)) - 1;
        tables[0][i] = bits as u8;
        tables[1][i] = (bits >> 8) as u8;
        i += 1;
    }
    tables
};

/// Sixteen bits of every lane: those of even lanes, and those of odd ones.
#[derive(Clone, Copy)]
pub struct Halves<S: Simd> {
    /// Of even lanes.
    pub even: S::u16s,
    /// Of odd lanes.
    pub odd: S::u16s,
}

impl<S: Simd> Halves<S> {
    /// The same bits in every lane.
    #[inline(always)]
    pub fn splat(simd: S, bits: u16) -> Self {
        Self { even: S::u16s::splat(simd, bits), odd: S::u16s::splat(simd, bits) }
    }

    /// Of the first eight bits of all lanes, and the others.
    #[inline(always)]
    fn joined(first: S::u8s, second: S::u8s) -> Self {
        let (first, second): (S::u16s, S::u16s) = (first.bitcast(), second.bitcast());
        Self { even: first & 0x00FF | second << 8, odd: first >> 8 | second & 0xFF00 }
    }

    /// A byte of every lane.
    #[inline(always)]
    pub fn of(bytes: S::u8s) -> Self {
        let both: S::u16s = bytes.bitcast();
        Self { even: both & 0x00FF, odd: both >> 8 }
    }

    /// The low byte of every lane.
    #[inline(always)]
    pub fn bytes(self) -> S::u8s {
        (self.even & 0x00FF | self.odd << 8).bitcast()
    }
}
