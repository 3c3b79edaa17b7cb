use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, float, function, integer};
use crate::error::Result;
use crate::geom::Xy;

function! {
    /// A point from its coordinates.
    ///
    /// # Arguments
    ///
    /// - `x`: x, or longitude.
    /// - `y`: y, or latitude.
    /// - `srid`: EPSG code of the CRS that the result is typed with, a literal; 0 (unknown) if left out.
    ///
    /// # Units
    ///
    /// Units of the CRS.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null. A point whose x and y are both NaN is the empty point of WKB.
    ///
    /// # Errors
    ///
    /// An `srid` that is not a literal between 0 and 999999.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_point(1, 2))
    /// -- POINT(1 2)
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(1, 2).geo.x()).item()
    /// # 1.0
    /// ```
    st_point {
        python: "point",
        args: &[float("x"), float("y"), integer("srid").or(Default::Integer(0)).constant()],
        returns: Returns::GeometryInSrid("srid"),
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.float(0)?, call.float(1)?, call.integer(2)?);
    call.build(&args, |(x, y, _), out| out.point(Xy { x, y }))
}
