use arrow::array::ArrayRef;

use crate::call::Call;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::{Cause, Result};
use crate::geom::{Coords, Dims, Geom, Shape, WkbWriter, Xy};

function! {
    /// The line through the positions of one geometry and then those of another.
    ///
    /// Where a line string is to go on from the position that the line has reached, that position is not repeated; points
    /// are taken as they are.
    ///
    /// # Arguments
    ///
    /// - `a`: a point, multipoint or line string.
    /// - `b`: a point, multipoint or line string.
    ///
    /// # Units
    ///
    /// Those of the coordinates, which are not changed; z and m are kept.
    ///
    /// # Nulls and empties
    ///
    /// Null where an argument is null; an empty geometry adds no position, and of none the line is empty.
    ///
    /// # Errors
    ///
    /// Other types; only one position; z or m in one geometry and not in the other; malformed WKB; SRIDs, or CRS, that
    /// differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_length(st_makeline(st_point(0, 0), st_point(3, 4)))
    /// -- 5.0
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(0, 0).geo.makeline(geoplug.point(3, 4)).geo.to_wkt()).item()
    /// # LINESTRING(0 0,3 4)
    /// ```
    st_makeline {
        python: "makeline",
        args: &[geometry("a"), geometry("b")],
        returns: Returns::Geometry,
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let args = (call.geometry(0)?, call.geometry(1)?);
    call.build(&args, |(a, b), out| make_line(&a, &b, out))
}

fn make_line<'a>(a: &Geom<'a>, b: &Geom<'a>, out: &mut WkbWriter) -> std::result::Result<(), Cause> {
    if let (Some(start), Some(end), Dims::Xy, Dims::Xy) = (a.as_point(), b.as_point(), a.dims, b.dims) {
        out.path(&[start, end]);
        return Ok(());
    }
    let (first, second) = (positions(a)?, positions(b)?);
    if a.dims != b.dims {
        return Err("a line cannot be made of geometries with and without z or m".into());
    }
    let goes_on = match &b.shape {
        Shape::LineString(_) => last(a).zip(second.first()).is_some_and(|(p, q)| p == q),
        _ => false,
    };
    out.header(2, a.dims);
    let (place, mut count) = (out.position(), 0);
    out.count(0);
    for (geom, c, from) in [(a, first, 0), (b, second, usize::from(goes_on))] {
        for i in (from..c.len()).filter(|i| !is_empty_point(geom, c.xy(*i))) {
            out.ordinates(c, i);
            count += 1;
        }
    }
    if count == 1 {
        return Err("a line needs at least 2 positions, got 1".into());
    }
    out.patch_count(place, count);
    Ok(())
}

/// The positions of a geometry that has no more than one sequence of them.
fn positions<'g, 'a>(geom: &'g Geom<'a>) -> std::result::Result<&'g Coords<'a>, Cause> {
    match &geom.shape {
        Shape::Point(c) | Shape::MultiPoint(c) | Shape::LineString(c) => Ok(c),
        _ => Err(format!("expected a POINT, MULTIPOINT or LINESTRING, got a {}", geom.type_name()).into()),
    }
}

/// Whether this position of the geometry is an empty point.
fn is_empty_point(geom: &Geom, p: Xy) -> bool {
    p.x.is_nan() && p.y.is_nan() && !matches!(geom.shape, Shape::LineString(_))
}

/// The last position of a geometry, empty points left out.
fn last(geom: &Geom) -> Option<Xy> {
    let mut last = None;
    geom.each_sequence(&mut |_, c| last = c.iter().filter(|p| !is_empty_point(geom, *p)).last());
    last
}
