use crate::aggregate::Aggregate;
use crate::call::common_srid;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Cause;
use crate::geom::{Dims, Geom, Shape, WkbWriter, geometry_code};

function! {
    /// All geometries of a group in one, each as it is.
    ///
    /// Points make a MULTIPOINT, line strings a MULTILINESTRING, polygons a MULTIPOLYGON, anything else a
    /// GEOMETRYCOLLECTION. Nothing is merged: `st_union` does that.
    ///
    /// # Arguments
    ///
    /// - `geom`: any geometry.
    ///
    /// # Units
    ///
    /// Those of the coordinates, which are not changed; z and m are kept.
    ///
    /// # Nulls and empties
    ///
    /// Nulls are passed over, empty geometries are kept; null where nothing is left.
    ///
    /// # Errors
    ///
    /// Geometries with z or m beside others without; malformed WKB; SRIDs that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_astext(st_collect(geom)) FROM (SELECT st_point(1, 2) AS geom UNION ALL SELECT st_point(1, 2))
    /// -- MULTIPOINT((1 2),(1 2))
    /// ```
    ///
    /// ```python
    /// pl.DataFrame({"x": [1, 3], "y": [2, 0]}).select(geoplug.point("x", "y").geo.collect().geo.to_wkt()).item()
    /// # MULTIPOINT((1 2),(3 0))
    /// ```
    st_collect {
        aliases: &["st_collect_agg"],
        python: "collect",
        args: &[geometry("geom")],
        returns: Returns::Geometry,
        kernel: Kernel::Aggregate(|| Box::new(Collect::default())),
    }
}

/// The members of each group, written one after another: the bytes of the answer but for its head.
#[derive(Default)]
struct Collect {
    groups: Vec<Group>,
    /// Bytes that the groups hold.
    held: usize,
}

#[derive(Default)]
struct Group {
    members: WkbWriter,
    count: usize,
    /// WKB code of the collection that they make: 4, 5, 6 or 7.
    code: u32,
    dims: Dims,
    srid: i32,
}

impl Group {
    fn add(&mut self, geom: &Geom, srid: i32) -> Result<(), Cause> {
        self.srid = common_srid(self.srid, srid)?;
        let code = match geom.shape {
            Shape::Point(_) | Shape::LineString(_) | Shape::Polygon(_) => {
                geometry_code(geom.type_name()).map_or(7, |code| code + 3)
            }
            _ => 7,
        };
        if self.count == 0 {
            (self.code, self.dims) = (code, geom.dims);
        } else if self.dims != geom.dims {
            return Err("geometries with and without z or m cannot be collected".into());
        } else if self.code != code {
            self.code = 7;
        }
        self.members.geom(geom);
        self.count += 1;
        Ok(())
    }

    fn write(&self, code: u32, out: &mut WkbWriter) -> bool {
        if self.count == 0 {
            return false;
        }
        out.set_srid(self.srid);
        out.header(code, self.dims);
        out.count(self.count);
        out.raw(self.members.bytes());
        true
    }
}

impl Aggregate for Collect {
    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), Group::default);
    }

    fn update(&mut self, group: usize, geom: &Geom) -> Result<(), Cause> {
        let group = &mut self.groups[group];
        let before = group.members.capacity();
        group.add(geom, geom.srid)?;
        self.held += group.members.capacity() - before;
        Ok(())
    }

    /// A state is always a GEOMETRYCOLLECTION, so that its members are told from a collection that is a member.
    fn merge(&mut self, group: usize, state: &Geom) -> Result<(), Cause> {
        let Shape::GeometryCollection(members) = &state.shape else {
            return Err(format!("expected a GEOMETRYCOLLECTION as state, got a {}", state.type_name()).into());
        };
        let group = &mut self.groups[group];
        let before = group.members.capacity();
        members.iter().try_for_each(|member| group.add(member, state.srid))?;
        self.held += group.members.capacity() - before;
        Ok(())
    }

    fn state(&self, group: usize, out: &mut WkbWriter) -> bool {
        self.groups[group].write(7, out)
    }

    fn evaluate(&self, group: usize, out: &mut WkbWriter) -> bool {
        let group = &self.groups[group];
        group.write(group.code, out)
    }

    fn drain(&mut self, groups: usize) {
        self.held -= self.groups.drain(..groups).map(|group| group.members.capacity()).sum::<usize>();
    }

    fn size(&self) -> usize {
        self.held + self.groups.capacity() * size_of::<Group>()
    }
}
