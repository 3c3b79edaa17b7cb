use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Predicate, predicate};

function! {
    /// Whether two geometries cross: their interiors meet in something of a lower dimension, and neither covers the
    /// other.
    ///
    /// Points cross a line or area that holds some of them in its interior, and others not; a line crosses an area that it
    /// both enters and leaves; two lines cross where their interiors meet in points only. Areas never cross, nor do points.
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
    /// SELECT st_crosses(st_geomfromtext('LINESTRING(0 0, 2 2)'), st_geomfromtext('LINESTRING(0 2, 2 0)'))
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(1 1, 2 1)").geo.crosses(geoplug.makeenvelope(0, 0, 9, 9))).item()
    /// # False
    /// ```
    st_crosses {
        python: "crosses",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    predicate(call, Predicate::Crosses)
}
