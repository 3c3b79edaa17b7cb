use std::sync::Arc;

use arrow::array::ArrayRef;

use crate::call::{Call, Reader};
use crate::catalog::{Default, Kernel, Returns, function, integer, binary};
use crate::error::Result;
use crate::geom::{is_as_written, parse_wkb};

function! {
    /// A geometry from well-known binary (WKB).
    ///
    /// Reads ISO WKB and EWKB of either byte order, with z and m, and checks it once, here. Where `srid` is left out
    /// or 0, the SRID of EWKB stays with the row. Bytes behind the geometry are ignored, as in PostGIS.
    ///
    /// # Arguments
    ///
    /// - `wkb`: WKB or EWKB.
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
    /// Malformed WKB; a ring that is not closed or has fewer than 4 points; a line of 1 point; collections nested more
    /// than 200 deep; curves; `srid` above 999999.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_geomfromwkb(X'0101000000000000000000f03f0000000000000040'))
    /// -- POINT(1 2)
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POINT(1 2)").geo.to_wkb().geo.from_wkb().geo.to_wkt()).item()
    /// # POINT(1 2)
    /// ```
    st_geomfromwkb {
        aliases: &["st_geomfromewkb"],
        python: "from_wkb",
        args: &[binary("wkb"), integer("srid").or(Default::Integer(0)).constant()],
        returns: Returns::GeometryInSrid("srid"),
        kernel: Kernel::Scalar(kernel),
    }
}

pub(super) fn kernel(call: &Call) -> Result<ArrayRef> {
    let input = (call.binary(0)?, call.integer(1)?);
    let stays = |row| match (input.0.read(row), input.1.read(row)) {
        (Ok(Some(wkb)), Ok(Some(_))) => matches!(is_as_written(wkb), Ok(true)),
        (Ok(None), _) => true,
        _ => false,
    };
    // Where every row is what would be written of it, as it mostly is, nothing is written.
    if let Some(column) = input.0.column(call.len()).filter(|_| (0..call.len()).all(stays)) {
        return Ok(Arc::new(column.clone()));
    }
    call.build(&input, |(wkb, srid), out| {
        let geom = parse_wkb(wkb)?;
        if srid == 0 {
            out.set_srid(geom.srid);
        }
        out.geom(&geom);
        Ok(())
    })
}
