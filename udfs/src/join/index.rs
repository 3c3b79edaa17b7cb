//! What a join asks of its index: to be made of the build side, and to be probed with a batch of the other. There are two
//! of them: of geometries, and of texts.

use datafusion_common::{DataFusionError, JoinSide, Result, internal_err};
use geoplug_kernels::fuzzy::{NearBatch, NearIndex, NearProber};
use geoplug_kernels::guard;
use geoplug_kernels::join::{self, Matches, ProbeBatch, SpatialIndex};

use super::condition::{Condition, Operands};
use super::memory::Memory;
use crate::execution_error;

/// The build side, indexed.
#[derive(Debug)]
pub(super) enum Index {
    Spatial(Box<SpatialIndex>),
    Text(Box<NearIndex>),
}

impl Index {
    /// An index over the operands of the side `build`. What it takes beyond its estimate is reserved in `memory`.
    pub(super) fn try_new(
        condition: &Condition,
        build: JoinSide,
        operands: &Operands,
        memory: &Memory,
    ) -> Result<Self> {
        let Operands { values, field, limits } = operands;
        let side = condition.argument(build);
        if let Some(near) = condition.near() {
            let reserve = |bytes| memory.try_grow(bytes).map_err(too_large);
            let index = guard(near.metric().name(), || Ok(NearIndex::within(near, side, values, reserve)));
            return Ok(Self::Text(Box::new(index.map_err(execution_error)??)));
        }
        let index = SpatialIndex::try_new(condition.test(build)?, side, values, field, limits.as_ref());
        Ok(Self::Spatial(Box::new(index.map_err(execution_error)?)))
    }

    /// Bytes that an index of so many rows takes, where the rows tell.
    pub(super) fn estimate(condition: &Condition, rows: usize) -> usize {
        if condition.near().is_some() { 0 } else { SpatialIndex::estimate(rows) }
    }

    /// Rows of the build side.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Spatial(index) => index.len(),
            Self::Text(index) => index.len(),
        }
    }

    /// Bytes in memory.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Spatial(index) => index.size(),
            Self::Text(index) => index.size(),
        }
    }
}

/// A batch of the probe side, to be looked up.
#[derive(Debug)]
pub(super) enum Batch {
    Spatial(ProbeBatch),
    Text(NearBatch),
}

impl Batch {
    pub(super) fn try_new(index: &Index, operands: &Operands) -> Result<Self> {
        let Operands { values, field, limits } = operands;
        let batch = match index {
            Index::Spatial(index) => ProbeBatch::try_new(index, values, field, limits.as_ref()).map(Self::Spatial),
            Index::Text(index) => NearBatch::try_new(index, values).map(Self::Text),
        };
        batch.map_err(execution_error)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Spatial(batch) => batch.len(),
            Self::Text(batch) => batch.len(),
        }
    }
}

/// Probes an index, in memory of its own.
#[derive(Debug, Default)]
pub(super) struct Prober {
    spatial: join::Prober,
    text: NearProber,
}

impl Prober {
    /// Adds the matches of some rows of `batch` from `from` on to `out`, until it holds about `enough` pairs, but never for
    /// long. Gives the first row that was not probed, which may be `from`: then it is to be called again.
    pub(super) fn probe(
        &mut self,
        index: &Index,
        batch: &mut Batch,
        from: usize,
        enough: usize,
        out: &mut Matches,
    ) -> Result<usize> {
        let next = match (index, batch) {
            (Index::Spatial(index), Batch::Spatial(batch)) => self.spatial.probe(index, batch, from, enough, out),
            (Index::Text(index), Batch::Text(batch)) => self.text.probe(index, batch, from, enough, out),
            _ => return internal_err!("the batch is for another index"),
        };
        next.map_err(execution_error)
    }
}

/// Why there is no index of texts, and what to do.
pub(super) fn too_large(refused: DataFusionError) -> DataFusionError {
    let text = "the indexed side of a fuzzy join does not fit in memory, and is not spilled: raise the limit of the \
                session's memory pool, allow for fewer edits, or join a part of the rows at a time";
    refused.context(text)
}
