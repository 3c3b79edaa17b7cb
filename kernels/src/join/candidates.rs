//! What the boxes let through, collected for many probe rows before any of it is looked at.

use std::ops::Range;

use super::boxes::Node;
use super::footprint::{Footprint, NOWHERE};
use super::index::{Shapes, SpatialIndex};
use super::probe::{Outcome, ProbeBatch};
use crate::error::Cause;

use crate::geom::{BLOCK, PointBlock, Rect, Xy, each_bit};

/// Candidates after which they are looked at, if they are points.
const ENOUGH_CANDIDATES: usize = 16_384;

/// Matches of points after which a batch is left to be taken up again.
const ENOUGH_PAIRS: usize = 1 << 16;

/// How many candidates one that is no point counts as.
const WEIGHT: usize = 16;

/// Rows after which candidates are looked at.
const ENOUGH_ROWS: usize = 16_384;

/// Rows of a sample.
const SAMPLE: usize = 64;

/// Pairs whose boxes meet.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// Probe row and build row, in this order.
    pub(super) pairs: Vec<(u32, u32)>,
    /// Whether each is a match.
    pub(super) verdicts: Vec<bool>,
    /// The position of the probe row where it is a plain point, NaN where not.
    pub(super) points: Vec<Xy>,
    /// Probe rows that are no plain points, their boxes and their candidates.
    pub(super) rows: Vec<(u32, Rect, Range<usize>)>,
    /// Candidates of points by build row: the first of each build row, and of each candidate the one that follows.
    first: Vec<u32>,
    next: Vec<u32>,
    stack: Vec<Node>,
    /// How long deciding them will take, in candidates that are points.
    work: usize,
    /// Whether there are candidates of points.
    pub(super) asking: bool,
}

const NONE: u32 = u32::MAX;

impl Candidates {
    /// Collects the candidates of some rows from `from` on; gives the first row that was not looked at.
    pub(super) fn collect(&mut self, index: &SpatialIndex, batch: &ProbeBatch, from: usize) -> Outcome<usize> {
        self.pairs.clear();
        self.verdicts.clear();
        self.points.clear();
        self.rows.clear();
        self.work = 0;
        self.asking = false;
        let end = batch.len().min(from + ENOUGH_ROWS);
        // What the first row is, the others mostly are.
        if batch.column.plain_point(from).is_some() {
            if let Some(strips) = &index.strips {
                return self.blocks(index, batch, from..end, |first, valid, block, pairs| {
                    for i in each_bit(valid) {
                        let (p, row, before) = (block.xy(i), (first + i) as u32, pairs.len());
                        strips.each_near(p, index.reach(&Rect::at(p), strips.limit), |build| pairs.push((row, build)));
                        pairs[before..].sort_unstable_by_key(|(_, build)| *build);
                    }
                    0
                });
            }
            let near = index.bounds.map_or(0, |bounds| near(&bounds, batch, from..end));
            if let Some((mosaic, answers)) = index.mosaic(end - from, near) {
                let mut work = 0;
                let to = self.blocks(index, batch, from..end, |first, valid, block, pairs| {
                    work += mosaic.each_around(&index.column, valid, block, |i, build, place| {
                        if answers[place as usize] {
                            pairs.push(((first + i) as u32, build));
                        }
                    });
                    0
                })?;
                index.judge(&mosaic, near, work);
                return Ok(to);
            }
            if let Some(sieve) = index.sieve(batch) {
                return self.blocks(index, batch, from..end, |_, valid, block, _| valid & sieve.passing(block));
            }
        }
        let mut row = from;
        while row < end && self.work < ENOUGH_CANDIDATES {
            self.row(index, batch, row).map_err(|cause| (row, cause))?;
            row += 1;
        }
        Ok(row)
    }

    /// As `collect`, `f` adding the matches of blocks of points: it gets the first row, which are not null, and where
    /// they are, and gives those that are to be collected row by row, as blocks with anything else are.
    fn blocks(
        &mut self,
        index: &SpatialIndex,
        batch: &ProbeBatch,
        range: Range<usize>,
        mut f: impl FnMut(usize, u64, &PointBlock, &mut Vec<(u32, u32)>) -> u64,
    ) -> Outcome<usize> {
        let (mut to, end) = (range.start, range.end);
        batch.column.each_block(range, |from, valid, block| {
            if self.work >= ENOUGH_CANDIDATES || self.pairs.len() >= ENOUGH_PAIRS {
                return Ok(());
            }
            let mut rest = valid;
            if block.plain == valid {
                rest = f(from, valid, block, &mut self.pairs);
                self.settle();
            }
            let mut rows = each_bit(rest).map(|i| from + i);
            rows.try_for_each(|row| self.row(index, batch, row).map_err(|cause| (row, cause)))?;
            to = end.min(from + BLOCK);
            Ok(())
        })?;
        Ok(to)
    }

    /// What was added last are matches.
    fn settle(&mut self) {
        self.verdicts.resize(self.pairs.len(), true);
        self.points.resize(self.pairs.len(), NOWHERE);
    }

    #[inline]
    fn row(&mut self, index: &SpatialIndex, batch: &ProbeBatch, row: usize) -> Result<(), Cause> {
        let (rect, position) = match Footprint::of(&batch.column, row)? {
            Footprint::Point(p) => (Rect::at(p), p),
            Footprint::Rect(rect) => (rect, NOWHERE),
            Footprint::Empty => {
                self.pairs.extend(index.empties.iter().map(|build| (row as u32, *build)));
                self.settle();
                return Ok(());
            }
            Footprint::Nothing => return Ok(()),
        };
        let reach = index.constant.or(batch.limits.get(row).copied()).unwrap_or(0.0);
        if reach.is_nan() {
            return Ok(());
        }
        let before = self.pairs.len();
        let Self { pairs, stack, .. } = self;
        let outline = index.outline(&rect, reach);
        // Points that ask points need not wait for others.
        if let (Shapes::Points(positions), false) = (&index.shapes, position.x.is_nan()) {
            index.boxes().each_meeting(&outline, stack, |build| {
                if index.of_points(position, positions[build as usize], || index.limit(batch, row, build)) {
                    pairs.push((row as u32, build));
                }
            });
            pairs[before..].sort_unstable_by_key(|(_, build)| *build);
            self.work += self.pairs.len() - before;
            self.settle();
            return Ok(());
        }
        index.boxes().each_meeting(&outline, stack, |build| pairs.push((row as u32, build)));
        pairs[before..].sort_unstable_by_key(|(_, build)| *build);
        let range = before..pairs.len();
        self.verdicts.resize(range.end, false);
        self.points.resize(range.end, position);
        self.work += range.len() * if position.x.is_nan() { WEIGHT } else { 1 };
        match position.x.is_nan() {
            _ if range.is_empty() => {}
            true => self.rows.push((row as u32, rect, range)),
            false => self.asking = true,
        }
        Ok(())
    }

    /// Gives `f` each of so many build rows that candidates of points ask, with these candidates.
    pub(super) fn each_asked<E>(
        &mut self,
        build_rows: usize,
        mut f: impl FnMut(u32, &[u32], &mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut first, mut next) = (std::mem::take(&mut self.first), std::mem::take(&mut self.next));
        first.resize(build_rows, NONE);
        next.clear();
        next.resize(self.pairs.len(), NONE);
        for (i, ((_, build), _)) in self.pairs.iter().zip(&self.points).enumerate().filter(|(_, (_, p))| !p.x.is_nan())
        {
            next[i] = std::mem::replace(&mut first[*build as usize], i as u32);
        }
        let mut asking = Vec::new();
        let mut outcome = Ok(());
        for i in 0..self.pairs.len() {
            let build = self.pairs[i].1;
            let mut at = std::mem::replace(&mut first[build as usize], NONE);
            asking.clear();
            while at != NONE {
                asking.push(at);
                at = next[at as usize];
            }
            if !asking.is_empty() && outcome.is_ok() {
                outcome = f(build, &asking, self);
            }
        }
        (self.first, self.next) = (first, next);
        outcome
    }
}

/// How many rows are points in the box around the build side, by a sample.
fn near(bounds: &Rect, batch: &ProbeBatch, range: Range<usize>) -> usize {
    let (rows, step) = (range.len(), (range.len() / SAMPLE).max(1));
    let sample = range.step_by(step);
    let of = sample.len();
    let is_near = |row: &usize| batch.column.plain_point(*row).is_some_and(|p| bounds.covers_position(p));
    sample.filter(is_near).count() * rows / of.max(1)
}
