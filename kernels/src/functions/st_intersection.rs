use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::overlay::{Operation, overlay};

function! {
    /// The intersection of two geometries: all points that lie in both.
    ///
    /// The result is the simplest type that can hold it: of polygons that touch, the edge or corner that they share.
    /// Lines are cut wherever they meet something.
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
    /// Null where an argument is null; an empty geometry where one is empty or they
    /// share no point.
    ///
    /// # Errors
    ///
    /// A polygon whose rings cross, where it must be cut; coordinates that are not finite or beyond 1e100; malformed WKB;
    /// SRIDs, or CRS, that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_intersection(
    ///     st_geomfromtext('LINESTRING(-1 1, 5 1)'),
    ///     st_geomfromtext('POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))')
    /// ))
    /// -- LINESTRING(0 1,2 1)
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(0 0, 2 2)").geo.intersection(geoplug.point(1, 1)).geo.to_wkt()).item()
    /// # POINT(1 1)
    /// ```
    st_intersection {
        python: "intersection",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.geometry(0)?, call.geometry(1)?);
    call.build(&args, |(a, b), out| overlay(Operation::Intersection, &a, &b, out))
}
