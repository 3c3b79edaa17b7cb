//! Tests: every way to a distance, against all pairs of segments.
#![allow(clippy::unwrap_used, reason = "tests")]

use arrow::array::{Array, AsArray};
use arrow::datatypes::Float64Type;
use geo::{Geometry, Intersects, LineString, MultiPoint, Polygon};
use proptest::prelude::*;

use super::*;
use crate::testing::{arguments, call};

fn position() -> impl Strategy<Value = (f64, f64)> {
    let ordinate = || (-40..40_i32).prop_map(|v| f64::from(v) / 8.0);
    (ordinate(), ordinate())
}

fn geometry() -> impl Strategy<Value = Geometry<f64>> {
    let positions = |least| prop::collection::vec(position(), least..12);
    prop_oneof![
        position().prop_map(|p| geo::Point::from(p).into()),
        positions(1).prop_map(|list| MultiPoint::from(list).into()),
        positions(2).prop_map(|list| LineString::from(list).into()),
        prop::collection::vec(position(), 3)
            .prop_filter("flat", |t| orientation_of(t) != 0.0)
            .prop_map(|t| Polygon::new(LineString::from(t), Vec::new()).into()),
    ]
}

fn orientation_of(t: &[(f64, f64)]) -> f64 {
    crate::planar::orientation(t[0].into(), t[1].into(), t[2].into())
}

/// Segments of a geometry, points as segments of no length.
fn segments(geometry: &Geometry<f64>) -> Vec<[Xy; 2]> {
    let path = |line: &LineString<f64>| line.lines().map(|l| [l.start, l.end]).collect();
    match geometry {
        Geometry::Point(p) => vec![[p.0, p.0]],
        Geometry::MultiPoint(points) => points.iter().map(|p| [p.0, p.0]).collect(),
        Geometry::LineString(line) => path(line),
        Geometry::Polygon(polygon) => path(polygon.exterior()),
        _ => Vec::new(),
    }
}

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

proptest! {
    #[test]
    fn distance_is_that_of_the_nearest_segments(a in geometry(), b in geometry()) {
        let expected = of_all_pairs(&a, &b);
        for constant in [[false, false], [true, false], [false, true], [true, true]] {
            let result = call("st_distance", arguments(&a, &b, constant), 1);
            let got = result.as_primitive::<Float64Type>().value(0);
            prop_assert!((got - expected).abs() <= 1e-12, "{:?}: {} instead of {}", constant, got, expected);
            for (limit, within) in [(expected + 1e-9, true), ((expected - 1e-9).max(0.0), expected <= 1e-9)] {
                let mut args = arguments(&a, &b, constant);
                let limits = std::sync::Arc::new(arrow::array::Float64Array::from(vec![limit]));
                let field = crate::testing::field(arrow::datatypes::DataType::Float64);
                args.push(crate::Argument { array: limits, field, constant: true });
                let result = call("st_dwithin", args, 1);
                prop_assert_eq!(result.as_boolean().value(0), within);
                prop_assert_eq!(result.len(), 1);
            }
        }
    }
}
