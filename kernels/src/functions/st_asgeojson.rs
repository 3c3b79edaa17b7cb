use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, function, geometry, integer};
use crate::error::Result;
use crate::text::{decimals, write_geojson};

function! {
    /// The GeoJSON geometry object of a geometry.
    ///
    /// z is written, m is not. There is never a `crs` member: RFC 7946 knows longitude and latitude on WGS 84 only,
    /// and coordinates are written as they are. Collections in collections are written too; PostGIS refuses them.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    /// - `maxdecimaldigits`: most digits behind the point (half to even); 9 if left out, 0 for a negative number.
    ///
    /// # Units
    ///
    /// Ordinates in units of the coordinates; readers take them for degrees.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; `"coordinates":[]` or `"geometries":[]` for an empty geometry.
    ///
    /// # Errors
    ///
    /// A NaN or infinite ordinate, for which JSON has no word; malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_asgeojson(st_geomfromtext('LINESTRING(0 0, 3 4.5)'))
    /// -- {"type":"LineString","coordinates":[[0,0],[3,4.5]]}
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POINT(1.23456 2)").geo.to_geojson(3)).item()
    /// # {"type":"Point","coordinates":[1.235,2]}
    /// ```
    st_asgeojson {
        python: "to_geojson",
        args: &[geometry("geom"), integer("maxdecimaldigits").or(Default::Integer(9))],
        returns: Returns::Text,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.geometry(0)?, call.integer(1)?);
    call.build_text(&args, |(geom, digits), out| write_geojson(&geom, decimals(digits), out))
}
