use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;

function! {
    /// The y coordinate of a point.
    ///
    /// # Arguments
    ///
    /// - `geom`: a point.
    ///
    /// # Units
    ///
    /// Units of the coordinates; latitude in degrees where the CRS is geographic.
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
    /// SELECT st_y(st_point(3, 4))
    /// -- 4.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(3, 4).geo.y()).item()
    /// # 4.0
    /// ```
    st_y {
        python: "y",
        args: &[geometry("geom")],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.map_points(&call.geometry(0)?, |p| p.y)
}
