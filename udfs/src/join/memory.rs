//! Memory for one index and the rows under it.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use datafusion_common::Result;
use datafusion_execution::memory_pool::MemoryReservation;
use datafusion_physical_plan::metrics::Gauge;

/// Room that prepared forms get at first, in bytes for each byte of geometry, and at least. What finds no room is asked
/// as it is stored, which takes many times as long: better room that stays empty than a batch without.
const FIRST: usize = 8;
const FIRST_LEAST: usize = 16 << 20;

/// Room that is not worth asking for.
const LEAST: usize = 64 << 10;

/// Room that prepared forms of one index get at most.
const MOST: usize = 256 << 20;

/// Where the memory comes from.
#[derive(Debug)]
pub(super) enum Memory {
    /// The pool of the session.
    Pool {
        reservation: MemoryReservation,
        /// How much of it is for prepared forms.
        forms: AtomicUsize,
        peak: Gauge,
    },
    /// A share of what is reserved already, and how much of it is in use.
    Share { bytes: usize, used: AtomicUsize },
}

impl Memory {
    pub(super) fn of_pool(reservation: MemoryReservation, peak: Gauge) -> Self {
        Self::Pool { reservation, forms: AtomicUsize::new(0), peak }
    }

    pub(super) fn of_share(bytes: usize) -> Self {
        Self::Share { bytes, used: AtomicUsize::new(0) }
    }

    /// Bytes in use.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Pool { reservation, .. } => reservation.size(),
            Self::Share { used, .. } => used.load(Relaxed),
        }
    }

    /// As much more. Of a share, at most one half: the other is for prepared forms.
    pub(super) fn try_grow(&self, more: usize) -> Result<()> {
        match self {
            Self::Pool { reservation, peak, .. } => {
                reservation.try_grow(more)?;
                peak.set_max(reservation.size());
            }
            Self::Share { bytes, used } => {
                if used.load(Relaxed) + more > bytes / 2 {
                    return datafusion_common::resources_err!(
                        "{more} bytes are more than a part of {bytes} bytes takes"
                    );
                }
                used.fetch_add(more, Relaxed);
            }
        }
        Ok(())
    }

    /// The first that is put there, which may take a whole share.
    pub(super) fn grow_once(&self, size: usize) -> Result<()> {
        match self {
            Self::Share { bytes, used } if size <= *bytes => {
                used.store(size, Relaxed);
                Ok(())
            }
            _ => self.try_grow(size),
        }
    }

    pub(super) fn shrink(&self, less: usize) {
        match self {
            Self::Pool { reservation, .. } => reservation.shrink(less),
            Self::Share { used, .. } => drop(used.fetch_sub(less, Relaxed)),
        }
    }

    /// What is in use turned out to be so much.
    pub(super) fn resize(&self, size: usize) {
        match self {
            Self::Pool { reservation, peak, .. } => {
                reservation.resize(size);
                peak.set_max(size);
            }
            Self::Share { used, .. } => used.store(size, Relaxed),
        }
    }

    /// How many bytes prepared forms may take now that they take so many, of geometries of so many bytes: room is made
    /// ahead of them.
    pub(super) fn room_for_forms(&self, taken: usize, geometries: usize) -> usize {
        match self {
            Self::Pool { reservation, forms, peak } => {
                let room = forms.load(Relaxed);
                peak.set_max((reservation.size() + taken).saturating_sub(room));
                if taken < room / 2 || room >= MOST {
                    return room;
                }
                let wanted = if room == 0 { geometries.saturating_mul(FIRST).max(FIRST_LEAST) } else { room };
                let mut more = wanted.min(MOST - room);
                // As much again must be left to others.
                while reservation.try_grow(2 * more).is_err() {
                    more /= 2;
                    if more < LEAST {
                        return room;
                    }
                }
                reservation.shrink(more);
                forms.fetch_add(more, Relaxed) + more
            }
            Self::Share { bytes, used } => bytes.saturating_sub(used.load(Relaxed)),
        }
    }
}
