use crate::aggregate::Aggregate;
use crate::call::common_srid;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Cause;
use crate::geom::{Geom, WkbWriter};
use crate::overlay::Union;

function! {
    /// The union of all geometries of a group: all points that lie in any.
    ///
    /// The result is the simplest type that can hold it. Polygons that overlap or share an edge melt together; lines are
    /// cut wherever they meet something, and what is inside of a polygon goes up in it. Geometries are united as they
    /// come, so that a group takes little more memory than its union.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry; polygons must be valid.
    ///
    /// # Units
    ///
    /// Units of the coordinates. The result has x and y only.
    ///
    /// # Nulls and empties
    ///
    /// Nulls are passed over, and empty geometries too unless there is nothing else: then the result is an empty geometry
    /// of the highest type among them. Null where nothing is left.
    ///
    /// # Errors
    ///
    /// Coordinates that are not finite or beyond 1e100; malformed WKB; SRIDs that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_area(st_union_agg(geom))
    /// FROM (SELECT st_makeenvelope(0, 0, 2, 2) AS geom UNION ALL SELECT st_makeenvelope(1, 1, 3, 3))
    /// -- 7.0
    /// ```
    ///
    /// ```python
    /// pl.DataFrame({"x": [3, 1, 1], "y": [0, 2, 2]}).select(geoplug.point("x", "y").geo.union_agg().geo.to_wkt()).item()
    /// # MULTIPOINT((1 2),(3 0))
    /// ```
    st_union_agg {
        aliases: &["st_union_aggr", "st_memunion"],
        python: "union_agg",
        args: &[geometry("geom")],
        returns: Returns::Geometry,
        kernel: Kernel::Aggregate(|| Box::new(Unions::default())),
    }
}

/// For each group, the union so far and its SRID.
#[derive(Default)]
struct Unions {
    groups: Vec<(Union, i32)>,
    /// Bytes that the unions hold.
    held: usize,
}

impl Aggregate for Unions {
    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), Default::default);
    }

    fn update(&mut self, group: usize, geom: &Geom) -> Result<(), Cause> {
        let (union, srid) = &mut self.groups[group];
        *srid = common_srid(*srid, geom.srid)?;
        self.held -= union.size();
        let added = union.add(geom);
        self.held += union.size();
        added
    }

    fn merge(&mut self, group: usize, state: &Geom) -> Result<(), Cause> {
        self.update(group, state)
    }

    fn state(&self, group: usize, out: &mut WkbWriter) -> bool {
        let (union, srid) = &self.groups[group];
        out.set_srid(*srid);
        union.write(out)
    }

    fn evaluate(&self, group: usize, out: &mut WkbWriter) -> bool {
        self.state(group, out)
    }

    fn drain(&mut self, groups: usize) {
        self.held -= self.groups.drain(..groups).map(|(union, _)| union.size()).sum::<usize>();
    }

    fn size(&self) -> usize {
        self.held + self.groups.capacity() * size_of::<(Union, i32)>()
    }
}
