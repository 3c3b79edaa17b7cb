//! The probe side of a join by text, a batch at a time.

use std::ops::Range;
use std::time::{Duration, Instant};

use arrow::array::ArrayRef;

use super::distinct::{Distinct, NULL};
use super::near::NearIndex;
use super::search::{Found, Search, Until};
use crate::error::{Error, Result, guard};
use crate::join::Matches;

/// The texts of one probe batch, and what has been found of them.
#[derive(Debug)]
pub struct NearBatch {
    texts: Distinct,
    /// Of each text, where in `found` is what is near to it; `UNKNOWN` if that is not, or no longer, known.
    known: Vec<Range<usize>>,
    found: Vec<Found>,
    /// Texts before this one have been searched once: texts are numbered by the row in which they come first.
    next: usize,
    /// Texts whose candidates are being compared; none if there are no such.
    piece: Option<Piece>,
}

/// Texts that are searched together, and where in `found` they begin.
#[derive(Debug, Clone)]
struct Piece {
    texts: Range<usize>,
    found: usize,
}

const UNKNOWN: Range<usize> = usize::MAX..usize::MAX;

/// What is found is kept for later rows with the same text, as long as it is not more than this.
const KEPT: usize = 1 << 20;

/// How long it may search without letting its caller have a turn.
const TURN: Duration = Duration::from_millis(5);

impl NearBatch {
    /// Texts to be looked up in `index`.
    ///
    /// # Errors
    ///
    /// No column of text.
    pub fn try_new(index: &NearIndex, texts: &ArrayRef) -> Result<Self> {
        let function = index.near.metric().name();
        guard(function, || {
            let texts = Distinct::try_new(texts).map_err(|e| Error { function, row: None, cause: e.into() })?;
            let known = vec![UNKNOWN; texts.len()];
            Ok(Self { texts, known, found: Vec::new(), next: 0, piece: None })
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.texts.ids.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.texts.ids.is_empty()
    }

    /// Goes on to search `text`, of which nothing is known, and as many after it as are compared together. Whether it came
    /// to an end.
    fn search(&mut self, index: &NearIndex, text: usize, search: &mut Search, until: Until) -> bool {
        let piece = match &self.piece {
            Some(piece) => piece.clone(),
            None => {
                if self.found.len() > KEPT {
                    self.found = Vec::new();
                    self.known.fill(UNKNOWN);
                }
                search.clear();
                let mut rest = if text < self.next { text..text + 1 } else { text..self.texts.len() };
                index.collect(&self.texts, &mut rest, search, until);
                self.next = self.next.max(rest.start);
                self.piece.insert(Piece { texts: text..rest.start, found: self.found.len() }).clone()
            }
        };
        if !index.compare(&self.texts, search, &mut self.found, until) {
            return false;
        }
        self.piece = None;
        let mut at = piece.found;
        self.found[at..].sort_unstable_by_key(|found| (found.text, found.value));
        for text in piece.texts {
            let len = self.found[at..].iter().take_while(|found| found.text as usize == text).count();
            self.known[text] = at..at + len;
            at += len;
        }
        true
    }
}

/// Probes an index of texts, in memory of its own.
#[derive(Debug, Default)]
pub struct NearProber {
    search: Search,
    of_row: Vec<(u32, f64)>,
}

impl NearProber {
    /// Adds the matches of some rows of `batch` from `from` on to `out`, until `out` holds about `enough` pairs or the
    /// batch ends, but never for long: the caller may have to stop. Gives the first row that was not probed, which may be
    /// `from` again; what was found out by then is kept with the batch, of which one at a time is probed. A batch is done
    /// when that is its length. Probe rows ascend, the matches of a row are never split, and within a row build rows
    /// ascend.
    ///
    /// # Errors
    ///
    /// Only if something is wrong with this library.
    pub fn probe(
        &mut self,
        index: &NearIndex,
        batch: &mut NearBatch,
        from: usize,
        enough: usize,
        out: &mut Matches,
    ) -> Result<usize> {
        guard(index.near.metric().name(), || Ok(self.rows(index, batch, from, enough, out)))
    }

    fn rows(
        &mut self,
        index: &NearIndex,
        batch: &mut NearBatch,
        from: usize,
        enough: usize,
        out: &mut Matches,
    ) -> usize {
        let until = Until(Some(Instant::now() + TURN));
        let mut searched = false;
        for row in from..batch.len() {
            let id = batch.texts.ids[row];
            if id == NULL {
                continue;
            }
            if out.len() >= enough {
                return row;
            }
            if batch.known[id as usize] == UNKNOWN {
                if searched && until.is_over() || !batch.search(index, id as usize, &mut self.search, until) {
                    return row;
                }
                searched = true;
            }
            index.matches_of(row as u32, &batch.found[batch.known[id as usize].clone()], &mut self.of_row, out);
        }
        batch.len()
    }
}

impl NearIndex {
    /// The matches of rows of a column, whose texts were searched: by row, then by row of the index.
    pub fn matches(&self, texts: &Distinct, rows: Range<usize>, found: &[Found]) -> Matches {
        let mut matches = Matches::default();
        let mut of_row = Vec::new();
        for row in rows {
            let id = texts.ids[row];
            if id == NULL {
                continue;
            }
            let from = found.partition_point(|found| found.text < id);
            let len = found[from..].iter().take_while(|found| found.text == id).count();
            self.matches_of(row as u32, &found[from..from + len], &mut of_row, &mut matches);
        }
        matches
    }

    /// The matches of one row, by row of the index, of what was found of its text.
    fn matches_of(&self, row: u32, found: &[Found], of_row: &mut Vec<(u32, f64)>, out: &mut Matches) {
        of_row.clear();
        for found in found {
            of_row.extend(self.rows.get(found.value as usize).iter().map(|row| (*row, found.measure)));
        }
        of_row.sort_unstable_by_key(|(row, _)| *row);
        for &(build, measure) in of_row.iter() {
            out.probe.push(row);
            out.build.push(build);
            out.distances.push(measure);
        }
    }
}
