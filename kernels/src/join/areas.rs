//! The areas of a build side in one mosaic, laid once enough points ask, by all threads that ask meanwhile.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use super::forms::Forms;
use crate::geom::{GeometryColumn, Rect, Shape, Xy};
use crate::planar::layer::{Ground, Layer};
use crate::planar::mosaic::Mosaic;
use crate::planar::piece::Piece;

/// Positions of the build side that one point must ask about, on average, for a mosaic to pay.
const POSITIONS_A_POINT: usize = 96;

/// Points that are too few to lay one.
const FEWEST: usize = 1024;

/// Cells of a mosaic, at least and at most.
const FEWEST_CELLS: usize = 1 << 10;
const MOST_CELLS: usize = 1 << 22;

/// How many times as many cells it should have, by now, to be laid anew.
const FINER: usize = 8;

/// Parts of about the same cost that it is laid in.
const PARTS: usize = 24;

/// Edges and areas that a point looks at, on average, where asking row by row is faster.
const MOST_WORK: usize = 512;

/// Bytes of an entry in a cell, and of what is transient.
const ENTRY: usize = 28;

/// What of a build side is laid.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub(super) column: &'a GeometryColumn,
    /// Box of each row, NaN where there is none.
    pub(super) rects: &'a [Rect],
    /// The box around all of them.
    pub(super) bounds: &'a Rect,
    /// Who knows how much memory there is.
    pub(super) forms: &'a Forms,
}

/// The mosaic of a build side.
#[derive(Debug, Default)]
pub(super) struct Areas {
    state: Mutex<State>,
    changed: Condvar,
    /// Rows that were probed, of which so many may lie in an area, and those that are said to come in all.
    probed: AtomicUsize,
    asked: AtomicUsize,
    expected: AtomicUsize,
    /// Positions of all areas.
    positions: OnceLock<usize>,
}

#[derive(Debug)]
enum State {
    /// None is laid before so many points have asked.
    Until(usize),
    Laying(Arc<Site>),
    Laid(Laid),
    /// There are other geometries than areas, or it did not pay.
    Never,
}

#[derive(Debug)]
struct Laid {
    mosaic: Arc<Mosaic>,
    /// It is not laid anew before so many points have asked.
    until: usize,
    /// Bytes of it that are counted as held.
    counted: usize,
}

impl Laid {
    fn new(forms: &Forms, mosaic: Mosaic, until: usize) -> Self {
        let mut laid = Self { mosaic: Arc::new(mosaic), until, counted: 0 };
        laid.count(forms);
        laid
    }

    /// Counts what it has grown by, and lets it grow as much as there is room.
    fn count(&mut self, forms: &Forms) {
        let size = self.mosaic.size();
        forms.hold(size - self.counted);
        self.counted = size;
        self.mosaic.set_limit(size + forms.room());
    }
}

impl Default for State {
    fn default() -> Self {
        Self::Until(FEWEST)
    }
}

impl Areas {
    /// Says that about so many rows will be probed in all.
    pub(super) fn expect(&self, rows: usize) {
        self.expected.fetch_max(rows, Relaxed);
    }

    /// The mosaic for so many rows more, of which `near` are points that may lie in an area; `None` where they had better
    /// ask row by row.
    pub(super) fn get(&self, ask: Ask, rows: usize, near: usize) -> Option<Arc<Mosaic>> {
        let probed = self.probed.fetch_add(rows, Relaxed) + rows;
        let asked = self.asked.fetch_add(near, Relaxed) + near;
        // Of what is to come, as many may lie in an area as of what came.
        let to_come = self.expected.load(Relaxed) as f64 * (asked as f64 / probed.max(1) as f64);
        let asked = asked.max(to_come as usize);
        let mut state = self.lock();
        let site = match &mut *state {
            State::Never => return None,
            State::Until(least) if asked < *least => return None,
            State::Laying(site) => site.clone(),
            State::Laid(laid) if asked < laid.until || self.cells(ask, asked) < laid.mosaic.cells() * FINER => {
                laid.count(ask.forms);
                return Some(laid.mosaic.clone());
            }
            State::Until(_) | State::Laid(_) => {
                if asked < self.positions(ask) / POSITIONS_A_POINT {
                    return None;
                }
                let Some(site) = Site::new(ask, self.positions(ask), self.cells(ask, asked)).map(Arc::new) else {
                    if let State::Laid(laid) = &mut *state {
                        laid.until = asked.saturating_mul(FINER);
                        return Some(laid.mosaic.clone());
                    }
                    *state = State::Until(asked.saturating_mul(2));
                    return None;
                };
                if let State::Laid(laid) = std::mem::replace(&mut *state, State::Laying(site.clone())) {
                    ask.forms.release(laid.counted);
                }
                site
            }
        };
        drop(state);
        let working = Working(self);
        if let Some(pieces) = site.work(ask) {
            let mosaic = pieces.and_then(|pieces| Mosaic::new(&site.ground, pieces));
            let laid = mosaic.map(|mosaic| Laid::new(ask.forms, mosaic, asked.saturating_mul(FINER)));
            *self.lock() = laid.map_or(State::Never, State::Laid);
            self.changed.notify_all();
        }
        drop(working);
        let laying = |state: &mut State| matches!(state, State::Laying(_));
        match &*self.changed.wait_while(self.lock(), laying).unwrap_or_else(PoisonError::into_inner) {
            State::Laid(laid) => Some(laid.mosaic.clone()),
            _ => None,
        }
    }

    /// So many points were found to look at so much of a mosaic: where there is no room to divide the cells that they crowd
    /// in, they had better ask row by row.
    pub(super) fn judge(&self, forms: &Forms, mosaic: &Arc<Mosaic>, points: usize, work: usize) {
        if points < FEWEST || work / points < MOST_WORK {
            return;
        }
        let mut state = self.lock();
        if let State::Laid(laid) = &*state
            && Arc::ptr_eq(&laid.mosaic, mosaic)
        {
            forms.release(laid.counted);
            *state = State::Never;
        }
    }

    /// How many cells are best for so many points.
    fn cells(&self, ask: Ask, asked: usize) -> usize {
        (asked / 2).max(self.positions(ask)).clamp(FEWEST_CELLS, MOST_CELLS)
    }

    fn positions(&self, ask: Ask) -> usize {
        *self.positions.get_or_init(|| (0..ask.rects.len()).map(|row| ask.positions(row)).sum())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ask<'_> {
    /// Positions of a row, about.
    fn positions(&self, row: usize) -> usize {
        if let Some(wkb) = self.column.wkb(row) {
            return wkb.len() / size_of::<Xy>();
        }
        let geom = self.column.get(row).ok().flatten();
        geom.map_or(0, |geom| geom.fold(0, |sum, _, coords| sum + coords.len()))
    }
}

/// Who lays a part. If that panics, nobody must wait for it.
struct Working<'a>(&'a Areas);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *self.0.lock() = State::Never;
            self.0.changed.notify_all();
        }
    }
}

/// A mosaic that is being laid.
#[derive(Debug)]
struct Site {
    ground: Ground,
    /// Ranges of rows, each with its number in their order; the costliest come first.
    parts: Vec<(usize, Range<usize>)>,
    next: AtomicUsize,
    /// What was laid of each part, and how many parts were.
    done: Mutex<(Vec<Option<Piece>>, usize)>,
}

impl Site {
    /// For about so many cells, or less where memory does not suffice; `None` where it does not suffice at all.
    fn new(ask: Ask, positions: usize, mut cells: usize) -> Option<Self> {
        let rects = || ask.rects.iter().filter(|rect| !rect.xmin.is_nan());
        // Edges of WKB are read where they are stored.
        let copied = if ask.column.has_wkb() { 0 } else { positions * size_of::<Xy>() };
        let ground = loop {
            let ground = Ground::new(ask.bounds, cells as f64)?;
            let entries: usize = rects().map(|rect| ground.cells_of(rect)).sum();
            let bytes = ground.cells() * size_of::<u32>() + entries * ENTRY + copied;
            if bytes <= ask.forms.room() {
                break ground;
            }
            cells /= 4;
            if cells < FEWEST_CELLS {
                return None;
            }
        };
        let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
        let (mut sizes, mut from, mut size) = (Vec::new(), 0, 0);
        for row in 0..ask.rects.len() {
            size += ask.positions(row);
            if size > positions / PARTS || row + 1 == ask.rects.len() {
                sizes.push(size);
                parts.push((parts.len(), from..row + 1));
                (from, size) = (row + 1, 0);
            }
        }
        let done = Mutex::new((parts.iter().map(|_| None).collect(), 0));
        parts.sort_by_key(|(number, _)| std::cmp::Reverse(sizes[*number]));
        Some(Self { ground, parts, next: AtomicUsize::new(0), done })
    }

    /// Lays parts until none is left. Who lays the last gets all of them; there are none if one could not be laid.
    fn work(&self, ask: Ask) -> Option<Option<Vec<Piece>>> {
        let mut layer = Layer::new(&self.ground);
        while let Some((number, rows)) = self.parts.get(self.next.fetch_add(1, Relaxed)) {
            let piece = lay(&mut layer, ask, rows.clone());
            let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
            let (pieces, count) = &mut *done;
            pieces[*number] = piece;
            *count += 1;
            if *count == self.parts.len() {
                return Some(std::mem::take(pieces).into_iter().collect());
            }
        }
        None
    }
}

/// Lays some rows.
fn lay(layer: &mut Layer, ask: Ask, rows: Range<usize>) -> Option<Piece> {
    let rows = rows.filter(|row| !ask.rects[*row].xmin.is_nan());
    layer.begin();
    for row in rows {
        let geom = ask.column.get(row).ok()??;
        let is_area = geom.srid == 0 && matches!(geom.shape, Shape::Polygon(_) | Shape::MultiPolygon(_));
        if !is_area || !layer.add(row as u32, &geom, ask.column.wkb(row)) {
            return None;
        }
    }
    Some(layer.finish())
}
