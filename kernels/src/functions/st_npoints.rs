use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::geom::{Geom, Part};

function! {
    /// The number of coordinates in a geometry.
    ///
    /// Repeated ones count each time, so that the closing coordinate of a ring counts too.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; 0 for an empty geometry. Empty points of a multipoint do not count.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_npoints(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 0))'))
    /// -- 4
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 0))").geo.npoints()).item()
    /// # 4
    /// ```
    st_npoints {
        python: "npoints",
        args: &[geometry("geom")],
        returns: Returns::Int64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.map(&call.geometry(0)?, |g| count(&g) as i64)
}

fn count(geom: &Geom) -> usize {
    let mut count = 0;
    geom.each_part(&mut |part| {
        count += match part {
            Part::Points(c) => c.points().count(),
            Part::Line(c) => c.len(),
            Part::Area(rings) => rings.iter().map(|ring| ring.len()).sum(),
        }
    });
    count
}
