//! The probe side of a join: a column of geometries, taken up in pieces.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::datatypes::FieldRef;
use geoplug_kernels::join::{Matches, ProbeBatch, Prober, SpatialIndex};
use geoplug_kernels::{Error, Result};
use pyo3::PyResult;
use pyo3::exceptions::PyValueError;

use super::round::{self, Pieces};
use crate::arrow_functions::joined;

/// A piece is left, and taken up again later, when it has found so many pairs.
const PAIRS_OF_PIECE: usize = 64 << 10;
/// How long a piece should take.
const PIECE: Duration = Duration::from_millis(10);
/// As many as the kernel looks at together: the geometries that many of them ask are then at hand.
const MOST_ROWS: usize = 16_384;

/// What probing takes from one batch to the next.
#[derive(Debug)]
pub(super) struct Pace {
    /// Rows of a piece: few at first, so that who wants few rows waits for few; then as many as time allows.
    pub rows: usize,
    /// Scratch memory that no thread uses now.
    pub probers: Vec<Prober>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { rows: 1, probers: Vec::new() }
    }
}

impl Pace {
    /// Adapts to a piece: so many rows took so long and have so many pairs.
    pub fn adapt(&mut self, took: Duration, rows: usize, pairs: usize) {
        let in_time = rows as f64 * PIECE.as_secs_f64() / took.as_secs_f64().max(1e-9);
        let in_memory = rows as f64 * PAIRS_OF_PIECE as f64 / pairs.max(1) as f64;
        let most = self.rows.max(4 * rows).min(MOST_ROWS);
        self.rows = (in_time.min(in_memory) as usize).clamp(1, most);
    }
}

/// A column of geometries in its chunks, and what is beside it.
pub(super) struct Column {
    /// Each with the row of the column that it starts with.
    chunks: Vec<(usize, ArrayRef)>,
    field: FieldRef,
    distances: Option<Float64Array>,
    pub len: usize,
}

impl Column {
    fn try_new(mut chunks: Vec<ArrayRef>, field: FieldRef, distances: Option<Float64Array>) -> PyResult<Self> {
        let len = chunks.iter().map(|chunk| chunk.len()).sum();
        // A piece is of one chunk: pieces would be short where these are.
        if len < chunks.len() * MOST_ROWS {
            let all = joined(&chunks, field.data_type()).map_err(|e| PyValueError::new_err(e.to_string()))?;
            chunks = vec![all];
        }
        let mut next = 0;
        let with_start = |chunk: ArrayRef| {
            let start = next;
            next += chunk.len();
            (start, chunk)
        };
        Ok(Self { chunks: chunks.into_iter().map(with_start).collect(), field, distances, len })
    }

    /// The chunk that a row is in, and the row that it starts with.
    fn chunk(&self, row: usize) -> (usize, &ArrayRef) {
        let after = self.chunks.partition_point(|(start, _)| *start <= row);
        let (start, chunk) = &self.chunks[after.saturating_sub(1)];
        (*start, chunk)
    }

    /// How many rows of a chunk there are from a row on.
    pub fn beside(&self, row: usize) -> usize {
        let (start, chunk) = self.chunk(row);
        start + chunk.len() - row
    }

    /// Rows of one chunk.
    fn batch(&self, index: &SpatialIndex, start: usize, rows: usize) -> Result<ProbeBatch> {
        let (before, chunk) = self.chunk(start);
        let distances = self.distances.as_ref().map(|d| d.slice(start, rows));
        ProbeBatch::try_new(index, &chunk.slice(start - before, rows), &self.field, distances.as_ref())
    }
}

/// Geometries to be looked up in an index.
pub(super) struct Probe {
    column: Column,
    pieces: Pieces,
}

impl Probe {
    pub fn try_new(chunks: Vec<ArrayRef>, field: FieldRef, distances: Option<Float64Array>) -> PyResult<Self> {
        Ok(Self { column: Column::try_new(chunks, field, distances)?, pieces: Pieces::default() })
    }

    /// Whether all matches have been given.
    pub fn is_done(&self) -> bool {
        self.pieces.first() == self.column.len
    }

    /// Probes the next rows on all cores and adds their matches to `out`, in the order of the rows, until that has about
    /// `enough`. Gives the first row whose matches are not in `out`.
    pub fn round(
        &mut self,
        index: &SpatialIndex,
        pace: &Mutex<Pace>,
        enough: usize,
        out: &mut Matches,
    ) -> Result<usize> {
        round::run(index, &self.column, pace, enough, &mut self.pieces, out)?;
        Ok(self.pieces.first())
    }
}

/// A few rows.
pub(super) struct Piece {
    pub start: usize,
    pub rows: usize,
    batch: Option<ProbeBatch>,
    /// First row of the piece that was not probed.
    pub from: usize,
    pub found: Matches,
}

impl Piece {
    pub fn new(start: usize, rows: usize) -> Self {
        Self { start, rows, batch: None, from: 0, found: Matches::default() }
    }

    /// Whether all of its rows were probed.
    pub fn is_done(&self) -> bool {
        self.from == self.rows
    }

    /// Probes until it is done, has found many pairs, or it is time.
    pub fn run(&mut self, index: &SpatialIndex, prober: &mut Prober, column: &Column, until: Instant) -> Result<()> {
        let start = self.start;
        let in_column = |error: Error| Error { row: error.row.map(|row| start + row), ..error };
        let batch = match self.batch.take() {
            Some(batch) => batch,
            None => column.batch(index, start, self.rows).map_err(in_column)?,
        };
        loop {
            let probed = prober.probe(index, &batch, self.from, PAIRS_OF_PIECE, &mut self.found);
            self.from = probed.map_err(in_column)?;
            if self.is_done() {
                return Ok(());
            }
            if self.found.len() >= PAIRS_OF_PIECE || Instant::now() > until {
                self.batch = Some(batch);
                return Ok(());
            }
        }
    }
}

/// What a mutex guards. After a panic, which is reported elsewhere, it is still what it was: scratch.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
