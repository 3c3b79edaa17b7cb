use crate::catalog::{Default, Kernel, Returns, function, integer, text};

function! {
    /// A geometry from well-known text (WKT), or null where that is malformed.
    ///
    /// The same as `st_geomfromtext`, for data that may be dirty.
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
    /// Null where any argument is null, and where `st_geomfromtext` fails on the row; empty geometries are kept with
    /// their type.
    ///
    /// # Errors
    ///
    /// `srid` above 999999.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(try_st_geomfromtext('POINT(1'))
    /// -- NULL
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.try_from_wkt("POINT(1").geo.to_wkt()).item()
    /// # None
    /// ```
    try_st_geomfromtext {
        python: "try_from_wkt",
        args: &[text("wkt"), integer("srid").or(Default::Integer(0)).constant()],
        returns: Returns::GeometryInSrid("srid"),
        kernel: Kernel::Scalar(|call| super::st_geomfromtext::kernel(&call.lenient())),
    }
}
