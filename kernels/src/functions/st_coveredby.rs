use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Predicate, predicate};

function! {
    /// Whether the first geometry is covered by the second: no point of `a` lies outside of `b`.
    ///
    /// Unlike `st_within`, it also holds of what lies in the boundary of `b` alone. The converse of `st_covers`.
    ///
    /// # Arguments
    ///
    /// - `a`: the covered geometry, of any type.
    /// - `b`: the covering geometry, of any type.
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
    /// SELECT st_coveredby(st_point(4, 0), st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'))
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(5, 0).geo.coveredby(geoplug.from_wkt("LINESTRING(0 0, 4 0)"))).item()
    /// # False
    /// ```
    st_coveredby {
        python: "coveredby",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    predicate(call, Predicate::CoveredBy)
}
