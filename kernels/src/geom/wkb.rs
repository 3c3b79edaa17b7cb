//! Reading WKB and EWKB: one pass that checks every count and every length before it looks further, so that the
//! coordinates can be read in place afterwards without another check.

use super::{Coords, Dims, Geom, Rings, Role, Shape, Xy};
use crate::error::Cause;

/// Collections nested deeper than this are refused, as PostGIS does.
pub const MAX_DEPTH: usize = 200;

type Parsed<T> = std::result::Result<T, Cause>;

/// Reads one WKB or EWKB value. Bytes after the geometry are ignored, as PostGIS and GEOS do.
#[inline]
pub fn parse_wkb(bytes: &[u8]) -> Parsed<Geom<'_>> {
    // The most frequent value by far: a little-endian XY point without SRID.
    if let [1, 1, 0, 0, 0, xy @ ..] = bytes
        && xy.len() >= 16
    {
        return Ok(Geom { shape: Shape::Point(point(xy, false, Dims::Xy)), dims: Dims::Xy, srid: 0 });
    }
    Cursor::new(bytes).geometry(0)
}

/// Whether the header of a WKB value announces an SRID, as EWKB does.
#[inline]
pub(super) fn has_srid(bytes: &[u8]) -> bool {
    match bytes {
        [0, high, ..] | [1, _, _, _, high, ..] => high & 0x20 != 0,
        _ => false,
    }
}

/// Folds the coordinate sequences of a WKB or EWKB value into one value, without listing them first. What `parse_wkb`
/// refuses is refused.
#[inline]
pub(super) fn fold_wkb<T: Copy>(bytes: &[u8], start: T, f: impl Fn(T, Role, &Coords) -> T) -> Parsed<T> {
    let mut folded = start;
    Cursor::new(bytes).each_sequence(0, &mut |role, coords| folded = f(folded, role, &coords))?;
    Ok(folded)
}

/// Whether these bytes are what `WkbWriter` writes of the geometry that they are: ISO codes, little endian, no SRID,
/// nothing behind. What `parse_wkb` refuses is refused.
#[inline]
pub fn is_as_written(bytes: &[u8]) -> Parsed<bool> {
    if bytes.len() == 21 && plain_point(bytes).is_some() {
        return Ok(true);
    }
    let mut cursor = Cursor::new(bytes);
    cursor.each_sequence(0, &mut |_, _| ())?;
    Ok(cursor.as_written && cursor.rest.is_empty())
}

/// The position of a little-endian XY point without SRID, read straight from its bytes; `None` says only that the value
/// is not one, or is empty.
#[inline]
pub(super) fn plain_point(bytes: &[u8]) -> Option<Xy> {
    let [1, 1, 0, 0, 0, xy @ ..] = bytes else { return None };
    let (x, rest) = xy.split_first_chunk::<8>()?;
    let y = rest.first_chunk::<8>()?;
    let p = Xy { x: f64::from_le_bytes(*x), y: f64::from_le_bytes(*y) };
    (!(p.x.is_nan() && p.y.is_nan())).then_some(p)
}

/// A point whose x and y are both NaN is the empty point of WKB.
#[inline]
fn point(bytes: &[u8], big_endian: bool, dims: Dims) -> Coords<'_> {
    let one = Coords::wkb(bytes, dims.size() * 8, big_endian, 1, dims);
    if one.ordinate(0, 0).is_nan() && one.ordinate(0, 1).is_nan() { Coords::empty(dims) } else { one }
}

struct Header {
    big_endian: bool,
    kind: u32,
    dims: Dims,
    srid: Option<i32>,
}

struct Cursor<'a> {
    rest: &'a [u8],
    /// Bytes of the whole value.
    len: usize,
    /// Whether what was read is as `WkbWriter` writes it.
    as_written: bool,
}

// What fails is out of line throughout: the code that reads stays small enough to be inlined.
impl<'a> Cursor<'a> {
    #[inline]
    fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, len: bytes.len(), as_written: true }
    }

    #[inline]
    fn take(&mut self, n: usize) -> Parsed<&'a [u8]> {
        let Some((taken, rest)) = self.rest.split_at_checked(n) else { return Err(self.too_short(n)) };
        self.rest = rest;
        Ok(taken)
    }

    #[cold]
    #[inline(never)]
    fn too_short(&self, n: usize) -> Cause {
        format!("WKB ends too soon: {} bytes missing after byte {}", n - self.rest.len(), self.len).into()
    }

    #[inline]
    fn u32(&mut self, big_endian: bool) -> Parsed<u32> {
        let Some((raw, rest)) = self.rest.split_first_chunk::<4>() else { return Err(self.too_short(4)) };
        self.rest = rest;
        Ok(if big_endian { u32::from_be_bytes(*raw) } else { u32::from_le_bytes(*raw) })
    }

    /// A count of things that take at least `least` bytes each; one that cannot be true fails before anything is
    /// allocated for it.
    #[inline]
    fn count(&mut self, big_endian: bool, least: usize, what: &str) -> Parsed<usize> {
        let count = self.u32(big_endian)? as usize;
        if count.checked_mul(least).is_none_or(|need| need > self.rest.len()) {
            return Err(self.false_count(count, what));
        }
        Ok(count)
    }

    #[cold]
    #[inline(never)]
    fn false_count(&self, count: usize, what: &str) -> Cause {
        format!("WKB claims {count} {what}, but only {} bytes follow", self.rest.len()).into()
    }

    #[inline(always)]
    fn header(&mut self) -> Parsed<Header> {
        let big_endian = match self.take(1)?[0] {
            0 => true,
            1 => false,
            mark => return Err(self.no_mark(mark)),
        };
        self.as_written &= !big_endian;
        let code = self.u32(big_endian)?;
        if code < 1000 {
            return Ok(Header { big_endian, kind: code, dims: Dims::Xy, srid: None });
        }
        self.long_header(big_endian, code)
    }

    #[cold]
    #[inline(never)]
    fn no_mark(&self, mark: u8) -> Cause {
        let at = self.len - self.rest.len() - 1;
        format!("not WKB: byte order mark {mark} at byte {at}, expected 0 or 1").into()
    }

    /// The rest of a header that has more to it than the type.
    #[inline(never)]
    fn long_header(&mut self, big_endian: bool, code: u32) -> Parsed<Header> {
        self.as_written &= code < 4000;
        let (mut z, mut m) = (code & 0x8000_0000 != 0, code & 0x4000_0000 != 0);
        let srid = if code & 0x2000_0000 != 0 { Some(self.u32(big_endian)? as i32) } else { None };
        let plain = code & 0x1fff_ffff;
        match plain / 1000 {
            0 => {}
            1 => z = true,
            2 => m = true,
            3 => (z, m) = (true, true),
            _ => return Err(format!("unknown WKB geometry type {plain}").into()),
        }
        Ok(Header { big_endian, kind: plain % 1000, dims: Dims::new(z, m), srid })
    }

    fn geometry(&mut self, depth: usize) -> Parsed<Geom<'a>> {
        let h = self.nested_header(depth)?;
        let shape = match h.kind {
            1 => Shape::Point(self.point(&h)?),
            2 => Shape::LineString(self.path(&h)?),
            3 => Shape::Polygon(self.rings(&h)?),
            4 => Shape::MultiPoint(self.multi_point(&h)?),
            5 => Shape::MultiLineString(self.members(&h, 2, "line strings", Self::path)?),
            6 => Shape::MultiPolygon(self.members(&h, 3, "polygons", Self::rings)?),
            7 => {
                let count = self.count(h.big_endian, 9, "geometries")?;
                let mut members = Vec::with_capacity(count.min(1024));
                for _ in 0..count {
                    members.push(self.geometry(depth + 1)?);
                }
                Shape::GeometryCollection(members)
            }
            kind => return Err(unsupported(kind)),
        };
        Ok(Geom { shape, dims: h.dims, srid: h.srid.unwrap_or(0) })
    }

    /// Reads what `geometry` does, and calls `f` with each coordinate sequence instead of listing them.
    fn each_sequence(&mut self, depth: usize, f: &mut impl FnMut(Role, Coords<'a>)) -> Parsed<()> {
        let h = self.nested_header(depth)?;
        match h.kind {
            1 => f(Role::Points, self.point(&h)?),
            2 => f(Role::Path, self.path(&h)?),
            3 => self.each_ring(&h, f)?,
            4 => f(Role::Points, self.multi_point(&h)?),
            5 => _ = self.members(&h, 2, "line strings", |cursor, h| cursor.path(h).map(|path| f(Role::Path, path)))?,
            6 => _ = self.members(&h, 3, "polygons", |cursor, h| cursor.each_ring(h, f))?,
            7 => {
                for _ in 0..self.count(h.big_endian, 9, "geometries")? {
                    self.each_sequence(depth + 1, f)?;
                }
            }
            kind => return Err(unsupported(kind)),
        }
        Ok(())
    }

    /// The header of a geometry that stands in so many collections.
    #[inline(always)]
    fn nested_header(&mut self, depth: usize) -> Parsed<Header> {
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
        self.header()
    }

    #[inline(always)]
    fn point(&mut self, h: &Header) -> Parsed<Coords<'a>> {
        let point = point(self.take(h.dims.size() * 8)?, h.big_endian, h.dims);
        // Of NaN there are many, and one is written.
        self.as_written &= !point.is_empty();
        Ok(point)
    }

    #[inline(always)]
    fn coords(&mut self, h: &Header) -> Parsed<Coords<'a>> {
        let stride = h.dims.size() * 8;
        let count = self.count(h.big_endian, stride, "points")?;
        Ok(Coords::wkb(self.take(count * stride)?, stride, h.big_endian, count, h.dims))
    }

    #[inline(always)]
    fn path(&mut self, h: &Header) -> Parsed<Coords<'a>> {
        let coords = self.coords(h)?;
        check_path(&coords)?;
        Ok(coords)
    }

    #[inline(always)]
    fn rings(&mut self, h: &Header) -> Parsed<Rings<'a>> {
        let mut rings = Rings::new();
        self.each_ring(h, &mut |_, ring| rings.push(ring))?;
        Ok(rings)
    }

    #[inline(always)]
    fn each_ring(&mut self, h: &Header, f: &mut impl FnMut(Role, Coords<'a>)) -> Parsed<()> {
        for i in 0..self.count(h.big_endian, 4, "rings")? {
            let ring = self.coords(h)?;
            // Ends of the same bytes are the same, whatever they are.
            match ring.packed() {
                Some([first, _, _, .., last]) if first == last => {}
                _ => check_ring(&ring)?,
            }
            f(Role::of_ring(i), ring);
        }
        Ok(())
    }

    fn multi_point(&mut self, h: &Header) -> Parsed<Coords<'a>> {
        let body = h.dims.size() * 8;
        let count = self.count(h.big_endian, 5 + body, "points")?;
        let start = self.rest;
        let mut stride = 5 + body;
        for i in 0..count {
            let before = self.rest.len();
            self.member(h, 1)?;
            self.take(body)?;
            let taken = before - self.rest.len();
            if i == 0 {
                stride = taken;
            } else if stride != taken {
                return Err("a MULTIPOINT has an SRID on some of its points only".into());
            }
        }
        // From the first ordinate on, one coordinate a stride: the headers between are stepped over.
        let bytes = if count == 0 { &[][..] } else { &start[stride - body..start.len() - self.rest.len()] };
        Ok(Coords::wkb(bytes, stride, h.big_endian, count, h.dims))
    }

    fn members<T>(
        &mut self,
        h: &Header,
        kind: u32,
        what: &str,
        mut read: impl FnMut(&mut Self, &Header) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let count = self.count(h.big_endian, 9, what)?;
        let mut members = Vec::with_capacity(count.min(1024));
        for _ in 0..count {
            let member = self.member(h, kind)?;
            members.push(read(self, &member)?);
        }
        Ok(members)
    }

    /// The header of a member of a multi-geometry, which must be of the right type and dimensions. Points share one
    /// stride, so theirs must also be of one byte order.
    fn member(&mut self, parent: &Header, kind: u32) -> Parsed<Header> {
        let member = self.header()?;
        if member.kind != kind {
            return Err(
                format!("member of WKB type {} in a multi-geometry of type {}", member.kind, parent.kind).into()
            );
        }
        if member.dims != parent.dims {
            return Err("member with other dimensions than its multi-geometry".into());
        }
        if kind == 1 && member.big_endian != parent.big_endian {
            return Err("a MULTIPOINT mixes byte orders".into());
        }
        Ok(member)
    }
}

#[cold]
#[inline(never)]
fn too_deep() -> Cause {
    format!("collections are nested more than {MAX_DEPTH} deep").into()
}

fn unsupported(kind: u32) -> Cause {
    let name = match kind {
        8 => "CIRCULARSTRING",
        9 => "COMPOUNDCURVE",
        10 => "CURVEPOLYGON",
        11 => "MULTICURVE",
        12 => "MULTISURFACE",
        15 => "POLYHEDRALSURFACE",
        16 => "TIN",
        17 => "TRIANGLE",
        _ => return format!("unknown WKB geometry type {kind}").into(),
    };
    format!("geometry type {name} is not supported: convert curves and surfaces to simple features first").into()
}

/// A path has no or at least two points.
#[inline]
pub(crate) fn check_path(path: &Coords) -> Parsed<()> {
    if path.len() == 1 {
        return Err("a line string has only 1 point: it needs none or at least 2".into());
    }
    Ok(())
}

/// A ring has no point, or at least four of which the last is the first.
#[inline]
pub(crate) fn check_ring(ring: &Coords) -> Parsed<()> {
    let (Some(first), Some(last)) = (ring.first(), ring.last()) else { return Ok(()) };
    let same = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
    if ring.len() < 4 || !(same(first.x, last.x) && same(first.y, last.y)) {
        return Err(no_ring(ring.len(), first, last));
    }
    Ok(())
}

#[cold]
#[inline(never)]
fn no_ring(len: usize, first: Xy, last: Xy) -> Cause {
    if len < 4 {
        return format!("a polygon ring has only {len} points: it needs none or at least 4").into();
    }
    format!("a polygon ring is not closed: it begins at ({} {}) and ends at ({} {})", first.x, first.y, last.x, last.y)
        .into()
}

#[cfg(test)]
#[path = "wkb_tests.rs"]
mod tests;
