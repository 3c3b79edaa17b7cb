use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, integer, text};
use crate::error::Result;
use crate::text::read_wkt;

function! {
    /// A geometry from its well-known text (WKT).
    ///
    /// Letter case does not matter. z and m may be tagged (`POINT Z (1 2 3)`, `POINTM(1 2 3)`) or be there untagged:
    /// three ordinates are x, y and z. `EMPTY` may stand for a geometry or for any part of one. EWKT is read too:
    /// where `srid` is left out or 0, a leading `SRID=4326;` becomes the SRID of the row. `POINT(NaN NaN)` is the
    /// empty point, because WKB cannot tell the two apart; PostGIS keeps them apart.
    ///
    /// # Arguments
    ///
    /// - `wkt`: well-known text.
    /// - `srid`: number of the EPSG code that the result is in, a literal; 0, which is unknown, if left out.
    ///
    /// # Units
    ///
    /// Units of the CRS that `srid` names.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; empty geometries are kept with their type.
    ///
    /// # Errors
    ///
    /// Text that is not WKT, with the character where it goes wrong; a ring that is not closed or has fewer than 4
    /// points; a line of 1 point; collections nested more than 200 deep; curves; infinite ordinates; `srid` above
    /// 999999.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_geomfromtext('point z (1 2.50 3)'))
    /// -- POINT Z (1 2.5 3)
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(0 0, 3 4)").geo.to_wkt()).item()
    /// # LINESTRING(0 0,3 4)
    /// ```
    st_geomfromtext {
        aliases: &["st_geomfromwkt", "st_geometryfromtext"],
        python: "from_wkt",
        args: &[text("wkt"), integer("srid").or(Default::Integer(0)).constant()],
        returns: Returns::GeometryInSrid("srid"),
        kernel: Kernel::Scalar(kernel),
    }
}

pub(super) fn kernel(call: &Call) -> Result<ArrayRef> {
    call.build(&(call.text(0)?, call.integer(1)?), |(wkt, srid), out| read_wkt(wkt, srid, out))
}
