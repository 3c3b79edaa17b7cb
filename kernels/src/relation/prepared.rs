//! A constant geometry made ready to be asked often.

use std::ops::Deref;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::predicate::has_extent;
use super::relate::Operand;
use crate::geom::{Geom, GeometryColumn, Rect, Xy};
use crate::planar::Index;
use crate::planar::raster::{Plan, Raster};
use crate::planar::stripes::{Location, Stripes};

/// A prepared constant. It owns its coordinates.
#[derive(Debug)]
pub struct Prepared {
    /// EWKB SRID, 0 for none.
    pub srid: i32,
    index: Index,
    /// Whether it is lines or areas, and no collection.
    pub has_extent: bool,
    operand: OnceLock<Operand>,
    /// The raster to be made of one area, once it pays.
    plan: Option<Plan>,
    raster: OnceLock<Option<Raster>>,
    /// Rows that it was or will be asked about.
    rows: AtomicUsize,
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
        let index = Index::new(geom);
        let plan = area_edges(&index).and_then(Plan::new);
        let (operand, raster, rows) = (OnceLock::new(), OnceLock::new(), AtomicUsize::new(0));
        Self { srid: geom.srid, index, has_extent: has_extent(geom), operand, plan, raster, rows }
    }

    /// Says that so many more rows will be asked about: once they pay for a raster, it is made.
    pub fn expect_rows(&self, rows: usize) {
        if self.plan.is_some() && self.raster.get().is_none() {
            self.rows.fetch_add(rows, Relaxed);
            self.raster();
        }
    }

    /// The raster of what is one area, made when the rows so far and those announced pay for it.
    pub fn raster(&self) -> Option<&Raster> {
        if let Some(made) = self.raster.get() {
            return made.as_ref();
        }
        let plan = self.plan.filter(|plan| self.rows.load(Relaxed) >= plan.rows)?;
        self.raster.get_or_init(|| Raster::new(area_edges(&self.index)?, &plan)).as_ref()
    }

    /// Where `p` lies, as the DE-9IM has it.
    #[inline]
    pub fn locate(&self, p: Xy) -> Location {
        match self.raster.get() {
            Some(Some(raster)) => raster.locate(p),
            _ => self.index.locate(p),
        }
    }

    /// Where all of a box lies with respect to what is one area, if that can be told at a glance.
    pub fn cover(&self, rect: &Rect) -> Option<Location> {
        self.raster()?.cover(rect)
    }

    /// Bytes held, about; it grows as parts are asked for.
    pub fn size(&self) -> usize {
        size_of::<Self>()
            + self.index.size()
            + self.operand.get().map_or(0, Operand::size)
            + self.raster.get().and_then(Option::as_ref).map_or(0, Raster::size)
    }

    /// The edges of what is one area and nothing else.
    pub fn edges(&self) -> Option<&[[Xy; 2]]> {
        area_edges(&self.index)
    }

    /// Taken apart for relating it; `column` and `row` are where it is stored.
    pub fn operand(&self, column: &GeometryColumn, row: usize) -> &Operand {
        self.operand.get_or_init(|| match column.get(row) {
            Ok(Some(geom)) => Operand::new(&geom),
            _ => Operand::default(),
        })
    }
}

/// The edges of what is one area and nothing else.
fn area_edges(index: &Index) -> Option<&[[Xy; 2]]> {
    index.stripes().next().filter(|_| index.is_one_area()).map(Stripes::segments)
}
