use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::geom::Role;

function! {
    /// The planar length of the boundaries of the polygons in a geometry.
    ///
    /// Shells and holes both count. Points and lines have no perimeter: the length of a line is `st_length`.
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
    /// Null for null; 0 for an empty geometry and for one without polygons.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_perimeter(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'))
    /// -- 14.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))").geo.perimeter()).item()
    /// # 14.0
    /// ```
    st_perimeter {
        python: "perimeter",
        args: &[geometry("geom")],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.fold(&call.geometry(0)?, 0.0, |sum, role, coords| match role {
        Role::Shell | Role::Hole => sum + coords.length(),
        Role::Points | Role::Path => sum,
    })
}
