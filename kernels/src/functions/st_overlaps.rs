use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Predicate, predicate};

function! {
    /// Whether two geometries of one dimension overlap: their interiors share something of that dimension, and neither
    /// covers the other.
    ///
    /// Geometries of different dimensions never overlap: see `st_crosses`.
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
    /// SELECT st_overlaps(st_makeenvelope(0, 0, 2, 2), st_makeenvelope(1, 1, 3, 3))
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.makeenvelope(0, 0, 9, 9).geo.overlaps(geoplug.makeenvelope(1, 1, 3, 3))).item()
    /// # False
    /// ```
    st_overlaps {
        python: "overlaps",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    predicate(call, Predicate::Overlaps)
}
