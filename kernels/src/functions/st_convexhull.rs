use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::{Cause, Result};
use crate::geom::{Geom, WkbWriter, Xy};
use crate::planar::hull;

function! {
    /// The smallest convex geometry around a geometry.
    ///
    /// A polygon, clockwise from its lowest corner; the line or point that the hull of collinear or equal points is.
    /// Corners are corners of the input, found by exact arithmetic.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// Units of the coordinates.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; an empty geometry is returned as it is.
    ///
    /// # Errors
    ///
    /// Coordinates that are not finite or beyond 1e100; malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_convexhull(st_geomfromtext('LINESTRING(0 0, 4 0, 1 1, 0 4)')))
    /// -- POLYGON((0 0,0 4,4 0,0 0))
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(0 0, 4 0, 1 1, 0 4)").geo.convexhull().geo.area()).item()
    /// # 8.0
    /// ```
    st_convexhull {
        python: "convexhull",
        args: &[geometry("geom")],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let mut scratch = Scratch::default();
    call.build(&call.geometry(0)?, |geom, out| convex_hull(&geom, &mut scratch, out))
}

/// Reused from row to row.
#[derive(Default)]
struct Scratch {
    points: Vec<Xy>,
    corners: Vec<Xy>,
}

fn convex_hull(geom: &Geom, scratch: &mut Scratch, out: &mut WkbWriter) -> std::result::Result<(), Cause> {
    if geom.is_empty() {
        out.geom(geom);
        return Ok(());
    }
    geom.expect_finite()?;
    let Scratch { points, corners } = scratch;
    points.clear();
    // After the check, only an empty point is NaN.
    geom.each_sequence(&mut |_, c| points.extend(c.points()));
    hull::corners(points, corners);
    hull::write(corners, out);
    Ok(())
}
