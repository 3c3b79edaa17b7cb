use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::geom::{Geom, Shape};

function! {
    /// The type of a geometry, spelt as PostGIS does: `ST_Point`, `ST_LineString`, `ST_Polygon`, `ST_MultiPoint`,
    /// `ST_MultiLineString`, `ST_MultiPolygon` or `ST_GeometryCollection`.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// None.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; an empty geometry has a type like any other.
    ///
    /// # Errors
    ///
    /// Malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_geometrytype(st_point(3, 4))
    /// -- ST_Point
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(3, 4).geo.geometrytype()).item()
    /// # ST_Point
    /// ```
    st_geometrytype {
        python: "geometrytype",
        args: &[geometry("geom")],
        returns: Returns::Text,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.map(&call.geometry(0)?, |g| geometry_type(&g))
}

fn geometry_type(geom: &Geom) -> &'static str {
    match geom.shape {
        Shape::Point(_) => "ST_Point",
        Shape::LineString(_) => "ST_LineString",
        Shape::Polygon(_) => "ST_Polygon",
        Shape::MultiPoint(_) => "ST_MultiPoint",
        Shape::MultiLineString(_) => "ST_MultiLineString",
        Shape::MultiPolygon(_) => "ST_MultiPolygon",
        Shape::GeometryCollection(_) => "ST_GeometryCollection",
    }
}
