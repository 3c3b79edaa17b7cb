use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;

function! {
    /// Whether a geometry holds no point.
    ///
    /// A collection of nothing but empty geometries is empty.
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
    /// Null for null; true for an empty geometry. A point whose x and y are both NaN is the empty point of WKB.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_isempty(st_geomfromtext('POLYGON EMPTY'))
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POLYGON EMPTY").geo.isempty()).item()
    /// # True
    /// ```
    st_isempty {
        python: "isempty",
        args: &[geometry("geom")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.fold(&call.geometry(0)?, true, |empty, role, coords| empty && role.is_empty(coords))
}
