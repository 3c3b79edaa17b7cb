//! A borrowed sequence of coordinates, in whatever layout the column stores them.

use std::num::FpCategory;

/// Which ordinates a coordinate has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dims {
    /// x, y
    #[default]
    Xy,
    /// x, y, z
    Xyz,
    /// x, y, m
    Xym,
    /// x, y, z, m
    Xyzm,
}

impl Dims {
    /// Dimensions with or without z and m.
    pub fn new(z: bool, m: bool) -> Self {
        match (z, m) {
            (false, false) => Dims::Xy,
            (true, false) => Dims::Xyz,
            (false, true) => Dims::Xym,
            (true, true) => Dims::Xyzm,
        }
    }

    /// Ordinates per coordinate.
    pub fn size(self) -> usize {
        2 + usize::from(self.has_z()) + usize::from(self.has_m())
    }

    /// Whether there is a z ordinate.
    pub fn has_z(self) -> bool {
        matches!(self, Dims::Xyz | Dims::Xyzm)
    }

    /// Whether there is an m ordinate.
    pub fn has_m(self) -> bool {
        matches!(self, Dims::Xym | Dims::Xyzm)
    }
}

/// A position in the plane.
pub type Xy = geo_types::Coord<f64>;

#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    /// WKB ordinates, `stride` bytes from one coordinate to the next (a multipoint has a header before each).
    Wkb { bytes: &'a [u8], stride: usize, big_endian: bool },
    /// GeoArrow interleaved: all ordinates of a coordinate side by side.
    Interleaved { values: &'a [f64], stride: usize },
    /// GeoArrow separated: one slice per ordinate; z and m are empty slices where absent.
    Separated { ordinates: [&'a [f64]; 4] },
    /// A box as the five corners of its closed ring: xmin, ymin, xmax, ymax.
    Box([f64; 4]),
}

/// A sequence of coordinates, read in place.
#[derive(Debug, Clone, Copy)]
pub struct Coords<'a> {
    source: Source<'a>,
    len: usize,
    dims: Dims,
}

#[inline]
fn ordinate(bytes: &[u8], big_endian: bool) -> f64 {
    let mut raw = [0; 8];
    raw.copy_from_slice(&bytes[..8]);
    if big_endian { f64::from_be_bytes(raw) } else { f64::from_le_bytes(raw) }
}

/// Distance of two positions. `hypot` is several times slower, and needed only where the squares leave the range of
/// doubles.
#[inline]
pub(crate) fn distance(a: Xy, b: Xy) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let squared = dx * dx + dy * dy;
    match squared.classify() {
        FpCategory::Normal | FpCategory::Nan => squared.sqrt(),
        _ => dx.hypot(dy),
    }
}

impl<'a> Coords<'a> {
    /// An empty sequence.
    pub fn empty(dims: Dims) -> Self {
        Self { source: Source::Interleaved { values: &[], stride: dims.size() }, len: 0, dims }
    }

    /// `len` coordinates in WKB bytes; the caller has checked that they are all there.
    pub(crate) fn wkb(bytes: &'a [u8], stride: usize, big_endian: bool, len: usize, dims: Dims) -> Self {
        Self { source: Source::Wkb { bytes, stride, big_endian }, len, dims }
    }

    /// Interleaved ordinates.
    pub fn interleaved(values: &'a [f64], dims: Dims) -> Self {
        let stride = dims.size();
        Self { source: Source::Interleaved { values, stride }, len: values.len() / stride, dims }
    }

    /// One slice for each of x, y, z, m; those that `dims` does not name are empty.
    pub(crate) fn separated(ordinates: [&'a [f64]; 4], dims: Dims) -> Self {
        Self { len: ordinates[0].len(), source: Source::Separated { ordinates }, dims }
    }

    /// The closed ring around a box.
    pub(crate) fn of_box(xmin: f64, ymin: f64, xmax: f64, ymax: f64) -> Self {
        Self { source: Source::Box([xmin, ymin, xmax, ymax]), len: 5, dims: Dims::Xy }
    }

    /// Coordinate `i` as a sequence of its own; panics past the end, as a slice does.
    pub fn one(&self, i: usize) -> Self {
        let source = match self.source {
            Source::Wkb { bytes, stride, big_endian } => {
                Source::Wkb { bytes: &bytes[i * stride..], stride, big_endian }
            }
            Source::Interleaved { values, stride } => {
                Source::Interleaved { values: &values[i * stride..(i + 1) * stride], stride }
            }
            Source::Separated { ordinates } => {
                Source::Separated { ordinates: ordinates.map(|o| if o.is_empty() { o } else { &o[i..i + 1] }) }
            }
            Source::Box(_) => {
                let Xy { x, y } = self.xy(i);
                Source::Box([x, y, x, y])
            }
        };
        Self { source, len: 1, dims: self.dims }
    }

    /// Number of coordinates.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no coordinate.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Ordinates that each coordinate has.
    pub fn dims(&self) -> Dims {
        self.dims
    }

    /// Ordinate `nth` (in storage order) of coordinate `i`; panics past the end, as a slice does.
    #[inline]
    pub fn ordinate(&self, i: usize, nth: usize) -> f64 {
        match &self.source {
            Source::Wkb { bytes, stride, big_endian } => ordinate(&bytes[i * stride + nth * 8..], *big_endian),
            Source::Interleaved { values, stride } => values[i * stride + nth],
            Source::Separated { ordinates } => {
                // XYM keeps m in the third place of storage order, but in its own slice.
                let slot = if nth == 2 && self.dims == Dims::Xym { 3 } else { nth };
                ordinates[slot][i]
            }
            Source::Box([xmin, ymin, xmax, ymax]) => match (nth, i) {
                (0, 0 | 3 | 4) => *xmin,
                (0, _) => *xmax,
                (_, 0 | 1 | 4) => *ymin,
                (_, _) => *ymax,
            },
        }
    }

    /// Position `i`; panics past the end, as a slice does.
    #[inline]
    pub fn xy(&self, i: usize) -> Xy {
        Xy { x: self.ordinate(i, 0), y: self.ordinate(i, 1) }
    }

    /// First position.
    pub fn first(&self) -> Option<Xy> {
        (self.len > 0).then(|| self.xy(0))
    }

    /// Last position.
    pub fn last(&self) -> Option<Xy> {
        self.len.checked_sub(1).map(|i| self.xy(i))
    }

    /// Calls `f` with each position; the layout is decided once, outside of the loop.
    #[inline]
    pub fn each(&self, mut f: impl FnMut(f64, f64)) {
        match &self.source {
            Source::Wkb { bytes, stride, big_endian: false } => {
                for c in bytes.chunks(*stride).take(self.len) {
                    f(ordinate(c, false), ordinate(&c[8..], false));
                }
            }
            Source::Interleaved { values, stride } => {
                for c in values.chunks_exact(*stride) {
                    f(c[0], c[1]);
                }
            }
            Source::Separated { ordinates: [x, y, ..] } => {
                for (x, y) in x.iter().zip(y.iter()) {
                    f(*x, *y);
                }
            }
            Source::Wkb { .. } | Source::Box(_) => {
                for i in 0..self.len {
                    let p = self.xy(i);
                    f(p.x, p.y);
                }
            }
        }
    }

    /// Calls `f` with each pair of neighbouring positions.
    #[inline]
    pub fn each_segment(&self, mut f: impl FnMut(Xy, Xy)) {
        let mut previous: Option<Xy> = None;
        self.each(|x, y| {
            let here = Xy { x, y };
            if let Some(p) = previous {
                f(p, here);
            }
            previous = Some(here);
        });
    }

    /// Length of the path through all positions.
    pub fn length(&self) -> f64 {
        let mut sum = 0.0;
        self.each_segment(|a, b| sum += distance(a, b));
        sum
    }

    /// Area within the ring through all positions, positive where it runs counterclockwise: the shoelace formula, from
    /// the first position, which keeps the products small where coordinates are large.
    pub fn signed_area(&self) -> f64 {
        let Some(origin) = self.first() else { return 0.0 };
        let mut twice = 0.0;
        self.each_segment(|a, b| twice += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y));
        twice / 2.0
    }

    /// The positions of points that are not empty; a coordinate of NaN is an empty point.
    pub fn points(&self) -> impl Iterator<Item = Xy> + '_ {
        self.iter().filter(|p| !(p.x.is_nan() && p.y.is_nan()))
    }

    /// Iterates over the positions.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Xy> + '_ {
        (0..self.len).map(|i| self.xy(i))
    }
}
