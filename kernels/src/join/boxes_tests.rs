#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn rect(i: u32) -> Rect {
    let (x, y) = (f64::from(i * 37 % 101) + 0.1, f64::from(i * 53 % 97) + 0.1);
    Rect { xmin: x, ymin: y, xmax: x + f64::from(i % 7) / 3.0, ymax: y + f64::from(i % 5) / 3.0 }
}

#[test]
fn every_box_that_meets_is_found_once() {
    for count in [0, 1, 15, 16, 17, 256, 257, 5000] {
        let all: Vec<(u32, Rect)> = (0..count).map(|i| (i, rect(i))).collect();
        let tree = Boxes::new(all.iter().map(|(row, _)| *row).collect(), |row| all[row as usize].1);
        assert!(tree.size() <= Boxes::size_of(all.len()) + 64);
        for query in (0..60).map(|i| rect(i * 11)) {
            let mut found = Vec::new();
            tree.each_meeting(&Outline::of(&query), &mut Vec::new(), |row| found.push(row));
            found.sort_unstable();
            assert!(found.windows(2).all(|pair| pair[0] != pair[1]));
            let meeting = all.iter().filter(|(_, rect)| rect.intersects(&query)).map(|(i, _)| *i);
            assert!(meeting.clone().all(|i| found.binary_search(&i).is_ok()), "{count} boxes, {query:?}");
            // Rounding outwards lets in no more than what is next to it.
            assert!(found.len() <= meeting.count() + 60);
        }
    }
}

#[test]
fn outlines_are_around_what_they_are_of() {
    for v in [0.1, -0.1, 1e-300, -1e-300, 1e300, -1e300, 16_777_217.0, f64::MAX, f64::MIN] {
        assert!(f64::from(down(v)) <= v && v <= f64::from(up(v)), "{v}");
    }
}

#[test]
fn children_are_no_nearer_than_said() {
    let all: Vec<(u32, Rect)> = (0..3000).map(|i| (i, rect(i))).collect();
    let tree = Boxes::new(all.iter().map(|(row, _)| *row).collect(), |row| all[row as usize].1);
    let query = rect(5);
    let (mut open, mut seen) = (vec![(tree.root().unwrap(), 0.0)], 0);
    while let Some((node, least)) = open.pop() {
        if node.level == 0 {
            seen += 1;
            let entry = all[tree.row(node.number) as usize].1;
            assert!(least <= crate::planar::nearest::squared_between(&entry, &query));
        } else {
            tree.each_child(node, &Outline::of(&query), |child, squared| open.push((child, squared)));
        }
    }
    assert_eq!(seen, all.len());
}

#[test]
fn the_curve_visits_every_cell_once_and_only_neighbours_follow_each_other() {
    let bounds = Rect { xmin: 0.0, ymin: 0.0, xmax: 65_535.0, ymax: 65_535.0 };
    let cell = |x: u32, y: u32| {
        hilbert(&Rect::at(crate::geom::Xy { x: f64::from(x) + 0.25, y: f64::from(y) + 0.25 }), &bounds)
    };
    let mut visited: Vec<(u32, i64, i64)> =
        (0..32).flat_map(|x| (0..32).map(move |y| (cell(x, y), i64::from(x), i64::from(y)))).collect();
    visited.sort_unstable();
    for pair in visited.windows(2) {
        let (one, two) = (pair[0], pair[1]);
        assert_eq!(one.0 + 1, two.0);
        assert_eq!((one.1 - two.1).abs() + (one.2 - two.2).abs(), 1);
    }
}

#[test]
fn numbers_are_sorted_by_their_upper_halves() {
    for count in [0, 1, 100, 4096, 50_000] {
        let of = |i: u64| u64::from((i as u32).wrapping_mul(2_654_435_761) >> (i % 20)) << 32 | i;
        let mut keys: Vec<u64> = (0..count).map(of).collect();
        let mut expected = keys.clone();
        expected.sort_unstable();
        sort_by_upper_half(&mut keys);
        assert_eq!(keys, expected);
    }
}
