use smallvec::SmallVec;

use crate::aggregate::Aggregate;
use crate::call::common_srid;
use crate::catalog::{Kernel, Returns, function, geometry};
use crate::error::Cause;
use crate::geom::{Dims, Geom, Shape, WkbWriter};

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

/// The members of all groups in one log, so that millions of small groups take no millions of buffers.
#[derive(Default)]
struct Collect {
    groups: Vec<Group>,
    /// Members as they stand in the answer, in the order in which they came.
    log: WkbWriter,
    chunks: Vec<Chunk>,
}

/// Members of one group that came in a row.
struct Chunk {
    /// The chunk of the group before this one, counted from 1; 0 for none.
    previous: usize,
    /// Where it ends in the log. It begins where the chunk before it, of whatever group, ends.
    end: usize,
}

#[derive(Clone, Copy, Default)]
struct Group {
    /// Its last chunk, counted from 1; 0 for none.
    last: usize,
    count: usize,
    /// WKB code of the collection that the members make: 4, 5, 6 or 7.
    code: u32,
    dims: Dims,
    srid: i32,
}

impl Group {
    /// Counts one more member.
    fn count(&mut self, geom: &Geom, srid: i32) -> Result<(), Cause> {
        self.srid = common_srid(self.srid, srid)?;
        let code = match geom.shape {
            Shape::Point(_) => 4,
            Shape::LineString(_) => 5,
            Shape::Polygon(_) => 6,
            _ => 7,
        };
        if self.count == 0 {
            (self.code, self.dims) = (code, geom.dims);
        } else if self.dims != geom.dims {
            return Err("geometries with and without z or m cannot be collected".into());
        } else if self.code != code {
            self.code = 7;
        }
        self.count += 1;
        Ok(())
    }
}

impl Collect {
    fn add(&mut self, group: usize, geom: &Geom, srid: i32) -> Result<(), Cause> {
        let group = &mut self.groups[group];
        group.count(geom, srid)?;
        self.log.geom(geom);
        let (end, chunks) = (self.log.position(), self.chunks.len());
        match self.chunks.last_mut() {
            Some(chunk) if group.last == chunks => chunk.end = end,
            _ => {
                self.chunks.push(Chunk { previous: group.last, end });
                group.last = chunks + 1;
            }
        }
        Ok(())
    }

    /// The members of a group, piece by piece.
    fn members(&self, group: &Group) -> impl Iterator<Item = &[u8]> {
        let mut chunks: SmallVec<[usize; 16]> = SmallVec::new();
        let mut next = group.last;
        while let Some(chunk) = next.checked_sub(1) {
            chunks.push(chunk);
            next = self.chunks[chunk].previous;
        }
        let start = |chunk: usize| chunk.checked_sub(1).map_or(0, |before| self.chunks[before].end);
        chunks.into_iter().rev().map(move |chunk| &self.log.bytes()[start(chunk)..self.chunks[chunk].end])
    }

    fn write(&self, group: &Group, code: u32, out: &mut WkbWriter) {
        out.set_srid(group.srid);
        out.header(code, group.dims);
        out.count(group.count);
        self.members(group).for_each(|members| out.raw(members));
    }
}

impl Aggregate for Collect {
    fn grow(&mut self, groups: usize) {
        self.groups.resize(groups.max(self.groups.len()), Group::default());
    }

    fn update(&mut self, group: usize, geom: &Geom) -> Result<(), Cause> {
        self.add(group, geom, geom.srid)
    }

    fn merge(&mut self, group: usize, state: &Geom) -> Result<(), Cause> {
        match &state.shape {
            Shape::MultiPoint(points) => (0..points.len()).try_for_each(|i| {
                let point = Geom { shape: Shape::Point(points.one(i)), ..*state };
                self.add(group, &point, state.srid)
            }),
            Shape::GeometryCollection(members) => {
                members.iter().try_for_each(|member| self.add(group, member, state.srid))
            }
            _ => self.add(group, state, state.srid),
        }
    }

    /// A point, line string or polygon stands for itself, a MULTIPOINT for points. Everything else is in a
    /// GEOMETRYCOLLECTION, so that members are told from a member that has members.
    fn state(&self, group: usize, out: &mut WkbWriter) -> bool {
        let group = &self.groups[group];
        match (group.count, group.code) {
            (0, _) => return false,
            (1, 4..=6) if group.srid == 0 => self.members(group).for_each(|member| out.raw(member)),
            (_, 4) => self.write(group, 4, out),
            _ => self.write(group, 7, out),
        }
        true
    }

    fn evaluate(&self, group: usize, out: &mut WkbWriter) -> bool {
        let group = &self.groups[group];
        if group.count > 0 {
            self.write(group, group.code, out);
        }
        group.count > 0
    }

    fn drain(&mut self, groups: usize) {
        let mut rest = Self::default();
        for group in &self.groups[groups..] {
            self.members(group).for_each(|members| rest.log.raw(members));
            let last = if group.count > 0 {
                rest.chunks.push(Chunk { previous: 0, end: rest.log.position() });
                rest.chunks.len()
            } else {
                0
            };
            rest.groups.push(Group { last, ..*group });
        }
        *self = rest;
    }

    fn size(&self) -> usize {
        self.log.capacity()
            + self.chunks.capacity() * size_of::<Chunk>()
            + self.groups.capacity() * size_of::<Group>()
    }
}
