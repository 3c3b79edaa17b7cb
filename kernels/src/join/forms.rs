//! Prepared forms of build-side geometries, made when they have been asked often enough to pay for it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

use crate::error::Cause;
use crate::geom::GeometryColumn;
use crate::relation::Prepared;

/// Questions of one point after which preparing a geometry pays.
const PAYS: u32 = 16;

/// Bytes that prepared forms may take together, unless said otherwise.
const DEFAULT_LIMIT: usize = 256 << 20;

/// A slot for each row.
#[derive(Debug)]
pub(super) struct Forms {
    slots: Vec<OnceLock<Box<Form>>>,
    /// How often each row was asked.
    asked: Vec<AtomicU32>,
    held: AtomicUsize,
    limit: AtomicUsize,
}

#[derive(Debug)]
struct Form {
    prepared: Prepared,
    /// Its bytes that are counted in `held`: it grows while it is asked.
    counted: AtomicUsize,
}

impl Forms {
    pub(super) fn new(rows: usize) -> Self {
        Self {
            slots: std::iter::repeat_with(OnceLock::new).take(rows).collect(),
            asked: std::iter::repeat_with(AtomicU32::default).take(rows).collect(),
            held: AtomicUsize::new(0),
            limit: AtomicUsize::new(DEFAULT_LIMIT),
        }
    }

    /// Bytes of the slots of so many rows.
    pub(super) fn size_of(rows: usize) -> usize {
        rows * (size_of::<OnceLock<Box<Form>>>() + size_of::<AtomicU32>())
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        Self::size_of(self.slots.len()) + self.held.load(Relaxed)
    }

    /// Bytes that there is room for.
    pub(super) fn room(&self) -> usize {
        self.limit.load(Relaxed).saturating_sub(self.held.load(Relaxed))
    }

    /// Counts bytes that something else holds.
    pub(super) fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Relaxed);
    }

    /// Bytes that it holds no more.
    pub(super) fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Relaxed);
    }

    pub(super) fn set_limit(&self, bytes: usize) {
        self.limit.store(bytes, Relaxed);
    }

    /// The prepared form of row `row`, which is about to be asked as much as `questions` points ask; `None` where it had
    /// better be asked as it is stored.
    #[inline]
    pub(super) fn get(&self, row: u32, questions: u32, column: &GeometryColumn) -> Result<Option<&Prepared>, Cause> {
        let (slot, asked) = (&self.slots[row as usize], &self.asked[row as usize]);
        // A lost update costs nothing but time, an atomic addition would.
        let total = asked.load(Relaxed).saturating_add(questions);
        asked.store(total, Relaxed);
        if let Some(form) = slot.get() {
            return Ok(Some(self.ask(form, questions)));
        }
        if total < PAYS || self.held.load(Relaxed) >= self.limit.load(Relaxed) {
            return Ok(None);
        }
        let Some(geom) = column.get(row as usize)? else { return Ok(None) };
        let form = slot.get_or_init(|| {
            let prepared = Prepared::new(&geom);
            Box::new(Form { prepared, counted: AtomicUsize::new(0) })
        });
        Ok(Some(self.ask(form, total)))
    }

    #[inline]
    fn ask<'f>(&self, form: &'f Form, questions: u32) -> &'f Prepared {
        form.prepared.expect_rows(questions as usize);
        let size = form.prepared.size();
        let counted = form.counted.load(Relaxed);
        if size > counted && form.counted.compare_exchange(counted, size, Relaxed, Relaxed).is_ok() {
            self.held.fetch_add(size - counted, Relaxed);
        }
        &form.prepared
    }
}
