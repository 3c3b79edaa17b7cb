//! One geometry of a column, borrowed from it: parts are listed, coordinates stay where they are.

mod bounds;
mod column;
mod convert;
mod coords;
mod native;
mod points;
mod runs;
mod traits;
mod wkb;
mod writer;

use bounds::Reach;
pub use bounds::{Extent, Rect};
pub use column::GeometryColumn;
pub(crate) use column::short_name;
pub use convert::to_geo;
pub use coords::{Coords, Dims, Xy};
pub(crate) use coords::{Position, distance, unpacked};
pub(crate) use points::{BLOCK, PointBlock, each_bit};
pub use wkb::{MAX_DEPTH, is_as_written, parse_wkb};
pub(crate) use wkb::{check_path, check_ring};
pub use writer::{WkbWriter, geometry_code};

use smallvec::SmallVec;

use crate::error::Cause;

/// Rings of a polygon: the shell, then its holes. No heap for a polygon without holes.
pub type Rings<'a> = SmallVec<[Coords<'a>; 1]>;

/// Within this distance from the origin, the product of three coordinates is a finite number.
pub(crate) const MAX_REACH: f64 = 1e100;

/// A borrowed geometry: any OGC simple feature, of any layout.
#[derive(Debug, Clone)]
pub struct Geom<'a> {
    /// What it is, and its parts.
    pub shape: Shape<'a>,
    /// Ordinates of its coordinates.
    pub dims: Dims,
    /// SRID of this row (EWKB), 0 where there is none.
    pub srid: i32,
}

/// The seven simple features.
#[derive(Debug, Clone)]
pub enum Shape<'a> {
    /// No or one coordinate.
    Point(Coords<'a>),
    /// A path.
    LineString(Coords<'a>),
    /// A shell and its holes; no ring at all for an empty polygon.
    Polygon(Rings<'a>),
    /// Points; a coordinate of NaN is an empty point.
    MultiPoint(Coords<'a>),
    /// Paths.
    MultiLineString(Vec<Coords<'a>>),
    /// Polygons.
    MultiPolygon(Vec<Rings<'a>>),
    /// Anything, nested.
    GeometryCollection(Vec<Geom<'a>>),
}

/// A borrowed primitive, as `Geom::each_part` hands it out.
#[derive(Debug, Clone, Copy)]
pub enum Part<'p, 'a> {
    /// Point positions.
    Points(&'p Coords<'a>),
    /// A path.
    Line(&'p Coords<'a>),
    /// Rings of one polygon.
    Area(&'p [Coords<'a>]),
}

/// What a coordinate sequence is in its geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Point positions.
    Points,
    /// A path.
    Path,
    /// The outer ring of a polygon.
    Shell,
    /// Another ring of it.
    Hole,
}

impl Role {
    /// That of ring `i` of a polygon.
    #[inline]
    fn of_ring(i: usize) -> Self {
        if i == 0 { Role::Shell } else { Role::Hole }
    }

    /// Whether a sequence in this role adds no point to its geometry.
    #[inline]
    pub(crate) fn is_empty(self, coords: &Coords) -> bool {
        match self {
            Role::Points => coords.points().next().is_none(),
            Role::Path | Role::Shell => coords.is_empty(),
            Role::Hole => true,
        }
    }
}

impl<'a> Geom<'a> {
    /// Calls `f` with each primitive, collections flattened, in order.
    pub fn each_part<'p>(&'p self, f: &mut impl FnMut(Part<'p, 'a>)) {
        match &self.shape {
            Shape::Point(p) | Shape::MultiPoint(p) => f(Part::Points(p)),
            Shape::LineString(line) => f(Part::Line(line)),
            Shape::Polygon(rings) => f(Part::Area(rings)),
            Shape::MultiLineString(lines) => lines.iter().for_each(|l| f(Part::Line(l))),
            Shape::MultiPolygon(polygons) => polygons.iter().for_each(|p| f(Part::Area(p))),
            Shape::GeometryCollection(members) => members.iter().for_each(|m| m.each_part(f)),
        }
    }

    /// Calls `f` with each coordinate sequence: points, paths and rings.
    pub fn each_sequence<'p>(&'p self, f: &mut impl FnMut(Role, &'p Coords<'a>)) {
        self.each_part(&mut |part| match part {
            Part::Points(c) => f(Role::Points, c),
            Part::Line(c) => f(Role::Path, c),
            Part::Area(rings) => rings.iter().enumerate().for_each(|(i, ring)| f(Role::of_ring(i), ring)),
        });
    }

    /// Folds the coordinate sequences into one value.
    pub fn fold<T: Copy>(&self, start: T, f: impl Fn(T, Role, &Coords) -> T) -> T {
        let mut folded = start;
        self.each_sequence(&mut |role, coords| folded = f(folded, role, coords));
        folded
    }

    /// Whether it is a polygon or multipolygon.
    #[inline]
    pub fn is_area(&self) -> bool {
        matches!(self.shape, Shape::Polygon(_) | Shape::MultiPolygon(_))
    }

    /// The position of a point; `None` for an empty point and for other types.
    #[inline]
    pub fn as_point(&self) -> Option<Xy> {
        match &self.shape {
            Shape::Point(p) => p.first(),
            _ => None,
        }
    }

    /// The position of a point, `None` of an empty one: for functions that refuse anything but points.
    #[inline]
    pub fn expect_point(&self) -> Result<Option<Xy>, Cause> {
        match &self.shape {
            Shape::Point(p) => Ok(p.first()),
            _ => Err(format!("expected a POINT, got a {}", self.type_name()).into()),
        }
    }

    /// Whether there is no point in it: no coordinate, or empty members only.
    pub fn is_empty(&self) -> bool {
        self.fold(true, |empty, role, coords| empty && role.is_empty(coords))
    }

    /// Topological dimension: 0 points, 1 lines, 2 areas, of the highest non-empty part; `None` if empty.
    pub fn dimension(&self) -> Option<u8> {
        let mut highest = None;
        self.each_part(&mut |part| {
            let dimension = match part {
                Part::Points(c) if c.points().next().is_some() => Some(0),
                Part::Line(c) if !c.is_empty() => Some(1),
                Part::Area(rings) if rings.first().is_some_and(|r| !r.is_empty()) => Some(2),
                _ => None,
            };
            highest = highest.max(dimension);
        });
        highest
    }

    /// Whether it, or a member of it, is empty.
    pub fn has_empty(&self) -> bool {
        let mut empty = match &self.shape {
            Shape::MultiLineString(lines) => lines.is_empty(),
            Shape::MultiPolygon(polygons) => polygons.is_empty(),
            Shape::GeometryCollection(members) => members.is_empty() || members.iter().any(Geom::has_empty),
            _ => false,
        };
        self.each_part(&mut |part| {
            empty |= match part {
                Part::Points(c) => c.is_empty() || c.iter().any(|p| p.x.is_nan() && p.y.is_nan()),
                Part::Line(c) => c.is_empty(),
                Part::Area(rings) => rings.first().is_none_or(Coords::is_empty),
            }
        });
        empty
    }

    /// Whether every x and y is a finite number; empty points have none.
    pub fn is_finite(&self) -> bool {
        self.extent().1
    }

    /// Refuses coordinates that are not finite, or so large that their products would not be: for functions that
    /// compute with them. Gives the box around all coordinates; `None` if empty.
    pub fn expect_finite(&self) -> Result<Option<Rect>, Cause> {
        let (bounds, near) = self.fold(Reach::NOTHING, Reach::widen).within(MAX_REACH);
        if near {
            return Ok(bounds);
        }
        Err(if self.is_finite() {
            format!("coordinates are too large: the limit is {MAX_REACH:e}").into()
        } else {
            "coordinates must be finite numbers".into()
        })
    }

    /// The box around it; `None` if empty. NaN ordinates are passed over.
    pub fn bounds(&self) -> Option<Rect> {
        Rect::of(self)
    }

    /// The box around all coordinates, holes that an invalid polygon has outside of its shell included, and what
    /// `is_finite` says: in one pass, for whatever compares coordinates.
    #[inline]
    pub fn extent(&self) -> Extent {
        self.fold(Reach::NOTHING, Reach::widen).within(f64::MAX)
    }

    /// OGC name of the type, as in WKT.
    pub fn type_name(&self) -> &'static str {
        match self.shape {
            Shape::Point(_) => "POINT",
            Shape::LineString(_) => "LINESTRING",
            Shape::Polygon(_) => "POLYGON",
            Shape::MultiPoint(_) => "MULTIPOINT",
            Shape::MultiLineString(_) => "MULTILINESTRING",
            Shape::MultiPolygon(_) => "MULTIPOLYGON",
            Shape::GeometryCollection(_) => "GEOMETRYCOLLECTION",
        }
    }
}
