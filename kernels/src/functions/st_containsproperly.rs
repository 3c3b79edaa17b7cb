use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Predicate, predicate};

function! {
    /// Whether every point of the second geometry lies in the interior of the first.
    ///
    /// Unlike `st_contains`, nothing of `b` may touch the boundary of `a`: no polygon contains itself properly.
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
    /// SELECT st_containsproperly(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'), st_geomfromtext('LINESTRING(1 1, 4 1)'))
    /// -- false
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 0 3, 0 0))").geo.containsproperly(geoplug.point(1, 1))).item()
    /// # True
    /// ```
    st_containsproperly {
        python: "containsproperly",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    predicate(call, Predicate::ContainsProperly)
}
