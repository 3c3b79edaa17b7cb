use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, geometry, integer};
use crate::error::Result;
use crate::text::{decimals, write_wkt};

function! {
    /// The well-known text (WKT) of a geometry.
    ///
    /// Numbers have the fewest digits that read back as the same, but at most `maxdecimaldigits` behind the point.
    /// Those of at least 1e15, and those of at most 1e-8, are written with an exponent. z and m are written, the SRID
    /// is not.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    /// - `maxdecimaldigits`: most digits behind the point (half to even); 15 if left out, 0 for a negative number.
    ///
    /// # Units
    ///
    /// Ordinates in units of the coordinates.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; `POINT EMPTY` and the like for empty geometries, `EMPTY` for empty members.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_geomfromtext('POINT(1.23456 -2.0)'), 3)
    /// -- POINT(1.235 -2)
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("MULTIPOINT(0 0, 1 1)").geo.to_wkt()).item()
    /// # MULTIPOINT((0 0),(1 1))
    /// ```
    st_astext {
        aliases: &["st_aswkt"],
        python: "to_wkt",
        args: &[geometry("geom"), integer("maxdecimaldigits").or(Default::Integer(15))],
        returns: Returns::Text,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.geometry(0)?, call.integer(1)?);
    call.build_text(&args, |(geom, digits), out| write_wkt(&geom, decimals(digits), out))
}
