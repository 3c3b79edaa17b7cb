use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Predicate, predicate};

function! {
    /// Whether the first geometry lies within the second: no point of `a` lies outside of `b`, and their interiors
    /// meet.
    ///
    /// What lies in the boundary of `b` alone is not within it. The converse of `st_contains`.
    ///
    /// # Arguments
    ///
    /// - `a`: the contained geometry, of any type.
    /// - `b`: the containing geometry, of any type.
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
    /// SELECT st_within(st_point(1, 1), st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'))
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(4, 0).geo.within(geoplug.from_wkt("POLYGON((0 0, 4 0, 0 3, 0 0))"))).item()
    /// # False
    /// ```
    st_within {
        python: "within",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    predicate(call, Predicate::Within)
}
