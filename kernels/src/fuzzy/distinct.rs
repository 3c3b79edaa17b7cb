//! The different values of a text column.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use foldhash::fast::RandomState;

/// A text column, each of its values once.
#[derive(Debug)]
pub struct Distinct {
    /// The values, in the order in which they come first.
    pub texts: StringViewArray,
    /// Which of them each row has; `NULL` where it has none.
    pub ids: Vec<u32>,
}

/// No value.
pub const NULL: u32 = u32::MAX;

impl Distinct {
    /// Of a column of text.
    pub fn try_new(array: &ArrayRef) -> Result<Self, ArrowError> {
        let texts = cast(array, &DataType::Utf8View)?;
        let texts = texts.as_string_view();
        let mut known: HashMap<&str, u32, RandomState> = HashMap::default();
        let mut firsts = Vec::new();
        let ids = texts.iter().enumerate().map(|(row, text)| {
            let Some(text) = text else { return NULL };
            *known.entry(text).or_insert_with(|| {
                firsts.push(row as u32);
                firsts.len() as u32 - 1
            })
        });
        let ids = ids.collect();
        let texts = take(texts, &UInt32Array::from(firsts), None)?.as_string_view().clone();
        Ok(Self { texts, ids })
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The rows that have each value.
    pub fn rows(&self) -> Lists {
        let given = || self.ids.iter().enumerate().filter(|(_, id)| **id != NULL);
        let mut sizes = vec![0; self.len()];
        given().for_each(|(_, id)| sizes[*id as usize] += 1);
        Lists::new(sizes, |place| given().for_each(|(row, id)| place(*id, row as u32)))
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.texts.get_array_memory_size() + self.ids.capacity() * size_of::<u32>()
    }
}

/// Lists of numbers, one after the other.
#[derive(Debug)]
pub struct Lists<T = u32> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Default> Lists<T> {
    /// Lists of so many items each, which `items` then gives, each with the number of its list.
    pub fn new(mut sizes: Vec<u32>, items: impl FnOnce(&mut dyn FnMut(u32, T))) -> Self {
        let mut sum = 0;
        for size in &mut sizes {
            sum += *size;
            *size = sum;
        }
        let mut starts = sizes;
        let mut placed = vec![T::default(); sum as usize];
        // From the end of each list to its start, which then stands where it belongs.
        items(&mut |list, item| {
            starts[list as usize] -= 1;
            placed[starts[list as usize] as usize] = item;
        });
        starts.push(sum);
        Self { starts, items: placed }
    }

    /// One of them, in reverse order of what was given.
    #[inline]
    pub fn get(&self, list: usize) -> &[T] {
        &self.items[self.starts[list] as usize..self.starts[list + 1] as usize]
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.starts.capacity() * size_of::<u32>() + self.items.capacity() * size_of::<T>()
    }
}
