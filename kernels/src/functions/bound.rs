//! One side of the box around a geometry: st_xmin and its three sisters.

use arrow::array::ArrayRef;

use crate::call::Call;
use crate::error::Result;
use crate::geom::Rect;

/// The side that `side` picks, for each row; null where there is no box.
pub(super) fn bound(call: &Call, side: impl Fn(Rect) -> f64) -> Result<ArrayRef> {
    let geom = call.geometry(0)?;
    call.map_rows(|row| Ok(geom.column.bounds(geom.at(row))?.map(&side)))
}
