//! Tests: the grid against the tree.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn the_nearest_is_that_of_all_segments(
        steps in prop::collection::vec((-3..4_i32, -3..4_i32), 16..200),
        points in prop::collection::vec((-0.1..1.1, -0.1..1.1), 1..20),
        on_grid in any::<bool>(),
        shift in prop_oneof![Just(0.0), Just(1e7)],
    ) {
        let mut at = Xy { x: shift, y: 0.5 };
        let mut step = |(dx, dy): &(i32, i32)| {
            let from = at;
            at = at + Xy { x: f64::from(*dx), y: f64::from(*dy) };
            [from, at]
        };
        let tree = Tree::new(steps.iter().map(&mut step).collect());
        let bounds = tree.bounds().unwrap();
        let Some(proximity) = Proximity::new(&tree) else { return Ok(()) };
        for (x, y) in points {
            let p = Xy {
                x: bounds.xmin + x * (bounds.xmax - bounds.xmin),
                y: bounds.ymin + y * (bounds.ymax - bounds.ymin),
            };
            let p = if on_grid { Xy { x: p.x.round(), y: p.y.round() } } else { p };
            let at = Rect::of_point(p).unwrap();
            let expected =
                tree.segments().iter().map(|[a, b]| point_segment(p, *a, *b)).fold(f64::INFINITY, f64::min);
            // Before and after the cell is filled.
            for _ in 0..PAYS + 3 {
                for within in [None, Some(expected), Some(expected.next_down())] {
                    let mut search = Nearest::new(&at, &bounds, within);
                    proximity.nearest(&tree, p, &mut search);
                    match within {
                        None => prop_assert_eq!(search.best(), expected),
                        Some(within) => prop_assert_eq!(search.best() <= within, expected <= within),
                    }
                }
            }
        }
    }
}
