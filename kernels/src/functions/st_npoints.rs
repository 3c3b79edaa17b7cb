use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::geom::Role;

function! {
    /// The number of coordinates in a geometry.
    ///
    /// Repeated ones count each time, so that the closing coordinate of a ring counts too.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; 0 for an empty geometry. Empty points of a multipoint do not count.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_npoints(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 0))'))
    /// -- 4
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 0))").geo.npoints()).item()
    /// # 4
    /// ```
    st_npoints {
        python: "npoints",
        args: &[geometry("geom")],
        returns: Returns::Int64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.fold(&call.geometry(0)?, 0, |count: i64, role, coords| {
        count + if role == Role::Points { coords.points().count() } else { coords.len() } as i64
    })
}
