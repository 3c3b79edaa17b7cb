use super::bound::bound;
use crate::catalog::{Kernel, Returns, function, geometry};

function! {
    /// The smallest y coordinate of a geometry.
    ///
    /// It is that side of the bounding box. Coordinates of NaN are passed over.
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
    /// Null for null, for an empty geometry and where every x or every y is NaN.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_ymin(st_geomfromtext('LINESTRING(1 9, 7 2)'))
    /// -- 2.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(1 9, 7 2)").geo.ymin()).item()
    /// # 2.0
    /// ```
    st_ymin {
        python: "ymin",
        args: &[geometry("geom")],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(|call| bound(call, |r| r.ymin)),
    }
}
