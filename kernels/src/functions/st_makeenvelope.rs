use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, float, function, integer};
use crate::error::Result;
use crate::geom::Xy;

function! {
    /// A rectangle from its sides.
    ///
    /// The result is always a polygon of five points, clockwise from its lowest corner; where sides meet or are
    /// swapped, it is written all the same, as in PostGIS.
    ///
    /// # Arguments
    ///
    /// - `xmin`: smallest x.
    /// - `ymin`: smallest y.
    /// - `xmax`: largest x.
    /// - `ymax`: largest y.
    /// - `srid`: EPSG code of the CRS that the result is typed with, a literal; 0 (unknown) if left out.
    ///
    /// # Units
    ///
    /// Units of the CRS.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null.
    ///
    /// # Errors
    ///
    /// An `srid` that is not a literal between 0 and 999999.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_makeenvelope(0, 0, 4, 3))
    /// -- POLYGON((0 0,0 3,4 3,4 0,0 0))
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.makeenvelope(0, 0, 4, 3).geo.area()).item()
    /// # 12.0
    /// ```
    st_makeenvelope {
        python: "makeenvelope",
        args: &[
            float("xmin"),
            float("ymin"),
            float("xmax"),
            float("ymax"),
            integer("srid").or(Default::Integer(0)).constant(),
        ],
        returns: Returns::GeometryInSrid("srid"),
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.float(0)?, call.float(1)?, call.float(2)?, call.float(3)?, call.integer(4)?);
    call.build(&args, |(xmin, ymin, xmax, ymax, _), out| {
        let corners = [(xmin, ymin), (xmin, ymax), (xmax, ymax), (xmax, ymin), (xmin, ymin)];
        out.rings(&[corners.map(|(x, y)| Xy { x, y })]);
    })
}
