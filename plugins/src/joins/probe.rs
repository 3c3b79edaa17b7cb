//! The probe side of a join, on all cores.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::datatypes::FieldRef;
use geoplug_kernels::join::{Matches, ProbeBatch, Prober, SpatialIndex};
use geoplug_kernels::{Error, Result};
use polars_core::runtime::THREAD_POOL;

/// How long a round should take: short enough that Ctrl-C is heard, long enough that no thread waits for the others.
/// After that time no piece is begun.
const ROUND: Duration = Duration::from_millis(100);
/// How many pairs a round should find.
const PAIRS: usize = 4 << 20;
/// A piece is left and taken up again in the next round when it has found so many.
const PAIRS_OF_PIECE: usize = 256 << 10;
/// Pieces of a round for each thread: the last of them to end is waited for.
const PIECES: usize = 8;
/// Pieces of a batch for each thread, at least.
const PIECES_OF_BATCH: usize = 4;
/// As many as the kernel looks at together: the geometries that many of them ask are then at hand.
const MOST_ROWS: usize = 16_384;

/// What probing takes from one batch to the next.
#[derive(Debug)]
pub(super) struct Pace {
    /// Rows of a piece: few at first, so that who wants few rows waits for few; then as many as time allows.
    rows: usize,
    /// Scratch memory that no thread uses now.
    probers: Vec<Prober>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { rows: 1, probers: Vec::new() }
    }
}

impl Pace {
    /// Adapts to a round that took so long for so many rows and pairs.
    fn adapt(&mut self, took: Duration, rows: usize, pairs: usize) {
        let in_time = rows as f64 * ROUND.as_secs_f64() / took.as_secs_f64().max(1e-9);
        let in_memory = rows as f64 * PAIRS as f64 / pairs.max(1) as f64;
        let rows = in_time.min(in_memory) as usize / (THREAD_POOL.current_num_threads() * PIECES);
        self.rows = rows.min(4 * self.rows).clamp(1, MOST_ROWS);
    }
}

/// Geometries to be looked up in an index.
pub(super) struct Probe {
    pub geometries: ArrayRef,
    pub field: FieldRef,
    pub distances: Option<Float64Array>,
    /// First row that is in no piece yet.
    next: usize,
    /// Rows taken up, in order, whose matches have not all been given.
    pieces: VecDeque<Piece>,
}

/// A few rows.
struct Piece {
    start: usize,
    rows: usize,
    batch: Option<ProbeBatch>,
    /// First row of the piece that was not probed.
    from: usize,
    found: Matches,
}

impl Probe {
    pub fn new(geometries: ArrayRef, field: FieldRef, distances: Option<Float64Array>) -> Self {
        Self { geometries, field, distances, next: 0, pieces: VecDeque::new() }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.geometries.len()
    }

    /// Whether all matches have been given.
    pub fn is_done(&self) -> bool {
        self.pieces.is_empty() && self.next == self.geometries.len()
    }

    /// Probes the next rows on all cores and adds their matches to `out`, in the order of the rows. Gives the first row
    /// whose matches are not in `out`.
    pub fn round(&mut self, index: &SpatialIndex, pace: &Mutex<Pace>, out: &mut Matches) -> Result<usize> {
        let started = Instant::now();
        let until = started + ROUND;
        self.take_up(locked(pace).rows);
        let first_error = Mutex::new(None::<Error>);
        let (geometries, field, distances) = (&self.geometries, &self.field, self.distances.as_ref());
        let idle = self.pieces.iter_mut().filter(|piece| piece.found.is_empty() && piece.from < piece.rows);
        let probed = AtomicUsize::new(0);
        let run = |piece: &mut Piece| {
            if Instant::now() > until && probed.load(Ordering::Relaxed) > 0 {
                return;
            }
            let before = piece.from;
            let mut prober = locked(pace).probers.pop().unwrap_or_default();
            if let Err(error) = piece.run(index, &mut prober, geometries, field, distances, until) {
                let mut first = locked(&first_error);
                if first.as_ref().is_none_or(|first| error.row < first.row) {
                    *first = Some(error);
                }
            }
            locked(pace).probers.push(prober);
            probed.fetch_add(piece.from - before, Ordering::Relaxed);
        };
        match idle.collect::<Vec<_>>().as_mut_slice() {
            [piece] => run(piece),
            pieces => THREAD_POOL.scope(|scope| pieces.iter_mut().for_each(|piece| scope.spawn(|_| run(piece)))),
        }
        if let Some(error) = locked(&first_error).take() {
            return Err(error);
        }
        let found = self.pieces.iter().map(|piece| piece.found.len()).sum();
        locked(pace).adapt(started.elapsed(), probed.into_inner(), found);
        self.give(out);
        Ok(self.pieces.front().map_or(self.next, |piece| piece.start + piece.from))
    }

    fn take_up(&mut self, rows: usize) {
        let (len, threads) = (self.geometries.len(), THREAD_POOL.current_num_threads());
        let rows = rows.min(len.div_ceil(threads * PIECES_OF_BATCH)).max(1);
        while self.next < len && self.pieces.len() < threads * PIECES {
            let rows = rows.min(len - self.next);
            let found = Matches::default();
            self.pieces.push_back(Piece { start: self.next, rows, batch: None, from: 0, found });
            self.next += rows;
        }
    }

    /// Moves matches to `out`, up to the first piece that has more to come.
    fn give(&mut self, out: &mut Matches) {
        while let Some(piece) = self.pieces.front_mut() {
            let start = piece.start as u32;
            out.probe.extend(piece.found.probe.drain(..).map(|row| start + row));
            out.build.append(&mut piece.found.build);
            out.distances.append(&mut piece.found.distances);
            if piece.from < piece.rows {
                return;
            }
            self.pieces.pop_front();
        }
    }
}

impl Piece {
    fn run(
        &mut self,
        index: &SpatialIndex,
        prober: &mut Prober,
        geometries: &ArrayRef,
        field: &FieldRef,
        distances: Option<&Float64Array>,
        until: Instant,
    ) -> Result<()> {
        let (start, rows) = (self.start, self.rows);
        let in_column = |error: Error| Error { row: error.row.map(|row| start + row), ..error };
        if self.batch.is_none() {
            let distances = distances.map(|d| d.slice(start, rows));
            let batch = ProbeBatch::try_new(index, &geometries.slice(start, rows), field, distances.as_ref());
            self.batch = Some(batch.map_err(in_column)?);
        }
        let Some(batch) = &self.batch else { return Ok(()) };
        loop {
            let probed = prober.probe(index, batch, self.from, PAIRS_OF_PIECE, &mut self.found);
            self.from = probed.map_err(in_column)?;
            if self.from == rows || self.found.len() >= PAIRS_OF_PIECE || Instant::now() > until {
                return Ok(());
            }
        }
    }
}

/// What a mutex guards. After a panic, which is reported elsewhere, it is still what it was: scratch.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
