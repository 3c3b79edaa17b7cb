//! Where a row is, as far as boxes tell.

use crate::error::Cause;
use crate::geom::{GeometryColumn, Rect, Xy};

/// The position of what has none: NaN, which meets and equals nothing.
pub(super) const NOWHERE: Xy = Xy { x: f64::NAN, y: f64::NAN };

/// Where a row is.
pub(super) enum Footprint {
    /// Null, or a coordinate is no finite number: it matches nothing.
    Nothing,
    /// Empty: it matches nothing but what is empty, too.
    Empty,
    /// A plain point.
    Point(Xy),
    /// Anything else, in this box.
    Rect(Rect),
}

impl Footprint {
    #[inline]
    pub(super) fn of(column: &GeometryColumn, row: usize) -> Result<Self, Cause> {
        if let Some(p) = column.plain_point(row)
            && p.x.is_finite()
            && p.y.is_finite()
        {
            return Ok(Self::Point(p));
        }
        let extent = match column.extent(row) {
            Some(extent) => Some(extent),
            None => column.get(row)?.map(|geom| geom.extent()),
        };
        Ok(match extent {
            Some((Some(rect), true)) => Self::Rect(rect),
            Some((None, true)) => Self::Empty,
            _ => Self::Nothing,
        })
    }
}
