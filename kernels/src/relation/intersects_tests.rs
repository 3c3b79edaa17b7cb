//! Tests: sharing a point, row by row and prepared, against `geo`.
#![allow(clippy::unwrap_used, reason = "tests")]

use geo::{Geometry, Intersects, MapCoords, wkt};
use proptest::prelude::*;

use super::intersects;
use crate::geom::{Xy, parse_wkb};
use crate::planar::Index;
use crate::testing::{any_geometry, star, wkb};

fn check(a: &Geometry<f64>, b: &Geometry<f64>, expected: bool) {
    let bytes = [wkb(a), wkb(b)];
    let [p, q] = [parse_wkb(&bytes[0]).unwrap(), parse_wkb(&bytes[1]).unwrap()];
    let (r, s) = (p.bounds().unwrap(), q.bounds().unwrap());
    let ways = [
        intersects(&p, &q, &r, &s),
        intersects(&q, &p, &s, &r),
        Index::new(&p).intersects(&q),
        Index::new(&q).intersects(&p),
    ];
    assert_eq!(ways, [expected; 4], "{a:?} and {b:?}");
}

proptest! {
    #[test]
    fn sharing_a_point_agrees_with_geo(a in any_geometry(), b in any_geometry(), power in -300..300_i32) {
        let scaled = |g: &Geometry<f64>| g.map_coords(|p| p * 2_f64.powi(power));
        check(&scaled(&a), &scaled(&b), a.intersects(&b));
        check(&a, &a, true);
    }

    #[test]
    fn stars_agree_with_geo(
        vertices in [3..200_usize, 3..200],
        sizes in [0.1..3.0, 0.1..3.0],
        at in (-4.0..4.0, -4.0..4.0),
    ) {
        let one = star(Xy { x: 0.0, y: 0.0 }, sizes[0], vertices[0]);
        let two = star(at.into(), sizes[1], vertices[1]);
        check(&one, &two, one.intersects(&two));
    }
}

#[test]
fn one_within_the_other_without_touching_its_edges() {
    let shell: Geometry<f64> =
        wkt! { POLYGON((0. 0., 9. 0., 9. 9., 0. 9., 0. 0.), (2. 2., 7. 2., 7. 7., 2. 7., 2. 2.)) }.into();
    let inside: [Geometry<f64>; 4] = [
        wkt! { POLYGON((0.5 0.5, 1. 0.5, 1. 1., 0.5 0.5)) }.into(),
        wkt! { LINESTRING(0.5 0.5, 1. 0.5) }.into(),
        wkt! { MULTIPOINT(-1. -1., 1. 1.) }.into(),
        wkt! { MULTILINESTRING((4. 4., 5. 5.), (0.5 0.5, 1. 0.5)) }.into(),
    ];
    inside.iter().for_each(|g| check(&shell, g, true));
    let in_hole: [Geometry<f64>; 4] = [
        wkt! { POLYGON((3. 3., 4. 3., 4. 4., 3. 3.)) }.into(),
        wkt! { LINESTRING(3. 3., 4. 4.) }.into(),
        wkt! { MULTIPOINT(3. 3., 4. 4.) }.into(),
        wkt! { MULTIPOLYGON(((3. 3., 4. 3., 4. 4., 3. 3.)), ((19. 3., 20. 3., 19. 4., 19. 3.))) }.into(),
    ];
    in_hole.iter().for_each(|g| check(&shell, g, false));
    check(&shell, &wkt! { POLYGON((2. 2., 3. 3., 3. 4., 2. 2.)) }.into(), true);
}

#[test]
fn many_segments_and_many_points() {
    let one = star(Xy { x: 0.0, y: 0.0 }, 1.0, 900);
    for x in [0.0, 1.0, 1.69, 1.9, 3.0] {
        let two = star(Xy { x, y: 0.01 }, 1.0, 800);
        check(&one, &two, one.intersects(&two));
    }
    let ring = |radius: f64| {
        geo::MultiPoint::from_iter((0..500).map(|i| (f64::from(i).sin() * radius, f64::from(i).cos() * radius))).into()
    };
    check(&one, &ring(1.01), false);
    check(&one, &ring(0.69), true);
}
