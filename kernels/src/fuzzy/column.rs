//! Text columns, as the lanes read them.

use arrow::array::{Array, StringViewArray};

use super::lanes::Read;
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

/// Bytes of the longest value that is in its view.
pub const INLINE: usize = 12;
/// Bytes of a view; the value is what it ends with.
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

    /// How many bytes the value of a row has.
    #[inline(always)]
    pub fn len(&self, row: usize) -> usize {
        self.views[row & self.rows] as u32 as usize
    }

    /// The bytes of a row.
    #[inline(always)]
    pub fn bytes(&self, row: usize) -> Bytes<'a> {
        let row = row & self.rows;
        let view = self.views[row];
        let len = view as u32 as usize;
        // Where a value stands is calculated without a branch, which no processor would foresee.
        let (buffer, start) = ((view >> 64) as u32 as usize + 1, (view >> 96) as usize);
        let (source, start) = if len > INLINE { (buffer, start) } else { (0, row * VIEW + VIEW - INLINE) };
        Bytes { source: self.sources[source], start, len }
    }
}

/// The bytes of a value, and where they are.
pub struct Bytes<'a> {
    source: &'a [u8],
    start: usize,
    len: usize,
}

impl Read for Bytes<'_> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    fn read(&self, i: usize, word: &mut [u8; 16]) {
        let bytes = self.source.get(self.start + 16 * i..).unwrap_or_default();
        match bytes.first_chunk() {
            Some(all) => *word = *all,
            None => last(bytes, word),
        }
    }
}

/// What a buffer ends with.
#[cold]
fn last(bytes: &[u8], word: &mut [u8; 16]) {
    word.iter_mut().zip(bytes).for_each(|(word, byte)| *word = *byte);
}
