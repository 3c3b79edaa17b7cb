use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry, integer};
use crate::error::Result;

function! {
    /// The same geometry, declared to be in another CRS. Coordinates stay as they are.
    ///
    /// The type of the result carries the CRS, for the column as a whole; SRIDs of single rows (EWKB) are taken off.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    /// - `srid`: EPSG code of the CRS, a literal; 0 for unknown.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; an empty geometry stays empty.
    ///
    /// # Errors
    ///
    /// An `srid` that is not a literal between 0 and 999999; malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_srid(st_setsrid(st_point(3, 4), 3857))
    /// -- 3857
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(3, 4).geo.setsrid(3857).geo.srid()).item()
    /// # 3857
    /// ```
    st_setsrid {
        python: "setsrid",
        args: &[geometry("geom"), integer("srid").constant()],
        returns: Returns::GeometryInSrid("srid"),
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.build(&(call.geometry(0)?, call.integer(1)?), |(geom, _), out| {
        out.set_srid(0);
        out.geom(&geom);
    })
}
