//! Tests: every answer of a raster against all edges tried one by one.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::planar::grid::Axis;
use crate::planar::segment::intersect;
use crate::planar::stripes::{Crossings, Stripes};

pub(in crate::planar) fn xy((x, y): (f64, f64)) -> Xy {
    Xy { x, y }
}

/// The edges of rings, each closed here.
pub(in crate::planar) fn edges(rings: &[Vec<(f64, f64)>]) -> Vec<[Xy; 2]> {
    let closed = |ring: &Vec<(f64, f64)>| -> Vec<Xy> { ring.iter().chain(ring.first()).map(|p| xy(*p)).collect() };
    rings.iter().flat_map(|ring| closed(ring).windows(2).map(|ab| [ab[0], ab[1]]).collect::<Vec<_>>()).collect()
}

fn bounds(edges: &[[Xy; 2]]) -> Rect {
    edges.iter().map(boxed).reduce(|a, b| a.union(&b)).unwrap()
}

fn raster(edges: &[[Xy; 2]], side: usize) -> Option<Raster> {
    Raster::new(edges, &Plan { bounds: bounds(edges), side, rows: 0 })
}

/// By the definition, from all edges.
pub(in crate::planar) fn expected(edges: &[[Xy; 2]], p: Xy) -> Location {
    if !(p.x.is_finite() && p.y.is_finite()) {
        return Location::Exterior;
    }
    let mut crossings = Crossings::new(p);
    match edges.iter().any(|[a, b]| crossings.add(*a, *b)) {
        true => Location::Boundary,
        false => crossings.location(),
    }
}

/// Positions where a mistake would show: vertices, middles of edges, all around the corners of cells, and far away.
pub(in crate::planar) fn hard_places(grid: &Grid, edges: &[[Xy; 2]]) -> Vec<Xy> {
    let borders = |axis: &Axis| -> Vec<f64> {
        let border = |i: usize| axis.origin + (i as f64 + 0.5) / axis.scale;
        let near = |v: f64| [v.next_down(), v, v.next_up()];
        let step = (axis.count() / 16).max(1);
        (0..axis.count()).step_by(step).flat_map(|i| near(border(i)).into_iter().chain([axis.centre(i)])).collect()
    };
    let (xs, ys) = (borders(&grid.columns), borders(&grid.rows));
    let mut places: Vec<Xy> = xs.iter().flat_map(|x| ys.iter().map(|y| Xy { x: *x, y: *y })).collect();
    for [a, b] in edges {
        places.extend([*a, *b, (*a + *b) / 2.0, Xy { x: a.x, y: b.y }]);
        places.extend((1..8).map(|i| *a + (*b - *a) * (f64::from(i) / 8.0)));
        places.extend([Xy { x: a.x.next_up(), y: a.y }, Xy { x: a.x, y: a.y.next_down() }]);
        places.extend(xs.iter().step_by(5).map(|x| Xy { x: *x, y: a.y }));
        places.extend(ys.iter().step_by(5).map(|y| Xy { x: a.x, y: *y }));
    }
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 0.0, -0.0];
    places.extend(odd.iter().flat_map(|x| [xy((*x, edges[0][0].y)), xy((edges[0][0].x, *x))]));
    places
}

fn check(edges: &[[Xy; 2]], side: usize, more: &[Xy]) -> Result<(), TestCaseError> {
    let Some(raster) = raster(edges, side) else { return Ok(()) };
    let stripes = Stripes::new(edges.to_vec()).unwrap();
    let places = [hard_places(&raster.grid, edges), more.to_vec()].concat();
    for p in &places {
        let expected = expected(edges, *p);
        prop_assert_eq!(raster.locate(*p), expected, "{:?} of side {}", p, side);
        prop_assert_eq!(stripes.locate(*p), expected, "{:?} by stripes", p);
    }
    for block in places.as_chunks::<64>().0 {
        let (inside, undecided) = raster.decide(&raster.cells(&block.map(|p| p.x), &block.map(|p| p.y)));
        for (i, p) in block.iter().enumerate() {
            match (undecided >> i & 1, inside >> i & 1) {
                (0, 0) => prop_assert_eq!(raster.locate(*p), Location::Exterior),
                (0, _) => prop_assert_eq!(raster.locate(*p), Location::Interior),
                (_, inside) => prop_assert_eq!(inside, 0),
            }
        }
    }
    Ok(())
}

fn check_cover(edges: &[[Xy; 2]], side: usize, rect: &Rect) -> Result<(), TestCaseError> {
    let Some(raster) = raster(edges, side) else { return Ok(()) };
    let corners = [(rect.xmin, rect.ymin), (rect.xmax, rect.ymin), (rect.xmax, rect.ymax), (rect.xmin, rect.ymax)];
    if let Some(place) = raster.cover(rect) {
        prop_assert!(corners.iter().all(|p| expected(edges, xy(*p)) == place));
        let sides = self::edges(&[corners.to_vec()]);
        prop_assert!(!edges.iter().any(|[a, b]| sides.iter().any(|[c, d]| intersect(*a, *b, *c, *d))));
        prop_assert!(!edges.iter().flatten().any(|p| rect.covers(&Rect::of_point(*p).unwrap())));
    }
    Ok(())
}

const SQUARE: [(f64, f64); 4] = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];

#[test]
fn boxes_are_covered_by_cells_without_edges() {
    let hole = vec![(4.0, 4.0), (4.0, 6.0), (6.0, 6.0), (6.0, 4.0)];
    let raster = raster(&edges(&[SQUARE.to_vec(), hole]), 64).unwrap();
    let cover = |xmin, ymin, xmax, ymax| raster.cover(&Rect { xmin, ymin, xmax, ymax });
    assert_eq!(cover(1.0, 1.0, 3.5, 9.0), Some(Location::Interior));
    assert_eq!(cover(0.5, 7.0, 9.5, 9.5), Some(Location::Interior));
    assert_eq!(cover(4.5, 4.5, 5.5, 5.5), Some(Location::Exterior));
    assert_eq!(cover(-90.0, -90.0, -1.0, 90.0), Some(Location::Exterior));
    assert_eq!(cover(f64::NEG_INFINITY, 11.0, f64::INFINITY, f64::INFINITY), Some(Location::Exterior));
    assert_eq!(cover(1.0, 1.0, 9.0, 9.0), None);
    assert_eq!(cover(-1.0, 5.0, 3.0, 5.0), None);
    assert_eq!(cover(10.0, 10.0, 12.0, 12.0), None);
}

#[test]
fn shapes_that_doubles_cannot_divide_have_no_raster() {
    let plan = |ring: &[(f64, f64)]| {
        let edges = edges(&[ring.to_vec()]);
        Plan::new(&edges).and_then(|plan| Raster::new(&edges, &plan))
    };
    assert!(plan(&SQUARE).is_some());
    assert!(plan(&SQUARE.map(|(x, y)| (x * 1e-130, y * 1e120))).is_some());
    assert!(plan(&[(0.0, 0.0), (9.0, 0.0), (4.0, 0.0)]).is_none());
    assert!(plan(&SQUARE.map(|(x, y)| (x * 1e307, y))).is_none());
    assert!(plan(&SQUARE.map(|(x, y)| (x, y * 1e-300))).is_none());
    assert!(plan(&SQUARE.map(|(x, y)| (x * 1e-13 + 1e3, y))).is_none());
}

#[test]
fn finer_for_longer_boundaries_but_of_bounded_size() {
    let star = |count: u32| -> Vec<[Xy; 2]> {
        let vertex = |i: u32| {
            let (sin, cos) = (std::f64::consts::TAU * f64::from(i) / f64::from(count)).sin_cos();
            let radius = if i.is_multiple_of(2) { 1.0 } else { 0.7 };
            (cos * radius, sin * radius)
        };
        edges(&[(0..count).map(vertex).collect()])
    };
    let size = |count| {
        let star = star(count);
        let plan = Plan::new(&star).unwrap();
        Raster::new(&star, &plan).unwrap().size()
    };
    assert!(size(10) < 64 << 10, "{}", size(10));
    assert!(size(1000) < 4 << 20, "{}", size(1000));
    assert!(size(100_000) < 10 << 20, "{}", size(100_000));
    let sides = [10, 100, 1000].map(|count| Plan::new(&star(count)).unwrap().side);
    assert!(sides.is_sorted(), "{sides:?}");
}

/// Rings of small whole numbers: vertices on edges, edges on edges, horizontal and vertical ones in plenty.
pub(in crate::planar) fn small_rings() -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
    let ordinate = || (0..12_i32).prop_map(f64::from);
    prop::collection::vec(prop::collection::vec((ordinate(), ordinate()), 3..9), 1..4)
}

pub(in crate::planar) fn any_rings() -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
    prop::collection::vec(prop::collection::vec((-1.0..1.0, -1.0..1.0), 3..12), 1..3)
}

/// A few cells, or so many that most have no edge.
fn side() -> impl Strategy<Value = usize> {
    prop::sample::select(vec![16_usize, 32, 128])
}

proptest! {
    #[test]
    fn on_a_small_grid(rings in small_rings(), side in side()) {
        let grid: Vec<Xy> = (-1..26).flat_map(|x| (-1..26).map(move |y| xy((f64::from(x) / 2.0, f64::from(y) / 2.0)))).collect();
        check(&edges(&rings), side, &grid)?;
    }

    #[test]
    fn of_any_coordinates(rings in any_rings(), side in side(), more in prop::collection::vec((-1.1..1.1, -1.1..1.1), 200)) {
        check(&edges(&rings), side, &more.into_iter().map(xy).collect::<Vec<_>>())?;
    }

    #[test]
    fn huge_tiny_and_far_away(rings in small_rings(), side in side(), by in (-400..400_i32, -400..400_i32), far in -60..60_i32) {
        // Powers of two, and whole numbers beside them: no rounding.
        let place = |(x, y): (f64, f64)| ((x + 2f64.powi(far).round()) * 2f64.powi(by.0), y * 2f64.powi(by.1));
        let rings: Vec<_> = rings.into_iter().map(|ring| ring.into_iter().map(place).collect()).collect();
        check(&edges(&rings), side, &[])?;
    }

    #[test]
    fn slivers(ends in [(-1.0..1.0, -1.0..1.0), (-1.0..1.0, -1.0..1.0)], along in prop::collection::vec((0.0..1.0, -3..4_i64), 1..9), side in side()) {
        // Vertices within a few units in the last place of one line.
        let [a, b] = ends.map(xy);
        let near = |(t, by): &(f64, i64)| {
            let p = a + (b - a) * *t;
            (p.x, f64::from_bits((p.y.to_bits() as i64 + by) as u64))
        };
        let mut ring: Vec<(f64, f64)> = along.iter().map(near).collect();
        ring.extend([ends[1], ends[0]]);
        check(&edges(&[ring.clone()]), side, &ring.into_iter().map(xy).collect::<Vec<_>>())?;
    }

    #[test]
    fn covered_boxes(rings in small_rings(), side in side(), boxes in prop::collection::vec((-2..26_i32, -2..26_i32, 0..6_i32, 0..6_i32), 40)) {
        for (x, y, w, h) in boxes {
            let (xmin, ymin) = (f64::from(x) / 2.0, f64::from(y) / 2.0);
            let rect = Rect { xmin, ymin, xmax: xmin + f64::from(w) / 4.0, ymax: ymin + f64::from(h) / 4.0 };
            check_cover(&edges(&rings), side, &rect)?;
        }
    }
}
