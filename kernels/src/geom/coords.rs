//! A borrowed sequence of coordinates, in whatever layout the column stores them.

use std::ops::Range;

use arrow::buffer::ScalarBuffer;

use super::Rect;

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

/// A position in little-endian WKB.
pub(crate) type Position = [u8; 16];

/// GeoArrow separated: one buffer each of x, y, z, m, those absent empty; of boxes: xmin, ymin, xmax, ymax.
pub(super) type Separated = [ScalarBuffer<f64>; 4];

/// Small, because a geometry is made of these for every row; and without single bytes, which a processor cannot forward
/// from a store to the wider load of a copy.
#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    /// WKB ordinates, `stride` bytes from one coordinate to the next (a multipoint has a header before each).
    Wkb { bytes: &'a [u8], stride: u32 },
    /// The same, big-endian.
    BigEndianWkb { bytes: &'a [u8], stride: u32 },
    /// GeoArrow interleaved: all ordinates of a coordinate side by side.
    Interleaved { values: &'a [f64], stride: u32 },
    /// GeoArrow separated, from item `start` on.
    Separated { ordinates: &'a Separated, start: usize },
    /// A box as the five corners of its closed ring, from corner `start` on.
    Box { sides: &'a Separated, row: usize, start: u32 },
}

/// A sequence of coordinates, read in place.
#[derive(Debug, Clone, Copy)]
pub struct Coords<'a> {
    source: Source<'a>,
    len: usize,
    dims: Dims,
}

#[inline]
pub(super) fn ordinate(bytes: &[u8], big_endian: bool) -> f64 {
    let mut raw = [0; 8];
    raw.copy_from_slice(&bytes[..8]);
    if big_endian { f64::from_be_bytes(raw) } else { f64::from_le_bytes(raw) }
}

#[inline(always)]
fn position(x: f64, y: f64) -> Position {
    (u128::from(x.to_bits()) | u128::from(y.to_bits()) << 64).to_le_bytes()
}

/// A position as it stands in little-endian WKB.
#[inline]
pub(crate) fn unpacked(position: &Position) -> Xy {
    Xy { x: ordinate(position, false), y: ordinate(&position[8..], false) }
}

/// Distance of two positions. `hypot` is several times slower, and needed only where the squares leave the range of
/// doubles.
#[inline]
pub(crate) fn distance(a: Xy, b: Xy) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let squared = dx * dx + dy * dy;
    if (f64::MIN_POSITIVE..=f64::MAX).contains(&squared) || squared.is_nan() { squared.sqrt() } else { dx.hypot(dy) }
}

impl<'a> Coords<'a> {
    /// An empty sequence.
    pub fn empty(dims: Dims) -> Self {
        Self::interleaved(&[], dims)
    }

    /// `len` coordinates in WKB bytes; the caller has checked that they are all there.
    #[inline]
    pub(crate) fn wkb(bytes: &'a [u8], stride: usize, big_endian: bool, len: usize, dims: Dims) -> Self {
        let stride = stride as u32;
        let source = if big_endian { Source::BigEndianWkb { bytes, stride } } else { Source::Wkb { bytes, stride } };
        Self { source, len, dims }
    }

    /// Interleaved ordinates.
    #[inline]
    pub fn interleaved(values: &'a [f64], dims: Dims) -> Self {
        let stride = dims.size();
        Self { source: Source::Interleaved { values, stride: stride as u32 }, len: values.len() / stride, dims }
    }

    /// Items `range` of one buffer for each ordinate; the buffers that `dims` names reach that far.
    #[inline]
    pub(super) fn separated(ordinates: &'a Separated, range: Range<usize>, dims: Dims) -> Self {
        Self { source: Source::Separated { ordinates, start: range.start }, len: range.len(), dims }
    }

    /// The closed ring around the box in row `row`.
    #[inline]
    pub(super) fn of_box(sides: &'a Separated, row: usize) -> Self {
        Self { source: Source::Box { sides, row, start: 0 }, len: 5, dims: Dims::Xy }
    }

    /// Coordinate `i` as a sequence of its own; panics past the end, as a slice does.
    pub fn one(&self, i: usize) -> Self {
        Self { len: 1, ..self.skip(i) }
    }

    /// The sequence without its first `n` coordinates; panics past the end, as a slice does.
    #[inline]
    fn skip(&self, n: usize) -> Self {
        // The stride of the last point of a multipoint reaches past its end.
        let behind = |bytes: &'a [u8], stride: u32| bytes.get(n * stride as usize..).unwrap_or_default();
        let source = match self.source {
            Source::Wkb { bytes, stride } => Source::Wkb { bytes: behind(bytes, stride), stride },
            Source::BigEndianWkb { bytes, stride } => Source::BigEndianWkb { bytes: behind(bytes, stride), stride },
            Source::Interleaved { values, stride } => {
                Source::Interleaved { values: &values[n * stride as usize..], stride }
            }
            Source::Separated { ordinates, start } => Source::Separated { ordinates, start: start + n },
            Source::Box { sides, row, start } => Source::Box { sides, row, start: start + n as u32 },
        };
        Self { source, len: self.len - n, dims: self.dims }
    }

    /// Number of coordinates.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no coordinate.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Ordinates that each coordinate has.
    pub fn dims(&self) -> Dims {
        self.dims
    }

    /// Ordinate `nth` (in storage order) of coordinate `i`; panics past the end, as a slice does.
    #[inline(always)]
    pub fn ordinate(&self, i: usize, nth: usize) -> f64 {
        match self.source {
            Source::Wkb { bytes, stride } => ordinate(&bytes[i * stride as usize + nth * 8..], false),
            Source::BigEndianWkb { bytes, stride } => ordinate(&bytes[i * stride as usize + nth * 8..], true),
            Source::Interleaved { values, stride } => values[i * stride as usize + nth],
            Source::Separated { ordinates, start } => {
                // XYM keeps m in the third place of storage order, but in its own buffer.
                let slot = if nth == 2 && self.dims == Dims::Xym { 3 } else { nth };
                ordinates[slot][start + i]
            }
            Source::Box { sides, row, start } => {
                let side = match (nth, start as usize + i) {
                    (0, 0 | 3 | 4) => 0,
                    (0, _) => 2,
                    (_, 0 | 1 | 4) => 1,
                    (_, _) => 3,
                };
                sides[side][row]
            }
        }
    }

    /// Position `i`; panics past the end, as a slice does.
    #[inline(always)]
    pub fn xy(&self, i: usize) -> Xy {
        Xy { x: self.ordinate(i, 0), y: self.ordinate(i, 1) }
    }

    /// First position.
    #[inline]
    pub fn first(&self) -> Option<Xy> {
        (self.len > 0).then(|| self.xy(0))
    }

    /// Last position.
    #[inline]
    pub fn last(&self) -> Option<Xy> {
        self.len.checked_sub(1).map(|i| self.xy(i))
    }

    /// Calls `f` with each position; the layout is decided once, outside of the loop.
    #[inline]
    pub fn each(&self, mut f: impl FnMut(f64, f64)) {
        match self.source {
            Source::Wkb { bytes, stride: 16 } => {
                // Chunks of a fixed size need no check of their own.
                let (positions, _) = bytes.as_chunks::<16>();
                for c in &positions[..self.len] {
                    f(ordinate(c, false), ordinate(&c[8..], false));
                }
            }
            Source::Wkb { bytes, stride } => {
                for c in bytes.chunks(stride as usize).take(self.len) {
                    f(ordinate(c, false), ordinate(&c[8..], false));
                }
            }
            Source::Interleaved { values, stride } => {
                for c in values.chunks_exact(stride as usize).take(self.len) {
                    f(c[0], c[1]);
                }
            }
            Source::Separated { ordinates: [x, y, ..], start } => {
                let range = start..start + self.len;
                for (x, y) in x[range.clone()].iter().zip(&y[range]) {
                    f(*x, *y);
                }
            }
            Source::BigEndianWkb { .. } | Source::Box { .. } => {
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
        let Some(mut previous) = self.first() else { return };
        self.skip(1).each(|x, y| {
            let here = Xy { x, y };
            f(previous, here);
            previous = here;
        });
    }

    /// The same, of those pairs whose box meets `rect`; all must be numbers.
    #[inline]
    pub fn each_segment_meeting(&self, rect: &Rect, mut f: impl FnMut(Xy, Xy)) {
        let Some(mut previous) = self.first() else { return };
        let mut beyond = rect.beyond(previous);
        self.skip(1).each(|x, y| {
            let here = Xy { x, y };
            let also = rect.beyond(here);
            if beyond & also == 0 {
                f(previous, here);
            }
            (previous, beyond) = (here, also);
        });
    }

    /// Writes the positions from `from` on as they would stand in WKB; panics past the end, as a slice does.
    #[inline]
    pub(crate) fn pack(&self, from: usize, out: &mut [Position]) {
        let range = from..from + out.len();
        match self.source {
            Source::Interleaved { values, stride: 2 } => {
                let positions = values.as_chunks::<2>().0;
                out.iter_mut().zip(&positions[range]).for_each(|(out, p)| *out = position(p[0], p[1]));
            }
            Source::Separated { ordinates: [x, y, ..], start } => {
                let range = start + range.start..start + range.end;
                let positions = x[range.clone()].iter().zip(&y[range]);
                out.iter_mut().zip(positions).for_each(|(out, (x, y))| *out = position(*x, *y));
            }
            _ => {
                out.iter_mut().zip(range).for_each(|(out, i)| *out = position(self.ordinate(i, 0), self.ordinate(i, 1)))
            }
        }
    }

    /// All positions as they stand in WKB; `None` of other layouts.
    #[inline]
    pub(crate) fn packed(&self) -> Option<&'a [Position]> {
        match self.source {
            Source::Wkb { bytes, stride: 16 } => Some(&bytes.as_chunks().0[..self.len]),
            _ => None,
        }
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
