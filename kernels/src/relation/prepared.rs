//! A constant geometry made ready. Built once and kept by content, whatever batch or engine brings it again.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use super::predicate::has_extent;
use super::relate::Operand;
use crate::geom::{Geom, GeometryColumn, Xy};
use crate::planar::Index;

/// A prepared constant. It owns its coordinates.
#[derive(Debug)]
pub struct Prepared {
    /// EWKB SRID, 0 for none.
    pub srid: i32,
    index: Index,
    /// Whether it is lines or areas, and no collection.
    pub has_extent: bool,
    operand: OnceLock<Operand>,
}

impl Deref for Prepared {
    type Target = Index;

    fn deref(&self) -> &Index {
        &self.index
    }
}

impl Prepared {
    /// Prepares a geometry.
    pub fn new(geom: &Geom) -> Self {
        Self { srid: geom.srid, index: Index::new(geom), has_extent: has_extent(geom), operand: OnceLock::new() }
    }

    /// The prepared form of a constant, made at its first use in the process and kept while it is in use.
    pub fn cached(wkb: &[u8], geom: &Geom) -> Arc<Self> {
        CACHE.lock().unwrap_or_else(PoisonError::into_inner).get(wkb, geom)
    }

    /// Bytes held, about.
    fn size(&self) -> usize {
        size_of::<Self>()
            + self.index.size()
            + (self.index.segment_count() + self.index.points().len()) * size_of::<Xy>()
    }

    /// Taken apart for relating it; `column` is where it is stored.
    pub fn operand(&self, column: &GeometryColumn) -> &Operand {
        self.operand.get_or_init(|| match column.get(0) {
            Ok(Some(geom)) => Operand::new(&geom),
            _ => Operand::default(),
        })
    }
}

/// Prepared constants by content, the least recently used leaving first.
#[derive(Default)]
struct Cache {
    entries: HashMap<Box<[u8]>, (Arc<Prepared>, u64)>,
    clock: u64,
    bytes: usize,
}

/// Of coordinates and indexes together; a constant that is larger alone is kept alone.
const CACHE_BYTES: usize = 64 << 20;

/// Few enough that looking for the oldest costs nothing.
const CACHE_ENTRIES: usize = 256;

static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

impl Cache {
    fn get(&mut self, wkb: &[u8], geom: &Geom) -> Arc<Prepared> {
        self.clock += 1;
        if let Some((found, used)) = self.entries.get_mut(wkb) {
            *used = self.clock;
            return found.clone();
        }
        let prepared = Arc::new(Prepared::new(geom));
        self.bytes += wkb.len() + prepared.size();
        self.entries.insert(wkb.into(), (prepared.clone(), self.clock));
        while (self.bytes > CACHE_BYTES && self.entries.len() > 1) || self.entries.len() > CACHE_ENTRIES {
            let oldest = self.entries.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| key.clone());
            let Some((key, gone)) = oldest.and_then(|key| self.entries.remove_entry(&key)) else { break };
            self.bytes -= key.len() + gone.0.size();
        }
        prepared
    }
}

#[cfg(test)]
#[path = "prepared_tests.rs"]
mod tests;
