use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Predicate, predicate};

function! {
    /// Whether two geometries are the same set of points.
    ///
    /// Neither the order of vertices nor vertices on straight lines matter, nor how parts are grouped.
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
    /// Null where an argument is null; true for two empty geometries, false for one; false where a coordinate is no
    /// finite number.
    ///
    /// # Errors
    ///
    /// Malformed WKB; SRIDs, or CRS, that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_equals(st_geomfromtext('LINESTRING(0 0, 2 2)'), st_geomfromtext('LINESTRING(2 2, 1 1, 0 0)'))
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(0 0, 2 2)").geo.equals(geoplug.from_wkt("LINESTRING(2 2, 0 0)"))).item()
    /// # True
    /// ```
    st_equals {
        python: "equals",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    predicate(call, Predicate::Equals)
}
