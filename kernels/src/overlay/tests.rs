//! Tests of what holds of any two areas.
#![allow(clippy::unwrap_used, reason = "tests")]

use geo::{Area, Euclidean, Geometry, Length, LineString, Polygon, wkt};
use proptest::prelude::*;

use super::*;
use crate::geom::{parse_wkb, to_geo};
use crate::testing::wkb;

fn run(operation: Operation, a: &Geometry<f64>, b: &Geometry<f64>) -> Geometry<f64> {
    let (a, b) = (wkb(a), wkb(b));
    let mut out = WkbWriter::default();
    overlay(operation, &parse_wkb(&a).unwrap(), &parse_wkb(&b).unwrap(), &mut out).unwrap();
    to_geo(&parse_wkb(out.bytes()).unwrap())
}

#[test]
fn vertices_that_remain_are_bit_for_bit_those_that_came_in() {
    let a: Geometry<f64> = wkt! { POLYGON((0.1 0.2, 7.3 0.7, 5.9 6.1, 0.3 5.7, 0.1 0.2)) }.into();
    let b: Geometry<f64> = wkt! { POLYGON((3.3 3.1, 1000.7 3.7, 999.9 900.1, 3.3 3.1)) }.into();
    let Geometry::Polygon(union) = run(Operation::Union, &a, &b) else { unreachable!("one polygon") };
    let kept = |p: (f64, f64)| union.exterior().coords().any(|q| q.x == p.0 && q.y == p.1);
    for p in [(0.1, 0.2), (7.3, 0.7), (5.9, 6.1), (0.3, 5.7), (1000.7, 3.7), (999.9, 900.1)] {
        assert!(kept(p), "{p:?}");
    }
}

#[test]
fn areas_that_only_touch_share_edges_and_corners() {
    let square: Geometry<f64> = wkt! { POLYGON((0. 0., 10. 0., 10. 10., 0. 10., 0. 0.)) }.into();
    let corner = wkt! { POLYGON((10. 10., 20. 10., 20. 20., 10. 10.)) }.into();
    assert_eq!(run(Operation::Intersection, &square, &corner), wkt! { POINT(10. 10.) }.into());
    let edge = wkt! { POLYGON((10. 2., 20. 2., 20. 4., 10. 4., 10. 2.)) }.into();
    assert_eq!(run(Operation::Intersection, &square, &edge), wkt! { LINESTRING(10. 2., 10. 4.) }.into());
    // A corner within an edge of the other.
    let tip = wkt! { POLYGON((10. 5., 20. 2., 20. 8., 10. 5.)) }.into();
    assert_eq!(run(Operation::Intersection, &square, &tip), wkt! { POINT(10. 5.) }.into());
    // From within: the corner belongs to the common area.
    let inner = wkt! { POLYGON((10. 5., 5. 2., 5. 8., 10. 5.)) }.into();
    assert!(matches!(run(Operation::Intersection, &square, &inner), Geometry::Polygon(_)));
}

fn triangle() -> impl Strategy<Value = Geometry<f64>> {
    let position = || (0..64_i32, 0..64_i32).prop_map(|(x, y)| (f64::from(x) / 8.0, f64::from(y) / 8.0));
    prop::collection::vec(position(), 3)
        .prop_map(|t| Polygon::new(LineString::from(t), Vec::new()))
        .prop_filter("flat", |t| t.unsigned_area() > 0.0)
        .prop_map(Geometry::from)
}

fn length(geometry: &Geometry<f64>) -> f64 {
    match geometry {
        Geometry::LineString(line) => Euclidean.length(line),
        Geometry::MultiLineString(lines) => Euclidean.length(lines),
        Geometry::GeometryCollection(members) => members.iter().map(length).sum(),
        _ => 0.0,
    }
}

fn area(geometry: &Geometry<f64>) -> f64 {
    geometry.unsigned_area()
}

proptest! {
    #[test]
    fn union_and_intersection_have_the_area_of_both(a in triangle(), b in triangle()) {
        let (union, common) = (run(Operation::Union, &a, &b), run(Operation::Intersection, &a, &b));
        prop_assert!((area(&union) + area(&common) - area(&a) - area(&b)).abs() < 1e-9);
        prop_assert_eq!(area(&common), area(&run(Operation::Intersection, &b, &a)));
    }

    #[test]
    fn a_boundary_is_cut_into_what_is_inside_and_what_is_outside(a in triangle(), b in triangle()) {
        let Geometry::Polygon(ring) = &a else { unreachable!("a triangle") };
        let line = Geometry::from(ring.exterior().clone());
        let (inside, outside) = (run(Operation::Intersection, &line, &b), run(Operation::Union, &line, &b));
        prop_assert!((length(&inside) + length(&outside) - length(&line)).abs() < 1e-9);
        prop_assert!((area(&outside) - area(&b)).abs() < 1e-9);
    }
}
