//! The named predicates of simple features.

use std::sync::Arc;

use arrow::array::ArrayRef;

use super::points::{self, Answers};
use super::{Other, Pair, Pairs, Prepared, puntal};
use crate::call::Call;
use crate::error::Result;
use crate::geom::{Geom, Rect, Shape, to_geo};
use crate::overlay;
use crate::planar::Index;

/// A predicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Predicate {
    /// They share a point.
    Intersects,
    /// They share none.
    Disjoint,
    /// The second lies in the first, and their interiors meet.
    Contains,
    /// The first lies in the second, and their interiors meet.
    Within,
    /// They are the same point set.
    Equals,
}

impl Predicate {
    /// The predicate that says the same of the swapped arguments.
    fn converse(self) -> Self {
        match self {
            Predicate::Contains => Predicate::Within,
            Predicate::Within => Predicate::Contains,
            symmetric => symmetric,
        }
    }

    /// The answer where boxes, or their absence, decide.
    fn by_boxes(self, a: Option<Rect>, b: Option<Rect>) -> Option<bool> {
        let (Some(a), Some(b)) = (a, b) else {
            return Some(match self {
                Predicate::Disjoint => true,
                Predicate::Equals => a.is_none() && b.is_none(),
                _ => false,
            });
        };
        match self {
            Predicate::Intersects if !a.intersects(&b) => Some(false),
            Predicate::Disjoint if !a.intersects(&b) => Some(true),
            Predicate::Contains if !a.covers(&b) => Some(false),
            Predicate::Within if !b.covers(&a) => Some(false),
            Predicate::Equals if a != b => Some(false),
            _ => None,
        }
    }

    /// Whether it holds of a point and an area, by where the point lies. One that is empty, or no finite number, is
    /// answered as if it lay outside.
    fn of_point_in_area(self) -> Answers {
        match self {
            Predicate::Intersects => [false, true, true],
            Predicate::Disjoint => [true, false, false],
            Predicate::Within => [false, false, true],
            Predicate::Contains | Predicate::Equals => [false, false, false],
        }
    }

    /// Whether the matrix that `geo` makes of a prepared geometry is not to be trusted: of collections, and of lines
    /// among themselves.
    fn needs_rows(self, geom: &Geom, prepared: &Prepared) -> bool {
        let by_matrix = matches!(self, Predicate::Contains | Predicate::Within | Predicate::Equals);
        let lines = || geom.dimension() == Some(1) && prepared.is_linear();
        by_matrix && (is_collection(geom) || prepared.is_collection || lines())
    }

    /// The answer for two finite geometries whose boxes do not decide.
    fn of_rows<'a>(self, geom: &Geom<'a>, other: &Geom<'a>) -> bool {
        if let (Some(p), Some(q)) = (geom.as_point(), other.as_point()) {
            return (p == q) == (self != Predicate::Disjoint);
        }
        // Areas of a collection may share an edge, which then is no boundary: `puntal` would not see that.
        match self {
            Predicate::Contains if is_collection(geom) => return overlay::contains(geom, other),
            Predicate::Within if is_collection(other) => return overlay::contains(other, geom),
            _ => {}
        }
        if let Some(points) = puntal::positions(geom) {
            return puntal::holds(self, &points, other);
        }
        if let Some(points) = puntal::positions(other) {
            return puntal::holds(self.converse(), &points, geom);
        }
        match self {
            Predicate::Intersects => Index::new(other).intersects(geom),
            Predicate::Disjoint => !Index::new(other).intersects(geom),
            Predicate::Contains => overlay::contains(geom, other),
            Predicate::Within => overlay::contains(other, geom),
            Predicate::Equals => overlay::equals(geom, other),
        }
    }

    /// The answer for a geometry and a prepared one, both finite, whose boxes do not decide.
    fn of_prepared(self, geom: &Geom, prepared: &Arc<Prepared>) -> bool {
        match self {
            Predicate::Intersects => prepared.intersects(geom),
            Predicate::Disjoint => !prepared.intersects(geom),
            _ if prepared.is_puntal() => puntal::holds(self.converse(), prepared.points(), geom),
            _ => match (self, puntal::positions(geom)) {
                (Predicate::Within, Some(points)) => puntal::within(&points, |p| prepared.locate(p)),
                (Predicate::Contains, Some(points)) => prepared.is_within_points(&points),
                (Predicate::Equals, Some(_)) => false,
                (Predicate::Contains, None) => prepared.relate(&to_geo(geom)).is_within(),
                (Predicate::Within, None) => prepared.relate(&to_geo(geom)).is_contains(),
                _ => prepared.relate(&to_geo(geom)).is_equal_topo(),
            },
        }
    }
}

fn is_collection(geom: &Geom) -> bool {
    matches!(geom.shape, Shape::GeometryCollection(_))
}

/// A predicate of the first two arguments, for each row.
pub fn predicate(call: &Call, predicate: Predicate) -> Result<ArrayRef> {
    let pairs = Pairs::new(call)?;
    let of_row = |row| pairs.row(row, |pair| Ok(Some(answer(predicate, &pair))));
    if let Some((column, area, flipped)) = pairs.points_and_area() {
        let predicate = if flipped { predicate.converse() } else { predicate };
        return points::in_area(call, column, area, predicate.of_point_in_area(), of_row);
    }
    call.map_rows(of_row)
}

fn answer(predicate: Predicate, pair: &Pair) -> bool {
    let predicate = if pair.flipped { predicate.converse() } else { predicate };
    if let Some(answer) = predicate.by_boxes(pair.geom.bounds(), pair.other.bounds()) {
        // A point of NaN has no box either, but is not empty and equals nothing.
        return answer && (predicate != Predicate::Equals || (pair.geom.is_finite() && pair.other.is_finite()));
    }
    if !(pair.geom.is_finite() && pair.other.is_finite()) {
        return predicate == Predicate::Disjoint;
    }
    match &pair.other {
        Other::Prepared(prepared, column) => match column.get(0) {
            Ok(Some(other)) if predicate.needs_rows(&pair.geom, prepared) => predicate.of_rows(&pair.geom, &other),
            _ => predicate.of_prepared(&pair.geom, prepared),
        },
        Other::Raw(other) => predicate.of_rows(&pair.geom, other),
    }
}
