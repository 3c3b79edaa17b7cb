use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Predicate, predicate};

function! {
    /// Whether the first geometry contains the second: no point of `b` lies outside of `a`, and their interiors meet.
    ///
    /// What lies in the boundary of `a` alone is not contained in it. The converse of `st_within`.
    ///
    /// # Arguments
    ///
    /// - `a`: the containing geometry, of any type.
    /// - `b`: the contained geometry, of any type.
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
    /// SELECT st_contains(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'), st_point(1, 1))
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 0 3, 0 0))").geo.contains(geoplug.from_wkt("POINT(4 0)"))).item()
    /// # False
    /// ```
    st_contains {
        python: "contains",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    predicate(call, Predicate::Contains)
}
