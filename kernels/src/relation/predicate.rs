//! The named predicates of simple features.

use std::sync::Arc;

use arrow::array::ArrayRef;
use geo::Relate;

use super::stripes::Location;
use super::{Index, Other, Pair, Pairs, Prepared, puntal};
use crate::call::Call;
use crate::error::Result;
use crate::geom::{Geom, Rect, Shape, to_geo};
use crate::overlay;

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

    /// Whether it holds of a point in this place of an area.
    fn of_point_in_area(self, place: Location) -> bool {
        match self {
            Predicate::Intersects => place != Location::Exterior,
            Predicate::Disjoint => place == Location::Exterior,
            Predicate::Within => place == Location::Interior,
            Predicate::Contains | Predicate::Equals => false,
        }
    }

    /// The answer for two finite geometries whose boxes do not decide.
    fn of_rows(self, geom: &Geom, other: &Geom) -> bool {
        if let (Some(p), Some(q)) = (geom.as_point(), other.as_point()) {
            return (p == q) == (self != Predicate::Disjoint);
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
            Predicate::Contains => to_geo(geom).relate(&to_geo(other)).is_contains(),
            Predicate::Within => to_geo(geom).relate(&to_geo(other)).is_within(),
            Predicate::Equals => to_geo(geom).relate(&to_geo(other)).is_equal_topo(),
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

/// A predicate of the first two arguments, for each row.
pub fn predicate(call: &Call, predicate: Predicate) -> Result<ArrayRef> {
    let pairs = Pairs::new(call)?;
    call.map_rows(|row| pairs.row(row, |pair| Ok(Some(answer(predicate, &pair)))))
}

fn answer(predicate: Predicate, pair: &Pair) -> bool {
    let predicate = if pair.flipped { predicate.converse() } else { predicate };
    // The most frequent case, points in a constant area, first: the index knows the box, and NaN lies in none.
    if let (Some(p), Other::Prepared(prepared, _)) = (pair.geom.as_point(), &pair.other)
        && prepared.is_one_area()
    {
        return predicate.of_point_in_area(prepared.locate(p));
    }
    if let Some(answer) = predicate.by_boxes(pair.geom.bounds(), pair.other.bounds()) {
        // A point of NaN has no box either, but is not empty and equals nothing.
        return answer && (predicate != Predicate::Equals || (pair.geom.is_finite() && pair.other.is_finite()));
    }
    if !(pair.geom.is_finite() && pair.other.is_finite()) {
        return predicate == Predicate::Disjoint;
    }
    if let Some(answer) = of_collections(predicate, pair) {
        return answer;
    }
    match &pair.other {
        Other::Prepared(prepared, _) => predicate.of_prepared(&pair.geom, prepared),
        Other::Raw(other) => predicate.of_rows(&pair.geom, other),
    }
}

/// Containment where a collection takes part.
fn of_collections(predicate: Predicate, pair: &Pair) -> Option<bool> {
    let is_collection = |geom: &Geom| matches!(geom.shape, Shape::GeometryCollection(_));
    let collections = is_collection(&pair.geom)
        || match &pair.other {
            Other::Prepared(prepared, _) => prepared.is_collection,
            Other::Raw(other) => is_collection(other),
        };
    if !collections || matches!(predicate, Predicate::Intersects | Predicate::Disjoint) {
        return None;
    }
    let (geom, other) = (&pair.geom, pair.other.stored()?);
    Some(match predicate {
        Predicate::Contains => overlay::contains(geom, &other),
        Predicate::Within => overlay::contains(&other, geom),
        _ => overlay::equals(geom, &other),
    })
}
