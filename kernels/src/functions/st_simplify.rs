use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, float, function, geometry};
use crate::error::{Cause, Result};
use crate::geom::{Coords, Geom, Shape, WkbWriter, Xy};
use crate::planar::point_segment;

function! {
    /// A geometry with fewer vertices, none of which moves: the Douglas-Peucker algorithm.
    ///
    /// A vertex is left out if what replaces it passes within `tolerance` of it. The ends of a line stay, and so does
    /// the first vertex of a ring; points stay as they are, and z and m of what stays. The result may cross itself.
    ///
    /// Rings of which fewer than four vertices are left, and closed lines of which only the ends are left, disappear;
    /// a polygon disappears with its shell.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    /// - `tolerance`: how far a vertex may lie from the result, at least 0.
    ///
    /// # Units
    ///
    /// `tolerance` is in units of the coordinates: degrees in longitude and latitude.
    ///
    /// # Nulls and empties
    ///
    /// Null where any argument is null, and where all of the geometry disappears, as in PostGIS; an empty geometry is
    /// returned as it is.
    ///
    /// # Errors
    ///
    /// A `tolerance` that is negative or NaN (PostGIS drops the sign); coordinates that are not finite or beyond 1e100;
    /// malformed WKB.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_simplify(st_geomfromtext('LINESTRING(0 0, 2 0.5, 4 0, 4 3)'), 1))
    /// -- LINESTRING(0 0,4 0,4 3)
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.from_wkt("LINESTRING(0 0, 2 0.5, 4 0, 4 3)").geo.simplify(1).geo.npoints()).item()
    /// # 3
    /// ```
    st_simplify {
        python: "simplify",
        args: &[geometry("geom"), float("tolerance")],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let mut douglas_peucker = DouglasPeucker::default();
    call.build(&(call.geometry(0)?, call.float(1)?), |(geom, tolerance), out| {
        if tolerance.is_nan() || tolerance < 0.0 {
            return Err(Cause::from(format!("tolerance must be a number of at least 0, got {tolerance}")));
        }
        if geom.is_empty() {
            out.geom(&geom);
            return Ok(Some(()));
        }
        geom.expect_finite()?;
        douglas_peucker.tolerance = tolerance;
        Ok(douglas_peucker.geometry(&geom, out).then_some(()))
    })
}

/// The algorithm, and its memory, reused from row to row.
#[derive(Default)]
struct DouglasPeucker {
    tolerance: f64,
    positions: Vec<Xy>,
    /// Places of the vertices that stay, in order.
    kept: Vec<usize>,
    /// Stretches still to be looked at, by their last vertex; each begins where the one before it ended.
    ends: Vec<usize>,
}

impl DouglasPeucker {
    /// Writes what is left; false, and nothing written, where nothing is.
    fn geometry(&mut self, geom: &Geom, out: &mut WkbWriter) -> bool {
        match &geom.shape {
            Shape::Point(_) | Shape::MultiPoint(_) => {
                out.geom(geom);
                !geom.is_empty()
            }
            Shape::LineString(path) => self.line(path, out),
            Shape::Polygon(rings) => self.polygon(rings, out),
            Shape::MultiLineString(lines) => members(geom, 5, lines, out, |line, out| self.line(line, out)),
            Shape::MultiPolygon(polygons) => members(geom, 6, polygons, out, |rings, out| self.polygon(rings, out)),
            Shape::GeometryCollection(all) => members(geom, 7, all, out, |member, out| self.geometry(member, out)),
        }
    }

    fn line(&mut self, path: &Coords, out: &mut WkbWriter) -> bool {
        self.select(path);
        if self.kept.len() < 2 || (self.kept.len() == 2 && path.first() == path.last()) {
            return false;
        }
        out.header(2, path.dims());
        out.picked(path, &self.kept);
        true
    }

    fn polygon(&mut self, rings: &[Coords], out: &mut WkbWriter) -> bool {
        let Some((shell, holes)) = rings.split_first() else { return false };
        self.select(shell);
        if self.kept.len() < 4 {
            return false;
        }
        out.header(3, shell.dims());
        let counter = out.position();
        out.count(0);
        out.picked(shell, &self.kept);
        let mut count = 1;
        for hole in holes {
            self.select(hole);
            if self.kept.len() >= 4 {
                out.picked(hole, &self.kept);
                count += 1;
            }
        }
        out.patch_count(counter, count);
        true
    }

    /// Fills `kept`.
    fn select(&mut self, path: &Coords) {
        self.positions.clear();
        path.each(|x, y| self.positions.push(Xy { x, y }));
        self.kept.clear();
        self.ends.clear();
        let Some(last) = self.positions.len().checked_sub(1) else { return };
        self.kept.push(0);
        self.ends.push(last);
        // A stack of our own: a spiral would recurse once for every vertex.
        let mut from = 0;
        while let Some(&to) = self.ends.last() {
            match self.farthest(from, to) {
                Some(split) => self.ends.push(split),
                None => {
                    self.ends.pop();
                    self.kept.push(to);
                    from = to;
                }
            }
        }
    }

    /// The vertex farthest from the segment between two others, if it is farther than the tolerance.
    fn farthest(&self, from: usize, to: usize) -> Option<usize> {
        let (a, b) = (self.positions[from], self.positions[to]);
        let (mut farthest, mut most) = (None, self.tolerance);
        for (i, p) in self.positions.iter().enumerate().take(to).skip(from + 1) {
            let distance = point_segment(*p, a, b);
            if distance > most {
                (farthest, most) = (Some(i), distance);
            }
        }
        farthest
    }
}

/// Writes a collection of those members that `write` writes; false, and nothing written, where it writes none.
fn members<T>(
    geom: &Geom,
    code: u32,
    members: &[T],
    out: &mut WkbWriter,
    mut write: impl FnMut(&T, &mut WkbWriter) -> bool,
) -> bool {
    let start = out.position();
    out.header(code, geom.dims);
    let counter = out.position();
    out.count(0);
    let count = members.iter().filter(|member| write(member, out)).count();
    out.patch_count(counter, count);
    if count == 0 {
        out.rewind(start);
    }
    count > 0
}
