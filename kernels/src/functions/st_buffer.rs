use arrow::array::ArrayRef;
use geo::Buffer;
use geo::algorithm::buffer::{BufferStyle, LineCap, LineJoin};

use crate::call::Call;
use crate::catalog::{Default, Kernel, Returns, float, function, geometry, integer};
use crate::error::{Cause, Result};
use crate::geom::{Dims, Geom, WkbWriter, to_geo};

function! {
    /// The area within a distance of a geometry, with round ends and corners.
    ///
    /// The result is a polygon or multipolygon. A negative distance shrinks polygons; of points and lines it leaves
    /// nothing. Arcs are drawn by `quad_segs` segments for each quarter of a circle.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    /// - `distance`: how far; may be negative.
    /// - `quad_segs`: segments for each quarter of a circle, at least 1; 8 if left out.
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
    /// A distance that is not a finite number; `quad_segs` below 1; coordinates that are not finite; malformed WKB.
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
    call.build(&args, |(geom, distance, quad_segs), out| buffer(&geom, distance, quad_segs, out))
}

fn buffer(geom: &Geom, distance: f64, quad_segs: i64, out: &mut WkbWriter) -> std::result::Result<(), Cause> {
    if !distance.is_finite() {
        return Err(format!("distance must be a finite number, got {distance}").into());
    }
    if quad_segs < 1 {
        return Err(format!("quad_segs must be at least 1, got {quad_segs}").into());
    }
    geom.expect_finite()?;
    if geom.is_empty() || (distance <= 0.0 && geom.dimension() < Some(2)) {
        out.empty(3, Dims::Xy);
        return Ok(());
    }
    let step = std::f64::consts::FRAC_PI_2 / quad_segs as f64;
    let style = BufferStyle::new(distance).line_cap(LineCap::Round(step)).line_join(LineJoin::Round(step));
    let polygons = to_geo(geom).buffer_with_style(style);
    match polygons.0.as_slice() {
        [] => out.empty(3, Dims::Xy),
        [one] => out.geo(&one.clone().into()),
        _ => out.geo(&polygons.into()),
    }
    Ok(())
}
