//! A round of probing: threads take pieces and leave them, until there are enough pairs or it is time.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use geoplug_kernels::join::{Matches, SpatialIndex};
use geoplug_kernels::{Error, Result};
use polars_core::runtime::THREAD_POOL;

use super::probe::{Column, Pace, Piece, locked};

/// After so long no piece is begun: Ctrl-C is heard between rounds, and at the end of one threads wait for the last.
const ROUND: Duration = Duration::from_millis(100);
/// Nor is one when so many pairs wait for those of rows before them.
const WAITING: usize = 256 << 10;
/// What is left of a column is to be so many pieces for each thread: all threads end at about one time ...
const PIECES: usize = 4;
/// ... but a piece is never so many times smaller than it would otherwise be.
const SMALLER: usize = 16;
/// Room is made for so many pairs to come at most, or for as many as there are.
const ROOM: usize = 1 << 20;

/// Goes on with the pieces of a column, and adds matches to `out`, in the order of rows, until that has about `enough`.
pub(super) fn run(
    index: &SpatialIndex,
    column: &Column,
    pace: &Mutex<Pace>,
    enough: usize,
    pieces: &mut Pieces,
    out: &mut Matches,
) -> Result<()> {
    let until = Instant::now() + ROUND;
    let alone = pieces.is_one(column, locked(pace).rows);
    let round = Mutex::new(Round { column, enough, until, pieces, out, begun: false, error: None });
    let work = || {
        let mut prober = locked(pace).probers.pop().unwrap_or_default();
        loop {
            let rows = locked(pace).rows;
            let taken = locked(&round).take(rows);
            let Some(mut piece) = taken else { break };
            let (begun, from) = (Instant::now(), piece.from);
            let outcome = piece.run(index, &mut prober, column, until);
            locked(pace).adapt(begun.elapsed(), piece.from - from, piece.found.len());
            locked(&round).leave(piece, outcome);
        }
        locked(pace).probers.push(prober);
    };
    if alone {
        work();
    } else {
        THREAD_POOL.scope(|scope| (0..THREAD_POOL.current_num_threads()).for_each(|_| scope.spawn(|_| work())));
    }
    let error = locked(&round).error.take();
    error.map_or(Ok(()), Err)
}

/// Rows of a column that were taken up, and where the others begin.
#[derive(Default)]
pub(super) struct Pieces {
    /// First row that is in no piece.
    next: usize,
    /// First row of the first piece that has anything to come.
    front: usize,
    /// Pieces to go on with, which have nothing to give, by their first rows.
    ready: BTreeMap<usize, Piece>,
    /// Pieces that have something to give when those before them are done, and how many pairs that is.
    waiting: BTreeMap<usize, Piece>,
    pairs: usize,
}

impl Pieces {
    /// First row whose matches have not been given; while no thread has a piece.
    pub fn first(&self) -> usize {
        self.front + self.ready.get(&self.front).map_or(0, |piece| piece.from)
    }

    /// Whether one piece is all that is left.
    fn is_one(&self, column: &Column, most: usize) -> bool {
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

    /// Takes back a piece, and adds to `out` what can be given now.
    fn put(&mut self, piece: Piece, column: &Column, out: &mut Matches) {
        if !piece.is_done() && piece.found.is_empty() {
            self.ready.insert(piece.start, piece);
            return;
        }
        self.pairs += piece.found.len();
        self.waiting.insert(piece.start, piece);
        while let Some(mut piece) = self.waiting.remove(&self.front) {
            self.pairs -= piece.found.len();
            let given = piece.start + piece.from;
            make_room(out, &piece.found, column.len as f64 / given as f64);
            let start = piece.start as u32;
            out.probe.extend(piece.found.probe.drain(..).map(|row| start + row));
            out.build.append(&mut piece.found.build);
            out.distances.append(&mut piece.found.distances);
            if piece.is_done() {
                self.front += piece.rows;
            } else {
                self.ready.insert(piece.start, piece);
            }
        }
    }
}

/// Makes room for more pairs, and for those to come where there will be so many times as many: growing again and again
/// would copy them, and take memory for both copies.
fn make_room(out: &mut Matches, more: &Matches, times: f64) {
    let (len, more, has_distances) = (out.len(), more.len(), !more.distances.is_empty());
    if out.probe.capacity() - len >= more {
        return;
    }
    let to_come = ((len + more) as f64 * times * 1.05) as usize - len;
    let room = to_come.min(len.max(ROOM)).max(more);
    out.probe.reserve_exact(room);
    out.build.reserve_exact(room);
    if has_distances {
        out.distances.reserve_exact(room);
    }
}

/// What the threads of a round share.
struct Round<'a> {
    column: &'a Column,
    enough: usize,
    until: Instant,
    pieces: &'a mut Pieces,
    out: &'a mut Matches,
    /// Whether a piece was taken: each round takes one.
    begun: bool,
    /// Of those that there are, the one of the first row.
    error: Option<Error>,
}

impl Round<'_> {
    /// A piece to probe; a new one of so many rows at most.
    fn take(&mut self, most: usize) -> Option<Piece> {
        let Self { column, pieces, .. } = self;
        let enough = pieces.pairs >= WAITING || self.out.len() + pieces.pairs >= self.enough;
        if self.error.is_some() || self.begun && (enough || Instant::now() > self.until) {
            return None;
        }
        self.begun = true;
        if let Some((_, piece)) = pieces.ready.pop_first() {
            return Some(piece);
        }
        if pieces.next == column.len {
            return None;
        }
        let piece = Piece::new(pieces.next, pieces.rows(column, most));
        pieces.next += piece.rows;
        Some(piece)
    }

    fn leave(&mut self, piece: Piece, outcome: Result<()>) {
        self.pieces.put(piece, self.column, self.out);
        if let Err(error) = outcome
            && self.error.as_ref().is_none_or(|first| error.row < first.row)
        {
            self.error = Some(error);
        }
    }
}
