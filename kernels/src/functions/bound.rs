//! One side of the box around a geometry: st_xmin and its three sisters.

use arrow::array::ArrayRef;

use crate::call::Call;
use crate::error::Result;
use crate::geom::Rect;

/// The side that `side` picks, for each row; null where there is no box.
pub(super) fn bound(call: &Call, side: impl Fn(Rect) -> f64) -> Result<ArrayRef> {
    let geom = call.geometry(0)?;
    let of_point = |row| Rect::of_point(geom.column.plain_point(geom.at(row))?).map(&side);
    call.map_numbers(of_point, |row| Ok(geom.column.bounds(geom.at(row))?.map(&side)))
}
