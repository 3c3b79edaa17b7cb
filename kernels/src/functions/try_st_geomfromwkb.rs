use crate::catalog::{Default, Kernel, Returns, function, integer, binary};

function! {
    /// A geometry from well-known binary (WKB), or null where that is malformed.
    ///
    /// The same as `st_geomfromwkb`, for data that may be dirty.
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
    /// Null where any argument is null, and where `st_geomfromwkb` fails on the row; empty geometries are kept with
    /// their type.
    ///
    /// # Errors
    ///
    /// `srid` above 999999.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(try_st_geomfromwkb(X'0101'))
    /// -- NULL
    /// ```
    ///
    /// ```python
    /// pl.select(pl.lit(b"\x01\x01").geo.try_from_wkb().geo.to_wkt()).item()
    /// # None
    /// ```
    try_st_geomfromwkb {
        python: "try_from_wkb",
        args: &[binary("wkb"), integer("srid").or(Default::Integer(0)).constant()],
        returns: Returns::GeometryInSrid("srid"),
        kernel: Kernel::Scalar(|call| super::st_geomfromwkb::kernel(&call.lenient())),
    }
}
