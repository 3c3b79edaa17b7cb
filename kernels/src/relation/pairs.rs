//! Two geometry columns side by side, boxes first, a constant side prepared: the frame that predicates and distances
//! share.

use std::sync::Arc;

use super::{PointsApart, Prepared, cache};
use crate::call::{Call, Geometries, Row, common_srid};
use crate::error::Result;
use crate::geom::{Extent, Geom, GeometryColumn, WkbWriter, Xy};

/// Two geometry arguments.
pub struct Pairs {
    left: Geometries,
    right: Geometries,
    prepared: Option<(Side, Arc<Prepared>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// A row of two geometries, neither null.
pub struct Pair<'p, 'a> {
    /// One of them, as stored.
    pub geom: Geom<'a>,
    /// The other.
    pub other: Other<'p, 'a>,
    /// Whether `geom` is the right argument, because the left is the prepared constant.
    pub flipped: bool,
}

impl Pair<'_, '_> {
    /// What belongs to `geom` and what belongs to `other`, in the order of the arguments.
    #[inline]
    pub fn in_order<T>(&self, of_geom: T, of_other: T) -> [T; 2] {
        if self.flipped { [of_other, of_geom] } else { [of_geom, of_other] }
    }
}

/// The other geometry of a row.
pub enum Other<'p, 'a> {
    /// One that is asked often, prepared, and the column and row that store it.
    Prepared(&'p Prepared, &'a GeometryColumn, usize),
    /// One that changes from row to row.
    Raw(Geom<'a>),
}

impl Other<'_, '_> {
    /// As `Geom::extent`.
    #[inline]
    pub fn extent(&self) -> Extent {
        match self {
            Other::Prepared(prepared, ..) => (prepared.bounds, prepared.finite),
            Other::Raw(geom) => geom.extent(),
        }
    }

    /// EWKB SRID, 0 for none.
    pub fn srid(&self) -> i32 {
        match self {
            Other::Prepared(prepared, ..) => prepared.srid,
            Other::Raw(geom) => geom.srid,
        }
    }

    /// Whether it, or a member of it, is empty.
    pub fn has_empty(&self) -> bool {
        match self {
            Other::Prepared(prepared, ..) => prepared.has_empty,
            Other::Raw(geom) => geom.has_empty(),
        }
    }
}

fn prepare(column: &GeometryColumn) -> Row<Arc<Prepared>> {
    if column.is_null(0) {
        return Ok(None);
    }
    // WKB is looked up before it is parsed.
    if let Some(wkb) = column.wkb(0) {
        return cache::prepared(wkb).map(Some);
    }
    let Some(geom) = column.get(0)? else { return Ok(None) };
    let mut writer = WkbWriter::default();
    writer.geom(&geom);
    cache::prepared(writer.bytes()).map(Some)
}

impl Pairs {
    /// The first two arguments of a call.
    pub fn new(call: &Call) -> Result<Self> {
        let (left, right) = (call.geometry(0)?, call.geometry(1)?);
        let mut prepared = None;
        for (side, argument) in [(Side::Right, &right), (Side::Left, &left)] {
            if argument.constant && prepared.is_none() && !call.is_empty() {
                let made = prepare(&argument.column).or_else(|cause| call.fail(Some(0), cause))?;
                prepared = made.map(|made| (side, made));
            }
        }
        if let Some((_, prepared)) = &prepared {
            prepared.expect_rows(call.len());
        }
        Ok(Self { left, right, prepared })
    }

    /// The most frequent case of all: a column that may hold points, and a constant that is one area. The column, the
    /// constant, and whether the constant is the left argument.
    pub fn points_and_area(&self) -> Option<(&GeometryColumn, &Prepared, bool)> {
        let (side, prepared) = self.prepared.as_ref()?;
        let points = if *side == Side::Left { &self.right } else { &self.left };
        let suits =
            prepared.is_one_area() && prepared.has_extent && !points.constant && points.column.may_hold_points();
        suits.then_some((&points.column, prepared, *side == Side::Left))
    }

    /// In such a case, the point of a row, if it is one, and the area.
    #[inline]
    pub fn point_and_area(&self, row: usize) -> Option<(Xy, &Prepared)> {
        let (points, area, _) = self.points_and_area()?;
        Some((points.plain_point(row)?, area))
    }

    /// The distances of rows that are two points.
    pub fn points_apart(&self) -> PointsApart<'_> {
        PointsApart::new(&self.left, &self.right)
    }

    /// The extents of both geometries of a row, in the order of the arguments, before either is read; `None` where that
    /// cannot be had: the row itself tells why.
    #[inline]
    pub fn extents(&self, row: usize) -> Option<[Extent; 2]> {
        let of = |side: Side, column: &Geometries| match &self.prepared {
            Some((prepared_side, prepared)) if *prepared_side == side => Some((prepared.bounds, prepared.finite)),
            _ => column.column.extent(column.at(row)),
        };
        Some([of(Side::Left, &self.left)?, of(Side::Right, &self.right)?])
    }

    /// Gives row `row` to `f`; null where either geometry is.
    #[inline]
    pub fn row<'s, T>(&'s self, row: usize, f: impl FnOnce(Pair<'s, 's>) -> Row<T>) -> Row<T> {
        let read = |side: &'s Geometries| side.column.get(side.at(row));
        if self.left.is_null(row) || self.right.is_null(row) {
            return Ok(None);
        }
        let (geom, other, flipped) = match &self.prepared {
            Some((Side::Right, prepared)) => {
                (read(&self.left)?, Some(Other::Prepared(prepared, &self.right.column, 0)), false)
            }
            Some((Side::Left, prepared)) => {
                (read(&self.right)?, Some(Other::Prepared(prepared, &self.left.column, 0)), true)
            }
            None => (read(&self.left)?, read(&self.right)?.map(Other::Raw), false),
        };
        let (Some(geom), Some(other)) = (geom, other) else { return Ok(None) };
        common_srid(geom.srid, other.srid())?;
        f(Pair { geom, other, flipped })
    }
}
