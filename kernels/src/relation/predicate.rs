//! The named predicates of simple features.

use std::sync::Arc;

use arrow::array::ArrayRef;

use super::stripes::Location;
use super::{Other, Pair, Pairs, Prepared};
use crate::call::Call;
use crate::error::Result;
use crate::geom::{Geom, Rect, Shape, to_geo};

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

    /// The answer for `geom` and a prepared geometry whose boxes do not decide.
    fn evaluate(self, geom: &Geom, prepared: &Arc<Prepared>) -> bool {
        if let (Shape::Point(_), Some(p)) = (&geom.shape, geom.as_point())
            && let Some(place) = prepared.locate(p)
        {
            return self.of_point_in_area(place);
        }
        if !(prepared.finite && geom.is_finite()) {
            return self == Predicate::Disjoint;
        }
        match self {
            Predicate::Intersects => prepared.intersects(geom),
            Predicate::Disjoint => !prepared.intersects(geom),
            Predicate::Contains => prepared.relate(&to_geo(geom)).is_within(),
            Predicate::Within => prepared.relate(&to_geo(geom)).is_contains(),
            Predicate::Equals => prepared.relate(&to_geo(geom)).is_equal_topo(),
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
    // NaN ordinates are no part of a box: a point of NaN and a number has none, and meets nothing.
    if let Some(answer) = predicate.by_boxes(pair.geom.bounds(), pair.other.bounds()) {
        return answer && (predicate != Predicate::Equals || both_empty(pair));
    }
    predicate.evaluate(&pair.geom, &pair.other.prepared())
}

/// Two geometries without a box are equal if both are empty, not if one is made of NaN.
fn both_empty(pair: &Pair) -> bool {
    let other = match &pair.other {
        Other::Prepared(prepared) => prepared.finite,
        Other::Raw(geom) => geom.is_empty(),
    };
    other && pair.geom.is_empty()
}
