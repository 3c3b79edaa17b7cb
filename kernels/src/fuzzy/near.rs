//! Which values of a column are near to a text, without a look at every one of them: what is kept of the column.

use arrow::array::ArrayRef;
use arrow::error::ArrowError;

use super::distinct::{Distinct, Lists};
use super::likeness::Likeness;
use super::metric::Near;
use super::symbols::{Symbols, Unit};
use super::windows::{self, End};
use crate::join::Side;

/// A text column to be searched for what is near.
#[derive(Debug)]
pub struct NearIndex {
    pub(super) near: Near,
    /// Which of the two texts of a pair the column has.
    pub(super) side: Side,
    pub(super) values: Distinct,
    pub(super) rows: Lists,
    pub(super) lengths: Vec<u32>,
    pub(super) filter: Filter,
}

/// What keeps most pairs from being compared.
#[derive(Debug)]
pub(super) enum Filter {
    /// Values by what is left of their windows, in lists by some bits of its hash.
    Rests { end: End, most: usize, lists: Lists<(u32, u32)>, bits: u32 },
    /// Lengths alone: so many edits that windows would share too much.
    Lengths { most: usize, by_length: Vec<u32> },
    /// What of the symbols can be common, at best.
    Symbols { least: f64, by_length: Vec<u32>, likeness: Vec<Likeness> },
}

/// More edits than this, and nearly everything shares what is left of a window.
const MOST_WINDOWS: usize = 4;

/// Bytes for each row while different values are told apart, and of what is kept of a value at most.
const ROW: usize = 128;

impl Near {
    /// Whether each text is compared with all of about its length, or like symbols, and not only with those that an index
    /// has under what is left of its window.
    pub fn scans(self) -> bool {
        match self {
            Near::Levenshtein(most) | Near::Osa(most) | Near::Damerau(most) => most > MOST_WINDOWS,
            Near::JaroWinkler(_) => true,
        }
    }
}

impl NearIndex {
    /// Of a text column, whose texts are the second of each pair.
    pub fn try_new(near: Near, array: &ArrayRef) -> Result<Self, ArrowError> {
        Self::within(near, Side::Right, array, |_| Ok(()))
    }

    /// Of a text column that has the first or the second text of each pair. `reserve` is asked for bytes before they are
    /// taken, and may refuse.
    pub fn within<E: From<ArrowError>>(
        near: Near,
        side: Side,
        array: &ArrayRef,
        mut reserve: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Self, E> {
        reserve(array.len().saturating_mul(ROW))?;
        let values = Distinct::try_new(array)?;
        let rows = values.rows();
        let lengths: Vec<u32> = (0..values.len()).map(|i| values.texts.value(i).chars().count() as u32).collect();
        let by_length = || {
            let mut order: Vec<u32> = (0..values.len() as u32).collect();
            order.sort_by_key(|value| lengths[*value as usize]);
            order
        };
        let filter = match near {
            Near::JaroWinkler(least) => {
                let (mut symbols, mut text) = (Symbols::default(), Vec::new());
                let likeness = (0..values.len()).map(|value| {
                    symbols.read(values.texts.value(value), Unit::Char, &mut text);
                    Likeness::new(&text)
                });
                let likeness = likeness.collect();
                Filter::Symbols { least, by_length: by_length(), likeness }
            }
            Near::Levenshtein(most) | Near::Osa(most) | Near::Damerau(most) if near.scans() => {
                Filter::Lengths { most, by_length: by_length() }
            }
            Near::Levenshtein(most) | Near::Osa(most) | Near::Damerau(most) => rests(&values, most, reserve)?,
        };
        Ok(Self { near, side, values, rows, lengths, filter })
    }

    /// What makes a text near.
    pub fn near(&self) -> Near {
        self.near
    }

    /// Rows of the column.
    pub fn len(&self) -> usize {
        self.values.ids.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.values.ids.is_empty()
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        let filter = match &self.filter {
            Filter::Rests { lists, .. } => lists.size(),
            Filter::Lengths { by_length, .. } => by_length.capacity() * size_of::<u32>(),
            Filter::Symbols { by_length, likeness, .. } => {
                by_length.capacity() * size_of::<u32>() + likeness.capacity() * size_of::<Likeness>()
            }
        };
        self.values.size() + self.rows.size() + self.lengths.capacity() * size_of::<u32>() + filter
    }
}

/// Values by what is left of their windows; of the two ends, the one at which they differ more.
fn rests<E: From<ArrowError>>(
    values: &Distinct,
    most: usize,
    mut reserve: impl FnMut(usize) -> Result<(), E>,
) -> Result<Filter, E> {
    let mut symbols = Symbols::default();
    let mut text = Vec::new();
    let mut of_value = Vec::new();
    let mut each = |end: End, out: &mut dyn FnMut(u32, u32)| {
        for value in 0..values.len() {
            symbols.read(values.texts.value(value), Unit::Char, &mut text);
            windows::rests(&text, end, most, &mut of_value);
            of_value.iter().for_each(|rest| out(value as u32, *rest));
        }
    };
    let mut total = [0_u64; 2];
    let mut weight = [0_u64; 2];
    for (i, end) in [End::Front, End::Back].into_iter().enumerate() {
        // How crowded the lists of a small table are tells how many candidates there will be.
        let mut table = vec![0_u32; 1 << 16];
        each(end, &mut |_, rest| table[(rest >> 16) as usize] += 1);
        total[i] = table.iter().map(|n| u64::from(*n)).sum();
        weight[i] = table.iter().map(|n| u64::from(*n) * u64::from(*n)).sum();
    }
    let back = weight[1] < weight[0];
    let (end, total) = if back { (End::Back, total[1]) } else { (End::Front, total[0]) };
    if total > u64::from(u32::MAX) {
        let cause = format!("{} different texts are too many for one fuzzy join: join them in parts", values.len());
        return Err(ArrowError::InvalidArgumentError(cause).into());
    }
    let bits = (total.max(2).ilog2()).clamp(1, 26);
    reserve(total as usize * size_of::<(u32, u32)>() + size_of::<u32>() * ((1 << bits) + 1))?;
    let mut sizes = vec![0_u32; 1 << bits];
    each(end, &mut |_, rest| sizes[(rest >> (32 - bits)) as usize] += 1);
    let lists = Lists::new(sizes, |place| each(end, &mut |value, rest| place(rest >> (32 - bits), (rest, value))));
    Ok(Filter::Rests { end, most, lists, bits })
}
