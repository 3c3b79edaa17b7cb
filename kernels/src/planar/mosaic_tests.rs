//! Tests: what a mosaic says of every area, against all its edges tried one by one.
#![allow(clippy::unwrap_used, reason = "tests")]

use geo_types::{LineString, Polygon};
use proptest::prelude::*;

use super::*;
use crate::geom::{GeometryColumn, Rect};
use crate::planar::layer::Layer;
use crate::planar::raster::tests::{any_rings, edges, expected, hard_places, small_rings, xy};
use crate::testing::{array, field};

type Rings = Vec<Vec<(f64, f64)>>;

fn column(areas: &[Rings]) -> GeometryColumn {
    let polygon = |rings: &Rings| {
        let mut rings = rings.iter().map(|ring| LineString::from(ring.clone()));
        Polygon::new(rings.next().unwrap(), rings.collect()).into()
    };
    let array = array(&areas.iter().map(polygon).collect::<Vec<_>>());
    GeometryColumn::try_new(&array, &field(array.data_type().clone())).unwrap()
}

/// Of areas, in pieces of two.
fn mosaic(areas: &[Rings], cells: f64) -> Option<Mosaic> {
    let column = column(areas);
    let box_of = |rings: &Rings| {
        rings.iter().flatten().map(|p| Rect::of_point(xy(*p)).unwrap()).reduce(|a, b| a.union(&b)).unwrap()
    };
    let rects: Vec<Rect> = areas.iter().map(box_of).collect();
    let ground = Ground::new(&rects.iter().copied().reduce(|a, b| a.union(&b)).unwrap(), cells)?;
    let rows: Vec<usize> = (0..areas.len()).collect();
    let mut layer = Layer::new(&ground);
    let pieces = rows.chunks(2).map(|rows| {
        layer.begin();
        // A ring whose third vertex is its first is no ring.
        let geom = |row: usize| column.get(row).ok().flatten();
        let laid =
            rows.iter().all(|row| geom(*row).is_some_and(|geom| layer.add(*row as u32, &geom, column.wkb(*row))));
        laid.then(|| layer.finish())
    });
    let pieces = pieces.collect::<Option<Vec<_>>>()?;
    Mosaic::new(&ground, pieces)
}

fn check(areas: &[Rings], cells: f64, more: &[Xy]) -> Result<(), TestCaseError> {
    let (Some(mosaic), column) = (mosaic(areas, cells), column(areas)) else { return Ok(()) };
    let edges: Vec<_> = areas.iter().map(|rings| edges(rings)).collect();
    let places = [hard_places(&mosaic.tiles.grid, &edges.concat()), more.to_vec()].concat();
    check_at(&mosaic, &column, &edges, &places)?;
    // The same of cells that were divided, and again where smaller cells begin and end.
    mosaic.set_limit(64 << 20);
    for _ in 0..3 {
        places.iter().for_each(|p| drop(found(&mosaic, &column, *p)));
    }
    check_at(&mosaic, &column, &edges, &places)?;
    let all = mosaic.tiles.all();
    for tiles in all[1..].iter().step_by(all.len() / 8 + 1) {
        check_at(&mosaic, &column, &edges, &hard_places(&tiles.grid, &edges.concat()))?;
    }
    Ok(())
}

/// What is around a position, of which there is a whole block.
fn found(mosaic: &Mosaic, column: &GeometryColumn, p: Xy) -> Vec<(u32, Location)> {
    let block = PointBlock { x: [p.x; BLOCK], y: [p.y; BLOCK], ..PointBlock::default() };
    let mut found = Vec::new();
    mosaic.each_around(column, u64::MAX, &block, |i, area, place| {
        if i == 0 {
            found.push((area, place));
        }
    });
    found
}

fn check_at(
    mosaic: &Mosaic,
    column: &GeometryColumn,
    edges: &[Vec<[Xy; 2]>],
    places: &[Xy],
) -> Result<(), TestCaseError> {
    for p in places.iter().copied() {
        let mut found = found(mosaic, column, p);
        prop_assert!(found.is_sorted(), "{found:?}");
        found.retain(|(_, place)| *place != Location::Exterior);
        let all = edges.iter().enumerate().map(|(area, edges)| (area as u32, self::expected(edges, p)));
        let expected: Vec<_> = all.filter(|(_, place)| *place != Location::Exterior).collect();
        prop_assert_eq!(found, expected, "{:?} of {} cells", p, mosaic.cells());
    }
    Ok(())
}

/// Few cells, or so many that most have no edge.
fn cells() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![20.0, 1000.0, 20_000.0])
}

#[test]
fn what_doubles_cannot_divide_has_none() {
    let square = |by: (f64, f64), to: f64| -> Rings {
        vec![[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)].map(|(x, y)| (x * by.0 + to, y * by.1)).to_vec()]
    };
    let all = |areas: &[Rings]| mosaic(areas, 100.0).is_some();
    assert!(all(&[square((1.0, 1.0), 0.0), square((1e-100, 1e-130), 0.0)]));
    assert!(!all(&[square((1.0, 1e307), 0.0)]));
    assert!(!all(&[square((1.0, 1.0), 0.0), square((1.0, 1e-300), 0.0)]));
    assert!(!all(&[square((2e-14, 2e-14), 1e3)]));
}

#[test]
fn cells_in_one_area_need_no_entry() {
    let square = |x: f64| vec![vec![(x, 0.0), (x + 10.0, 0.0), (x + 10.0, 10.0), (x, 10.0)]];
    let mosaic = mosaic(&[square(0.0), square(10.0), square(0.0)], 10_000.0).unwrap();
    // Two cover one another, in half of all cells; what else is listed lies along six sides.
    let (cells, entries) = (mosaic.cells(), mosaic.tiles.entries.len());
    assert!(entries > cells / 2 && entries < cells + 2_500, "{entries}");
}

proptest! {
    #[test]
    fn on_a_small_grid(areas in prop::collection::vec(small_rings(), 1..4), cells in cells()) {
        let grid: Vec<Xy> = (-1..26).flat_map(|x| (-1..26).map(move |y| xy((f64::from(x) / 2.0, f64::from(y) / 2.0)))).collect();
        check(&areas, cells, &grid)?;
    }

    #[test]
    fn of_any_coordinates(areas in prop::collection::vec(any_rings(), 1..4), cells in cells(), more in prop::collection::vec((-1.1..1.1, -1.1..1.1), 200)) {
        check(&areas, cells, &more.into_iter().map(xy).collect::<Vec<_>>())?;
    }

    #[test]
    fn huge_tiny_and_far_away(areas in prop::collection::vec(small_rings(), 1..3), cells in cells(), by in (-400..400_i32, -400..400_i32), far in -60..60_i32) {
        // Powers of two, and whole numbers beside them: no rounding.
        let place = |(x, y): (f64, f64)| ((x + 2f64.powi(far).round()) * 2f64.powi(by.0), y * 2f64.powi(by.1));
        let areas: Vec<Rings> = areas.into_iter().map(|rings| rings.into_iter().map(|ring| ring.into_iter().map(place).collect()).collect()).collect();
        check(&areas, cells, &[])?;
    }
}
