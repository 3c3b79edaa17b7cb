use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::{Cause, Result};
use crate::geom::{Geom, WkbWriter, Xy};
use crate::planar::orientation;

function! {
    /// The smallest convex geometry around a geometry.
    ///
    /// A polygon, clockwise from its lowest corner; the line or point that the hull of collinear or equal points is.
    /// Corners are corners of the input, found by exact arithmetic.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// Units of the coordinates.
    ///
    /// # Nulls and empties
    ///
    /// Null for null; an empty geometry is returned as it is.
    ///
    /// # Errors
    ///
    /// Coordinates that are not finite or beyond 1e100; malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_convexhull(st_geomfromtext('LINESTRING(0 0, 4 0, 1 1, 0 4)')))
    /// -- POLYGON((0 0,0 4,4 0,0 0))
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(0 0, 4 0, 1 1, 0 4)").geo.convexhull().geo.area()).item()
    /// # 8.0
    /// ```
    st_convexhull {
        python: "convexhull",
        args: &[geometry("geom")],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let mut scratch = Scratch::default();
    call.build(&call.geometry(0)?, |geom, out| convex_hull(&geom, &mut scratch, out))
}

/// Reused from row to row.
#[derive(Default)]
struct Scratch {
    points: Vec<Xy>,
    ring: Vec<Xy>,
}

fn convex_hull(geom: &Geom, scratch: &mut Scratch, out: &mut WkbWriter) -> std::result::Result<(), Cause> {
    if geom.is_empty() {
        out.geom(geom);
        return Ok(());
    }
    geom.expect_finite()?;
    let Scratch { points, ring } = scratch;
    points.clear();
    // After the check, only an empty point is NaN.
    geom.each_sequence(&mut |_, c| points.extend(c.points()));
    // Finite numbers always compare. Not total_cmp: it would tell -0 from 0.
    points.sort_unstable_by(|a, b| {
        let order = a.y.partial_cmp(&b.y).zip(a.x.partial_cmp(&b.x));
        order.map_or(std::cmp::Ordering::Equal, |(y, x)| y.then(x))
    });
    points.dedup();
    match points.as_slice() {
        [only] => out.point(*only),
        [low, .., high] => {
            ring.clear();
            chain(points.iter(), ring);
            chain(points.iter().rev(), ring);
            // There and back: no area.
            if ring.len() == 3 { out.path(&[*low, *high]) } else { out.rings(&[&ring]) }
        }
        [] => {}
    }
    Ok(())
}

/// Adds the corners that the hull has on the left of the way through the sorted `points` (Andrew's monotone chain). It
/// begins at the last corner in `ring`, if there is one.
fn chain<'a>(points: impl Iterator<Item = &'a Xy>, ring: &mut Vec<Xy>) {
    let start = ring.len().saturating_sub(1);
    for &p in points.skip(usize::from(!ring.is_empty())) {
        while let [.., a, b] = ring[start..]
            && orientation(a, b, p) >= 0.0
        {
            ring.pop();
        }
        ring.push(p);
    }
}
