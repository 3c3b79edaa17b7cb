//! Tests of groups as an engine drives them.
#![allow(clippy::unwrap_used, reason = "tests")]

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use geo::{Geometry, wkt};

use super::*;
use crate::catalog::Kernel;
use crate::functions::find;
use crate::geom::{parse_wkb, to_geo};
use crate::testing::{array, field};

fn groups(name: &str) -> Groups {
    let function = find(name).unwrap();
    let Kernel::Aggregate(make) = function.kernel else { unreachable!("an aggregate") };
    Groups::new(function.name, make)
}

fn points(positions: &[(f64, f64)]) -> ArrayRef {
    array(&positions.iter().map(|p| geo::Point::from(*p).into()).collect::<Vec<_>>())
}

fn feed(to: &mut Groups, what: Feed, array: &ArrayRef, numbers: &[Option<usize>], total: usize) {
    to.feed(what, array, &field(array.data_type().clone()), numbers.iter().copied(), total).unwrap();
}

fn shapes(array: &ArrayRef) -> Vec<Option<Geometry<f64>>> {
    let rows = array.as_binary_view();
    rows.iter().map(|row| row.map(|bytes| to_geo(&parse_wkb(bytes).unwrap()))).collect()
}

#[test]
fn groups_are_kept_apart_and_states_merge() {
    let (mut one, mut two) = (groups("st_collect"), groups("st_collect"));
    feed(&mut one, Feed::Rows, &points(&[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]), &[Some(0), Some(1), None], 3);
    feed(&mut two, Feed::Rows, &points(&[(4.0, 4.0)]), &[Some(1)], 2);
    let state = one.emit(Emit::State, None).unwrap();
    assert_eq!((state.len(), state.null_count()), (3, 1));
    feed(&mut two, Feed::States, &state, &[Some(0), Some(1), Some(2)], 3);
    let expected = [Some(wkt! { MULTIPOINT(1. 1.) }.into()), Some(wkt! { MULTIPOINT(4. 4., 2. 2.) }.into()), None];
    assert_eq!(shapes(&two.emit(Emit::Answer, None).unwrap()), expected);
}

#[test]
fn emitting_the_first_groups_moves_the_others_down() {
    let mut extent = groups("st_extent");
    feed(&mut extent, Feed::Rows, &points(&[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]), &[Some(0), Some(1), Some(2)], 3);
    assert_eq!(shapes(&extent.emit(Emit::Answer, Some(2)).unwrap()).len(), 2);
    feed(&mut extent, Feed::Rows, &points(&[(3.0, 5.0)]), &[Some(0)], 2);
    let expected = [Some(wkt! { LINESTRING(3. 3., 3. 5.) }.into()), None];
    assert_eq!(shapes(&extent.emit(Emit::Answer, None).unwrap()), expected);
    assert_eq!(extent.emit(Emit::Answer, None).unwrap().len(), 0);
}

#[test]
fn a_collection_among_the_rows_stays_a_member_of_its_own() {
    let collection = Geometry::GeometryCollection(wkt! { GEOMETRYCOLLECTION(POINT(1. 1.)) });
    let (mut one, mut two) = (groups("st_collect"), groups("st_collect"));
    feed(&mut one, Feed::Rows, &array(std::slice::from_ref(&collection)), &[Some(0)], 1);
    feed(&mut two, Feed::States, &one.emit(Emit::State, None).unwrap(), &[Some(0)], 1);
    let answer = shapes(&two.emit(Emit::Answer, None).unwrap());
    assert_eq!(answer, [Some(Geometry::GeometryCollection(vec![collection].into()))]);
}

#[test]
fn memory_grows_with_the_rows_and_is_given_back() {
    let mut collect = groups("st_collect");
    let empty = collect.size();
    for _ in 0..1000 {
        feed(&mut collect, Feed::Rows, &points(&[(1.0, 1.0); 10]), &[Some(0); 10], 1);
    }
    let members = 10_000 * 21;
    assert!((members..3 * members).contains(&(collect.size() - empty)), "{}", collect.size());
    collect.emit(Emit::Answer, None).unwrap();
    assert!(collect.size() < empty + 1000);
}

#[test]
fn srids_must_agree_and_are_kept() {
    // SRID=4326;POINT(1 2), and the same in 3857.
    let ewkb = |srid: i32| {
        let mut writer = WkbWriter::default();
        writer.restart(srid);
        writer.point((1.0, 2.0).into());
        writer.bytes().to_vec()
    };
    let rows: ArrayRef = Arc::new(arrow::array::BinaryArray::from_vec(vec![&ewkb(4326)]));
    let other: ArrayRef = Arc::new(arrow::array::BinaryArray::from_vec(vec![&ewkb(3857)]));
    for name in ["st_extent", "st_collect"] {
        let mut made = groups(name);
        feed(&mut made, Feed::Rows, &rows, &[Some(0)], 1);
        let error = made.feed(Feed::Rows, &other, &field(DataType::Binary), [Some(0)].into_iter(), 1).unwrap_err();
        assert_eq!(error.to_string(), format!("{name}: row 0: mixed SRIDs 4326 and 3857"));
        let answer = made.emit(Emit::Answer, None).unwrap();
        assert_eq!(parse_wkb(answer.as_binary_view().value(0)).unwrap().srid, 4326);
    }
}

/// Every type, in every way that two states can share the rows out.
#[test]
fn states_say_all_that_rows_say() {
    use geo::{Area, CoordsIter};
    let rows: Vec<Geometry> = vec![
        wkt! { POINT(1. 1.) }.into(),
        wkt! { MULTIPOINT(2. 2., 3. 0.) }.into(),
        wkt! { POLYGON((0. 0., 4. 0., 4. 4., 0. 4., 0. 0.)) }.into(),
        wkt! { POLYGON((2. 2., 6. 2., 6. 6., 2. 6., 2. 2.)) }.into(),
        wkt! { MULTIPOLYGON(((8. 8., 9. 8., 9. 9., 8. 8.))) }.into(),
        Geometry::GeometryCollection(wkt! { GEOMETRYCOLLECTION(POINT(7. 7.)) }),
        Geometry::GeometryCollection(wkt! { GEOMETRYCOLLECTION EMPTY }),
    ];
    for name in ["st_collect", "st_convexhull_agg", "st_extent", "st_union_agg"] {
        let answer = |parts: &[&[Geometry]]| {
            let mut all = groups(name);
            for part in parts {
                let mut some = groups(name);
                feed(&mut some, Feed::Rows, &array(part), &vec![Some(0); part.len()], 1);
                feed(&mut all, Feed::States, &some.emit(Emit::State, None).unwrap(), &[Some(0)], 1);
            }
            shapes(&all.emit(Emit::Answer, None).unwrap()).remove(0).unwrap()
        };
        let mut whole = groups(name);
        feed(&mut whole, Feed::Rows, &array(&rows), &vec![Some(0); rows.len()], 1);
        let whole = shapes(&whole.emit(Emit::Answer, None).unwrap()).remove(0).unwrap();
        for cut in 0..=rows.len() {
            let merged = answer(&[&rows[..cut], &rows[cut..]]);
            if name == "st_union_agg" {
                // Rings may begin elsewhere: 28 of the squares, 0.5 of the triangle; 9 + 4 positions, 1 point outside.
                assert!((merged.unsigned_area() - 28.5).abs() < 1e-9, "{merged:?}");
                assert_eq!(merged.coords_count(), 14, "{merged:?}");
            } else {
                assert_eq!(merged, whole, "{name}, cut at {cut}");
            }
        }
        for (i, row) in rows.iter().enumerate().take(6) {
            let alone = answer(&[std::slice::from_ref(row)]);
            let mut direct = groups(name);
            feed(&mut direct, Feed::Rows, &array(std::slice::from_ref(row)), &[Some(0)], 1);
            assert_eq!(shapes(&direct.emit(Emit::Answer, None).unwrap()), [Some(alone)], "{name}, row {i}");
        }
    }
}
