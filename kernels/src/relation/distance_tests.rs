//! Tests: every way to a distance, against all pairs of segments.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{Array, AsArray, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use geo::{Geometry, Intersects, MapCoords, wkt};
use proptest::prelude::*;

use crate::Argument;
use crate::geom::Xy;
use crate::planar::point_segment;
use crate::testing::{any_geometry, arguments, call, field, segments, star};

fn of_all_pairs(a: &Geometry<f64>, b: &Geometry<f64>) -> f64 {
    if a.intersects(b) {
        return 0.0;
    }
    let mut best = f64::INFINITY;
    for [p, q] in segments(a) {
        for [r, s] in segments(b) {
            let ends = [(p, r, s), (q, r, s), (r, p, q), (s, p, q)];
            best = ends.iter().fold(best, |best, (p, a, b)| best.min(point_segment(*p, *a, *b)));
        }
    }
    best
}

/// The distance by columns and constants on either side, which must be the same to the last bit.
fn distance_of(a: &Geometry<f64>, b: &Geometry<f64>) -> f64 {
    let ways = [[false, false], [true, false], [false, true], [true, true]];
    let found = [(a, b), (b, a)].map(|(a, b)| {
        ways.map(|constant| call("st_distance", arguments(a, b, constant), 1).as_primitive::<Float64Type>().value(0))
    });
    assert!(found.as_flattened().iter().all(|d| *d == found[0][0]), "{found:?} of {a:?} and {b:?}");
    found[0][0]
}

fn dwithin(a: &Geometry<f64>, b: &Geometry<f64>, limit: f64, constant: [bool; 2]) -> bool {
    let mut args = arguments(a, b, constant);
    args.push(Argument::constant(Arc::new(Float64Array::from(vec![limit])), field(DataType::Float64)));
    let result = call("st_dwithin", args, 1);
    assert_eq!((result.len(), result.null_count()), (1, 0));
    result.as_boolean().value(0)
}

fn check(a: &Geometry<f64>, b: &Geometry<f64>) {
    let (expected, got) = (of_all_pairs(a, b), distance_of(a, b));
    assert!((got - expected).abs() <= 1e-12 * expected, "{got} instead of {expected} of {a:?} and {b:?}");
    let limits = [got, got.next_up(), got.next_down(), got * 1.5, got / 2.0, got + 3.0, 0.0];
    for limit in limits.into_iter().filter(|limit| *limit >= 0.0) {
        for constant in [[false, false], [true, false], [false, true], [true, true]] {
            assert_eq!(dwithin(a, b, limit, constant), got <= limit, "{got} and {limit}, {constant:?}: {a:?}, {b:?}");
        }
    }
}

proptest! {
    #[test]
    fn distance_is_that_of_the_nearest_segments(a in any_geometry(), b in any_geometry()) {
        check(&a, &b);
    }

    #[test]
    fn distance_grows_with_the_coordinates(a in any_geometry(), b in any_geometry(), power in -300..300_i32) {
        let scale = 2_f64.powi(power);
        let scaled = |g: &Geometry<f64>| g.map_coords(|p| p * scale);
        prop_assert_eq!(distance_of(&scaled(&a), &scaled(&b)), distance_of(&a, &b) * scale);
        check(&scaled(&a), &scaled(&b));
    }

    #[test]
    fn many_vertices_far_from_the_origin(
        vertices in [3..200_usize, 3..200],
        sizes in [0.1..3.0, 0.1..3.0],
        at in (-4.0..4.0, -4.0..4.0),
        shift in prop_oneof![Just(0.0), Just(1e6)],
    ) {
        let one = star(Xy { x: shift, y: 0.1 }, sizes[0], vertices[0]);
        let two = star(Xy { x: shift + at.0, y: at.1 }, sizes[1], vertices[1]);
        check(&one, &two);
    }
}

#[test]
fn trees_of_both_sides_agree_with_all_pairs() {
    let one = star(Xy { x: 0.0, y: 0.0 }, 1.0, 900);
    for x in [0.0, 0.9, 2.0, 2.5] {
        check(&one, &star(Xy { x, y: 0.3 }, 1.0, 700));
    }
}

#[test]
fn a_point_beside_a_line_is_not_on_it() {
    // In doubles, the height of this triangle comes out as 0.
    let line: Geometry<f64> = wkt! { LINESTRING(0. 0., 3. 1.) }.into();
    let third = 1.0_f64 / 3.0;
    for (x, y) in [(1.0, third), (1.0, third.next_up()), (0.1, 0.1 / 3.0), (2.7, 0.9), (0.3, 0.1)] {
        let point: Geometry<f64> = geo::Point::new(x, y).into();
        let apart = distance_of(&point, &line);
        assert_eq!(apart == 0.0, point.intersects(&line), "{x} {y}");
        assert!(apart < 1e-15);
    }
}

#[test]
fn lengths_whose_squares_leave_the_range_of_doubles() {
    for scale in [1e-200, 1e-160, 1e160, 1e200] {
        let at = |x: f64, y: f64| Xy { x: x * scale, y: y * scale };
        let apart = point_segment(at(2.0, 1.0), at(0.0, 0.0), at(4.0, 0.0));
        assert!((apart / scale - 1.0).abs() < 1e-15, "{apart}");
        let apart = point_segment(at(7.0, 4.0), at(0.0, 0.0), at(4.0, 0.0));
        assert!((apart / scale - 5.0).abs() < 1e-15, "{apart}");
    }
}
