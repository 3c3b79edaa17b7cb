//! Folding rows into one geometry for each group. The state of a group is itself a geometry, so that partial results
//! travel between threads and processes as an ordinary WKB column.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryViewBuilder};
use arrow::datatypes::Field;

use crate::error::{Cause, Error, Result, guard};
use crate::geom::{Geom, GeometryColumn, WkbWriter};

/// The groups of one aggregate function.
pub trait Aggregate: Send + Sync {
    /// Makes room for groups `0..groups`.
    fn grow(&mut self, groups: usize);
    /// Adds a row to a group.
    fn update(&mut self, group: usize, geom: &Geom) -> std::result::Result<(), Cause>;
    /// Adds the state of a group elsewhere to a group.
    fn merge(&mut self, group: usize, state: &Geom) -> std::result::Result<(), Cause>;
    /// Writes the state of a group; false where it has none yet.
    fn state(&self, group: usize, out: &mut WkbWriter) -> bool;
    /// Writes the answer of a group; false for null.
    fn evaluate(&self, group: usize, out: &mut WkbWriter) -> bool;
    /// Forgets groups `0..groups`; those after move down.
    fn drain(&mut self, groups: usize);
    /// Bytes held.
    fn size(&self) -> usize;
}

/// What to write of each group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emit {
    /// The partial state.
    State,
    /// The answer.
    Answer,
}

/// Whether rows are input, or states of other groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// Rows of the input.
    Rows,
    /// States.
    States,
}

/// An aggregate in the making, as an engine drives it.
pub struct Groups {
    function: &'static str,
    inner: Box<dyn Aggregate>,
    len: usize,
}

impl std::fmt::Debug for Groups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Groups").field("function", &self.function).field("len", &self.len).finish_non_exhaustive()
    }
}

impl Groups {
    /// No group yet.
    pub fn new(function: &'static str, make: fn() -> Box<dyn Aggregate>) -> Self {
        Self { function, inner: make(), len: 0 }
    }

    /// Adds the rows of `array` to the groups that `groups` gives, one for each row (`None`: the row is filtered out).
    /// Nulls are passed over.
    pub fn feed(
        &mut self,
        feed: Feed,
        array: &ArrayRef,
        field: &Field,
        groups: impl Iterator<Item = Option<usize>>,
        total: usize,
    ) -> Result<()> {
        let function = self.function;
        guard(function, || {
            self.inner.grow(total);
            self.len = self.len.max(total);
            let fail = |row, cause| Error { function, row, cause };
            let column = GeometryColumn::try_new(array, field).map_err(|cause| fail(None, cause))?;
            for (row, group) in groups.enumerate() {
                let Some(group) = group else { continue };
                let geom = column.get(row).map_err(|cause| fail(Some(row), cause))?;
                let Some(geom) = geom else { continue };
                match feed {
                    Feed::Rows => self.inner.update(group, &geom),
                    Feed::States => self.inner.merge(group, &geom),
                }
                .map_err(|cause| fail(Some(row), cause))?;
            }
            Ok(())
        })
    }

    /// Writes the first `groups` groups (all where `None`) and forgets them.
    pub fn emit(&mut self, emit: Emit, groups: Option<usize>) -> Result<ArrayRef> {
        let count = groups.unwrap_or(self.len).min(self.len);
        let out = self.write(emit, count)?;
        self.inner.drain(count);
        self.len -= count;
        Ok(out)
    }

    /// Writes all groups and keeps them.
    pub fn peek(&self, emit: Emit) -> Result<ArrayRef> {
        self.write(emit, self.len)
    }

    fn write(&self, emit: Emit, count: usize) -> Result<ArrayRef> {
        guard(self.function, || {
            let mut out = BinaryViewBuilder::with_capacity(count);
            let mut writer = WkbWriter::default();
            for group in 0..count {
                writer.restart(0);
                let some = match emit {
                    Emit::State => self.inner.state(group, &mut writer),
                    Emit::Answer => self.inner.evaluate(group, &mut writer),
                };
                if some { out.append_value(writer.bytes()) } else { out.append_null() }
            }
            Ok(Arc::new(out.finish()) as ArrayRef)
        })
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.inner.size()
    }
}

#[cfg(test)]
#[path = "aggregate_tests.rs"]
mod tests;
