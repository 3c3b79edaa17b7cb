use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;

function! {
    /// The well-known binary (WKB) of a geometry.
    ///
    /// ISO WKB, little endian, with z and m, whatever the layout of the column; without SRID.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// Ordinates in units of the coordinates.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; an empty point is a point of NaN.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_asbinary(st_geomfromtext('POINT(1 2)')))
    /// -- POINT(1 2)
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POINT(1 2)").geo.to_wkb()).item().hex()
    /// # 0101000000000000000000f03f0000000000000040
    /// ```
    st_asbinary {
        aliases: &["st_aswkb"],
        python: "to_wkb",
        args: &[geometry("geom")],
        returns: Returns::Binary,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.build(&call.geometry(0)?, |geom, out| {
        out.set_srid(0);
        out.geom(&geom);
    })
}
