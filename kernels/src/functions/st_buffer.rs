use arrow::array::ArrayRef;

use crate::buffer::buffer;
use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, float, function, geometry, integer};
use crate::error::{Cause, Result};
use crate::geom::{Dims, Geom, MAX_REACH, WkbWriter};

function! {
    /// The area within a distance of a geometry, with round ends and corners.
    ///
    /// The result is a polygon or multipolygon. A negative distance shrinks polygons; of points and lines it leaves
    /// nothing. A distance of 0 leaves polygons, put right: of a ring that crosses itself every loop is kept, where
    /// PostGIS drops some. Arcs are drawn by `quad_segs` segments for each quarter of a circle.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    /// - `distance`: how far; may be negative.
    /// - `quad_segs`: segments for each quarter of a circle, 1 to 10000; 8 if left out.
    ///
    /// # Units
    ///
    /// `distance` is in units of the coordinates: degrees in longitude and latitude.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null; an empty polygon for an empty geometry.
    ///
    /// # Errors
    ///
    /// A distance that is NaN or beyond 1e100; `quad_segs` out of range; coordinates that are not finite or
    /// beyond 1e100; malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT round(st_area(st_buffer(st_point(0, 0), 1, 64)), 3)
    /// -- 3.141
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(0, 0).geo.buffer(1, 64).geo.area().round(3)).item()
    /// # 3.141
    /// ```
    st_buffer {
        python: "buffer",
        args: &[geometry("geom"), float("distance"), integer("quad_segs").or(Default::Integer(8))],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.geometry(0)?, call.float(1)?, call.integer(2)?);
    call.build(&args, |(geom, distance, quad_segs), out| within(&geom, distance, quad_segs, out))
}

/// More would take memory, not make anything rounder.
const MAX_QUAD_SEGS: i64 = 10_000;

fn within(geom: &Geom, distance: f64, quad_segs: i64, out: &mut WkbWriter) -> std::result::Result<(), Cause> {
    if distance.is_nan() || distance.abs() > MAX_REACH {
        return Err(format!("distance must be a number within {MAX_REACH:e}, got {distance:?}").into());
    }
    let segments = u32::try_from(quad_segs).ok().filter(|_| (1..=MAX_QUAD_SEGS).contains(&quad_segs));
    let Some(segments) = segments else {
        return Err(format!("quad_segs must be 1 to {MAX_QUAD_SEGS}, got {quad_segs}").into());
    };
    geom.expect_finite()?;
    match buffer(geom, distance, segments).as_slice() {
        [] => out.empty(3, Dims::Xy),
        [one] => out.contours(one),
        many => {
            out.header(6, Dims::Xy);
            out.count(many.len());
            many.iter().for_each(|polygon| out.contours(polygon));
        }
    }
    Ok(())
}
