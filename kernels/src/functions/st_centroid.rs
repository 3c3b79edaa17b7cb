use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::{Cause, Result};
use crate::geom::{Coords, Dims, Geom, Part, Xy, distance};

function! {
    /// The centre of mass of a geometry.
    ///
    /// Only the parts of the highest dimension count: polygons by their area; else lines by their length; else points.
    /// Polygons without area count as the lines around them, lines without length as points. The centroid need not lie
    /// on the geometry.
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
    /// Null for null; an empty point for an empty geometry.
    ///
    /// # Errors
    ///
    /// Coordinates that are not finite or beyond 1e100; malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_centroid(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))')))
    /// -- POINT(2 1.5)
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))").geo.centroid().geo.y()).item()
    /// # 1.5
    /// ```
    st_centroid {
        python: "centroid",
        args: &[geometry("geom")],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    call.build(&call.geometry(0)?, |geom, out| {
        match centroid(&geom)? {
            Some(centre) => out.point(centre),
            None => out.empty(1, Dims::Xy),
        }
        Ok(())
    })
}

fn centroid(geom: &Geom) -> std::result::Result<Option<Xy>, Cause> {
    let Some(bounds) = geom.expect_finite()? else { return Ok(None) };
    // Measured from a corner of the box, which spares the digits that large coordinates have in common.
    let origin = Xy { x: bounds.xmin, y: bounds.ymin };
    let centre = areas(geom, origin).centre();
    let centre = centre.or_else(|| lengths(geom, origin).centre()).or_else(|| points(geom, origin).centre());
    Ok(centre.map(|c| c + origin))
}

/// Weights, and weights times positions.
#[derive(Default, Clone, Copy)]
struct Moment {
    weight: f64,
    sum: Xy,
}

impl Moment {
    fn add(&mut self, weight: f64, at: Xy) {
        self.weight += weight;
        self.sum = self.sum + at * weight;
    }

    fn centre(&self) -> Option<Xy> {
        (self.weight != 0.0).then(|| self.sum / self.weight)
    }
}

fn areas(geom: &Geom, origin: Xy) -> Moment {
    let mut total = Moment::default();
    geom.each_part(&mut |part| {
        let Part::Area(rings) = part else { return };
        for (i, ring) in rings.iter().enumerate() {
            let moment = ring_area(ring, origin);
            // Whatever its direction, a shell adds and a hole takes away.
            let sign = if (moment.weight < 0.0) == (i == 0) { -1.0 } else { 1.0 };
            total.weight += sign * moment.weight;
            total.sum = total.sum + moment.sum * sign;
        }
    });
    total
}

/// Triangles from the first position, each counted with twice its area. The centre of one is a third of a sum: dividing
/// once, at the end, keeps whole numbers whole until then.
fn ring_area(ring: &Coords, origin: Xy) -> Moment {
    let mut moment = Moment::default();
    let Some(first) = ring.first() else { return moment };
    ring.each_segment(|a, b| {
        let (u, v) = (a - first, b - first);
        moment.add(u.x * v.y - v.x * u.y, (first - origin) * 3.0 + u + v);
    });
    moment.weight *= 3.0;
    moment
}

fn lengths(geom: &Geom, origin: Xy) -> Moment {
    let mut moment = Moment::default();
    geom.each_part(&mut |part| {
        let paths = match part {
            Part::Points(_) => &[],
            Part::Line(path) => std::slice::from_ref(path),
            Part::Area(rings) => rings,
        };
        for path in paths {
            path.each_segment(|a, b| moment.add(distance(a, b), (a - origin) + (b - a) / 2.0));
        }
    });
    moment
}

/// The points, and one of each path: they are asked for where no path has a length.
fn points(geom: &Geom, origin: Xy) -> Moment {
    let mut moment = Moment::default();
    geom.each_part(&mut |part| match part {
        Part::Points(c) => c.points().for_each(|p| moment.add(1.0, p - origin)),
        Part::Line(path) => path.first().iter().for_each(|p| moment.add(1.0, *p - origin)),
        Part::Area(rings) => rings.iter().filter_map(Coords::first).for_each(|p| moment.add(1.0, p - origin)),
    });
    moment
}
