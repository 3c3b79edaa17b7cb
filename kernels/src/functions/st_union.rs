use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::overlay::{Operation, overlay};

function! {
    /// The union of two geometries: all points that lie in either.
    ///
    /// The result is the simplest type that can hold it. Polygons that overlap or share an edge melt together; lines are
    /// cut wherever they meet something, and what is inside of a polygon goes up in it.
    ///
    /// # Arguments
    ///
    /// - `a`: any geometry.
    /// - `b`: any geometry.
    ///
    /// # Units
    ///
    /// Units of the coordinates. The result has x and y only.
    ///
    /// # Nulls and empties
    ///
    /// Null where an argument is null; of an empty geometry and another, the other as it is.
    ///
    /// # Errors
    ///
    /// A polygon whose rings cross, where it must be cut; coordinates that are not finite or beyond 1e100; malformed WKB;
    /// SRIDs, or CRS, that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_area(st_union(
    ///     st_geomfromtext('POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))'),
    ///     st_geomfromtext('POLYGON((1 1, 3 1, 3 3, 1 3, 1 1))')
    /// ))
    /// -- 7.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(0, 0).geo.union(geoplug.point(1, 2)).geo.to_wkt()).item()
    /// # MULTIPOINT((0 0),(1 2))
    /// ```
    st_union {
        python: "union",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.geometry(0)?, call.geometry(1)?);
    call.build(&args, |(a, b), out| overlay(Operation::Union, &a, &b, out))
}
