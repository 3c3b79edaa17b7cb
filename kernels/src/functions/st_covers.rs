use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Predicate, predicate};

function! {
    /// Whether the first geometry covers the second: no point of `b` lies outside of `a`.
    ///
    /// Unlike `st_contains`, it also holds of what lies in the boundary of `a` alone: a polygon covers its own edges. The
    /// converse of `st_coveredby`.
    ///
    /// # Arguments
    ///
    /// - `a`: the covering geometry, of any type.
    /// - `b`: the covered geometry, of any type.
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
    /// SELECT st_covers(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'), st_point(4, 0))
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(0 0, 4 0)").geo.covers(geoplug.point(5, 0))).item()
    /// # False
    /// ```
    st_covers {
        python: "covers",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    predicate(call, Predicate::Covers)
}
