//! Points against anything: here no matrix is needed, only where each point lies.

use super::Predicate;
use crate::geom::{Coords, Geom, Part, Xy};
use crate::planar::index::{Index, locate};
use crate::planar::stripes::Location;

/// The positions of a geometry that is made of points only and is not empty.
pub fn positions(geom: &Geom) -> Option<Vec<Xy>> {
    if let Some(p) = geom.as_point() {
        return Some(vec![p]);
    }
    let (mut points, mut only) = (Vec::new(), true);
    geom.each_part(&mut |part| match part {
        Part::Points(c) if only => points.extend(c.iter().filter(|p| !p.x.is_nan())),
        Part::Points(_) => {}
        Part::Line(c) => only &= c.is_empty(),
        Part::Area(rings) => only &= rings.first().is_none_or(Coords::is_empty),
    });
    (only && !points.is_empty()).then_some(points)
}

/// More points than this are worth an index of the other side.
const FEW: usize = 8;

/// Whether `predicate` holds of the points and `geom`, as it is stored.
pub fn holds(predicate: Predicate, points: &[Xy], geom: &Geom) -> bool {
    if points.len() > FEW {
        let index = Index::new(geom);
        return holds_of(predicate, points, geom, |p| index.locate(p));
    }
    holds_of(predicate, points, geom, |p| locate(geom, p))
}

/// Whether `predicate` holds of the points and `geom`, of which `locate` says where a point lies.
fn holds_of(predicate: Predicate, points: &[Xy], geom: &Geom, mut locate: impl FnMut(Xy) -> Location) -> bool {
    match predicate {
        Predicate::Intersects => points.iter().any(|p| locate(*p) != Location::Exterior),
        Predicate::Disjoint => points.iter().all(|p| locate(*p) == Location::Exterior),
        Predicate::Within => within(points, locate),
        Predicate::Contains => covers(points, geom),
        Predicate::Equals => positions(geom).is_some() && within(points, locate) && covers(points, geom),
    }
}

/// Whether all points lie in a geometry, and one of them in its interior.
pub fn within(points: &[Xy], mut locate: impl FnMut(Xy) -> Location) -> bool {
    let mut inside = false;
    let covered = points.iter().all(|p| {
        let place = locate(*p);
        inside |= place == Location::Interior;
        place != Location::Exterior
    });
    covered && inside
}

/// Whether nothing of `geom` lies outside of the points. A line of no length is a point here, as in GEOS.
fn covers(points: &[Xy], geom: &Geom) -> bool {
    let mut covered = true;
    geom.each_part(&mut |part| {
        covered = covered
            && match part {
                Part::Points(c) => c.iter().all(|p| p.x.is_nan() || points.contains(&p)),
                Part::Line(c) => c.first().is_none_or(|first| points.contains(&first) && c.iter().all(|p| p == first)),
                Part::Area(rings) => rings.first().is_none_or(Coords::is_empty),
            };
    });
    covered
}
