//! Tests: locating points, against the definition and against `geo`.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{Intersects, LineString, Polygon};
use proptest::prelude::*;

use super::*;

fn edges(rings: &[&[(f64, f64)]]) -> Stripes {
    let xy = |(x, y): (f64, f64)| Xy { x, y };
    let segments = rings.iter().flat_map(|ring| ring.windows(2).map(|ab| [xy(ab[0]), xy(ab[1])])).collect();
    match Stripes::new(segments) {
        Some(stripes) => stripes,
        None => unreachable!("rings have edges"),
    }
}

fn at(stripes: &Stripes, x: f64, y: f64) -> Location {
    stripes.locate(Xy { x, y })
}

const SQUARE: &[(f64, f64)] = &[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)];

#[test]
fn vertices_and_horizontal_edges_are_boundary() {
    let square = edges(&[SQUARE]);
    for (x, y) in [(0.0, 0.0), (10.0, 10.0), (5.0, 0.0), (5.0, 10.0), (0.0, 5.0), (10.0, 5.0)] {
        assert_eq!(at(&square, x, y), Location::Boundary, "{x} {y}");
    }
    assert_eq!(at(&square, 5.0, 5.0), Location::Interior);
    for (x, y) in [(-1.0, 0.0), (11.0, 0.0), (-1.0, 10.0), (5.0, 10.5), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
        assert_eq!(at(&square, x, y), Location::Exterior, "{x} {y}");
    }
}

#[test]
fn a_ray_through_vertices_counts_once() {
    // The ray to the right of (1, 5) runs through the tip of a diamond, and along the top of a step.
    let diamond = edges(&[&[(0.0, 5.0), (5.0, 0.0), (10.0, 5.0), (5.0, 10.0), (0.0, 5.0)]]);
    assert_eq!(at(&diamond, 1.0, 5.0), Location::Interior);
    assert_eq!(at(&diamond, -1.0, 5.0), Location::Exterior);
    let step = edges(&[&[(0.0, 0.0), (9.0, 0.0), (9.0, 5.0), (6.0, 5.0), (6.0, 9.0), (0.0, 9.0), (0.0, 0.0)]]);
    assert_eq!(at(&step, 1.0, 5.0), Location::Interior);
    assert_eq!(at(&step, -1.0, 5.0), Location::Exterior);
    assert_eq!(at(&step, 7.0, 5.0), Location::Boundary);
}

#[test]
fn holes_are_outside() {
    let hole = &[(2.0, 2.0), (2.0, 4.0), (4.0, 4.0), (4.0, 2.0), (2.0, 2.0)];
    let polygon = edges(&[SQUARE, hole]);
    assert_eq!(at(&polygon, 3.0, 3.0), Location::Exterior);
    assert_eq!(at(&polygon, 2.0, 3.0), Location::Boundary);
    assert_eq!(at(&polygon, 1.0, 3.0), Location::Interior);
}

#[test]
fn flat_and_huge_shapes_are_indexed() {
    let flat = edges(&[&[(0.0, 1.0), (5.0, 1.0), (9.0, 1.0)]]);
    assert!(flat.touches(Xy { x: 7.0, y: 1.0 }) && !flat.touches(Xy { x: 10.0, y: 1.0 }));
    let huge = edges(&[&[(0.0, -1.5e308), (1.0, 1.5e308)]]);
    assert!(!huge.touches(Xy { x: 2.0, y: 0.0 }));
}

fn small() -> impl Strategy<Value = f64> {
    (0..24_i32).prop_map(|v| f64::from(v) / 4.0)
}

fn positions(least: usize) -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((small(), small()), least..60)
}

proptest! {
    #[test]
    fn positions_on_a_ring_are_its_boundary(mut ring in positions(3), points in positions(1)) {
        ring.push(ring[0]);
        let (stripes, line) = (edges(&[&ring]), LineString::from(ring));
        for (x, y) in points {
            let on_line = line.intersects(&Xy { x, y });
            prop_assert_eq!(at(&stripes, x, y) == Location::Boundary, on_line);
            prop_assert_eq!(stripes.touches(Xy { x, y }), on_line);
        }
    }

    #[test]
    fn triangles_agree_with_geo(ring in prop::collection::vec((small(), small()), 3), points in positions(1)) {
        let closed = [ring[0], ring[1], ring[2], ring[0]];
        prop_assume!(orientation(ring[0].into(), ring[1].into(), ring[2].into()) != 0.0);
        let stripes = edges(&[&closed]);
        let polygon = Polygon::new(LineString::from(closed.to_vec()), Vec::new());
        for (x, y) in points {
            let expected = match polygon.coordinate_position(&Xy { x, y }) {
                CoordPos::OnBoundary => Location::Boundary,
                CoordPos::Inside => Location::Interior,
                CoordPos::Outside => Location::Exterior,
            };
            prop_assert_eq!(at(&stripes, x, y), expected);
        }
    }

    #[test]
    fn pairs_are_those_whose_boxes_meet_each_once(path in positions(2)) {
        let stripes = edges(&[&path]);
        let mut found = Vec::new();
        stripes.each_pair(|i, j| found.push((i.min(j), i.max(j))));
        found.sort_unstable();
        let segments = stripes.segments();
        let numbers = || 0..segments.len();
        let all = numbers().flat_map(|i| numbers().map(move |j| (i, j)));
        let expected: Vec<_> =
            all.filter(|(i, j)| i < j && boxed(&segments[*i]).intersects(&boxed(&segments[*j]))).collect();
        prop_assert_eq!(found, expected);
    }
}
