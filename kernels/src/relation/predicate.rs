//! The named predicates of simple features.

use arrow::array::ArrayRef;

use super::points;
use super::relate::{Matrix, Operand, Question, Scratch, Touching, relate};
use super::{Other, Pair, Pairs, intersects};
use crate::call::Call;
use crate::error::Result;
use crate::geom::{Extent, Geom, Rect, Shape};
use crate::planar::locate;
use crate::planar::stripes::Location::{self, Boundary, Exterior, Interior};

/// Edges of a prepared area that are looked at from the first to the last.
const FEW_EDGES: usize = 256;

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
    /// No point of the second lies outside of the first.
    Covers,
    /// No point of the first lies outside of the second.
    CoveredBy,
    /// Every point of the second lies in the interior of the first.
    ContainsProperly,
    /// They share a point, but their interiors do not.
    Touches,
    /// Their interiors share something of a lower dimension than the higher of theirs, and neither covers the other.
    Crosses,
    /// They are of one dimension, as is what they share, and each has something of its own.
    Overlaps,
    /// They are the same point set.
    Equals,
}

impl Predicate {
    /// Those that hold only where boxes meet, which an index can find; the one that is left out is disjoint.
    pub const JOINABLE: [Predicate; 10] = [
        Predicate::Intersects,
        Predicate::Contains,
        Predicate::Within,
        Predicate::Covers,
        Predicate::CoveredBy,
        Predicate::ContainsProperly,
        Predicate::Touches,
        Predicate::Crosses,
        Predicate::Overlaps,
        Predicate::Equals,
    ];

    /// Name of the SQL function.
    pub const fn function(self) -> &'static str {
        match self {
            Predicate::Intersects => "st_intersects",
            Predicate::Disjoint => "st_disjoint",
            Predicate::Contains => "st_contains",
            Predicate::Within => "st_within",
            Predicate::Covers => "st_covers",
            Predicate::CoveredBy => "st_coveredby",
            Predicate::ContainsProperly => "st_containsproperly",
            Predicate::Touches => "st_touches",
            Predicate::Crosses => "st_crosses",
            Predicate::Overlaps => "st_overlaps",
            Predicate::Equals => "st_equals",
        }
    }

    /// Its name, such as `intersects`.
    pub fn name(self) -> &'static str {
        self.function().trim_start_matches("st_")
    }

    /// The joinable predicate of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::JOINABLE.into_iter().find(|predicate| predicate.name() == name)
    }

    /// What holds of `b` and `a` if this holds of `a` and `b`; `None` where no predicate says so.
    pub fn converse(self) -> Option<Self> {
        Some(match self {
            Predicate::Contains => Predicate::Within,
            Predicate::Within => Predicate::Contains,
            Predicate::Covers => Predicate::CoveredBy,
            Predicate::CoveredBy => Predicate::Covers,
            Predicate::ContainsProperly => return None,
            symmetric => symmetric,
        })
    }

    /// The answer where boxes, or their absence, or what is no finite number decides.
    fn by_extents(self, [(a, a_finite), (b, b_finite)]: [Extent; 2]) -> Option<bool> {
        let finite = a_finite && b_finite;
        match self.by_boxes(a, b) {
            // A point of NaN has no box either, but is not empty and equals nothing.
            Some(answer) => Some(answer && (self != Predicate::Equals || finite)),
            None if finite => None,
            None => Some(self == Predicate::Disjoint),
        }
    }

    /// The answer where boxes, or their absence, decide.
    fn by_boxes(self, a: Option<Rect>, b: Option<Rect>) -> Option<bool> {
        use Predicate::{Contains, ContainsProperly, CoveredBy, Covers, Disjoint, Equals, Within};
        let (Some(a), Some(b)) = (a, b) else {
            return Some(match self {
                Disjoint => true,
                Equals => a.is_none() && b.is_none(),
                _ => false,
            });
        };
        match self {
            Disjoint if !a.intersects(&b) => Some(true),
            Contains | Covers | ContainsProperly if !a.covers(&b) => Some(false),
            Within | CoveredBy if !b.covers(&a) => Some(false),
            Equals if a != b => Some(false),
            _ if !a.intersects(&b) => Some(false),
            _ => None,
        }
    }

    /// Whether it holds of a point, the first or the `second` argument, in this place of something that is more than
    /// points.
    pub(crate) fn at(self, place: Location, second: bool) -> bool {
        if second { self.of_place_of_point(place) } else { self.of_point(place) }
    }

    fn of_point(self, place: Location) -> bool {
        match self {
            Predicate::Intersects | Predicate::CoveredBy => place != Exterior,
            Predicate::Disjoint => place == Exterior,
            Predicate::Within => place == Interior,
            Predicate::Touches => place == Boundary,
            // A point covers nothing of a higher dimension, and lies wholly in it or wholly outside.
            _ => false,
        }
    }

    fn of_place_of_point(self, place: Location) -> bool {
        match self {
            Predicate::Contains | Predicate::ContainsProperly => place == Interior,
            Predicate::Covers => place != Exterior,
            Predicate::Within | Predicate::CoveredBy => false,
            symmetric => symmetric.of_point(place),
        }
    }
}

/// Dimension of a geometry as the matrix tells it: that of what it has outside or inside of the other.
fn dimension(cells: [i8; 3]) -> i8 {
    cells.into_iter().max().unwrap_or(-1)
}

impl Question for Predicate {
    type Answer = bool;

    fn settled(&self, m: &Matrix) -> Option<bool> {
        use Predicate::{
            Contains, ContainsProperly, CoveredBy, Covers, Crosses, Disjoint, Equals, Intersects, Overlaps, Touches,
            Within,
        };
        let second_leaves = || m.meets(Exterior, Interior) || m.meets(Exterior, Boundary);
        let first_leaves = || m.meets(Interior, Exterior) || m.meets(Boundary, Exterior);
        match self {
            Intersects if m.intersects() => Some(true),
            Disjoint if m.intersects() => Some(false),
            Contains | Covers if second_leaves() => Some(false),
            Within | CoveredBy if first_leaves() => Some(false),
            ContainsProperly if second_leaves() || m.meets(Boundary, Interior) || m.meets(Boundary, Boundary) => {
                Some(false)
            }
            Touches if m.meets(Interior, Interior) => Some(false),
            Equals if second_leaves() || first_leaves() => Some(false),
            // Of two areas; other dimensions are known in the end only.
            Crosses if m.get(Interior, Interior) == 2 => Some(false),
            Overlaps
                if m.get(Interior, Interior) == 2 && m.meets(Interior, Exterior) && m.meets(Exterior, Interior) =>
            {
                Some(true)
            }
            _ => None,
        }
    }

    fn answer(&self, m: &Matrix) -> bool {
        let row = |a| [Interior, Boundary, Exterior].map(|b| m.get(a, b));
        let column = |b| [Interior, Boundary, Exterior].map(|a| m.get(a, b));
        let (a, b) = (dimension(row(Interior)), dimension(column(Interior)));
        let interiors = m.get(Interior, Interior);
        let (own, others) = (m.meets(Interior, Exterior), m.meets(Exterior, Interior));
        match self {
            Predicate::Intersects => m.intersects(),
            Predicate::Disjoint => !m.intersects(),
            Predicate::Contains | Predicate::Within | Predicate::ContainsProperly => {
                self.settled(m).is_none() && interiors >= 0
            }
            Predicate::Covers | Predicate::CoveredBy => self.settled(m).is_none() && m.intersects(),
            Predicate::Touches => interiors < 0 && m.intersects(),
            Predicate::Crosses => match a.cmp(&b) {
                std::cmp::Ordering::Less => interiors >= 0 && own,
                std::cmp::Ordering::Greater => interiors >= 0 && others,
                std::cmp::Ordering::Equal => a == 1 && interiors == 0,
            },
            Predicate::Overlaps => a == b && (interiors == 1 || (interiors >= 0 && a != 1)) && own && others,
            Predicate::Equals => self.settled(m).is_none() && a == b,
        }
    }
}

/// A predicate of the first two arguments, for each row.
pub fn predicate(call: &Call, predicate: Predicate) -> Result<ArrayRef> {
    let pairs = Pairs::new(call)?;
    let mut relater = Relater::default();
    let mut of_row = |row| {
        let early = pairs.extents(row);
        if let Some(answer) = early.and_then(|extents| predicate.by_extents(extents)) {
            return Ok(Some(answer));
        }
        pairs.row(row, |pair| {
            let extents = early.unwrap_or_else(|| pair.in_order(pair.geom.extent(), pair.other.extent()));
            Ok(Some(relater.holds(predicate, &pair, extents)))
        })
    };
    match pairs.points_and_area() {
        Some((points, area, flipped)) => {
            let answers = [Exterior, Boundary, Interior].map(|place| predicate.at(place, flipped));
            points::in_area(call, points, area, answers, of_row)
        }
        None => call.map_rows(&mut of_row),
    }
}

/// Answers questions about one pair after the other, in the same memory.
#[derive(Debug, Default)]
pub struct Relater {
    operands: [Operand; 2],
    scratch: Scratch,
    touching: Touching,
    /// Whether the first operand is the one of the next pair, too; `None` where that is not known.
    kept: Option<bool>,
}

impl Relater {
    /// Whether a predicate holds of a pair of these extents.
    pub fn holds(&mut self, predicate: Predicate, pair: &Pair, extents: [Extent; 2]) -> bool {
        predicate.by_extents(extents).unwrap_or_else(|| self.decide(predicate, pair, extents))
    }

    /// The answer for a pair of these extents, which do not decide.
    fn decide(&mut self, predicate: Predicate, pair: &Pair, extents: [Extent; 2]) -> bool {
        let boxes = extents.map(|(bounds, _)| bounds);
        if let Other::Prepared(prepared, ..) = &pair.other
            && let Some(place) = boxes[usize::from(pair.flipped)].and_then(|own| prepared.cover(&own))
        {
            // What lies wholly within an area, or wholly outside, is to it as a point there.
            return predicate.at(place, pair.flipped);
        }
        match predicate {
            Predicate::Intersects => return meet(pair, &boxes),
            Predicate::Disjoint => return !meet(pair, &boxes),
            Predicate::Touches => {
                if let Some(answer) = self.touch(pair, &boxes) {
                    return answer;
                }
            }
            _ => {}
        }
        match place_of_point(pair) {
            Some((place, second)) => predicate.at(place, second),
            None => self.relate(&predicate, pair),
        }
    }

    /// Whether two areas touch; `None` for anything else, and where it does not pay to look at all edges of what is
    /// prepared.
    fn touch(&mut self, pair: &Pair, boxes: &[Option<Rect>; 2]) -> Option<bool> {
        let [Some(a), Some(b)] = boxes else { return None };
        let stored;
        let other = match &pair.other {
            Other::Raw(other) => other,
            Other::Prepared(prepared, column, row) => {
                prepared.edges().filter(|edges| edges.len() <= FEW_EDGES)?;
                stored = column.get(*row).ok()??;
                &stored
            }
        };
        self.touching.touch(pair.in_order(&pair.geom, other), [a, b])
    }

    /// Says that `geom` will be the same in all pairs from now on, or that it will not.
    pub fn keep(&mut self, same: bool) {
        self.kept = same.then(|| self.kept.unwrap_or(false));
    }

    /// The answer to any question about two finite geometries.
    pub fn relate<Q: Question>(&mut self, question: &Q, pair: &Pair) -> Q::Answer {
        let [one, two] = &mut self.operands;
        if self.kept != Some(true) {
            one.assign(&pair.geom);
        }
        self.kept = self.kept.map(|_| true);
        let other = match &pair.other {
            Other::Prepared(prepared, column, row) => prepared.operand(column, *row),
            Other::Raw(other) => {
                two.assign(other);
                two
            }
        };
        relate(pair.in_order(&*one, other), question, &mut self.scratch)
    }
}

fn meet(pair: &Pair, boxes: &[Option<Rect>; 2]) -> bool {
    match (&pair.other, boxes) {
        (Other::Prepared(prepared, ..), _) => prepared.intersects(&pair.geom),
        (Other::Raw(other), [Some(a), Some(b)]) => intersects(&pair.geom, other, a, b),
        (Other::Raw(_), _) => false,
    }
}

/// Where the one of two geometries that is a point lies in the other, which is lines or areas, and whether the point is
/// the second argument.
fn place_of_point(pair: &Pair) -> Option<(Location, bool)> {
    match &pair.other {
        Other::Prepared(prepared, ..) => {
            let p = pair.geom.as_point().filter(|_| prepared.has_extent)?;
            Some((prepared.locate(p), pair.flipped))
        }
        Other::Raw(other) => match (pair.geom.as_point(), other.as_point()) {
            (Some(p), _) if has_extent(other) => Some((locate(other, p), false)),
            (_, Some(p)) if has_extent(&pair.geom) => Some((locate(&pair.geom, p), true)),
            _ => None,
        },
    }
}

/// Whether there is a line or area that is more than a point, all in one geometry: in a collection, areas may overlap.
pub fn has_extent(geom: &Geom) -> bool {
    let mut found = false;
    if !matches!(geom.shape, Shape::GeometryCollection(_) | Shape::Point(_) | Shape::MultiPoint(_)) {
        geom.each_sequence(&mut |_, path| found = found || path.iter().any(|p| Some(p) != path.first()));
    }
    found
}
