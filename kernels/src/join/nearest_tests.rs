#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray};
use arrow::datatypes::{DataType, Float64Type};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::Argument;
use crate::geom::WkbWriter;
use crate::join::cells::Cells;
use crate::join::{JoinTest, Matches, ProbeBatch, Prober, Side, SpatialIndex};
use crate::testing::{call, field};

/// Random numbers, the same every time.
struct Random(TestRng);

impl Random {
    fn new(seed: u8) -> Self {
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
    }

    fn below(&mut self, n: usize) -> usize {
        self.0.next_u64() as usize % n
    }

    /// A number from 0 to 1.
    fn part(&mut self) -> f64 {
        self.0.next_u32() as f64 / u32::MAX as f64
    }

    fn near(&mut self, (x, y): (f64, f64), far: f64) -> (f64, f64) {
        (x + far * (self.part() - 0.5), y + far * (self.part() - 0.5))
    }
}

type At = (f64, f64);

fn list(path: &[At]) -> String {
    path.iter().map(|(x, y)| format!("{x} {y}")).collect::<Vec<_>>().join(", ")
}

fn closed(mut path: Vec<At>) -> Vec<At> {
    path.push(path[0]);
    path
}

fn square((x, y): At, half: f64) -> Vec<At> {
    closed(vec![(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)])
}

/// A ragged disc of so many vertices.
fn disc(random: &mut Random, (x, y): At, radius: f64, vertices: usize) -> Vec<At> {
    let vertex = |i: usize| {
        let (r, angle) = (radius * (0.7 + 0.3 * random.part()), i as f64 / vertices as f64 * std::f64::consts::TAU);
        (x + r * angle.cos(), y + r * angle.sin())
    };
    closed((0..vertices).map(vertex).collect())
}

fn column<'a>(wkt: impl IntoIterator<Item = &'a String>) -> ArrayRef {
    let wkb = wkt.into_iter().map(|wkt| {
        let mut writer = WkbWriter::default();
        crate::text::read_wkt(wkt, 0, &mut writer).unwrap();
        writer.bytes().to_vec()
    });
    Arc::new(BinaryArray::from_iter_values(wkb))
}

fn points(at: &[At]) -> Vec<String> {
    at.iter().map(|(x, y)| format!("POINT ({x} {y})")).collect()
}

/// Crowds of points: around each of `centres`, so far away at most.
fn crowds(random: &mut Random, centres: &[At], each: usize, far: f64) -> Vec<At> {
    let mut all = Vec::new();
    for centre in centres {
        all.extend((0..each).map(|_| random.near(*centre, far)));
    }
    all
}

/// The nearest by all distances.
fn by_all(probe: &ArrayRef, build: &ArrayRef) -> Vec<Vec<(f64, u32)>> {
    let mut ranked = vec![Vec::new(); probe.len()];
    for row in 0..build.len() {
        // A constant geometry would be prepared: the other order of the arguments asks it as it is stored.
        let rows = arrow::array::UInt32Array::from(vec![row as u32; probe.len()]);
        let one = arrow::compute::take(build, &rows, None).unwrap();
        let column = |array: &ArrayRef| Argument::column(array.clone(), field(DataType::Binary));
        let distances = call("st_distance", vec![column(probe), column(&one)], probe.len());
        let distances = distances.as_primitive::<Float64Type>();
        for (i, ranked) in ranked.iter_mut().enumerate().filter(|(i, _)| distances.is_valid(*i)) {
            if !distances.value(i).is_nan() {
                ranked.push((distances.value(i), row as u32));
            }
        }
    }
    ranked.iter_mut().for_each(|all| all.sort_by(|a, b| a.partial_cmp(b).unwrap()));
    ranked
}

fn check(name: &str, probe: &[String], build: &[String], ks: &[usize], limits: &[Option<f64>]) {
    let (probe, build) = (column(probe), column(build));
    let ranked = by_all(&probe, &build);
    for (k, max_distance) in ks.iter().flat_map(|k| limits.iter().map(move |limit| (*k, *limit))) {
        for (order, room) in [(false, usize::MAX), (true, usize::MAX), (false, 100_000), (false, 0)] {
            let test = JoinTest::Nearest { k, max_distance };
            let of_wkb = field(DataType::Binary);
            let index = SpatialIndex::try_new(test, Side::Right, &build, &of_wkb, None).unwrap();
            index.set_prepared_limit(room);
            let unprepared = index.size();
            let batch = ProbeBatch::try_new(&index, &probe, &of_wkb, None).unwrap();
            let (mut prober, mut out) = (Prober::default(), Matches::default());
            // Twice, so that the second time finds all cells.
            for _ in 0..1 + usize::from(order) {
                out.clear();
                let mut row = 0;
                while row < batch.len() {
                    row = prober.probe(&index, &batch, row, usize::MAX, &mut out).unwrap();
                }
            }
            if room == 0 {
                assert_eq!(index.size(), unprepared, "{name}: nothing is to be kept");
            }
            let held = index.cells.as_ref().map_or(0, Cells::size);
            assert!(held < room.saturating_add(10_000), "{name}: cells hold {held}");
            let mut at = 0;
            for (row, ranked) in ranked.iter().enumerate() {
                let near = |(d, _): &&(f64, u32)| max_distance.is_none_or(|limit| *d <= limit);
                for (distance, build) in ranked.iter().filter(near).take(k) {
                    assert!(at < out.len(), "{name}: too few");
                    assert_eq!(
                        (out.probe[at], out.build[at], out.distances[at]),
                        (row as u32, *build, *distance),
                        "{name}: {k} nearest, at most {max_distance:?} away, in room of {room}"
                    );
                    at += 1;
                }
            }
            assert_eq!(at, out.len(), "{name}: too many");
        }
    }
}

fn polygons(rings: &[Vec<At>]) -> Vec<String> {
    rings.iter().map(|ring| format!("POLYGON (({}))", list(ring))).collect()
}

#[test]
fn crowds_near_and_far() {
    let mut random = Random::new(1);
    let discs: Vec<_> = (0..150)
        .map(|_| {
            let (centre, vertices) = (random.near((0.0, 0.0), 20.0), 4 + random.below(40));
            let radius = 0.2 + random.part();
            disc(&mut random, centre, radius, vertices)
        })
        .collect();
    let centres = [(0.0, 0.0), (3.0, -2.0), (25.0, 3.0), (-35.0, 30.0), (0.0, 300.0), (1e4, -1e5)];
    let mut probe = crowds(&mut random, &centres, 150, 2.0);
    probe.extend(crowds(&mut random, &centres[..2], 150, 30.0));
    probe.extend(crowds(&mut random, &centres[1..4], 50, 0.01));
    check("crowds", &points(&probe), &polygons(&discs), &[1, 3, 64, 200], &[None, Some(0.5), Some(30.0)]);
}

#[test]
fn neighbours_that_share_edges_and_distances() {
    let mut squares = Vec::new();
    for x in 0..12 {
        squares.extend((0..12).map(|y| square((f64::from(x), f64::from(y)), 0.5)));
    }
    // Each twice, and some around all.
    squares.extend(squares.clone());
    squares.extend((0..5).map(|i| square((5.5, 5.5), 6.0 + f64::from(i))));
    squares.extend((0..5).map(|i| square((5.5, 5.5), 0.5 + f64::from(i))));
    let mut random = Random::new(2);
    // Whole and half numbers: on edges, on corners, in the middle, and as far from one as from the other.
    let probe: Vec<At> = (0..1200)
        .map(|i| {
            let (from, to) = if i % 3 == 0 { (-20, 60) } else { (-2, 30) };
            let mut ordinate = || f64::from(from) + random.below(to as usize) as f64 / 2.0;
            (ordinate(), ordinate())
        })
        .collect();
    check("squares", &points(&probe), &polygons(&squares), &[1, 2, 5, 20], &[None, Some(0.0), Some(0.5)]);
    let scaled = |at: &At| (at.0 * 0.1 + 1e3, at.1 * 0.1 - 1e3);
    let squares: Vec<Vec<At>> = squares.iter().map(|ring| ring.iter().map(scaled).collect()).collect();
    let probe: Vec<At> = probe.iter().map(scaled).collect();
    check("rounded squares", &points(&probe), &polygons(&squares), &[1, 5], &[None]);
}

#[test]
fn every_type_of_geometry() {
    let mut random = Random::new(3);
    let mut build = Vec::new();
    for _ in 0..25 {
        let at = random.near((0.0, 0.0), 12.0);
        let path: Vec<At> = (0..3 + random.below(80)).map(|_| random.near(at, 2.0)).collect();
        let (ring, hole) = (disc(&mut random, at, 1.0, 30), disc(&mut random, at, 0.3, 7));
        let elsewhere = disc(&mut random, (at.0 + 5.0, at.1), 0.5, 5);
        build.push(format!("POINT ({} {})", at.0, at.1));
        build.push(format!("MULTIPOINT ({})", list(&path)));
        build.push(format!("LINESTRING ({})", list(&path)));
        build.push(format!("MULTILINESTRING (({}), ({}))", list(&path), list(&ring)));
        build.push(format!("POLYGON (({}), ({}))", list(&ring), list(&hole)));
        build.push(format!("MULTIPOLYGON ((({}), ({})), (({})))", list(&ring), list(&hole), list(&elsewhere)));
        build.push(format!("GEOMETRYCOLLECTION (POLYGON (({})), LINESTRING ({}))", list(&ring), list(&path)));
        build.push("MULTIPOINT ((0 0), EMPTY)".into());
        build.push("POLYGON EMPTY".into());
        build.push("LINESTRING (0 0, NaN 1)".into());
    }
    // Along this line no position is told from the line by rounded distances.
    build.push("LINESTRING (-0.3 -0.9, 0.3 0.9)".into());
    build.push("LINESTRING (-3 -9, 3 9)".into());
    let mut probe = crowds(&mut random, &[(0.0, 0.0), (4.0, 4.0), (-30.0, 2.0)], 150, 3.0);
    probe.extend((0..200).map(|i| (f64::from(i) * 0.01, f64::from(i) * 0.03)));
    probe.extend((0..200).map(|i| (f64::from(i) / 128.0, f64::from(i) * 3.0 / 128.0)));
    let mut probe = points(&probe);
    probe.extend(
        ["POINT EMPTY", "LINESTRING (0 0, 5 5)", "POINT (NaN 1)", "MULTIPOINT ((3 3), (4 4))"].map(String::from),
    );
    probe.push(build[5].clone());
    check("mixed", &probe, &build, &[1, 4, 30], &[None, Some(0.0), Some(1.0)]);
    let only = |start: &str| build.iter().filter(|wkt| wkt.starts_with(start)).cloned().collect::<Vec<_>>();
    for start in ["POINT", "LINESTRING", "MULTIPOLYGON"] {
        check(start, &probe, &only(start), &[1, 3], &[None]);
    }
}

#[test]
fn points_of_points() {
    let mut random = Random::new(4);
    let mut build = crowds(&mut random, &[(0.0, 0.0), (5.0, 5.0), (-20.0, 0.0)], 20, 3.0);
    build.extend((0..60).map(|i| (f64::from(i % 20), f64::from(i / 20))));
    build.extend(build.clone());
    let mut probe = crowds(&mut random, &[(0.0, 0.0), (5.0, 5.0), (100.0, 0.0)], 300, 4.0);
    probe.extend((0..900).map(|i| (f64::from(i % 30) / 2.0, f64::from(i / 30) / 2.0)));
    check("points", &points(&probe), &points(&build), &[1, 2, 6, 1000], &[None, Some(0.5)]);
}

#[test]
fn shapes_of_many_vertices() {
    let mut random = Random::new(5);
    let discs: Vec<_> = [(0.0, 0.0, 5.0, 6000), (0.0, 0.0, 2.0, 700), (8.0, 0.0, 3.0, 300), (8.0, 8.0, 0.5, 50)]
        .map(|(x, y, radius, vertices)| disc(&mut random, (x, y), radius, vertices))
        .into();
    let mut build = polygons(&discs);
    build.extend(discs.iter().map(|path| format!("LINESTRING ({})", list(path))));
    build.extend(discs.iter().map(|path| format!("MULTIPOINT ({})", list(path))));
    let mut probe = crowds(&mut random, &[(0.0, 0.0), (5.0, 0.0), (60.0, 20.0)], 100, 4.0);
    probe.extend(discs.iter().flatten().step_by(80));
    check("heavy", &points(&probe), &build, &[1, 3, 8], &[None, Some(0.1)]);
}

#[test]
fn sizes_beyond_measure() {
    let mut random = Random::new(6);
    let discs: Vec<_> = (0..40)
        .map(|i| {
            let centre = random.near((0.0, 0.0), 20.0);
            disc(&mut random, centre, 1.0, 5 + i)
        })
        .collect();
    let probe = crowds(&mut random, &[(0.0, 0.0), (30.0, 3.0), (2.0, 2.0)], 150, 4.0);
    for scale in [1e-300, 1e-170, 1e-62, 1e-30, 1e30, 1e74, 1e76, 1e150, 1e300] {
        let scaled = |(x, y): &At| (x * scale, y * scale);
        let discs: Vec<Vec<At>> = discs.iter().map(|ring| ring.iter().map(scaled).collect()).collect();
        let mut probe: Vec<At> = probe.iter().map(scaled).collect();
        probe.extend([(1e200, -1e200), (1e308, 1e308), (0.0, 0.0), (1e-310, 0.0)]);
        check(&format!("{scale:e}"), &points(&probe), &polygons(&discs), &[1, 4], &[None, Some(scale)]);
    }
    // Far from the origin, there are few doubles between two.
    let moved = |(x, y): &At| (x / 1e3 + 1e9, y / 1e3 - 1e9);
    let discs: Vec<Vec<At>> = discs.iter().map(|ring| ring.iter().map(moved).collect()).collect();
    let probe: Vec<At> = probe.iter().map(moved).collect();
    check("far away", &points(&probe), &polygons(&discs), &[1, 4], &[None]);
    check("one place", &points(&probe), &points(&[(3.0, 3.0); 40]), &[1, 4], &[None]);
}

#[test]
fn nulls_between_points() {
    let mut random = Random::new(7);
    let build = column(&polygons(&[square((0.0, 0.0), 1.0), square((3.0, 0.0), 1.0)]));
    let at = crowds(&mut random, &[(0.0, 0.0), (20.0, 3.0)], 150, 6.0);
    let all = column(&points(&at));
    let some = all.as_binary::<i32>().iter().enumerate().map(|(i, wkb)| wkb.filter(|_| i % 7 > 0));
    let some: ArrayRef = Arc::new(some.collect::<BinaryArray>());
    let of_wkb = field(DataType::Binary);
    let found = [&all, &some].map(|probe| {
        let test = JoinTest::Nearest { k: 1, max_distance: None };
        let index = SpatialIndex::try_new(test, Side::Right, &build, &of_wkb, None).unwrap();
        let batch = ProbeBatch::try_new(&index, probe, &of_wkb, None).unwrap();
        let (mut out, mut row) = (Matches::default(), 0);
        while row < batch.len() {
            row = Prober::default().probe(&index, &batch, row, 100, &mut out).unwrap();
        }
        let nearest = out.build.into_iter().zip(out.distances);
        out.probe
            .into_iter()
            .zip(nearest)
            .filter(|(row, _)| row % 7 > 0 || probe.is_null(*row as usize))
            .collect::<Vec<_>>()
    });
    assert_eq!(found[0], found[1], "nulls have nothing near, the points between them what they always have");
}
