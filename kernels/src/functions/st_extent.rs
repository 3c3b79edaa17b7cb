use crate::aggregate::Aggregate;
use crate::call::common_srid;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Cause;
use crate::geom::{Geom, Rect, WkbWriter};

function! {
    /// The box around all geometries of a group.
    ///
    /// A polygon; where all coordinates are on one upright or level line, a line; where all are one position, a point.
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
    /// Malformed WKB; SRIDs that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_extent(geom)) FROM (SELECT st_point(1, 2) AS geom UNION ALL SELECT st_point(3, 0))
    /// -- POLYGON((1 0,1 2,3 2,3 0,1 0))
    /// ```
    ///
    /// ```python
    /// pl.DataFrame({"x": [1, 3], "y": [2, 0]}).select(geoplug.point("x", "y").geo.extent().geo.to_wkt()).item()
    /// # POLYGON((1 0,1 2,3 2,3 0,1 0))
    /// ```
    st_extent {
        aliases: &["st_extent_agg", "st_envelope_agg"],
        python: "extent",
        args: &[geometry("geom")],
        returns: Returns::Geometry,
        kernel: Kernel::Aggregate(|| Box::new(Extent::default())),
    }
}

/// For each group, the box so far and its SRID.
#[derive(Default)]
struct Extent {
    groups: Vec<(Option<Rect>, i32)>,
}

impl Aggregate for Extent {
    fn grow(&mut self, groups: usize) {
        self.groups.resize(groups.max(self.groups.len()), (None, 0));
    }

    fn update(&mut self, group: usize, geom: &Geom) -> Result<(), Cause> {
        let (rect, srid) = &mut self.groups[group];
        *srid = common_srid(*srid, geom.srid)?;
        *rect = match (*rect, geom.bounds()) {
            (Some(a), Some(b)) => Some(a.union(&b)),
            (a, b) => a.or(b),
        };
        Ok(())
    }

    fn merge(&mut self, group: usize, state: &Geom) -> Result<(), Cause> {
        self.update(group, state)
    }

    fn state(&self, group: usize, out: &mut WkbWriter) -> bool {
        let (Some(rect), srid) = self.groups[group] else { return false };
        out.set_srid(srid);
        out.rect(&rect);
        true
    }

    fn evaluate(&self, group: usize, out: &mut WkbWriter) -> bool {
        self.state(group, out)
    }

    fn drain(&mut self, groups: usize) {
        self.groups.drain(..groups);
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<(Option<Rect>, i32)>()
    }
}
