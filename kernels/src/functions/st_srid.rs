use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::types;

function! {
    /// The SRID of a geometry: that of its own EWKB, else the EPSG code of its column's CRS.
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
    /// Null for null; 0 where the CRS is unknown, or known but without a number. OGC:CRS84 counts as 4326.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_srid(st_point(3, 4, 4326))
    /// -- 4326
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(3, 4, 4326).geo.srid()).item()
    /// # 4326
    /// ```
    st_srid {
        python: "srid",
        args: &[geometry("geom")],
        returns: Returns::Int64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let of_column = types::srid(call.field(0));
    call.map(&call.geometry(0)?, |g| if g.srid == 0 { of_column } else { i64::from(g.srid) })
}
