#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, Float64Array, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Float64Type};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRng, TestRunner};

use super::*;
use crate::Argument;
use crate::geom::WkbWriter;
use crate::relation::Predicate;
use crate::testing::{any_geometry, call, field, wkb};

/// What matches nothing, or only in odd ways.
const NASTY: [&str; 14] = [
    "POINT EMPTY",
    "POLYGON EMPTY",
    "GEOMETRYCOLLECTION EMPTY",
    "POINT (0 0)",
    "POINT (0 0)",
    "POINT (NaN 1)",
    "LINESTRING (0 0, NaN 1)",
    "LINESTRING (-30 -30, 30 30)",
    "LINESTRING (3 3, 3 3)",
    "MULTIPOINT ((0 0), EMPTY, (3 3))",
    "POLYGON ((-30 -30, 30 -30, 30 30, -30 30, -30 -30), (-3 -3, 3 -3, 3 3, -3 3, -3 -3))",
    "POLYGON ((0 0, 6 6, 6 0, 0 6, 0 0))",
    "GEOMETRYCOLLECTION (POLYGON ((0 0, 3 0, 3 3, 0 0)), LINESTRING (3 3, 9 9), POINT (9 9))",
    "MULTIPOLYGON (((0 0, 3 0, 3 3, 0 0)), ((30 30, 33 30, 33 33, 30 30)))",
];

fn of_wkt(wkt: &str) -> Vec<u8> {
    let mut writer = WkbWriter::default();
    crate::text::read_wkt(wkt, 0, &mut writer).unwrap();
    writer.bytes().to_vec()
}

/// Random geometries, nasty ones and nulls; the same every time. With `points`, of points only.
fn column(seed: u8, rows: usize, points: bool) -> ArrayRef {
    let rng = TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let random = |runner: &mut TestRunner| loop {
        let geometry = any_geometry().new_tree(runner).unwrap().current();
        if !points || matches!(geometry, geo::Geometry::Point(_)) {
            return Some(wkb(&geometry));
        }
    };
    let mut values: Vec<Option<Vec<u8>>> = (0..rows).map(|_| random(&mut runner)).collect();
    let nasty = NASTY.iter().filter(|wkt| !points || wkt.starts_with("POINT"));
    values.extend(nasty.map(|wkt| Some(of_wkt(wkt))));
    values.extend([None, values[0].clone()]);
    Arc::new(BinaryArray::from_iter(values))
}

/// Every pair, by the scalar function.
fn by_function(name: &str, a: &ArrayRef, b: &ArrayRef, others: Vec<Argument>) -> Vec<(ArrayRef, u32)> {
    let of = |row: u32| {
        let rows = UInt32Array::from(vec![row; a.len()]);
        let b = Argument::column(take(b, &rows, None).unwrap(), field(DataType::Binary));
        let mut args = vec![Argument::column(a.clone(), field(DataType::Binary)), b];
        args.extend(others.iter().cloned());
        (call(name, args, a.len()), row)
    };
    (0..b.len() as u32).map(of).collect()
}

/// The pairs (left row, right row) for which a scalar predicate is true.
fn expected(name: &str, a: &ArrayRef, b: &ArrayRef, others: Vec<Argument>) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (answers, right) in by_function(name, a, b, others) {
        let answers = answers.as_boolean();
        pairs.extend((0..a.len()).filter(|i| answers.is_valid(*i) && answers.value(*i)).map(|i| (i as u32, right)));
    }
    pairs.sort_unstable();
    pairs
}

/// The pairs of a join, in the order in which they come, with distances.
fn joined(
    test: JoinTest,
    build: Side,
    sides: [&ArrayRef; 2],
    limits: Option<&Float64Array>,
    enough: usize,
) -> (Vec<(u32, u32)>, Vec<f64>) {
    let [left, right] = sides;
    let (built, probed) = if build == Side::Left { (left, right) } else { (right, left) };
    let [of_built, of_probed] = [built, probed].map(|side| field(side.data_type().clone()));
    let index = SpatialIndex::try_new(test, build, built, &of_built, limits).unwrap();
    let batch = ProbeBatch::try_new(&index, probed, &of_probed, limits).unwrap();
    let (mut pairs, distances) = probed_with(&index, &batch, enough);
    if matches!(test, JoinTest::Nearest { .. }) {
        assert_eq!(pairs.len(), distances.len());
    } else {
        assert!(pairs.is_sorted(), "probe rows ascend, and build rows within them");
    }
    if build == Side::Left {
        pairs.iter_mut().for_each(|(a, b)| std::mem::swap(a, b));
    }
    (pairs, distances)
}

/// Pairs of probe and build rows, and distances.
fn probed_with(index: &SpatialIndex, batch: &ProbeBatch, enough: usize) -> (Vec<(u32, u32)>, Vec<f64>) {
    let (mut prober, mut out, mut row, mut pairs) = (Prober::default(), Matches::default(), 0, Vec::new());
    let mut distances = Vec::new();
    while row < batch.len() {
        out.clear();
        row = prober.probe(index, batch, row, enough, &mut out).unwrap();
        pairs.extend(out.probe.iter().copied().zip(out.build.iter().copied()));
        distances.extend(&out.distances);
    }
    (pairs, distances)
}

fn sorted(mut pairs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    pairs.sort_unstable();
    pairs
}

/// Two columns of anything, and of points, against each other.
fn columns() -> Vec<[ArrayRef; 2]> {
    let (anything, others) = (column(1, 90, false), column(2, 60, false));
    let (points, few) = (column(3, 120, true), column(4, 3, false));
    vec![
        [anything.clone(), others.clone()],
        [points.clone(), others],
        [anything.clone(), points.clone()],
        [points.clone(), column(5, 40, true)],
        [few, anything.clone()],
        [anything.slice(0, 0), points],
    ]
}

/// The areas among random and nasty geometries, and nulls.
fn areas(seed: u8, rows: usize) -> ArrayRef {
    let all = column(seed, rows, false);
    let is_area = |wkb: &&[u8]| matches!(wkb[1], 3 | 6);
    Arc::new(BinaryArray::from_iter(all.as_binary::<i32>().iter().map(|value| value.filter(is_area))))
}

#[test]
fn areas_that_many_points_ask_as_the_scalar_function_says() {
    let (areas, points) = (areas(6, 120), column(7, 400, true));
    // Between points, what is asked row by row.
    let mixed = arrow::compute::concat(&[&*points.slice(0, 100), &*column(8, 20, false), &*points]).unwrap();
    for predicate in Predicate::JOINABLE {
        for probed in [&points, &mixed] {
            for build in [Side::Left, Side::Right] {
                let sides = if build == Side::Left { [&areas, probed] } else { [probed, &areas] };
                let test = JoinTest::Predicate(predicate);
                let index = SpatialIndex::try_new(test, build, &areas, &field(DataType::Binary), None).unwrap();
                let batch = ProbeBatch::try_new(&index, probed, &field(DataType::Binary), None).unwrap();
                let wanted = expected(predicate.function(), sides[0], sides[1], Vec::new());
                // As many as are worth few cells, then more.
                for rows in [2_000, 100_000] {
                    index.expect_rows(rows);
                    let (pairs, _) = probed_with(&index, &batch, usize::MAX);
                    assert!(pairs.is_sorted(), "probe rows ascend, and build rows within them");
                    let in_order = |(a, b): (u32, u32)| if build == Side::Left { (b, a) } else { (a, b) };
                    let found = sorted(pairs.into_iter().map(in_order).collect());
                    assert_eq!(found, wanted, "{predicate:?}, {build:?} indexed");
                    let cells = index.mosaic(0, 0).map(|(mosaic, _)| mosaic.cells());
                    let asks = index.answers().unwrap()[1..].contains(&true);
                    assert_eq!(asks, cells.is_some_and(|cells| cells >= rows / 8), "{predicate:?}: {cells:?}");
                }
            }
        }
    }
}

#[test]
fn areas_too_fine_for_the_cells_divide_them_if_there_is_room() {
    // A thousand edges in one cell, which all points fall in, and one area far away.
    let ring = (0..=4_000).map(|i| {
        let (sin, cos) = (std::f64::consts::TAU * f64::from(i % 4_000) / 4_000.0).sin_cos();
        format!("{} {}", cos * (1.0 + f64::from(i % 2)), sin)
    });
    let star = format!("POLYGON (({}))", ring.collect::<Vec<_>>().join(", "));
    let far = "POLYGON ((1e6 1e6, 2e6 1e6, 2e6 2e6, 1e6 1e6))";
    let areas: ArrayRef = Arc::new(BinaryArray::from_iter_values([of_wkt(&star), of_wkt(far)]));
    let point = |i: i32| of_wkt(&format!("POINT ({} {})", f64::from(i % 50) / 25.0, f64::from(i / 50) / 25.0));
    let points: ArrayRef = Arc::new(BinaryArray::from_iter_values((0..2_500).map(point)));
    let test = JoinTest::Predicate(Predicate::Intersects);
    let wanted = expected("st_intersects", &points, &areas, Vec::new());
    for has_room in [true, false] {
        let index = SpatialIndex::try_new(test, Side::Right, &areas, &field(DataType::Binary), None).unwrap();
        let batch = ProbeBatch::try_new(&index, &points, &field(DataType::Binary), None).unwrap();
        let laid = index.mosaic(2_500, 2_500).map_or(0, |(mosaic, _)| mosaic.size());
        assert!(laid > 0);
        if !has_room {
            index.set_prepared_limit(0);
        }
        for _ in 0..2 {
            assert_eq!(probed_with(&index, &batch, usize::MAX).0, wanted);
            let size = index.mosaic(0, 0).map(|(mosaic, _)| mosaic.size());
            assert_eq!(size.is_some(), has_room, "else it is given up");
            assert!(size.is_none_or(|size| size > laid && index.size() > size));
        }
    }
}

#[test]
fn areas_are_laid_in_the_memory_there_is_by_all_who_ask() {
    let (areas, points) = (areas(6, 120), column(7, 400, true));
    let test = JoinTest::Predicate(Predicate::Intersects);
    let index = SpatialIndex::try_new(test, Side::Right, &areas, &field(DataType::Binary), None).unwrap();
    index.set_prepared_limit(100_000);
    index.expect_rows(100_000);
    assert!(index.mosaic(1, 1).is_none());
    index.set_prepared_limit(3_000_000);
    let before = index.size();
    index.expect_rows(200_000);
    let batch = ProbeBatch::try_new(&index, &points, &field(DataType::Binary), None).unwrap();
    let found = std::thread::scope(|scope| {
        let probing: Vec<_> = (0..4).map(|_| scope.spawn(|| probed_with(&index, &batch, usize::MAX).0)).collect();
        probing.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let cells = index.mosaic(0, 0).map_or(0, |(mosaic, _)| mosaic.cells());
    assert!(cells > 1_000 && cells < 100_000, "as many as there is room for: {cells}");
    assert!(index.size() > before + cells * 4 && index.size() < before + 3_000_000);
    let wanted = expected("st_intersects", &points, &areas, Vec::new());
    found.into_iter().for_each(|pairs| assert_eq!(sorted(pairs), wanted));
}

#[test]
fn every_predicate_as_the_scalar_function_says() {
    for predicate in Predicate::JOINABLE {
        for [left, right] in columns() {
            let wanted = expected(predicate.function(), &left, &right, Vec::new());
            for build in [Side::Left, Side::Right] {
                let test = JoinTest::Predicate(predicate);
                for enough in [1, usize::MAX] {
                    let (pairs, _) = joined(test, build, [&left, &right], None, enough);
                    assert_eq!(sorted(pairs), wanted, "{predicate:?}, indexed {build:?}");
                }
                let views = cast(&right, &DataType::BinaryView).unwrap();
                let (pairs, _) = joined(test, build, [&left, &views], None, 7);
                assert_eq!(sorted(pairs), wanted, "{predicate:?}, indexed {build:?}, of views");
            }
        }
    }
}

#[test]
fn distances_as_the_scalar_function_says() {
    for [left, right] in columns() {
        for limit in [0.0, 3.0, 4.242_640_687_119_285, 50.0, f64::INFINITY] {
            let number: ArrayRef = Arc::new(Float64Array::from(vec![limit]));
            let number = Argument::constant(number, field(DataType::Float64));
            let within = expected("st_dwithin", &left, &right, vec![number]);
            let mut nearer = Vec::new();
            for (distances, row) in by_function("st_distance", &left, &right, Vec::new()) {
                let distances = distances.as_primitive::<Float64Type>();
                let near = |i: &usize| distances.is_valid(*i) && distances.value(*i) < limit;
                nearer.extend((0..left.len()).filter(near).map(|i| (i as u32, row)));
            }
            for build in [Side::Left, Side::Right] {
                let constant = Limit::Constant(limit);
                let (pairs, _) = joined(JoinTest::DWithin(constant), build, [&left, &right], None, usize::MAX);
                assert_eq!(sorted(pairs), within, "within {limit}, indexed {build:?}");
                let test = JoinTest::Distance { limit: constant, inclusive: false };
                let (pairs, _) = joined(test, build, [&left, &right], None, usize::MAX);
                assert_eq!(sorted(pairs), sorted(nearer.clone()), "nearer than {limit}, indexed {build:?}");
            }
        }
    }
}

#[test]
fn distances_beside_either_side() {
    let [left, right] = [column(1, 90, false), column(2, 60, false)];
    let numbers: Vec<f64> = (0..left.len()).map(|i| [0.0, 6.0, f64::NAN, 40.0][i % 4]).collect();
    let limits = Float64Array::from(numbers.clone());
    let argument = Argument::column(Arc::new(limits.clone()), field(DataType::Float64));
    let wanted = expected("st_dwithin", &left, &right, vec![argument]);
    let with_limits = |build, limit| joined(JoinTest::DWithin(limit), build, [&left, &right], Some(&limits), 100).0;
    assert_eq!(sorted(with_limits(Side::Right, Limit::Probe)), wanted);
    assert_eq!(sorted(with_limits(Side::Left, Limit::Build)), wanted);
}

#[test]
fn the_nearest_are_those_of_least_distance_then_of_first_row() {
    for [left, right] in columns() {
        let mut ranked: Vec<Vec<(f64, u32)>> = vec![Vec::new(); left.len()];
        for (distances, row) in by_function("st_distance", &left, &right, Vec::new()) {
            let distances = distances.as_primitive::<Float64Type>();
            let known = |i: &usize| distances.is_valid(*i) && !distances.value(*i).is_nan();
            (0..left.len()).filter(known).for_each(|i| ranked[i].push((distances.value(i), row)));
        }
        ranked.iter_mut().for_each(|row| row.sort_by(|a, b| a.partial_cmp(b).unwrap()));
        for k in [1, 2, 7, 1000] {
            for max_distance in [None, Some(0.0), Some(10.0)] {
                let near = |(d, _): &&(f64, u32)| max_distance.is_none_or(|limit| *d <= limit);
                let ranked = ranked.iter().enumerate();
                let wanted: Vec<(u32, u32, f64)> = ranked
                    .flat_map(|(i, row)| row.iter().filter(near).take(k).map(move |(d, j)| (i as u32, *j, *d)))
                    .collect();
                let test = JoinTest::Nearest { k, max_distance };
                let (pairs, distances) = joined(test, Side::Right, [&left, &right], None, 10);
                let found: Vec<_> = pairs.iter().zip(distances).map(|((i, j), d)| (*i, *j, d)).collect();
                assert_eq!(found, wanted, "{k} nearest, at most {max_distance:?} away");
            }
        }
    }
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    let (wkb, of_wkb) = (column(1, 3, false), field(DataType::Binary));
    let new = |test, build, array: &ArrayRef| {
        SpatialIndex::try_new(test, build, array, &field(array.data_type().clone()), None).unwrap_err().to_string()
    };
    let disjoint = new(JoinTest::Predicate(Predicate::Disjoint), Side::Left, &wkb);
    assert!(disjoint.starts_with("st_disjoint: almost every pair is disjoint"), "{disjoint}");
    let nearest = JoinTest::Nearest { k: 1, max_distance: None };
    assert!(new(nearest, Side::Left, &wkb).contains("looked up on the right side"));
    assert!(new(JoinTest::Nearest { k: 0, max_distance: None }, Side::Right, &wkb).contains("at least 1"));
    assert!(new(JoinTest::DWithin(Limit::Build), Side::Left, &wkb).contains("distances are needed"));
    let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let intersects = JoinTest::Predicate(Predicate::Intersects);
    assert!(new(intersects, Side::Left, &numbers).starts_with("st_intersects: expected geometry"));
    let broken: ArrayRef = Arc::new(BinaryArray::from(vec![of_wkt("POINT (1 1)").as_slice(), b"\x01\x02"]));
    assert!(new(intersects, Side::Left, &broken).starts_with("st_intersects: row 1: "));
    let index = SpatialIndex::try_new(intersects, Side::Left, &wkb, &of_wkb, None).unwrap();
    let batch = ProbeBatch::try_new(&index, &broken, &of_wkb, None).unwrap();
    let error = Prober::default().probe(&index, &batch, 0, usize::MAX, &mut Matches::default()).unwrap_err();
    assert!(error.to_string().starts_with("st_intersects: row 1: "), "{error}");
    let negative = JoinTest::DWithin(Limit::Constant(-1.0));
    let index = SpatialIndex::try_new(negative, Side::Left, &wkb, &of_wkb, None);
    let error = index.unwrap_err().to_string();
    assert!(error.starts_with("st_dwithin: distance must not be negative, got -1"), "{error}");
}

#[test]
fn memory_is_reported_and_bounded() {
    let (left, right) = (column(1, 400, false), column(2, 200, false));
    let test = JoinTest::Predicate(Predicate::Intersects);
    let size = |limit: usize| {
        let index = SpatialIndex::try_new(test, Side::Right, &right, &field(DataType::Binary), None).unwrap();
        let before = index.size();
        assert!(before <= SpatialIndex::estimate(right.len()));
        index.set_prepared_limit(limit);
        let batch = ProbeBatch::try_new(&index, &left, &field(DataType::Binary), None).unwrap();
        let (mut prober, mut out, mut row) = (Prober::default(), Matches::default(), 0);
        while row < batch.len() {
            row = prober.probe(&index, &batch, row, usize::MAX, &mut out).unwrap();
        }
        (index.size() - before, out.len())
    };
    let ((unlimited, pairs), (none, same)) = (size(usize::MAX), size(0));
    assert!(unlimited > 10_000 && none == 0, "{unlimited}, {none}");
    assert_eq!(pairs, same);
}
