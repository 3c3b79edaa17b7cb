use arrow::array::ArrayRef;

use crate::call::{Call, Reader};
use crate::catalog::{Kernel, Returns, float, function, geometry};
use crate::error::Result;
use crate::relation::{Pairs, Wanted, distance, distance_to_area};

function! {
    /// Whether two geometries lie within a distance of each other.
    ///
    /// A distance of exactly `distance` counts. Faster than comparing `st_distance`, because pairs that are clearly near
    /// or far are not measured.
    ///
    /// # Arguments
    ///
    /// - `a`: any geometry.
    /// - `b`: any geometry.
    /// - `distance`: how far apart they may be, 0 or more.
    ///
    /// # Units
    ///
    /// `distance` is in units of the coordinates: degrees in longitude and latitude.
    ///
    /// # Nulls and empties
    ///
    /// Null where an argument is null; false where a geometry, or a member of one, is empty or has a coordinate that is
    /// no finite number, and where `distance` is NaN.
    ///
    /// # Errors
    ///
    /// A negative distance; malformed WKB; SRIDs, or CRS, that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_dwithin(st_point(0, 0), st_point(3, 4), 5)
    /// -- true
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(0, 0).geo.dwithin(geoplug.point(3, 4), 4.9)).item()
    /// # False
    /// ```
    st_dwithin {
        python: "dwithin",
        args: &[geometry("a"), geometry("b"), float("distance")],
        returns: Returns::Boolean,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let (pairs, limits) = (Pairs::new(call)?, call.float(2)?);
    let mut points = pairs.points_apart();
    call.map_rows(|row| {
        let Some(limit) = limits.read(row)? else { return Ok(None) };
        let negative = || format!("distance must not be negative, got {limit}").into();
        let near = |apart: Option<f64>| Ok(Some(apart.is_some_and(|apart| apart <= limit)));
        if let Some(apart) = points.get(row) {
            return if limit < 0.0 { Err(negative()) } else { near(Some(apart)) };
        }
        if let Some((p, area)) = pairs.point_and_area(row) {
            return if limit < 0.0 { Err(negative()) } else { near(distance_to_area(p, area, Wanted::Within(limit))) };
        }
        pairs.row(row, |pair| if limit < 0.0 { Err(negative()) } else { near(distance(&pair, Wanted::Within(limit))) })
    })
}
