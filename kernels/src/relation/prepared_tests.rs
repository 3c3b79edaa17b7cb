//! Tests of the cache.
#![allow(clippy::unwrap_used, reason = "tests")]

use geo::{Geometry, LineString, wkt};

use super::*;
use crate::geom::parse_wkb;
use crate::testing::wkb;

fn get(cache: &mut Cache, geometry: &Geometry<f64>) -> Arc<Prepared> {
    let bytes = wkb(geometry);
    cache.get(&bytes, &parse_wkb(&bytes).unwrap())
}

#[test]
fn the_same_content_is_prepared_once() {
    let square: Geometry<f64> = wkt! { POLYGON((0. 0., 1. 0., 1. 1., 0. 0.)) }.into();
    let mut cache = Cache::default();
    let first = get(&mut cache, &square);
    assert!(Arc::ptr_eq(&first, &get(&mut cache, &square.clone())));
    assert!(!Arc::ptr_eq(&first, &get(&mut cache, &wkt! { POINT(0. 0.) }.into())));
}

#[test]
fn the_oldest_constants_leave_and_bytes_stay_bounded() {
    let mut cache = Cache::default();
    let line =
        |n: i32| Geometry::from(LineString::from_iter((0..50_000).map(|i| (f64::from(i), f64::from(i % 7 + n)))));
    let first = get(&mut cache, &line(0));
    for n in 1..40 {
        get(&mut cache, &line(n));
        // In use all the time, so never the oldest.
        assert!(Arc::ptr_eq(&first, &get(&mut cache, &line(0))));
        assert!(cache.bytes <= CACHE_BYTES);
    }
    assert!(cache.entries.len() < 40);
    let held: usize = cache.entries.iter().map(|(key, (prepared, _))| key.len() + prepared.size()).sum();
    assert_eq!(held, cache.bytes);
}

#[test]
fn many_small_constants_stay_few() {
    let mut cache = Cache::default();
    for i in 0..2 * CACHE_ENTRIES {
        get(&mut cache, &geo::Point::new(i as f64, 0.0).into());
    }
    assert_eq!(cache.entries.len(), CACHE_ENTRIES);
}
