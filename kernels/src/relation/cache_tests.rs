//! Tests of the cache.
#![allow(clippy::unwrap_used, reason = "tests")]

use geo::{Geometry, LineString, wkt};

use super::*;
use crate::testing::wkb;

fn get(cache: &Cache, geometry: &Geometry<f64>) -> Arc<Prepared> {
    cache.get(&wkb(geometry)).unwrap()
}

fn sizes(cache: &Cache) -> Vec<usize> {
    cache.entries.read().unwrap().iter().map(|entry| entry.size()).collect()
}

#[test]
fn the_same_content_is_prepared_once() {
    let square: Geometry<f64> = wkt! { POLYGON((0. 0., 1. 0., 1. 1., 0. 0.)) }.into();
    let cache = Cache::default();
    let first = get(&cache, &square);
    assert!(Arc::ptr_eq(&first, &get(&cache, &square.clone())));
    assert!(!Arc::ptr_eq(&first, &get(&cache, &wkt! { POINT(0. 0.) }.into())));
}

#[test]
fn the_same_content_is_prepared_once_by_many_threads() {
    let cache = Cache::default();
    let lines: Vec<Geometry<f64>> = (0..8).map(|n| line(n, 1000)).collect();
    let all: Vec<Vec<_>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(|| lines.iter().map(|line| get(&cache, line)).collect())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for one in &all {
        assert!(one.iter().zip(&all[0]).all(|(a, b)| Arc::ptr_eq(a, b)));
    }
}

#[test]
fn what_is_not_wkb_is_an_error_and_not_kept() {
    let cache = Cache::default();
    assert!(cache.get(&[1, 2, 3]).is_err());
    assert!(sizes(&cache).is_empty());
}

fn line(n: i32, points: i32) -> Geometry<f64> {
    LineString::from_iter((0..points).map(|i| (f64::from(i), f64::from(i % 7 + n)))).into()
}

#[test]
fn the_oldest_constants_leave_and_bytes_stay_bounded() {
    let cache = Cache::default();
    let first = get(&cache, &line(0, 50_000));
    for n in 1..40 {
        get(&cache, &line(n, 50_000));
        // In use all the time, so never the oldest.
        assert!(Arc::ptr_eq(&first, &get(&cache, &line(0, 50_000))));
        assert!(sizes(&cache).iter().sum::<usize>() <= CACHE_BYTES);
    }
    assert!((2..40).contains(&sizes(&cache).len()));
}

#[test]
fn a_raster_that_comes_later_counts() {
    let cache = Cache::default();
    let square = |i: i32| geo::Rect::new((0.0, 0.0), (1.0, f64::from(i + 1))).to_polygon().into();
    let squares: Vec<Geometry<f64>> = (0..3).map(square).collect();
    squares.iter().for_each(|square| drop(get(&cache, square)));
    let before: usize = sizes(&cache).iter().sum();
    for square in &squares {
        let prepared = get(&cache, square);
        prepared.expect_rows(1_000_000);
        assert!(prepared.raster().is_some());
    }
    squares.iter().for_each(|square| drop(get(&cache, square)));
    let after: usize = sizes(&cache).iter().sum();
    assert!(after > before + 3 * 1024);
    let counted: usize = cache.entries.read().unwrap().iter().map(|entry| entry.counted.load(Relaxed)).sum();
    assert_eq!(counted, after);
}

#[test]
fn many_small_constants_stay_few() {
    let cache = Cache::default();
    for i in 0..2 * CACHE_ENTRIES {
        get(&cache, &geo::Point::new(i as f64, 0.0).into());
    }
    assert_eq!(sizes(&cache).len(), CACHE_ENTRIES);
}
