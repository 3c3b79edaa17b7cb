//! Prepared constants, found again by their content, whatever batch, query or engine brings them.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::Prepared;
use crate::error::Cause;
use crate::geom::parse_wkb;

/// Of keys, coordinates, indexes and rasters together; a constant that is larger alone is kept alone.
const CACHE_BYTES: usize = 64 << 20;

/// Few enough that looking at all of them costs nothing.
const CACHE_ENTRIES: usize = 256;

/// The least recently used leave first.
#[derive(Debug, Default)]
struct Cache {
    /// A plain list: keys differ in length or in their first coordinates, so that comparing is faster than hashing,
    /// which would read a long key twice.
    entries: RwLock<Vec<Arc<Entry>>>,
    clock: AtomicU64,
}

#[derive(Debug)]
struct Entry {
    wkb: Box<[u8]>,
    /// Made outside of the lock: whoever wants the same constant meanwhile waits, all others go on.
    prepared: OnceLock<Arc<Prepared>>,
    used: AtomicU64,
    /// Its size when the cache was last trimmed: a raster may have come since.
    counted: AtomicUsize,
}

impl Entry {
    fn size(&self) -> usize {
        self.wkb.len() + self.prepared.get().map_or(0, |prepared| prepared.size())
    }
}

static CACHE: Cache = Cache { entries: RwLock::new(Vec::new()), clock: AtomicU64::new(0) };

/// The prepared form of a constant, made at its first use in the process and kept while it is in use.
pub fn prepared(wkb: &[u8]) -> Result<Arc<Prepared>, Cause> {
    CACHE.get(wkb)
}

impl Cache {
    fn get(&self, wkb: &[u8]) -> Result<Arc<Prepared>, Cause> {
        let entry = match self.find(wkb) {
            Some(entry) => entry,
            None => {
                parse_wkb(wkb)?;
                self.insert(wkb)
            }
        };
        entry.used.store(self.clock.fetch_add(1, Relaxed), Relaxed);
        let prepared = match entry.prepared.get() {
            Some(prepared) => prepared,
            None => {
                let geom = parse_wkb(wkb)?;
                entry.prepared.get_or_init(|| Arc::new(Prepared::new(&geom)))
            }
        };
        if entry.size() > entry.counted.load(Relaxed) {
            self.trim();
        }
        Ok(prepared.clone())
    }

    fn find(&self, wkb: &[u8]) -> Option<Arc<Entry>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.iter().find(|entry| *entry.wkb == *wkb).cloned()
    }

    fn insert(&self, wkb: &[u8]) -> Arc<Entry> {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been faster.
        if let Some(entry) = entries.iter().find(|entry| *entry.wkb == *wkb) {
            return entry.clone();
        }
        let entry = Arc::new(Entry {
            wkb: wkb.into(),
            prepared: OnceLock::new(),
            used: AtomicU64::new(u64::MAX),
            counted: AtomicUsize::new(0),
        });
        entries.push(entry.clone());
        entry
    }

    /// Drops the oldest entries while there are too many, or they hold too much.
    fn trim(&self) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.used.load(Relaxed)));
        let mut bytes = 0_usize;
        entries.iter().for_each(|entry| entry.counted.store(entry.size(), Relaxed));
        let kept = entries.iter().take(CACHE_ENTRIES).take_while(|entry| {
            bytes += entry.counted.load(Relaxed);
            bytes <= CACHE_BYTES
        });
        let kept = kept.count().max(1);
        entries.truncate(kept);
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
