//! Tests: measures in runs, of every layout, against their definition position by position.

use proptest::prelude::*;

use crate::geom::{Coords, Dims, Rect, Role, Xy};

/// Calls `f` with the path in WKB of either byte order, with and without z, and interleaved.
fn each_layout(path: &[Xy], f: impl Fn(&Coords)) {
    let bytes = |dims: Dims, encode: fn(f64) -> [u8; 8]| {
        let ordinates = path.iter().flat_map(|p| [p.x, p.y, 7.0].into_iter().take(dims.size()));
        ordinates.flat_map(encode).collect::<Vec<u8>>()
    };
    for (dims, size) in [(Dims::Xy, 16), (Dims::Xyz, 24)] {
        f(&Coords::wkb(&bytes(dims, f64::to_le_bytes), size, false, path.len(), dims));
        f(&Coords::wkb(&bytes(dims, f64::to_be_bytes), size, true, path.len(), dims));
    }
    f(&Coords::interleaved(&path.iter().flat_map(|p| [p.x, p.y]).collect::<Vec<_>>(), Dims::Xy));
}

fn length(path: &[Xy]) -> f64 {
    path.windows(2).map(|w| (w[1].x - w[0].x).hypot(w[1].y - w[0].y)).sum()
}

/// Of a closed ring.
fn area(ring: &[Xy]) -> f64 {
    ring.windows(2).map(|w| w[0].x * w[1].y - w[1].x * w[0].y).sum::<f64>() / 2.0
}

/// The box by the definition: of all ordinates that are numbers.
fn bounds(path: &[Xy]) -> Option<Rect> {
    let (x, y) = (path.iter().map(|p| p.x), path.iter().map(|p| p.y));
    Some(Rect {
        xmin: x.clone().filter(|v| !v.is_nan()).min_by(f64::total_cmp)?,
        ymin: y.clone().filter(|v| !v.is_nan()).min_by(f64::total_cmp)?,
        xmax: x.filter(|v| !v.is_nan()).max_by(f64::total_cmp)?,
        ymax: y.filter(|v| !v.is_nan()).max_by(f64::total_cmp)?,
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-14 * b.abs()
}

fn position(ordinate: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = Xy> {
    (ordinate.clone(), ordinate).prop_map(|(x, y)| Xy { x, y })
}

/// As many as several runs have, and fewer than one step takes.
const SIZES: std::ops::Range<usize> = 0..140;

proptest! {
    // Whole numbers: products and sums are exact in any order.
    #[test]
    fn area_of_any_ring(mut ring in prop::collection::vec(position((-999..999).prop_map(f64::from)), SIZES)) {
        ring.extend(ring.first().copied());
        each_layout(&ring, |coords| assert_eq!(coords.signed_area(), area(&ring)));
    }

    #[test]
    fn length_of_any_path(path in prop::collection::vec(position(-180.0..180.0), SIZES)) {
        each_layout(&path, |coords| assert!(close(coords.length(), length(&path))));
    }

    #[test]
    fn length_where_squares_leave_the_range(
        path in prop::collection::vec(position(-2.0..2.0), SIZES),
        scale in prop::sample::select(vec![1e-310, 1e-200, 1e-160, 1e-110, 1e160, 1e300]),
    ) {
        let path: Vec<Xy> = path.into_iter().map(|p| p * scale).collect();
        each_layout(&path, |coords| assert!(close(coords.length(), length(&path))));
    }

    #[test]
    fn box_of_any_path(
        path in prop::collection::vec(position(prop_oneof![3 => -9.0..9.0, 1 => Just(f64::NAN)]), SIZES),
    ) {
        each_layout(&path, |coords| assert_eq!(Rect::NOTHING.widen(Role::Path, coords).some(), bounds(&path)));
    }
}

#[test]
fn length_of_a_path_that_is_not_finite() {
    let path = |x: f64| [Xy { x: 0.0, y: 0.0 }, Xy { x, y: 0.0 }, Xy { x: 1.0, y: 0.0 }];
    each_layout(&path(f64::INFINITY), |coords| assert_eq!(coords.length(), f64::INFINITY));
    each_layout(&path(f64::NAN), |coords| assert!(coords.length().is_nan()));
}
