//! Kernels over columns of 100k rows. Run with `make bench`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench")]

use std::collections::HashMap;
use std::f64::consts::TAU;
use std::hint::black_box;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryViewArray, Float64Array, StructArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, Field, Fields};
use arrow::ipc::reader::FileReader;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use geo::Translate;
use geoplug_kernels::Argument;
use geoplug_kernels::functions::find;
use geoplug_kernels::geom::{GeometryColumn, WkbWriter, Xy, to_geo};
use geoplug_kernels::join::{JoinTest, Limit, Matches, ProbeBatch, Prober, Side, SpatialIndex};
use geoplug_kernels::relation::Predicate;

const ROWS: usize = 100_000;

/// Positions that fill the square from -2 to 2 evenly: a golden-ratio lattice, the same in every run.
fn position(i: usize) -> Xy {
    let fraction = |step: f64| (i as f64 * step).fract() * 4.0 - 2.0;
    Xy { x: fraction(0.754_877_666_246_692_7), y: fraction(0.569_840_290_998_053_2) }
}

/// A closed ring around `centre` whose radius swings between `size` and half of it.
fn star(centre: Xy, size: f64, vertices: usize) -> Vec<Xy> {
    let vertex = |i: usize| {
        let (sin, cos) = (TAU * (i % vertices) as f64 / vertices as f64).sin_cos();
        let radius = if (i % vertices).is_multiple_of(2) { size } else { size / 2.0 };
        centre + Xy { x: cos, y: sin } * radius
    };
    (0..=vertices).map(vertex).collect()
}

fn wkb(rows: usize, mut write: impl FnMut(usize, &mut WkbWriter)) -> Argument {
    let mut writer = WkbWriter::default();
    let values = (0..rows).map(|i| {
        writer.restart(0);
        write(i, &mut writer);
        writer.bytes().to_vec()
    });
    let array: ArrayRef = Arc::new(BinaryViewArray::from_iter_values(values));
    Argument::column(array, Arc::new(Field::new("geom", DataType::BinaryView, true)))
}

fn wkb_points() -> Argument {
    wkb(ROWS, |i, out| out.point(position(i)))
}

fn binary_points() -> Argument {
    let Argument { array, .. } = wkb_points();
    let array = cast(&array, &DataType::Binary).unwrap();
    Argument::column(array, Arc::new(Field::new("geom", DataType::Binary, true)))
}

fn native_points() -> Argument {
    let ordinate = |pick: fn(Xy) -> f64| Arc::new((0..ROWS).map(|i| pick(position(i))).collect::<Float64Array>()) as _;
    let fields: Fields = ["x", "y"].into_iter().map(|name| Field::new(name, DataType::Float64, true)).collect();
    let array: ArrayRef = Arc::new(StructArray::new(fields, vec![ordinate(|p| p.x), ordinate(|p| p.y)], None));
    let extension = HashMap::from([("ARROW:extension:name".to_owned(), "geoarrow.point".to_owned())]);
    let field = Field::new("geom", array.data_type().clone(), true).with_metadata(extension);
    Argument::column(array, Arc::new(field))
}

/// 600 counties of the United States, repeated.
fn counties(times: usize) -> Argument {
    let file = std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/counties.arrow")).unwrap();
    let batch = FileReader::try_new(file, None).unwrap().next().unwrap().unwrap();
    let column = batch.column(0);
    let array = concat(&vec![column.as_ref(); times]).unwrap();
    Argument::column(array, Arc::new(batch.schema().field(0).clone()))
}

fn bench(criterion: &mut Criterion, group: &str, case: &str, function: &str, args: &[Argument], rows: usize) {
    let Some(function) = find(function) else { return };
    let mut group = criterion.benchmark_group(group);
    group.throughput(Throughput::Elements(rows as u64));
    group.bench_function(BenchmarkId::from_parameter(case), |bencher| {
        bencher.iter(|| function.invoke(black_box(args.to_vec()), rows).unwrap());
    });
    group.finish();
}

fn kernels(criterion: &mut Criterion) {
    bench(criterion, "st_x", "wkb", "st_x", &[wkb_points()], ROWS);
    bench(criterion, "st_x", "native", "st_x", &[native_points()], ROWS);
    for (vertices, rows) in [(4, ROWS), (100, ROWS / 10)] {
        let polygons = wkb(rows, |i, out| out.rings(&[star(position(i), 0.1, vertices)]));
        bench(criterion, "st_area", &format!("{vertices} vertices"), "st_area", &[polygons], rows);
    }
    let rows = counties(10).array.len();
    for function in ["st_area", "st_xmin", "st_centroid", "st_astext"] {
        bench(criterion, "counties", function, function, &[counties(10)], rows);
    }
    let layouts = [("wkb", binary_points()), ("wkb views", wkb_points()), ("native", native_points())];
    for vertices in [10, 100, 1000, 10_000] {
        let literal = wkb(1, |_, out| out.rings(&[star(Xy { x: 0.0, y: 0.0 }, 2.0, vertices)]));
        let literal = Argument::constant(literal.array, literal.field);
        for (layout, points) in &layouts {
            let args = [points.clone(), literal.clone()];
            let case = format!("{layout}, {vertices} vertices");
            bench(criterion, "st_intersects of points and a star", &case, "st_intersects", &args, ROWS);
        }
    }
}

/// Counties moved to the side.
fn moved(counties: &Argument, by: f64) -> Argument {
    let column = GeometryColumn::try_new(&counties.array, &counties.field).unwrap();
    wkb(column.len(), |i, out| {
        let moved = to_geo(&column.get(i).unwrap().unwrap()).translate(by, 0.0);
        out.geo(&moved);
    })
}

/// Distance, dwithin and intersects: a constant against points, and row by row.
fn nearness(criterion: &mut Criterion) {
    // Of flat spikes; it covers half of the square of points.
    let flat = |(i, p): (usize, Xy)| if i.is_multiple_of(2) { p } else { p * 1.4 };
    let ring: Vec<Xy> = star(Xy { x: 0.0, y: 0.0 }, 2.0, 1000).into_iter().enumerate().map(flat).collect();
    let literal = wkb(1, |_, out| out.rings(&[&ring]));
    let literal = Argument::constant(literal.array, literal.field);
    let limit = |limit: f64| {
        let field = Arc::new(Field::new("distance", DataType::Float64, true));
        Argument::constant(Arc::new(Float64Array::from(vec![limit])), field)
    };
    let args = [wkb_points(), literal, limit(0.1)];
    bench(criterion, "points and a star of 1000 vertices", "st_distance", "st_distance", &args[..2], ROWS);
    bench(criterion, "points and a star of 1000 vertices", "st_dwithin", "st_dwithin", &args, ROWS);
    let counties = counties(1);
    let rows = counties.array.len();
    for by in [0.1, 0.5, 3.0] {
        let args = [counties.clone(), moved(&counties, by), limit(0.5)];
        let case = |function: &str| format!("{function} {by}");
        for function in ["st_intersects", "st_distance", "st_contains", "st_touches", "st_relate"] {
            bench(criterion, "counties moved by", &case(function), function, &args[..2], rows);
        }
        bench(criterion, "counties moved by", &case("st_dwithin"), "st_dwithin", &args, rows);
    }
    let lines = |at: f64| wkb(ROWS / 10, |i, out| out.path(&star(position(i) + Xy { x: at, y: 0.0 }, 0.1, 20)));
    bench(criterion, "lines of 20 vertices", "st_intersects", "st_intersects", &[lines(0.0), lines(0.05)], ROWS / 10);
    bench(criterion, "lines of 20 vertices", "st_distance", "st_distance", &[lines(0.0), lines(0.3)], ROWS / 10);
}

/// What reads a row and does little more: the price of the row.
fn accessors(criterion: &mut Criterion) {
    let rows = counties(10).array.len();
    for function in ["st_perimeter", "st_length", "st_npoints", "st_isempty"] {
        bench(criterion, "counties", function, function, &[counties(10)], rows);
    }
    bench(criterion, "st_xmin", "points", "st_xmin", &[wkb_points()], ROWS);
}

/// Joins with the counties, or of points with each other: indexing and probing, on one thread.
fn joins(criterion: &mut Criterion) {
    let counties = counties(1);
    let column = GeometryColumn::try_new(&counties.array, &counties.field).unwrap();
    let all = (0..column.len()).filter_map(|row| column.bounds(row).unwrap()).reduce(|a, b| a.union(&b)).unwrap();
    let points = wkb(ROWS, |i, out| {
        let within = (position(i) + Xy { x: 2.0, y: 2.0 }) / 4.0;
        out.point(Xy {
            x: all.xmin + within.x * (all.xmax - all.xmin),
            y: all.ymin + within.y * (all.ymax - all.ymin),
        });
    });
    let cases = [
        ("points within counties", JoinTest::Predicate(Predicate::Within), &points, &counties),
        ("counties touch counties", JoinTest::Predicate(Predicate::Touches), &counties, &counties),
        ("points within 0.1 of points", JoinTest::DWithin(Limit::Constant(0.1)), &points, &points),
        ("nearest county", JoinTest::Nearest { k: 1, max_distance: None }, &points, &counties),
    ];
    let mut group = criterion.benchmark_group("join");
    group.sample_size(10);
    for (name, test, left, right) in cases {
        group.throughput(Throughput::Elements(left.array.len() as u64));
        group.bench_function(name, |b| b.iter(|| black_box(pairs(test, left, right))));
    }
    group.finish();
}

/// The number of pairs of a join.
fn pairs(test: JoinTest, left: &Argument, right: &Argument) -> usize {
    let index = SpatialIndex::try_new(test, Side::Right, &right.array, &right.field, None).unwrap();
    index.expect_rows(left.array.len());
    let batch = ProbeBatch::try_new(&index, &left.array, &left.field, None).unwrap();
    let (mut prober, mut found, mut row, mut pairs) = (Prober::default(), Matches::default(), 0, 0);
    while row < batch.len() {
        found.clear();
        row = prober.probe(&index, &batch, row, 8192, &mut found).unwrap();
        pairs += found.len();
    }
    pairs
}

criterion_group!(benches, kernels, nearness, accessors, joins);
criterion_main!(benches);
