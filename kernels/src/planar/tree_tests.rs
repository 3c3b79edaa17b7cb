//! Tests: every query against trying all segments.

use std::ops::ControlFlow::{Break, Continue};

use proptest::prelude::*;

use super::*;
use crate::planar::point_segment;

fn path(positions: &[(f64, f64)]) -> Vec<[Xy; 2]> {
    positions.windows(2).map(|ab| [Xy::from(ab[0]), Xy::from(ab[1])]).collect()
}

/// Paths of none to hundreds of segments, so that trees have none to four levels, on a small grid.
fn positions() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let ordinate = || (0..40_i32).prop_map(f64::from);
    let near = (ordinate(), ordinate());
    // Steps of a walk keep neighbours near each other, as on real paths.
    let step = || (-2..3_i32).prop_map(f64::from);
    let walk = prop::collection::vec((step(), step()), 0..600).prop_map(|steps| {
        let mut at = (20.0, 20.0);
        let mut walk = vec![at];
        walk.extend(steps.iter().map(|(dx, dy)| {
            at = (at.0 + dx, at.1 + dy);
            at
        }));
        walk
    });
    prop_oneof![prop::collection::vec(near, 0..20), walk]
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list
}

proptest! {
    #[test]
    fn segments_meeting_a_box_are_found_once(list in positions(), a in (0..40_i32, 0..40_i32), size in (0..9_i32, 0..9_i32)) {
        let tree = Tree::new(path(&list));
        let [xmin, ymin, xmax, ymax] = [a.0, a.1, a.0 + size.0, a.1 + size.1].map(f64::from);
        let rect = Rect { xmin, ymin, xmax, ymax };
        let mut found = Vec::new();
        let all = tree.each_meeting(&rect, |i| {
            found.push(i);
            Continue(())
        });
        prop_assert!(all.is_continue());
        let meets = |i: &usize| boxed(&tree.segments()[*i]).intersects(&rect);
        let expected: Vec<usize> = (0..tree.segments().len()).filter(meets).collect();
        prop_assert_eq!(&found, &expected);
        let mut calls = 0;
        let first = tree.each_meeting(&rect, |_| {
            calls += 1;
            Break(())
        });
        prop_assert_eq!((first.is_break(), calls), (!expected.is_empty(), usize::from(!expected.is_empty())));
    }

    #[test]
    fn pairs_are_those_whose_boxes_meet_each_once(one in positions(), two in positions()) {
        let (one, two) = (Tree::new(path(&one)), Tree::new(path(&two)));
        let mut found = Vec::new();
        let _: ControlFlow<()> = one.each_pair(&two, |i, j| {
            found.push((i, j));
            Continue(())
        });
        let mut expected = Vec::new();
        let mut meet = false;
        for (i, ab) in one.segments().iter().enumerate() {
            let near = |(_, cd): &(usize, &[Xy; 2])| boxed(ab).intersects(&boxed(cd));
            for (j, [c, d]) in two.segments().iter().enumerate().filter(near) {
                expected.push((i, j));
                meet |= intersect(ab[0], ab[1], *c, *d);
            }
        }
        prop_assert_eq!(sorted(found), expected);
        let crossed = two.segments().iter().any(|[c, d]| one.crosses(*c, *d));
        prop_assert_eq!(crossed, meet);
    }

    #[test]
    fn the_nearest_is_that_of_all_pairs(one in positions(), two in positions(), enough in prop::option::of(0..20_i32)) {
        let (one, two) = (Tree::new(path(&one)), Tree::new(path(&two)));
        let (Some(a), Some(b)) = (one.bounds(), two.bounds()) else { return Ok(()) };
        let mut expected = f64::INFINITY;
        for ab in one.segments() {
            for cd in two.segments() {
                let ends = [(ab[0], cd), (ab[1], cd), (cd[0], ab), (cd[1], ab)];
                expected = ends.iter().fold(expected, |best, (p, [a, b])| best.min(point_segment(*p, *a, *b)));
            }
        }
        let enough = enough.map(f64::from);
        let search = Nearest::new(&a, &b, enough);
        let (mut by_segments, mut by_points) = (search, search);
        two.segments().iter().for_each(|segment| one.nearest_to_segment(segment, &mut by_segments));
        two.segments().iter().flatten().for_each(|p| one.nearest_to_point(*p, &mut by_points));
        one.segments().iter().flatten().for_each(|p| two.nearest_to_point(*p, &mut by_points));
        for found in [by_segments, by_points].map(|search| search.best()) {
            match enough {
                None => prop_assert_eq!(found, expected),
                Some(enough) => prop_assert_eq!(found <= enough, expected <= enough),
            }
        }
    }
}
