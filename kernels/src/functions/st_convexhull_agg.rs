use crate::aggregate::Aggregate;
use crate::call::common_srid;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Cause;
use crate::geom::{Geom, WkbWriter, Xy};
use crate::planar::hull;

function! {
    /// The smallest convex geometry around all geometries of a group.
    ///
    /// The same as `st_convexhull(st_collect(geom))`, but nothing is kept except corners of the hull so far.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// Units of the coordinates; z and m are left out.
    ///
    /// # Nulls and empties
    ///
    /// Nulls and empty geometries are passed over; null where nothing is left.
    ///
    /// # Errors
    ///
    /// Coordinates that are not finite or beyond 1e100; malformed WKB; SRIDs that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_convexhull_agg(geom)) FROM (SELECT st_point(1, 2) AS geom UNION ALL SELECT st_point(3, 0))
    /// -- LINESTRING(3 0,1 2)
    /// ```
    ///
    /// ```python
    /// pl.DataFrame({"x": [0, 0, 2], "y": [0, 2, 0]}).select(geoplug.point("x", "y").geo.convexhull_agg().geo.area()).item()
    /// # 2.0
    /// ```
    st_convexhull_agg {
        python: "convexhull_agg",
        args: &[geometry("geom")],
        returns: Returns::Geometry,
        kernel: Kernel::Aggregate(|| Box::new(Hulls::default())),
    }
}

/// A group with fewer positions is not worth reducing.
const FEW: usize = 64;

#[derive(Default)]
struct Hulls {
    groups: Vec<Group>,
    /// Positions that the groups have room for.
    held: usize,
    corners: Vec<Xy>,
}

/// Positions with the hull that the group has.
#[derive(Default)]
struct Group {
    points: Vec<Xy>,
    /// How many of them are corners of one hull: once they are outnumbered, the hull is found anew.
    reduced: usize,
    srid: i32,
}

impl Aggregate for Hulls {
    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), Group::default);
    }

    fn update(&mut self, group: usize, geom: &Geom) -> Result<(), Cause> {
        let Group { points, reduced, srid } = &mut self.groups[group];
        *srid = common_srid(*srid, geom.srid)?;
        geom.expect_finite()?;
        self.held -= points.capacity();
        // After the check, only an empty point is NaN.
        geom.each_sequence(&mut |_, c| points.extend(c.points()));
        if points.len() > FEW.max(2 * *reduced) {
            hull::corners(points, &mut self.corners);
            points.clear();
            points.extend_from_slice(&self.corners);
            *reduced = points.len();
            points.shrink_to(2 * *reduced);
        }
        self.held += points.capacity();
        Ok(())
    }

    /// A state is a hull.
    fn merge(&mut self, group: usize, state: &Geom) -> Result<(), Cause> {
        self.update(group, state)
    }

    fn state(&self, group: usize, out: &mut WkbWriter) -> bool {
        let Group { points, srid, .. } = &self.groups[group];
        let (mut points, mut corners) = (points.clone(), Vec::new());
        hull::corners(&mut points, &mut corners);
        out.set_srid(*srid);
        hull::write(&corners, out);
        !corners.is_empty()
    }

    fn evaluate(&self, group: usize, out: &mut WkbWriter) -> bool {
        self.state(group, out)
    }

    fn drain(&mut self, groups: usize) {
        self.held -= self.groups.drain(..groups).map(|group| group.points.capacity()).sum::<usize>();
    }

    fn size(&self) -> usize {
        self.held * size_of::<Xy>() + self.groups.capacity() * size_of::<Group>()
    }
}
