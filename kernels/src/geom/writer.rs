//! Writing WKB: ISO codes, little endian; EWKB where the row has an SRID.

use geo_types::{Geometry, LineString, Polygon};

use super::{Coords, Dims, Geom, Rect, Shape, Xy};

/// WKB code of a type by its OGC name; `None` for a name that is no simple feature.
pub fn geometry_code(name: &str) -> Option<u32> {
    Some(match name {
        "POINT" => 1,
        "LINESTRING" => 2,
        "POLYGON" => 3,
        "MULTIPOINT" => 4,
        "MULTILINESTRING" => 5,
        "MULTIPOLYGON" => 6,
        "GEOMETRYCOLLECTION" => 7,
        _ => return None,
    })
}

/// Builds one WKB value at a time in a buffer that is reused from row to row.
#[derive(Debug, Default)]
pub struct WkbWriter {
    bytes: Vec<u8>,
    srid: i32,
}

impl WkbWriter {
    /// Starts a new value with this SRID (0 for none).
    pub fn restart(&mut self, srid: i32) {
        self.bytes.clear();
        self.srid = srid;
    }

    /// SRID that the value will carry.
    pub fn set_srid(&mut self, srid: i32) {
        self.srid = srid;
    }

    /// What was written since the last restart.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes set aside for values.
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Appends WKB as it is.
    pub(crate) fn raw(&mut self, wkb: &[u8]) {
        self.bytes.extend_from_slice(wkb);
    }

    /// Length so far: a place to come back to with `patch_count`.
    pub(crate) fn position(&self) -> usize {
        self.bytes.len()
    }

    /// Writes the header of a geometry; the SRID goes to the outermost only.
    pub(crate) fn header(&mut self, code: u32, dims: Dims) {
        self.bytes.push(1);
        if self.bytes.len() == 1 && self.srid != 0 {
            let z = if dims.has_z() { 0x8000_0000 } else { 0 };
            let m = if dims.has_m() { 0x4000_0000 } else { 0 };
            self.u32(code | z | m | 0x2000_0000);
            self.bytes.extend_from_slice(&self.srid.to_le_bytes());
        } else {
            let offset = match dims {
                Dims::Xy => 0,
                Dims::Xyz => 1000,
                Dims::Xym => 2000,
                Dims::Xyzm => 3000,
            };
            self.u32(code + offset);
        }
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn count(&mut self, count: usize) {
        // A geometry with 2^32 parts would take over 64 GB; the columns it came from cannot hold it.
        self.u32(count as u32);
    }

    /// Writes a count at a place kept for it.
    pub(crate) fn patch_count(&mut self, at: usize, count: usize) {
        self.bytes[at..at + 4].copy_from_slice(&(count as u32).to_le_bytes());
    }

    pub(crate) fn f64(&mut self, value: f64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn xy(&mut self, p: Xy) {
        self.f64(p.x);
        self.f64(p.y);
    }

    /// An XY point.
    pub fn point(&mut self, p: Xy) {
        self.header(1, Dims::Xy);
        self.xy(p);
    }

    /// An empty geometry of the type with this WKB code.
    pub fn empty(&mut self, code: u32, dims: Dims) {
        self.header(code, dims);
        if code == 1 {
            (0..dims.size()).for_each(|_| self.f64(f64::NAN));
        } else {
            self.count(0);
        }
    }

    /// A path of at least two positions.
    pub fn path(&mut self, positions: &[Xy]) {
        self.header(2, Dims::Xy);
        self.positions(positions);
    }

    fn positions(&mut self, positions: &[Xy]) {
        self.count(positions.len());
        positions.iter().for_each(|p| self.xy(*p));
    }

    /// A polygon of closed rings.
    pub fn rings<R: AsRef<[Xy]>>(&mut self, rings: &[R]) {
        self.header(3, Dims::Xy);
        self.count(rings.len());
        rings.iter().for_each(|ring| self.positions(ring.as_ref()));
    }

    /// A polygon of rings that are open: the last position is not the first again.
    pub(crate) fn contours(&mut self, contours: &[Vec<[f64; 2]>]) {
        self.header(3, Dims::Xy);
        self.count(contours.len());
        for contour in contours {
            self.count(contour.len() + 1);
            contour.iter().chain(contour.first()).for_each(|[x, y]| self.xy(Xy { x: *x, y: *y }));
        }
    }

    /// A box as a geometry: a polygon, clockwise from its lowest corner as PostGIS writes it, or the line or point
    /// that a flat box is.
    pub fn rect(&mut self, r: &Rect) {
        let (low, high) = (Xy { x: r.xmin, y: r.ymin }, Xy { x: r.xmax, y: r.ymax });
        match (low.x == high.x, low.y == high.y) {
            (true, true) => self.point(low),
            (false, false) => {
                let (left_top, right_bottom) = (Xy { x: low.x, y: high.y }, Xy { x: high.x, y: low.y });
                self.rings(&[[low, left_top, high, right_bottom, low]]);
            }
            _ => self.path(&[low, high]),
        }
    }

    /// Forgets what was written since the writer was at this position.
    pub(crate) fn rewind(&mut self, position: usize) {
        self.bytes.truncate(position);
    }

    /// Of a sequence, the coordinates at these places, z and m included.
    pub(crate) fn picked(&mut self, c: &Coords, places: &[usize]) {
        self.count(places.len());
        places.iter().for_each(|i| self.ordinates(c, *i));
    }

    fn coords(&mut self, c: &Coords) {
        self.count(c.len());
        (0..c.len()).for_each(|i| self.ordinates(c, i));
    }

    /// Coordinate `i` of a sequence, z and m included.
    pub(crate) fn ordinates(&mut self, c: &Coords, i: usize) {
        (0..c.dims().size()).for_each(|nth| self.f64(c.ordinate(i, nth)));
    }

    fn ring_list(&mut self, rings: &[Coords]) {
        self.count(rings.len());
        rings.iter().for_each(|r| self.coords(r));
    }

    /// A borrowed geometry as it is, z and m included.
    pub fn geom(&mut self, geom: &Geom) {
        let dims = geom.dims;
        match &geom.shape {
            Shape::Point(p) if p.is_empty() => self.empty(1, dims),
            Shape::Point(p) => {
                self.header(1, dims);
                self.ordinates(p, 0);
            }
            Shape::LineString(c) => {
                self.header(2, dims);
                self.coords(c);
            }
            Shape::Polygon(rings) => {
                self.header(3, dims);
                self.ring_list(rings);
            }
            Shape::MultiPoint(c) => {
                self.header(4, dims);
                self.count(c.len());
                for i in 0..c.len() {
                    self.header(1, dims);
                    self.ordinates(c, i);
                }
            }
            Shape::MultiLineString(lines) => {
                self.header(5, dims);
                self.count(lines.len());
                for line in lines {
                    self.header(2, dims);
                    self.coords(line);
                }
            }
            Shape::MultiPolygon(polygons) => {
                self.header(6, dims);
                self.count(polygons.len());
                for rings in polygons {
                    self.header(3, dims);
                    self.ring_list(rings);
                }
            }
            Shape::GeometryCollection(members) => {
                self.header(7, dims);
                self.count(members.len());
                members.iter().for_each(|m| self.geom(m));
            }
        }
    }

    /// A geometry of the `geo` crate.
    pub fn geo(&mut self, geometry: &Geometry<f64>) {
        match geometry {
            Geometry::Point(p) => self.point(p.0),
            Geometry::LineString(l) => self.path(&l.0),
            Geometry::Line(l) => self.path(&[l.start, l.end]),
            Geometry::Polygon(p) => self.geo_polygon(p),
            Geometry::Rect(r) => self.geo_polygon(&r.to_polygon()),
            Geometry::Triangle(t) => self.geo_polygon(&t.to_polygon()),
            Geometry::MultiPoint(points) => {
                self.header(4, Dims::Xy);
                self.count(points.0.len());
                points.0.iter().for_each(|p| self.point(p.0));
            }
            Geometry::MultiLineString(lines) => {
                self.header(5, Dims::Xy);
                self.count(lines.0.len());
                lines.0.iter().for_each(|l| self.path(&l.0));
            }
            Geometry::MultiPolygon(polygons) => {
                self.header(6, Dims::Xy);
                self.count(polygons.0.len());
                polygons.0.iter().for_each(|p| self.geo_polygon(p));
            }
            Geometry::GeometryCollection(members) => {
                self.header(7, Dims::Xy);
                self.count(members.0.len());
                members.0.iter().for_each(|m| self.geo(m));
            }
        }
    }

    fn geo_polygon(&mut self, polygon: &Polygon<f64>) {
        if polygon.exterior().0.is_empty() {
            return self.empty(3, Dims::Xy);
        }
        let rings: Vec<&LineString<f64>> = std::iter::once(polygon.exterior()).chain(polygon.interiors()).collect();
        self.header(3, Dims::Xy);
        self.count(rings.len());
        rings.iter().for_each(|ring| self.positions(&ring.0));
    }
}
