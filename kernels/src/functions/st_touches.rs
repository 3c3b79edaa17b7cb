use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Predicate, predicate};

function! {
    /// Whether two geometries touch: they share a point, but their interiors do not meet.
    ///
    /// Two points never touch, since they have no boundary.
    ///
    /// # Arguments
    ///
    /// - `a`: any geometry.
    /// - `b`: any geometry.
    ///
    /// # Units
    ///
    /// None: coordinates are compared exactly as stored, without tolerance.
    ///
    /// # Nulls and empties
    ///
    /// Null where an argument is null; false where one is empty or has a coordinate that is no finite number.
    ///
    /// # Errors
    ///
    /// Malformed WKB; SRIDs, or CRS, that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_touches(st_makeenvelope(0, 0, 1, 1), st_makeenvelope(1, 0, 2, 1))
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(0 0, 2 2)").geo.touches(geoplug.from_wkt("LINESTRING(0 2, 2 0)"))).item()
    /// # False
    /// ```
    st_touches {
        python: "touches",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    predicate(call, Predicate::Touches)
}
