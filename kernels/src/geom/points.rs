//! Columns of points, read 64 rows at a time into plain numbers.

use std::ops::Range;

use arrow::array::{BinaryViewArray, GenericBinaryArray, OffsetSizeTrait};

use super::column::Storage;
use super::{GeometryColumn, Xy};

/// Rows in a block, as many as a word has bits.
pub(crate) const BLOCK: usize = 64;

/// Blocks that are read at a time.
const BLOCKS: usize = 16;

/// The positions of 64 rows.
#[derive(Debug)]
pub(crate) struct PointBlock {
    /// x of each row.
    pub x: [f64; BLOCK],
    /// y of each row.
    pub y: [f64; BLOCK],
    /// The rows that were read, one bit each; a row that is not is null, no point, an empty one, or one in a rarer
    /// encoding.
    pub plain: u64,
}

/// Bytes of a WKB point without z, m and SRID.
const POINT: usize = 21;

/// Its first five bytes, little-endian.
const HEADER: u64 = 0x01_01;

impl Default for PointBlock {
    fn default() -> Self {
        Self { x: [f64::NAN; BLOCK], y: [f64::NAN; BLOCK], plain: 0 }
    }
}

impl PointBlock {
    /// Takes over row `i`; whether it is a plain point.
    #[inline]
    fn take(&mut self, i: usize, wkb: &[u8; POINT]) -> bool {
        let [header, ..] = wkb.as_chunks::<8>().0 else { return false };
        let [x, y] = wkb[POINT - 16..].as_chunks::<8>().0 else { return false };
        (self.x[i], self.y[i]) = (f64::from_le_bytes(*x), f64::from_le_bytes(*y));
        u64::from_le_bytes(*header) << 24 == HEADER << 24
    }

    /// Reads 64 values that stand one behind the other and are as long as a plain point.
    #[inline]
    fn read_dense<O: OffsetSizeTrait>(&mut self, array: &GenericBinaryArray<O>, from: usize) {
        self.plain = 0;
        let Some(offsets) = array.value_offsets().get(from..=from + BLOCK) else { return };
        let step = O::usize_as(POINT);
        if !offsets.windows(2).fold(true, |dense, pair| dense & (pair[1] - pair[0] == step)) {
            return;
        }
        let values = array.value_data().get(offsets[0].as_usize()..).unwrap_or_default();
        let Some(values) = values.as_chunks::<POINT>().0.first_chunk::<BLOCK>() else { return };
        self.plain = bits(values, |i, value| self.take(i, value));
    }

    /// Reads 64 views.
    #[inline]
    fn read_views(&mut self, array: &BinaryViewArray, from: usize) {
        self.plain = 0;
        let Some(views) = array.views()[from..].first_chunk::<BLOCK>() else { return };
        let buffers = array.data_buffers();
        self.plain = bits(views, |i, view| {
            let (len, buffer, offset) = (*view as u32, (view >> 64) as u32, (view >> 96) as u32);
            // A value of another length may stand in the view itself: what is read as its place is of no account.
            let value = buffers.get(buffer as usize).and_then(|buffer| buffer.get(offset as usize..));
            match value.and_then(<[u8]>::first_chunk::<POINT>) {
                Some(value) => self.take(i, value) & (len as usize == POINT),
                None => false,
            }
        });
    }

    /// Reads up to 64 rows of a native column.
    #[inline]
    fn read_native(&mut self, (xs, ys, step): (&[f64], &[f64], usize), from: usize, rows: usize) {
        let copy = |out: &mut [f64; BLOCK], values: &[f64]| {
            let values = values.get(from * step..).unwrap_or_default();
            match (step, values.first_chunk::<BLOCK>()) {
                (1, Some(values)) => *out = *values,
                _ => out.iter_mut().zip(values.iter().step_by(step)).for_each(|(out, value)| *out = *value),
            }
        };
        copy(&mut self.x, xs);
        copy(&mut self.y, ys);
        self.plain = u64::MAX >> (BLOCK - rows);
    }

    /// Whether x or y may be NaN in a row that was read.
    #[inline]
    pub(crate) fn may_hold_nan(&self) -> bool {
        let nan = |values: &[f64; BLOCK]| values.iter().fold(0, |nan, v| nan | u64::from(v.is_nan()));
        nan(&self.x) | nan(&self.y) != 0
    }

    /// Position `i`.
    #[inline]
    pub(crate) fn xy(&self, i: usize) -> Xy {
        Xy { x: self.x[i], y: self.y[i] }
    }
}

/// A bit for each item. Eight by eight: shifts by constants, and no long chain of them.
#[inline]
fn bits<T>(items: &[T; BLOCK], mut f: impl FnMut(usize, &T) -> bool) -> u64 {
    let mut bits = 0;
    for (group, items) in items.as_chunks::<8>().0.iter().enumerate() {
        let eight = items.iter().enumerate().fold(0, |eight, (i, item)| eight | u64::from(f(group * 8 + i, item)) << i);
        bits |= eight << (group * 8);
    }
    bits
}

/// The numbers of the bits that are set.
pub(crate) fn each_bit(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let i = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (i < BLOCK).then_some(i)
    })
}

impl GeometryColumn {
    /// Whether rows may be points, going by the type of the column.
    pub(crate) fn may_hold_points(&self) -> bool {
        match &self.storage {
            Storage::Native(native) => native.point_ordinates().is_some(),
            Storage::Null => false,
            _ => true,
        }
    }

    /// Gives `f` some rows, 64 at a time: the first of them, which are not null, and their positions.
    pub(crate) fn each_block<E>(
        &self,
        range: Range<usize>,
        mut f: impl FnMut(usize, u64, &PointBlock) -> Result<(), E>,
    ) -> Result<(), E> {
        let nulls = self.nulls().map(|nulls| nulls.inner().slice(range.start, range.len()));
        let validity = nulls.as_ref().map(|nulls| nulls.bit_chunks());
        let mut valid = validity.as_ref().map(|bits| bits.iter_padded());
        // Some blocks are read at a time: memory is faster where much of it is read in order.
        let mut blocks: Vec<PointBlock> = Vec::new();
        blocks.resize_with(BLOCKS.min(range.len().div_ceil(BLOCK)), PointBlock::default);
        for from in range.clone().step_by(BLOCK * BLOCKS) {
            let starts = (from..range.end).step_by(BLOCK);
            starts.clone().zip(&mut blocks).for_each(|(from, block)| self.read(from..range.end, block));
            for (from, block) in starts.zip(&mut blocks) {
                let all = u64::MAX >> (BLOCK - BLOCK.min(range.end - from));
                let valid = valid.as_mut().map_or(all, |words| words.next().unwrap_or(0) & all);
                block.plain &= valid;
                // Points that stand somewhere else, such as between nulls.
                for i in each_bit(valid & !block.plain) {
                    if let Some(p) = self.plain_point(from + i) {
                        (block.x[i], block.y[i]) = (p.x, p.y);
                        block.plain |= 1 << i;
                    }
                }
                f(from, valid, block)?;
            }
        }
        Ok(())
    }

    /// Reads the first of these rows.
    #[inline]
    fn read(&self, rows: Range<usize>, block: &mut PointBlock) {
        let from = rows.start;
        match &self.storage {
            Storage::Binary(array) => block.read_dense(array, from),
            Storage::LargeBinary(array) => block.read_dense(array, from),
            Storage::BinaryView(array) => block.read_views(array, from),
            Storage::Native(native) => match native.point_ordinates() {
                Some(ordinates) => block.read_native(ordinates, from, BLOCK.min(rows.len())),
                None => block.plain = 0,
            },
            Storage::Null => block.plain = 0,
        }
    }
}

#[cfg(test)]
#[path = "points_tests.rs"]
mod tests;
