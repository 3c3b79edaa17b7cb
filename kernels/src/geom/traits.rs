//! `geo-traits` for borrowed geometries, so that any library that speaks them can read our columns.

use geo_traits::{
    CoordTrait, Dimensions, GeometryCollectionTrait, GeometryTrait, GeometryType, LineStringTrait,
    MultiLineStringTrait, MultiPointTrait, MultiPolygonTrait, PointTrait, PolygonTrait, UnimplementedLine,
    UnimplementedRect, UnimplementedTriangle,
};

use super::{Coords, Dims, Geom, Rings, Shape};

impl From<Dims> for Dimensions {
    fn from(dims: Dims) -> Self {
        match dims {
            Dims::Xy => Dimensions::Xy,
            Dims::Xyz => Dimensions::Xyz,
            Dims::Xym => Dimensions::Xym,
            Dims::Xyzm => Dimensions::Xyzm,
        }
    }
}

/// One coordinate of a sequence.
#[derive(Debug, Clone, Copy)]
pub struct CoordView<'a> {
    coords: Coords<'a>,
    i: usize,
}

impl CoordTrait for CoordView<'_> {
    type T = f64;

    fn dim(&self) -> Dimensions {
        self.coords.dims().into()
    }

    fn x(&self) -> f64 {
        self.coords.ordinate(self.i, 0)
    }

    fn y(&self) -> f64 {
        self.coords.ordinate(self.i, 1)
    }

    fn nth_or_panic(&self, n: usize) -> f64 {
        self.coords.ordinate(self.i, n)
    }
}

/// A point: no or one coordinate.
#[derive(Debug, Clone, Copy)]
pub struct PointView<'a>(Coords<'a>);

/// A multipoint.
#[derive(Debug, Clone, Copy)]
pub struct MultiPointView<'a>(Coords<'a>);

/// A polygon.
#[derive(Debug, Clone)]
pub struct PolygonView<'a>(Rings<'a>);

/// A multilinestring.
#[derive(Debug, Clone)]
pub struct MultiLineStringView<'a>(Vec<Coords<'a>>);

/// A multipolygon.
#[derive(Debug, Clone)]
pub struct MultiPolygonView<'a>(Vec<Rings<'a>>);

/// A collection.
#[derive(Debug, Clone)]
pub struct CollectionView<'a>(Vec<View<'a>>);

/// A borrowed geometry as `geo-traits` wants it: one type for each kind.
#[derive(Debug, Clone)]
pub struct View<'a> {
    kind: Kind<'a>,
    dims: Dims,
}

#[derive(Debug, Clone)]
enum Kind<'a> {
    Point(PointView<'a>),
    LineString(Coords<'a>),
    Polygon(PolygonView<'a>),
    MultiPoint(MultiPointView<'a>),
    MultiLineString(MultiLineStringView<'a>),
    MultiPolygon(MultiPolygonView<'a>),
    Collection(CollectionView<'a>),
}

impl<'a> Geom<'a> {
    /// The same geometry under the `geo-traits` traits; coordinates are not copied.
    pub fn view(&self) -> View<'a> {
        let kind = match &self.shape {
            Shape::Point(c) => Kind::Point(PointView(*c)),
            Shape::LineString(c) => Kind::LineString(*c),
            Shape::Polygon(rings) => Kind::Polygon(PolygonView(rings.clone())),
            Shape::MultiPoint(c) => Kind::MultiPoint(MultiPointView(*c)),
            Shape::MultiLineString(lines) => Kind::MultiLineString(MultiLineStringView(lines.clone())),
            Shape::MultiPolygon(polygons) => Kind::MultiPolygon(MultiPolygonView(polygons.clone())),
            Shape::GeometryCollection(members) => {
                Kind::Collection(CollectionView(members.iter().map(Geom::view).collect()))
            }
        };
        View { kind, dims: self.dims }
    }
}

/// Each view is itself a `GeometryTrait` of its one kind; only dimensions and the variant differ.
macro_rules! geometry_trait {
    ($view:ident, |$me:ident| $dims:expr, $as_type:expr) => {
        impl<'a> GeometryTrait for $view<'a> {
            type T = f64;
            type PointType<'b>
                = PointView<'a>
            where
                Self: 'b;
            type LineStringType<'b>
                = Coords<'a>
            where
                Self: 'b;
            type PolygonType<'b>
                = PolygonView<'a>
            where
                Self: 'b;
            type MultiPointType<'b>
                = MultiPointView<'a>
            where
                Self: 'b;
            type MultiLineStringType<'b>
                = MultiLineStringView<'a>
            where
                Self: 'b;
            type MultiPolygonType<'b>
                = MultiPolygonView<'a>
            where
                Self: 'b;
            type GeometryCollectionType<'b>
                = CollectionView<'a>
            where
                Self: 'b;
            type RectType<'b>
                = UnimplementedRect<f64>
            where
                Self: 'b;
            type TriangleType<'b>
                = UnimplementedTriangle<f64>
            where
                Self: 'b;
            type LineType<'b>
                = UnimplementedLine<f64>
            where
                Self: 'b;

            fn dim(&self) -> Dimensions {
                let $me = self;
                $dims.into()
            }

            fn as_type(
                &self,
            ) -> GeometryType<
                '_,
                PointView<'a>,
                Coords<'a>,
                PolygonView<'a>,
                MultiPointView<'a>,
                MultiLineStringView<'a>,
                MultiPolygonView<'a>,
                CollectionView<'a>,
                UnimplementedRect<f64>,
                UnimplementedTriangle<f64>,
                UnimplementedLine<f64>,
            > {
                let $me = self;
                $as_type
            }
        }
    };
}

fn dims_of(sequences: &[Coords]) -> Dims {
    sequences.first().map(Coords::dims).unwrap_or_default()
}

geometry_trait!(PointView, |me| me.0.dims(), GeometryType::Point(me));
geometry_trait!(Coords, |me| me.dims(), GeometryType::LineString(me));
geometry_trait!(PolygonView, |me| dims_of(&me.0), GeometryType::Polygon(me));
geometry_trait!(MultiPointView, |me| me.0.dims(), GeometryType::MultiPoint(me));
geometry_trait!(MultiLineStringView, |me| dims_of(&me.0), GeometryType::MultiLineString(me));
geometry_trait!(
    MultiPolygonView,
    |me| me.0.first().map(|p| dims_of(p)).unwrap_or_default(),
    GeometryType::MultiPolygon(me)
);
geometry_trait!(
    CollectionView,
    |me| me.0.first().map(|m| m.dims).unwrap_or_default(),
    GeometryType::GeometryCollection(me)
);
geometry_trait!(
    View,
    |me| me.dims,
    match &me.kind {
        Kind::Point(v) => GeometryType::Point(v),
        Kind::LineString(v) => GeometryType::LineString(v),
        Kind::Polygon(v) => GeometryType::Polygon(v),
        Kind::MultiPoint(v) => GeometryType::MultiPoint(v),
        Kind::MultiLineString(v) => GeometryType::MultiLineString(v),
        Kind::MultiPolygon(v) => GeometryType::MultiPolygon(v),
        Kind::Collection(v) => GeometryType::GeometryCollection(v),
    }
);

// The `_unchecked` methods below index with bounds checks: safe code, as the traits allow.
#[allow(unsafe_code, reason = "geo-traits declares its unchecked accessors as unsafe fn")]
mod unchecked {
    use super::*;

    impl<'a> PointTrait for PointView<'a> {
        type CoordType<'b>
            = CoordView<'a>
        where
            Self: 'b;

        fn coord(&self) -> Option<CoordView<'a>> {
            (!self.0.is_empty()).then_some(CoordView { coords: self.0, i: 0 })
        }
    }

    impl<'a> LineStringTrait for Coords<'a> {
        type CoordType<'b>
            = CoordView<'a>
        where
            Self: 'b;

        fn num_coords(&self) -> usize {
            self.len()
        }

        unsafe fn coord_unchecked(&self, i: usize) -> CoordView<'a> {
            CoordView { coords: *self, i }
        }
    }

    impl<'a> PolygonTrait for PolygonView<'a> {
        type RingType<'b>
            = Coords<'a>
        where
            Self: 'b;

        fn exterior(&self) -> Option<Coords<'a>> {
            self.0.first().copied()
        }

        fn num_interiors(&self) -> usize {
            self.0.len().saturating_sub(1)
        }

        unsafe fn interior_unchecked(&self, i: usize) -> Coords<'a> {
            self.0[i + 1]
        }
    }

    impl<'a> MultiPointTrait for MultiPointView<'a> {
        type InnerPointType<'b>
            = PointView<'a>
        where
            Self: 'b;

        fn num_points(&self) -> usize {
            self.0.len()
        }

        unsafe fn point_unchecked(&self, i: usize) -> PointView<'a> {
            PointView(self.0.one(i))
        }
    }

    impl<'a> MultiLineStringTrait for MultiLineStringView<'a> {
        type InnerLineStringType<'b>
            = Coords<'a>
        where
            Self: 'b;

        fn num_line_strings(&self) -> usize {
            self.0.len()
        }

        unsafe fn line_string_unchecked(&self, i: usize) -> Coords<'a> {
            self.0[i]
        }
    }

    impl<'a> MultiPolygonTrait for MultiPolygonView<'a> {
        type InnerPolygonType<'b>
            = PolygonView<'a>
        where
            Self: 'b;

        fn num_polygons(&self) -> usize {
            self.0.len()
        }

        unsafe fn polygon_unchecked(&self, i: usize) -> PolygonView<'a> {
            PolygonView(self.0[i].clone())
        }
    }

    impl<'a> GeometryCollectionTrait for CollectionView<'a> {
        type GeometryType<'b>
            = View<'a>
        where
            Self: 'b;

        fn num_geometries(&self) -> usize {
            self.0.len()
        }

        unsafe fn geometry_unchecked(&self, i: usize) -> View<'a> {
            self.0[i].clone()
        }
    }
}
