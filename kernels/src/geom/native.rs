//! Native GeoArrow columns, read in place: offsets over offsets over coordinates.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Float64Type};
use smallvec::SmallVec;

use super::coords::Separated;
use super::wkb::{check_path, check_ring};
use super::{Coords, Dims, Geom, Rings, Role, Shape, Xy};
use crate::error::Cause;

/// Native encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Native {
    Point,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
    Box,
}

impl Native {
    /// By GeoArrow extension name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "geoarrow.point" => Native::Point,
            "geoarrow.linestring" => Native::LineString,
            "geoarrow.polygon" => Native::Polygon,
            "geoarrow.multipoint" => Native::MultiPoint,
            "geoarrow.multilinestring" => Native::MultiLineString,
            "geoarrow.multipolygon" => Native::MultiPolygon,
            "geoarrow.box" => Native::Box,
            _ => return None,
        })
    }

    /// Lists between the row and its coordinates.
    fn levels(self) -> usize {
        match self {
            Native::Point | Native::Box => 0,
            Native::LineString | Native::MultiPoint => 1,
            Native::Polygon | Native::MultiLineString => 2,
            Native::MultiPolygon => 3,
        }
    }
}

#[derive(Debug)]
enum Ordinates {
    /// Values side by side; positions start at the array's own offset, already applied.
    Interleaved(arrow::buffer::ScalarBuffer<f64>),
    /// A buffer for each ordinate, or for each side of a box.
    Separated(Separated),
}

/// A native column.
#[derive(Debug)]
pub(super) struct NativeColumn {
    kind: Native,
    dims: Dims,
    offsets: SmallVec<[OffsetBuffer<i32>; 3]>,
    ordinates: Ordinates,
    pub(super) nulls: Option<NullBuffer>,
}

fn doubles(array: &ArrayRef) -> Result<arrow::buffer::ScalarBuffer<f64>, Cause> {
    match array.as_primitive_opt::<Float64Type>() {
        Some(values) => Ok(values.values().clone()),
        None => Err(format!("GeoArrow coordinates must be Float64, got {}", array.data_type()).into()),
    }
}

impl NativeColumn {
    pub(super) fn try_new(kind: Native, array: &ArrayRef) -> Result<Self, Cause> {
        let nulls = array.nulls().cloned();
        let mut offsets = SmallVec::new();
        let mut inner = array.clone();
        for _ in 0..kind.levels() {
            let Some(list) = inner.as_list_opt::<i32>() else {
                return Err(format!("expected a List in a native GeoArrow column, got {}", inner.data_type()).into());
            };
            offsets.push(list.offsets().clone());
            let values = list.values().clone();
            inner = values;
        }
        let (dims, ordinates) = match inner.data_type() {
            DataType::FixedSizeList(child, _) if kind != Native::Box => {
                let list = inner.as_fixed_size_list();
                let dims = match (list.value_length(), child.name().as_str()) {
                    (2, _) => Dims::Xy,
                    (3, "xym") => Dims::Xym,
                    (3, _) => Dims::Xyz,
                    (4, _) => Dims::Xyzm,
                    (n, _) => return Err(format!("interleaved coordinates of {n} ordinates").into()),
                };
                (dims, Ordinates::Interleaved(doubles(list.values())?))
            }
            DataType::Struct(_) => {
                let columns = inner.as_struct();
                let column = |name: &str| columns.column_by_name(name).map(doubles).transpose();
                let need = |name: &str| {
                    column(name)?.ok_or_else(|| Cause::from(format!("GeoArrow coordinates have no field '{name}'")))
                };
                if kind == Native::Box {
                    let sides = [need("xmin")?, need("ymin")?, need("xmax")?, need("ymax")?];
                    (Dims::Xy, Ordinates::Separated(sides))
                } else {
                    let (z, m) = (column("z")?, column("m")?);
                    let dims = Dims::new(z.is_some(), m.is_some());
                    let sides = [need("x")?, need("y")?, z.unwrap_or_default(), m.unwrap_or_default()];
                    (dims, Ordinates::Separated(sides))
                }
            }
            other => return Err(format!("expected GeoArrow coordinates, got {other}").into()),
        };
        Ok(Self { kind, dims, offsets, ordinates, nulls })
    }

    fn coords(&self, range: Range<usize>) -> Coords<'_> {
        match &self.ordinates {
            Ordinates::Interleaved(values) => {
                let size = self.dims.size();
                Coords::interleaved(&values[range.start * size..range.end * size], self.dims)
            }
            Ordinates::Separated(ordinates) => Coords::separated(ordinates, range, self.dims),
        }
    }

    /// Items of level `level` that belong to item `i` of the level above.
    fn range(&self, level: usize, i: usize) -> Range<usize> {
        let offsets = &self.offsets[level];
        offsets[i] as usize..offsets[i + 1] as usize
    }

    fn path(&self, level: usize, i: usize) -> Result<Coords<'_>, Cause> {
        let path = self.coords(self.range(level, i));
        check_path(&path)?;
        Ok(path)
    }

    fn rings(&self, level: usize, i: usize) -> Result<Rings<'_>, Cause> {
        let mut rings = Rings::new();
        self.each_ring(level, i, &mut |_, ring| rings.push(ring))?;
        Ok(rings)
    }

    #[inline(always)]
    fn each_ring<'a>(&'a self, level: usize, i: usize, f: &mut impl FnMut(Role, Coords<'a>)) -> Result<(), Cause> {
        for (i, ring) in self.range(level, i).enumerate() {
            let ring = self.coords(self.range(level + 1, ring));
            check_ring(&ring)?;
            f(Role::of_ring(i), ring);
        }
        Ok(())
    }

    /// Folds the coordinate sequences of row `i`, which is not null, into one value, without listing them first.
    pub(super) fn fold<T: Copy>(&self, i: usize, start: T, f: impl Fn(T, Role, &Coords) -> T) -> Result<T, Cause> {
        let mut folded = start;
        let mut add = |role, coords: Coords| folded = f(folded, role, &coords);
        match self.kind {
            Native::LineString => add(Role::Path, self.path(0, i)?),
            Native::Polygon => self.each_ring(0, i, &mut add)?,
            Native::MultiLineString => {
                for line in self.range(0, i) {
                    add(Role::Path, self.path(1, line)?);
                }
            }
            Native::MultiPolygon => {
                for polygon in self.range(0, i) {
                    self.each_ring(1, polygon, &mut add)?;
                }
            }
            Native::Point | Native::MultiPoint | Native::Box => return Ok(self.row(i)?.fold(start, f)),
        }
        Ok(folded)
    }

    /// The position in row `i`, which is not null, of a column of points; `None` if empty.
    #[inline]
    pub(super) fn plain_point(&self, i: usize) -> Option<Xy> {
        if self.kind != Native::Point {
            return None;
        }
        let p = match &self.ordinates {
            Ordinates::Interleaved(values) => {
                let at = i * self.dims.size();
                Xy { x: values[at], y: values[at + 1] }
            }
            Ordinates::Separated([x, y, ..]) => Xy { x: x[i], y: y[i] },
        };
        (!(p.x.is_nan() && p.y.is_nan())).then_some(p)
    }

    /// Of a column of points, one slice of ordinates for x and one for y, and the step from row to row in both.
    pub(super) fn point_ordinates(&self) -> Option<(&[f64], &[f64], usize)> {
        match &self.ordinates {
            _ if self.kind != Native::Point => None,
            Ordinates::Interleaved(values) => Some((values, values.get(1..).unwrap_or_default(), self.dims.size())),
            Ordinates::Separated([x, y, ..]) => Some((x, y, 1)),
        }
    }

    /// Row `i`, which is not null.
    #[inline]
    pub(super) fn row(&self, i: usize) -> Result<Geom<'_>, Cause> {
        let shape = match self.kind {
            Native::Point => {
                let point = self.coords(i..i + 1);
                let xy = point.xy(0);
                let empty = xy.x.is_nan() && xy.y.is_nan();
                Shape::Point(if empty { Coords::empty(self.dims) } else { point })
            }
            Native::Box => self.box_row(i),
            Native::LineString => Shape::LineString(self.path(0, i)?),
            Native::MultiPoint => Shape::MultiPoint(self.coords(self.range(0, i))),
            Native::Polygon => Shape::Polygon(self.rings(0, i)?),
            Native::MultiLineString => {
                Shape::MultiLineString(self.range(0, i).map(|l| self.path(1, l)).collect::<Result<_, _>>()?)
            }
            Native::MultiPolygon => {
                Shape::MultiPolygon(self.range(0, i).map(|p| self.rings(1, p)).collect::<Result<_, _>>()?)
            }
        };
        Ok(Geom { shape, dims: self.dims, srid: 0 })
    }

    /// A box is the polygon around it; one with NaN, or turned inside out as GeoArrow writes an empty one, is empty.
    fn box_row(&self, i: usize) -> Shape<'_> {
        let Ordinates::Separated(sides) = &self.ordinates else {
            return Shape::Polygon(Rings::new());
        };
        let [xmin, ymin, xmax, ymax] = sides;
        if xmin[i] <= xmax[i] && ymin[i] <= ymax[i] {
            Shape::Polygon(smallvec::smallvec![Coords::of_box(sides, i)])
        } else {
            Shape::Polygon(Rings::new())
        }
    }
}
