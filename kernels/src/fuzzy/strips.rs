//! The table in strips, one below the other, each as high as some vectors have blocks: what the last block of a strip
//! leaves is kept for the next.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch};

use super::long::Numbered;
use super::table::{Outcome, WORD};
use super::wave::{Edge, HIGH, LANES, ROOM, Strip, pass};

/// Rows of a vector.
const HEIGHT: usize = LANES * WORD;
/// From this limit on strips are as high as they can be: of a narrower band high ones would compute too much.
const FAR: usize = 2 * HEIGHT;
/// Columns between two looks at what the distance is at the bottom of a strip.
const STRIDE: usize = 32;

/// Computes what is at most `limit` away from the diagonal: no way through the table that costs no more leads farther.
pub fn within<const EXCHANGES: bool>(level: Level, pair: &mut Numbered, limit: usize) -> Outcome {
    dispatch!(level, simd => run::<_, EXCHANGES>(simd, pair, limit))
}

#[inline(always)]
fn run<S: Simd, const EXCHANGES: bool>(simd: S, pair: &mut Numbered, limit: usize) -> Outcome {
    // Many short columns are more work than few long ones.
    let (rows, columns) = if pair.a.len() < pair.b.len() { (pair.b, pair.a) } else { (pair.a, pair.b) };
    let reach = limit + 1;
    // Four vectors need more registers than AVX2 has, or wait for memory.
    let high = if limit < FAR || S::u64s::LEN <= LANES { HIGH / 2 } else { HIGH };
    let line = columns.len() + 2 * ROOM;
    pair.words.clear();
    let crosses = if EXCHANGES { line } else { 0 };
    pair.words.resize(2 * line + crosses + pair.symbols * ROOM, 0);
    let (grows, rest) = pair.words.split_at_mut(line);
    let (falls, rest) = rest.split_at_mut(line);
    let (crossed, marks) = rest.split_at_mut(crosses);
    // Above the band distances count as growing from column to column, as they do above the table.
    grows.fill(u64::MAX);
    let mut edge = Edge { grows, falls, crossed };
    // Where the strip begins, and the distance there.
    let (mut top, mut left, mut corner) = (0, 0, 0);
    loop {
        let vectors = (rows.len() - top).div_ceil(HEIGHT).min(high);
        let bottom = (top + vectors * HEIGHT).min(rows.len());
        let right = (bottom + reach).min(columns.len());
        let here = &rows[top..bottom];
        let lanes = vectors * LANES;
        mark(marks, here, lanes);
        pair.cells.clear();
        pair.cells.resize(ROOM, 0);
        pair.cells.extend_from_slice(&columns[left..right]);
        pair.cells.resize(right - left + 2 * ROOM, 0);
        let last = bottom == rows.len();
        let across = if last { edge.climb(left, columns.len()) } else { 0 };
        let strip = Strip { words: marks, rows: here.len(), symbols: pair.cells, edge: edge.from(left) };
        let down = match vectors {
            1 => pass::<S, 1, EXCHANGES>(simd, strip, right - left),
            2 => pass::<S, 2, EXCHANGES>(simd, strip, right - left),
            3 => pass::<S, 3, EXCHANGES>(simd, strip, right - left),
            _ => pass::<S, HIGH, EXCHANGES>(simd, strip, right - left),
        };
        if last {
            return Outcome::of((corner + across + down) as usize, limit);
        }
        unmark(marks, here, lanes, pair.symbols);
        let next = bottom.saturating_sub(reach);
        corner += here.len() as i64 + edge.climb(left, next);
        if limit < rows.len() {
            let apart = |column: usize| (rows.len() - bottom).abs_diff(columns.len() - column);
            let (least, nearest) = edge.least(corner, next, right, apart);
            if least > limit {
                return Outcome::given_up(nearest, bottom, rows.len(), rows.len() - columns.len());
            }
        }
        (top, left) = (bottom, next);
    }
}

/// Marks which rows have each symbol. None has 0, which stands for what the other string has not.
fn mark(marks: &mut [u64], rows: &[u32], lanes: usize) {
    for (lane, rows) in rows.chunks(WORD).enumerate() {
        for (i, &symbol) in rows.iter().enumerate() {
            marks[symbol as usize * lanes + lane] |= 1 << i;
        }
    }
    marks[..lanes].fill(0);
}

/// Takes the marks away.
fn unmark(marks: &mut [u64], rows: &[u32], lanes: usize, symbols: usize) {
    if symbols <= rows.len() {
        marks[..symbols * lanes].fill(0);
    } else {
        rows.iter().for_each(|&symbol| marks[symbol as usize * lanes..][..lanes].fill(0));
    }
}

impl Edge<'_> {
    /// From this column on.
    fn from(&mut self, column: usize) -> Edge<'_> {
        let Self { grows, falls, crossed } = self;
        let crossed = crossed.get_mut(column..).unwrap_or_default();
        Edge { grows: &mut grows[column..], falls: &mut falls[column..], crossed }
    }

    /// How much the distance grows between two columns.
    #[inline(always)]
    fn climb(&self, from: usize, to: usize) -> i64 {
        let range = ROOM + from..ROOM + to;
        let steps = self.grows[range.clone()].iter().zip(&self.falls[range]);
        steps.map(|(grows, falls)| (grows >> (WORD - 1)) as i64 - (falls >> (WORD - 1)) as i64).sum()
    }

    /// What no distance is less than whose way leads through one of these columns, and the least that was seen in them. The
    /// distance is given before the first of them, and how many edits are needed after each at least.
    #[inline(always)]
    fn least(&self, first: i64, from: usize, to: usize, apart: impl Fn(usize) -> usize) -> (usize, usize) {
        let mut value = first;
        let (mut least, mut nearest) = (i64::MAX, first);
        for column in (from..to).step_by(STRIDE) {
            let end = (column + STRIDE).min(to);
            let before = value + apart(column) as i64;
            value += self.climb(column, end);
            let after = value + apart(end) as i64;
            // From a column to the next the sum changes by two at most.
            least = least.min(before.min(after) - (end - column) as i64);
            nearest = nearest.min(value);
        }
        (least.max(0) as usize, nearest.max(0) as usize)
    }
}
