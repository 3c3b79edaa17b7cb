use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;

function! {
    /// The x coordinate of a point.
    ///
    /// # Arguments
    ///
    /// - `geom`: a point.
    ///
    /// # Units
    ///
    /// Units of the coordinates; longitude in degrees where the CRS is geographic.
    ///
    /// # Nulls and empties
    ///
    /// Null for null and for an empty point.
    ///
    /// # Errors
    ///
    /// A geometry that is not a point; malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_x(st_point(3, 4))
    /// -- 3.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(3, 4).geo.x()).item()
    /// # 3.0
    /// ```
    st_x {
        python: "x",
        args: &[geometry("geom")],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.map_points(&call.geometry(0)?, |p| p.x)
}
