//! Tests: touching areas as relating them has it, invalid ones included.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::f64::consts::TAU;

use geo::{Coord, Geometry, LineString, MultiPolygon, Polygon, Translate};
use proptest::prelude::*;

use super::super::{Operand, Scratch, relate};
use super::Touching;
use crate::geom::{WkbWriter, parse_wkb};
use crate::relation::Predicate;
use crate::testing::wkb;
use crate::text::read_wkt;

/// Whether two areas touch, by both ways and in both orders; `None` where the short way leaves it open.
fn both_ways(a: &[u8], b: &[u8]) -> Option<bool> {
    let [a, b] = [a, b].map(|bytes| parse_wkb(bytes).unwrap());
    let boxes = [&a, &b].map(|geom| geom.extent().0.unwrap());
    let mut touching = Touching::default();
    let answers = [touching.touch([&a, &b], [&boxes[0], &boxes[1]]), touching.touch([&b, &a], [&boxes[1], &boxes[0]])];
    let expected = relate([&Operand::new(&a), &Operand::new(&b)], &Predicate::Touches, &mut Scratch::default());
    for answer in answers {
        // Boxes that share nothing are not asked about.
        assert!(answer.is_none_or(|answer| answer == expected), "{answer:?}, expected {expected}: {a:?} and {b:?}");
    }
    answers[0]
}

fn of_wkt(wkt: &str) -> Vec<u8> {
    let mut out = WkbWriter::default();
    read_wkt(wkt, 0, &mut out).unwrap();
    out.bytes().to_vec()
}

fn check(a: &str, b: &str, expected: impl Into<Option<bool>>) {
    assert_eq!(both_ways(&of_wkt(a), &of_wkt(b)), expected.into(), "{a} and {b}");
}

const SQUARE: &str = "POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))";

#[test]
fn neighbours_touch() {
    check(SQUARE, "POLYGON((4 0, 8 0, 8 4, 4 4, 4 0))", true);
    check(SQUARE, "POLYGON((4 4, 8 4, 8 8, 4 8, 4 4))", true);
    // Along part of an edge, with a vertex in it, and from edge to vertex.
    check(SQUARE, "POLYGON((4 1, 8 1, 8 2, 4 2, 4 1))", true);
    check(SQUARE, "POLYGON((4 -1, 8 -1, 8 9, 4 9, 4 3, 4 -1))", true);
    check(SQUARE, "POLYGON((4 2, 8 0, 8 4, 4 2))", true);
    // Where a chain ends, the other edges part in any direction.
    check("POLYGON((0 0, 4 0, 2 2, 4 4, 0 4, 0 0))", "POLYGON((4 0, 8 2, 4 4, 2 2, 4 0))", true);
    check("POLYGON((0 0, 4 0, 2 2, 4 4, 0 4, 0 0))", "POLYGON((4 0, 3 5, 2 2, 4 0))", false);
    check("POLYGON((0 0, 4 0, 2 2, 4 4, 0 4, 0 0))", "POLYGON((2 2, 4 4, 3 1, 2 2))", true);
    // In a hole, and as large as the hole.
    let holed = "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 7 2, 7 7, 2 7, 2 2))";
    check(holed, "POLYGON((2 2, 7 2, 7 7, 2 7, 2 2))", true);
    check(holed, "POLYGON((2 2, 3 3, 3 4, 2 2))", true);
    check(holed, "POLYGON((3 3, 4 3, 4 4, 3 3))", false);
    check(holed, "POLYGON((1 1, 8 1, 8 8, 1 8, 1 1))", false);
    check(holed, "POLYGON((2 2, 7 2, 8 8, 2 7, 2 2))", false);
}

#[test]
fn interiors_that_meet_do_not_touch() {
    check(SQUARE, SQUARE, false);
    check(SQUARE, "POLYGON((1 1, 2 1, 2 2, 1 1))", false);
    check(SQUARE, "POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))", false);
    check(SQUARE, "POLYGON((2 2, 6 2, 6 6, 2 6, 2 2))", false);
    // Through vertices only, and in a vertex of the one that is also a crossing of edges.
    check(SQUARE, "POLYGON((0 0, 9 9, 9 8, 0 0))", false);
    check("POLYGON((0 0, 2 2, 4 0, 4 4, 2 2, 0 4, 0 0))", "POLYGON((1 3, 3 1, 3 3, 1 3))", false);
    check(SQUARE, "MULTIPOLYGON(((4 0, 5 0, 5 1, 4 0)), ((1 1, 2 1, 2 2, 1 1)))", false);
}

#[test]
fn what_the_short_way_leaves_open() {
    check(SQUARE, "POLYGON((4 2, 4 2, 4 2, 4 2))", None);
    check(SQUARE, "MULTIPOLYGON(((9 9, 8 9, 8 8, 9 9)), ((4 2, 4 2, 4 2, 4 2)))", None);
    check(SQUARE, "LINESTRING(4 0, 4 4)", None);
}

/// Rings on a small grid, which cross themselves, have spikes and repeat positions.
fn any_area() -> impl Strategy<Value = Geometry<f64>> {
    let position = || (0..5_u8, 0..5_u8).prop_map(|(x, y)| Coord { x: f64::from(x) - 2.0, y: f64::from(y) - 2.0 });
    let ring = || {
        prop::collection::vec(position(), 3..9).prop_map(|mut positions| {
            positions.push(positions[0]);
            LineString::new(positions)
        })
    };
    let polygon =
        move || (ring(), prop::collection::vec(ring(), 0..2)).prop_map(|(shell, holes)| Polygon::new(shell, holes));
    prop_oneof![
        3 => polygon().prop_map(Geometry::from),
        1 => prop::collection::vec(polygon(), 1..4).prop_map(|all| MultiPolygon::new(all).into()),
    ]
}

/// Two rings around neighbouring centres that share the chain between them, at awkward coordinates.
fn parted() -> impl Strategy<Value = [Geometry<f64>; 2]> {
    let chain = prop::collection::vec((-0.4..0.4, prop::bool::weighted(0.2)), 2..12);
    (chain, 0.0..TAU, prop::bool::ANY, 0..3_usize).prop_map(|(chain, turned, backwards, moved)| {
        let (sin, cos) = turned.sin_cos();
        let turn = |x: f64, y: f64| Coord { x: x * cos - y * sin, y: x * sin + y * cos };
        let step = 2.0 / chain.len() as f64;
        let points: Vec<_> = chain
            .iter()
            .enumerate()
            .map(|(i, (x, straight))| turn(if *straight { 0.0 } else { *x }, i as f64 * step - 1.0))
            .collect();
        let ring = |mut points: Vec<Coord<f64>>, away: f64| {
            points.extend([turn(away, 1.5), turn(away, -1.5)]);
            if backwards {
                points.reverse();
            }
            Geometry::from(Polygon::new(LineString::new(points), Vec::new()))
        };
        let mut other = points.clone();
        // The other side may leave vertices out: gaps and overlaps as thin as rounding makes them.
        for _ in 0..moved {
            other.remove(other.len() / 2);
            if other.len() < 2 {
                break;
            }
        }
        [ring(points, -2.0), ring(other, 2.0)]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_two_areas_as_related(a in any_area(), b in any_area(), away in 0..5_u8) {
        // Mostly side by side: those that overlap are easily told.
        both_ways(&wkb(&a), &wkb(&b.translate(f64::from(away), 0.0)));
    }

    #[test]
    fn areas_along_a_chain_as_related([a, b] in parted()) {
        both_ways(&wkb(&a), &wkb(&b));
    }
}
