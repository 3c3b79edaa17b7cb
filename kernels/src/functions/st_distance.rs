use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Result;
use crate::relation::{Pairs, Wanted, distance, distance_to_area};

function! {
    /// The smallest planar distance between two geometries.
    ///
    /// Geometries that share a point have distance 0, polygons including their interior.
    ///
    /// # Arguments
    ///
    /// - `a`: any geometry.
    /// - `b`: any geometry.
    ///
    /// # Units
    ///
    /// Units of the coordinates: degrees, which are no measure of length, in longitude and latitude. Z is ignored.
    ///
    /// # Nulls and empties
    ///
    /// Null where an argument is null, or where one, or a member of one, is empty. NaN where a coordinate is no finite
    /// number.
    ///
    /// # Errors
    ///
    /// Malformed WKB; SRIDs, or CRS, that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_distance(st_point(0, 0), st_geomfromtext('LINESTRING(3 -5, 3 5)'))
    /// -- 3.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(0, 0).geo.distance(geoplug.point(3, 4))).item()
    /// # 5.0
    /// ```
    st_distance {
        python: "distance",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Float64,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let pairs = Pairs::new(call)?;
    let mut points = pairs.points_apart();
    call.map_rows(|row| {
        if let Some(apart) = points.get(row) {
            return Ok(Some(apart));
        }
        match pairs.point_and_area(row) {
            Some((p, area)) => Ok(distance_to_area(p, area, Wanted::Exact)),
            None => pairs.row(row, |pair| Ok(distance(&pair, Wanted::Exact))),
        }
    })
}
