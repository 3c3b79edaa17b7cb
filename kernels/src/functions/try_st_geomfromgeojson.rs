use crate::catalog::{Default, Kernel, Returns, function, integer, text};

function! {
    /// A geometry from a GeoJSON geometry object, or null where that is malformed.
    ///
    /// The same as `st_geomfromgeojson`, for data that may be dirty.
    ///
    /// # Arguments
    ///
    /// - `json`: a geometry object.
    /// - `srid`: number of the EPSG code that the result is in, a literal; 4326 if left out, 0 for unknown.
    ///
    /// # Units
    ///
    /// Units of the CRS that `srid` names.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null, and where `st_geomfromgeojson` fails on the row; empty geometries are kept
    /// with their type.
    ///
    /// # Errors
    ///
    /// `srid` above 999999.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(try_st_geomfromgeojson('{"type": "Point"}'))
    /// -- NULL
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.try_from_geojson('{"type": "Point"}').geo.to_wkt()).item()
    /// # None
    /// ```
    try_st_geomfromgeojson {
        python: "try_from_geojson",
        args: &[text("json"), integer("srid").or(Default::Integer(4326)).constant()],
        returns: Returns::GeometryInSrid("srid"),
        kernel: Kernel::Scalar(|call| super::st_geomfromgeojson::kernel(&call.lenient())),
    }
}
