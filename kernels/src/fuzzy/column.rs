//! Text columns, as the lanes read them.

use arrow::array::StringViewArray;
use arrow::buffer::Buffer;

use super::lanes::{SHORT, Strings};
use crate::call::Values;

/// The values of a column in place, a symbol a byte: where they are ASCII, these are their scalar values.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    array: &'a StringViewArray,
    views: &'a [u128],
    buffers: &'a [Buffer],
    /// Zero where one value stands for all rows, else all ones.
    rows: usize,
}

impl<'a> Column<'a> {
    /// Of an argument.
    pub fn new(values: &'a Values<StringViewArray>) -> Self {
        let (array, constant) = values.stored();
        Self { rows: if constant { 0 } else { usize::MAX }, ..Self::of(array) }
    }

    /// Of an array.
    pub fn of(array: &'a StringViewArray) -> Self {
        Self { array, views: array.views(), buffers: array.data_buffers(), rows: usize::MAX }
    }

    /// The value of a row, which is not null.
    pub fn text(&self, row: usize) -> &'a str {
        self.array.value(row & self.rows)
    }

    /// Its length in bytes.
    #[inline(always)]
    pub fn len(&self, row: usize) -> usize {
        self.views[row & self.rows] as u32 as usize
    }

    /// Whether a value is ASCII.
    #[inline(always)]
    pub fn is_ascii(&self, row: usize) -> bool {
        const HIGH: u128 = u128::from_ne_bytes([0x80; 16]);
        let view = self.views[row & self.rows];
        if view as u32 <= INLINE { (view >> 32) & HIGH == 0 } else { self.text(row).is_ascii() }
    }
}

/// Bytes of the longest value that is in its view.
const INLINE: u32 = 12;

impl Strings for Column<'_> {
    #[inline(always)]
    fn is_one(&self) -> bool {
        self.rows == 0
    }

    #[inline(always)]
    fn sixteen(&self, string: usize, from: usize) -> u128 {
        let view = self.views[string & self.rows];
        if view as u32 <= INLINE {
            return view >> 32;
        }
        let (len, buffer, start) = (view as u32 as usize, (view >> 64) as u32 as usize, (view >> 96) as usize);
        let Some(bytes) = self.buffers.get(buffer).and_then(|buffer| buffer.get(start + from..)) else { return 0 };
        if let Some(sixteen) = bytes.first_chunk() {
            return u128::from_le_bytes(*sixteen);
        }
        let mut sixteen = [0; 16];
        let left = (len - from).min(16).min(bytes.len());
        sixteen[..left].copy_from_slice(&bytes[..left]);
        u128::from_le_bytes(sixteen)
    }
}

/// Short strings whose symbols were numbered.
#[derive(Debug, Default)]
pub struct Numbered(Vec<[u8; SHORT]>);

impl Numbered {
    /// Adds a string of at most `SHORT` numbers; its own number.
    pub fn push(&mut self, symbols: &[u32]) -> usize {
        let mut bytes = [0; SHORT];
        for (byte, &symbol) in bytes.iter_mut().zip(symbols) {
            *byte = symbol as u8;
        }
        self.0.push(bytes);
        self.0.len() - 1
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl Strings for Numbered {
    #[inline(always)]
    fn sixteen(&self, string: usize, from: usize) -> u128 {
        let bytes = self.0[string][from..].first_chunk();
        bytes.map_or(0, |bytes| u128::from_le_bytes(*bytes))
    }
}
