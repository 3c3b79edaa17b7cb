//! An indexed side of a join, and batches of the other side probed in it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arrow::array::{Array, UInt32Array};
use geoplug_kernels::join::{Matches, Side, SpatialIndex};
use geoplug_kernels::{Error, guard};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyArray;

use super::pairs::{How, Pairs, Rows};
use super::probe::{Pace, Probe, locked};
use super::{Condition, Input, name};

/// So many pairs at a time are given to who takes them one batch after the other.
const PAIRS_OF_BATCH: usize = 1 << 18;
/// After so long, those that there are.
const LONGEST: Duration = Duration::from_millis(500);
/// So many times the rows that came are expected in all: what is prepared for too few rows costs many of them more than
/// what is prepared for many costs a few.
const BATCHES: usize = 8;

/// One side of a join, indexed, to be probed with batches of the other.
pub(super) struct Index {
    index: SpatialIndex,
    build: Side,
    /// Whether the nearest are wanted.
    nearest: bool,
    pace: Mutex<Pace>,
    /// Which build rows have a match so far, where the build side is the left.
    marks: Mutex<Vec<bool>>,
    /// Rows probed in earlier batches, for messages.
    probed: Mutex<usize>,
}

impl Index {
    pub fn build(py: Python<'_>, condition: Condition, build: Side, input: Input) -> PyResult<Self> {
        let (array, distances, field) = (input.array()?, input.distances()?, input.field);
        let test = condition.test(build);
        let index = py.detach(|| SpatialIndex::try_new(test, build, &array, &field, distances.as_ref()));
        let marks = if build == Side::Left { array.len() } else { 0 };
        Ok(Self {
            index: index.map_err(|e| failed(e, build, 0))?,
            build,
            nearest: matches!(condition, Condition::Nearest { .. }),
            pace: Mutex::default(),
            marks: Mutex::new(vec![false; marks]),
            probed: Mutex::default(),
        })
    }

    /// The side that is probed.
    fn other(&self) -> Side {
        if self.build == Side::Left { Side::Right } else { Side::Left }
    }

    /// Says how many rows will be probed, as far as is known.
    pub fn expect_rows(&self, rows: usize) {
        self.index.expect_rows(rows);
    }

    fn mark(&self, found: &Matches) {
        let mut marks = locked(&self.marks);
        found.build.iter().for_each(|row| marks[*row as usize] = true);
    }

    pub fn marked(&self, matched: bool) -> impl Iterator<Item = u32> {
        let marks = locked(&self.marks).clone();
        (0..).zip(marks).filter(move |(_, mark)| *mark == matched).map(|(row, _)| row)
    }
}

/// One side of a join, indexed, to be probed with batches of the other.
#[pyclass(frozen, module = "geoplug._geoplug")]
pub(crate) struct JoinIndex(pub(super) Arc<Index>);

#[pymethods]
impl JoinIndex {
    fn __len__(&self) -> usize {
        self.0.index.len()
    }

    /// Looks a batch of the other side up: an iterator over its pairs, about `enough` at a time. Where the left side is
    /// indexed, only pairs that match are given: what else `how` wants is known when all batches are through, by `rows`.
    #[pyo3(signature = (geometries, how, distances=None, enough=PAIRS_OF_BATCH))]
    fn probe(
        &self,
        geometries: &Bound<'_, PyAny>,
        how: &str,
        distances: Option<&Bound<'_, PyAny>>,
        enough: usize,
    ) -> PyResult<Probing> {
        let input = Input::new(geometries, distances, name(self.0.other()))?;
        self.0.expect_rows((*locked(&self.0.probed) + input.rows()) * BATCHES);
        Probing::new(self.0.clone(), input, How::from_name(how)?, enough)
    }

    /// Rows of an indexed left side that have, or have not, matched so far.
    fn rows(&self, matched: bool) -> PyArray {
        PyArray::from_array_ref(Arc::new(self.0.marked(matched).collect::<UInt32Array>()))
    }
}

/// The pairs of a batch, some at a time.
#[pyclass(module = "geoplug._geoplug")]
pub(crate) struct Probing {
    pub(super) index: Arc<Index>,
    probe: Probe,
    how: How,
    enough: usize,
    /// First row whose matches have not been given.
    first: usize,
}

#[pymethods]
impl Probing {
    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Pairs>> {
        Ok(self.more(py)?.map(|rows| Pairs::new(rows, self.how, self.index.nearest)))
    }
}

impl Probing {
    pub(super) fn new(index: Arc<Index>, input: Input, how: How, enough: usize) -> PyResult<Self> {
        let distances = input.distances()?;
        let probe = Probe::try_new(input.chunks, input.field, distances)?;
        Ok(Self { index, probe, how, enough, first: 0 })
    }

    /// The next pairs; `None` at the end. Ctrl-C is heard in between; who runs this in a thread of its own, and wants it
    /// stopped, waits for these pairs only.
    pub(super) fn more(&mut self, py: Python<'_>) -> PyResult<Option<Rows>> {
        let Self { index, probe, how, enough, first } = self;
        if probe.is_done() {
            return Ok(None);
        }
        let before = *locked(&index.probed);
        let mut found = Matches::default();
        let mut end = *first;
        let started = Instant::now();
        while !probe.is_done() && found.len() < *enough && started.elapsed() < LONGEST {
            py.check_signals()?;
            end = py
                .detach(|| guard("sjoin", || probe.round(&index.index, &index.pace, *enough, &mut found)))
                .map_err(|e| failed(e, index.other(), before))?;
        }
        if probe.is_done() {
            *locked(&index.probed) += end;
        }
        let range = std::mem::replace(first, end)..end;
        Ok(Some(py.detach(|| match index.build {
            Side::Right => Rows::of_left(found, range, *how, index.nearest),
            Side::Left => {
                index.mark(&found);
                if how.has_right() { Rows::of_right(found) } else { Rows::default() }
            }
        })))
    }
}

/// An error of the kernel, which knows rows of one column only. `before` rows came in earlier batches.
fn failed(error: Error, side: Side, before: usize) -> PyErr {
    let Error { function, row, cause } = error;
    PyValueError::new_err(match row {
        Some(row) => format!("{function}: {} row {}: {cause}", name(side), before + row),
        None => format!("{function}: {cause}"),
    })
}
