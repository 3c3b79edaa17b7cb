//! Matches as pairs of a left and a right row, arranged for a kind of join.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StructArray, UInt32Array};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{Field, FieldRef};
use geoplug_kernels::join::{Matches, Side};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pyo3_arrow::PyArray;

/// Which rows a join gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Pairs that match.
    Inner,
    /// Those, and left rows without a match.
    Left,
    /// Left rows with a match, once.
    Semi,
    /// Left rows without a match.
    Anti,
}

impl How {
    pub fn from_name(name: &str) -> PyResult<Self> {
        match name {
            "inner" => Ok(Self::Inner),
            "left" => Ok(Self::Left),
            "semi" => Ok(Self::Semi),
            "anti" => Ok(Self::Anti),
            _ => Err(PyValueError::new_err(format!("how must be inner, left, semi or anti, got {name:?}"))),
        }
    }

    /// Whether right rows are asked for.
    pub fn has_right(self) -> bool {
        matches!(self, Self::Inner | Self::Left)
    }
}

/// Pairs of rows, in the order of `left`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rows {
    pub left: Vec<u32>,
    /// `NONE` where a left row has no match.
    pub right: Vec<u32>,
    pub distances: Vec<f64>,
}

/// No row: a column never has so many.
pub(super) const NONE: u32 = u32::MAX;

impl Rows {
    /// Matches of the left rows `range`, which were the probe side.
    pub fn of_left(found: Matches, range: Range<usize>, how: How, nearest: bool) -> Self {
        let Matches { probe: left, build: right, distances } = found;
        match how {
            How::Inner => Self { left, right, distances },
            How::Left => Self { left, right, distances }.with_unmatched(range, nearest),
            How::Semi => {
                let mut left = left;
                left.dedup();
                Self { left, ..Self::default() }
            }
            How::Anti => {
                let mut matched = left.into_iter().peekable();
                let mut unmatched = |row: &u32| {
                    let before = matched.peek();
                    let is_matched = before == Some(row);
                    while matched.next_if_eq(row).is_some() {}
                    !is_matched
                };
                let left = (range.start as u32..range.end as u32).filter(&mut unmatched).collect();
                Self { left, ..Self::default() }
            }
        }
    }

    /// Matches where the right side was the probe side.
    pub fn of_right(found: Matches) -> Self {
        Self { left: found.build, right: found.probe, distances: found.distances }
    }

    /// These pairs, by left row, and the rows of `range` that are in none.
    fn with_unmatched(self, range: Range<usize>, nearest: bool) -> Self {
        let most = self.left.len() + range.len();
        let mut all = Self { left: Vec::with_capacity(most), right: Vec::with_capacity(most), distances: Vec::new() };
        let mut i = 0;
        for row in range.start as u32..range.end as u32 {
            let first = i;
            while self.left.get(i) == Some(&row) {
                i += 1;
            }
            all.left.extend_from_slice(&self.left[first..i]);
            all.right.extend_from_slice(&self.right[first..i]);
            if nearest {
                all.distances.extend_from_slice(&self.distances[first..i]);
            }
            if first == i {
                all.left.push(row);
                all.right.push(NONE);
                all.distances.extend(nearest.then_some(f64::NAN));
            }
        }
        all
    }

    /// Appends further pairs.
    pub fn append(&mut self, mut more: Self) {
        // Mostly there are no others.
        if self.left.is_empty() {
            *self = more;
            return;
        }
        self.left.append(&mut more.left);
        self.right.append(&mut more.right);
        self.distances.append(&mut more.distances);
    }

    /// Appends left rows without a match.
    pub fn append_unmatched(&mut self, rows: impl Iterator<Item = u32>) {
        self.left.extend(rows);
        self.right.resize(self.left.len(), NONE);
    }

    /// Sorts by the rows of a side, of which there are `rows`; what is equal stays in order. The nearest are never sorted.
    pub fn sort(self, by: Side, rows: usize) -> Self {
        let keys = if by == Side::Left { &self.left } else { &self.right };
        if keys.is_sorted() {
            return self;
        }
        // Rows are counted, and each pair goes where those of its row start. `NONE` comes last.
        let slot = |key: u32| (key as usize).min(rows);
        let mut starts = vec![0; rows + 2];
        keys.iter().for_each(|key| starts[slot(*key) + 1] += 1);
        (1..starts.len()).for_each(|i| starts[i] += starts[i - 1]);
        let mut order = vec![0; keys.len()];
        for (i, key) in keys.iter().enumerate() {
            let place = &mut starts[slot(*key)];
            order[*place] = i;
            *place += 1;
        }
        let moved = |values: &[u32]| order.iter().map(|i| values[*i]).collect();
        Self { left: moved(&self.left), right: moved(&self.right), distances: Vec::new() }
    }
}

/// Pairs of rows that a join found: an Arrow struct array of `left` and `right`, counted from 0, and of `distance` where
/// the nearest were asked for. Unpacks into its columns.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct Pairs {
    left: ArrayRef,
    right: Option<ArrayRef>,
    distance: Option<ArrayRef>,
}

impl Pairs {
    pub(super) fn new(rows: Rows, how: How, nearest: bool) -> Self {
        let len = rows.left.len();
        let matched = || rows.right.iter().map(|row| *row != NONE).collect::<Vec<bool>>();
        let nulls = (how == How::Left).then(|| NullBuffer::from(matched())).filter(|nulls| nulls.null_count() > 0);
        let distance = nearest.then(|| {
            let mut distances = rows.distances;
            distances.resize(len, f64::NAN);
            Arc::new(Float64Array::new(ScalarBuffer::from(distances), nulls.clone())) as ArrayRef
        });
        let right =
            how.has_right().then(|| Arc::new(UInt32Array::new(ScalarBuffer::from(rows.right), nulls)) as ArrayRef);
        Self { left: Arc::new(UInt32Array::from(rows.left)), right, distance }
    }

    fn columns(&self) -> Vec<(FieldRef, ArrayRef)> {
        let named = [("left", Some(&self.left)), ("right", self.right.as_ref()), ("distance", self.distance.as_ref())];
        let column = |(name, array): (&str, Option<&ArrayRef>)| {
            let array = array?.clone();
            Some((Arc::new(Field::new(name, array.data_type().clone(), array.is_nullable())), array))
        };
        named.into_iter().filter_map(column).collect()
    }
}

#[pymethods]
impl Pairs {
    /// Rows of the left side.
    #[getter]
    fn left(&self) -> PyArray {
        PyArray::from_array_ref(self.left.clone())
    }

    /// Rows of the right side; null beside a left row without a match.
    #[getter]
    fn right(&self) -> Option<PyArray> {
        self.right.clone().map(PyArray::from_array_ref)
    }

    /// How far apart they are.
    #[getter]
    fn distance(&self) -> Option<PyArray> {
        self.distance.clone().map(PyArray::from_array_ref)
    }

    fn __len__(&self) -> usize {
        self.left.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let columns = self.columns().into_iter().map(|(field, array)| PyArray::new(array, field));
        Ok(PyTuple::new(py, columns)?.try_iter()?.into_any())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let array = Arc::new(StructArray::from(self.columns()));
        let array = PyArray::from_array_ref(array).into_pyobject(py)?;
        array.call_method1("__arrow_c_array__", (requested_schema,))
    }

    fn __repr__(&self) -> String {
        let names: Vec<String> = self.columns().iter().map(|(field, _)| field.name().clone()).collect();
        format!("geoplug.Pairs({} rows: {})", self.left.len(), names.join(", "))
    }
}
