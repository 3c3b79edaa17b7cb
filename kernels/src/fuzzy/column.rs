//! Text columns, as the lanes read them.

use arrow::array::{Array, StringViewArray};
use wide::u8x16;

use super::short::{SHORT, Short};
use crate::call::Values;

/// The values of a column.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    array: &'a StringViewArray,
    views: &'a [u128],
    /// The views as bytes, which have the short values in them, and all buffers.
    sources: Vec<&'a [u8]>,
    /// Zero where one value stands for all rows, else all ones.
    rows: usize,
}

/// Bytes of the longest value that is in its view, and where they are.
const INLINE: usize = 12;
const VIEW: usize = size_of::<u128>();

impl<'a> Column<'a> {
    /// Of an argument.
    pub fn new(values: &'a Values<StringViewArray>) -> Self {
        let (array, constant) = values.stored();
        Self { rows: if constant { 0 } else { usize::MAX }, ..Self::of(array) }
    }

    /// Of an array.
    pub fn of(array: &'a StringViewArray) -> Self {
        let views = array.views();
        let buffers = array.data_buffers().iter().map(|buffer| buffer.as_slice());
        let sources = std::iter::once(views.inner().as_slice()).chain(buffers).collect();
        Self { array, views, sources, rows: usize::MAX }
    }

    /// The value that stands for all rows, if one does: a literal, which some engines make a column of copies.
    pub fn one(&self) -> Option<&'a str> {
        let first = (!self.array.is_empty() && self.array.is_valid(0)).then(|| self.array.value(0))?;
        let all = || self.array.null_count() == 0 && self.array.iter().all(|value| value == Some(first));
        (self.rows == 0 || all()).then_some(first)
    }

    /// The value of a row, which is not null.
    pub fn text(&self, row: usize) -> &'a str {
        self.array.value(row & self.rows)
    }

    /// The value of a row, if it is short and ASCII.
    #[inline(always)]
    pub fn ascii(&self, row: usize) -> Option<Short<'a>> {
        let row = row & self.rows;
        let view = self.views[row];
        let len = view as u32 as usize;
        if len > SHORT {
            return None;
        }
        // Where a value stands is calculated without a branch, which no processor would foresee.
        let (buffer, start) = ((view >> 64) as u32 as usize + 1, (view >> 96) as usize);
        let (source, start) = if len > INLINE { (buffer, start) } else { (0, row * VIEW + VIEW - INLINE) };
        // What ends with its buffer has no sixteen symbols to be read at once, and is read in another way.
        let (words, _) = self.sources[source].get(start..)?.as_chunks();
        let words = words.get(..len.div_ceil(16))?;
        let ascii = if let [word] = words { is_ascii(word, len) } else { are_ascii(words, len) };
        ascii.then_some(Short { words, len })
    }
}

/// Whether the first bytes are ASCII.
#[inline(always)]
fn is_ascii(word: &[u8; 16], bytes: usize) -> bool {
    u8x16::new(*word).to_bitmask() & !(u32::MAX << bytes.min(16)) == 0
}

#[inline(never)]
fn are_ascii(words: &[[u8; 16]], bytes: usize) -> bool {
    words.iter().zip((0..bytes).step_by(16)).all(|(word, before)| is_ascii(word, bytes - before))
}
