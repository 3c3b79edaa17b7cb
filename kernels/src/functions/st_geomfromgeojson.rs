use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, integer, text};
use crate::error::Result;
use crate::text::read_geojson;

function! {
    /// A geometry from a GeoJSON geometry object.
    ///
    /// Coordinates are longitude and latitude on WGS 84, as RFC 7946 says, unless `srid` says otherwise. z is kept;
    /// where only some positions have one, it is 0 in the others. A `crs` member, of the format before RFC 7946, must
    /// name the CRS that `srid` does; if `srid` is 0, it becomes the SRID of the row.
    ///
    /// # Arguments
    ///
    /// - `json`: a geometry object; of a Feature, take its `geometry` member first.
    /// - `srid`: number of the EPSG code that the result is in, a literal; 4326 if left out, 0 for unknown.
    ///
    /// # Units
    ///
    /// Units of the CRS that `srid` names.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; an empty list of coordinates or geometries gives an empty geometry.
    ///
    /// # Errors
    ///
    /// Text that is not JSON, or nested more than 128 deep; anything but a geometry object; a ring that is not closed
    /// or has fewer than 4 points; a line of 1 point; a `crs` that contradicts `srid`; `srid` above 999999.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_geomfromgeojson('{"type": "Point", "coordinates": [1, 2]}'))
    /// -- POINT(1 2)
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_geojson('{"type": "Point", "coordinates": [1, 2, 3]}').geo.to_wkt()).item()
    /// # POINT Z (1 2 3)
    /// ```
    st_geomfromgeojson {
        python: "from_geojson",
        args: &[text("json"), integer("srid").or(Default::Integer(4326)).constant()],
        returns: Returns::GeometryInSrid("srid"),
        kernel: Kernel::Scalar(kernel),
    }
}

pub(super) fn kernel(call: &Call) -> Result<ArrayRef> {
    call.build(&(call.text(0)?, call.integer(1)?), |(json, srid), out| read_geojson(json, srid, out))
}
