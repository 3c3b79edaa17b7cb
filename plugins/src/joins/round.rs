//! A round of probing: threads take pieces and leave them, until there are enough pairs or it is time.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use geoplug_kernels::join::SpatialIndex;
use geoplug_kernels::{Error, Result};
use polars_core::runtime::THREAD_POOL;

use super::probe::{Column, Pace, Piece, locked};

/// After so long no piece is begun: Ctrl-C is heard between rounds, and at the end of one threads wait for the last.
const ROUND: Duration = Duration::from_millis(100);
/// Nor is one when so many pairs wait for that end.
const PAIRS: usize = 1 << 20;
/// What is left of a column is to be so many pieces for each thread: all threads end at about one time ...
const PIECES: usize = 4;
/// ... but a piece is never so many times smaller than it would otherwise be.
const SMALLER: usize = 16;

/// Goes on with pieces, in the order of their rows, and with rows from `next` on, until about `enough` pairs are found.
/// Gives all pieces, in order again, and the first row that is in none.
pub(super) fn run(
    index: &SpatialIndex,
    column: &Column,
    pace: &Mutex<Pace>,
    enough: usize,
    pieces: Vec<Piece>,
    next: usize,
) -> Result<(Vec<Piece>, usize)> {
    let until = Instant::now() + ROUND;
    let mut queue = Queue { ready: Vec::new(), next, left: Vec::new(), pairs: 0, begun: false, error: None };
    pieces.into_iter().rev().for_each(|piece| queue.put(piece));
    let alone = queue.is_one_piece(column, locked(pace).rows);
    let queue = Mutex::new(queue);
    let work = || {
        let mut prober = locked(pace).probers.pop().unwrap_or_default();
        loop {
            let rows = locked(pace).rows;
            let taken = locked(&queue).take(column, rows, enough.min(PAIRS), until);
            let Some(mut piece) = taken else { break };
            let (begun, from) = (Instant::now(), piece.from);
            let outcome = piece.run(index, &mut prober, column, until);
            locked(pace).adapt(begun.elapsed(), piece.from - from, piece.found.len());
            locked(&queue).leave(piece, outcome);
        }
        locked(pace).probers.push(prober);
    };
    if alone {
        work();
    } else {
        THREAD_POOL.scope(|scope| (0..THREAD_POOL.current_num_threads()).for_each(|_| scope.spawn(|_| work())));
    }
    let Queue { mut left, ready, next, error, .. } = std::mem::take(&mut *locked(&queue));
    if let Some(error) = error {
        return Err(error);
    }
    left.extend(ready);
    left.sort_unstable_by_key(|piece| piece.start);
    Ok((left, next))
}

/// Pieces between those who take and leave them.
#[derive(Default)]
struct Queue {
    /// Begun in an earlier round and to be gone on with; the first comes last.
    ready: Vec<Piece>,
    /// First row that is in no piece.
    next: usize,
    /// What is left for the end of the round, and how many pairs that has.
    left: Vec<Piece>,
    pairs: usize,
    /// Whether a piece was taken: each round takes one.
    begun: bool,
    /// Of those that there are, the one of the first row.
    error: Option<Error>,
}

impl Queue {
    fn put(&mut self, piece: Piece) {
        if piece.is_ready() {
            self.ready.push(piece);
        } else {
            self.pairs += piece.found.len();
            self.left.push(piece);
        }
    }

    /// Whether one piece is all that is left.
    fn is_one_piece(&self, column: &Column, most: usize) -> bool {
        match self.ready.len() {
            0 => self.next + self.rows(column, most) == column.len,
            ready => ready == 1 && self.next == column.len,
        }
    }

    /// Rows of the next new piece, if there may be so many.
    fn rows(&self, column: &Column, most: usize) -> usize {
        let rest = column.len - self.next;
        let fair = rest.div_ceil(THREAD_POOL.current_num_threads() * PIECES);
        most.min(fair.max(most / SMALLER)).min(column.beside(self.next))
    }

    fn take(&mut self, column: &Column, most: usize, enough: usize, until: Instant) -> Option<Piece> {
        if self.error.is_some() || self.begun && (self.pairs >= enough || Instant::now() > until) {
            return None;
        }
        self.begun = true;
        if let Some(piece) = self.ready.pop() {
            return Some(piece);
        }
        if self.next == column.len {
            return None;
        }
        let piece = Piece::new(self.next, self.rows(column, most));
        self.next += piece.rows;
        Some(piece)
    }

    fn leave(&mut self, piece: Piece, outcome: Result<()>) {
        self.pairs += piece.found.len();
        self.left.push(piece);
        if let Err(error) = outcome
            && self.error.as_ref().is_none_or(|first| error.row < first.row)
        {
            self.error = Some(error);
        }
    }
}
