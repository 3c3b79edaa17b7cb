use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;

function! {
    /// The bounding box of a geometry, as a geometry.
    ///
    /// A polygon, clockwise from its lowest corner; the line or point that a box without height or width is.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// Units of the coordinates.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; an empty geometry is returned as it is, and so is one that has no box because every x or every y
    /// is NaN.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_envelope(st_geomfromtext('LINESTRING(1 9, 7 2)')))
    /// -- POLYGON((1 2,1 9,7 9,7 2,1 2))
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(1 9, 7 2)").geo.envelope().geo.area()).item()
    /// # 42.0
    /// ```
    st_envelope {
        python: "envelope",
        args: &[geometry("geom")],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.build(&call.geometry(0)?, |geom, out| match geom.bounds() {
        Some(bounds) => out.rect(&bounds),
        None => out.geom(&geom),
    })
}
