use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::geom::Role;

function! {
    /// The planar area of the polygons in a geometry.
    ///
    /// Holes are subtracted. Points and lines have no area. Each ring counts with the size that it encloses, whatever
    /// its direction; a ring that crosses itself counts its loops with opposite signs, as in PostGIS and GEOS.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// Squared units of the coordinates: square metres in a metric CRS, square degrees (hardly what you want) in
    /// longitude and latitude.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; 0 for an empty geometry.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_area(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'))
    /// -- 12.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))").geo.area()).item()
    /// # 12.0
    /// ```
    st_area {
        python: "area",
        args: &[geometry("geom")],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.fold(&call.geometry(0)?, 0.0, |sum, role, coords| match role {
        Role::Shell => sum + coords.signed_area().abs(),
        Role::Hole => sum - coords.signed_area().abs(),
        Role::Points | Role::Path => sum,
    })
}
