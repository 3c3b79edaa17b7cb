//! The probe side of a join, a batch at a time.

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::datatypes::Field;

use super::candidates::Candidates;
use super::decide::Decider;
use super::index::{SpatialIndex, beside};
use super::nearest::Search;
use super::test::{JoinTest, Limit};
use crate::error::{Cause, Result, guard};
use crate::geom::GeometryColumn;
use crate::relation::Relater;

/// Pairs of rows that match.
#[derive(Debug, Default)]
pub struct Matches {
    /// Rows of the probe batch.
    pub probe: Vec<u32>,
    /// Rows of the build side.
    pub build: Vec<u32>,
    /// How far apart they are; of the nearest only.
    pub distances: Vec<f64>,
}

impl Matches {
    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.probe.len()
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.probe.is_empty()
    }

    /// Forgets all pairs and keeps the memory.
    pub fn clear(&mut self) {
        self.probe.clear();
        self.build.clear();
        self.distances.clear();
    }
}

/// The geometries of one probe batch.
#[derive(Debug)]
pub struct ProbeBatch {
    pub(super) column: GeometryColumn,
    /// The largest distance of each row, where the probe side brings it along; NaN for none.
    pub(super) limits: Vec<f64>,
}

impl ProbeBatch {
    /// Geometries to be looked up in `index`, in a column of the type and metadata of `field`. With [`Limit::Probe`],
    /// `limits` are the distances beside them.
    ///
    /// # Errors
    ///
    /// No column of geometries, a negative distance: with function, row and cause.
    pub fn try_new(
        index: &SpatialIndex,
        geometries: &ArrayRef,
        field: &Field,
        limits: Option<&Float64Array>,
    ) -> Result<Self> {
        guard(index.test.function(), || {
            let column = GeometryColumn::try_new(geometries, field).or_else(|cause| index.test.fail(None, cause))?;
            let limits = match index.test.limit() {
                Some(Limit::Probe) => beside(&index.test, limits, geometries.len())?,
                _ => Vec::new(),
            };
            Ok(Self { column, limits })
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.column.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.column.is_empty()
    }
}

/// Probes an index, in memory of its own.
#[derive(Debug, Default)]
pub struct Prober {
    candidates: Candidates,
    relater: Relater,
    search: Search,
}

/// A cause, and the probe row that it is about.
pub(super) type Outcome<T> = std::result::Result<T, (usize, Cause)>;

/// Searches for the nearest that take no long time.
const SEARCHES: usize = 1024;

impl Prober {
    /// Adds the matches of some rows of `batch` from `from` on to `out`, until `out` holds about `enough` pairs or the
    /// batch ends, but never for long: the caller may have to stop. Gives the first row that was not probed, so a batch
    /// is done when that is its length, whatever `out` holds. Probe rows ascend, the matches of a row are never split,
    /// and within a row build rows ascend; the nearest come by distance, then by build row.
    ///
    /// # Errors
    ///
    /// Malformed WKB, SRIDs that differ: with function, probe row and cause.
    pub fn probe(
        &mut self,
        index: &SpatialIndex,
        batch: &ProbeBatch,
        from: usize,
        enough: usize,
        out: &mut Matches,
    ) -> Result<usize> {
        guard(index.test.function(), || {
            let probed = match index.test {
                JoinTest::Nearest { k, max_distance } => {
                    let to = batch.len().min(from + SEARCHES.min(enough.div_ceil(k)).max(1));
                    self.search.rows(index, batch, from..to, (k, max_distance), out).map(|()| to)
                }
                _ => self.rows(index, batch, from, out),
            };
            probed.or_else(|(row, cause)| index.test.fail(Some(row), cause))
        })
    }

    /// Probes some rows from `from` on; gives the first that was not.
    fn rows(&mut self, index: &SpatialIndex, batch: &ProbeBatch, from: usize, out: &mut Matches) -> Outcome<usize> {
        let Self { candidates, relater, .. } = self;
        let to = candidates.collect(index, batch, from)?;
        Decider::new(index, batch, relater).decide(candidates)?;
        for ((probe, build), _) in candidates.pairs.iter().zip(&candidates.verdicts).filter(|(_, matches)| **matches) {
            out.probe.push(*probe);
            out.build.push(*build);
        }
        Ok(to)
    }
}
