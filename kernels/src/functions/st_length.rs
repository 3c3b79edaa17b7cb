use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::geom::Role;

function! {
    /// The planar length of the lines in a geometry.
    ///
    /// Points have no length, and polygons none either: the length of their rings is `st_perimeter`. z is not counted.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// Units of the coordinates: metres in a metric CRS, degrees in longitude and latitude.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; 0 for an empty geometry and for one without lines.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_length(st_geomfromtext('LINESTRING(0 0, 3 4)'))
    /// -- 5.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(0 0, 3 4)").geo.length()).item()
    /// # 5.0
    /// ```
    st_length {
        python: "length",
        args: &[geometry("geom")],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.fold(&call.geometry(0)?, 0.0, |sum, role, coords| match role {
        Role::Path => sum + coords.length(),
        Role::Points | Role::Shell | Role::Hole => sum,
    })
}
