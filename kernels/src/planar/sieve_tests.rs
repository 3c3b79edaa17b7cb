//! Tests: nothing that lies in a box is held back.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn block(points: &[[f64; 2]]) -> PointBlock {
    let mut block = PointBlock::default();
    for (i, [x, y]) in points.iter().enumerate() {
        (block.x[i], block.y[i]) = (*x, *y);
    }
    block
}

fn around(boxes: &[Rect]) -> Rect {
    boxes.iter().copied().reduce(|a, b| a.union(&b)).unwrap()
}

fn ordinate() -> impl Strategy<Value = f64> {
    prop_oneof![-4.0..4.0, (-40..40_i32).prop_map(|v| f64::from(v) / 10.0)]
}

fn any_box() -> impl Strategy<Value = Rect> {
    let side = || prop_oneof![Just(0.0), 0.0..0.1, 0.0..8.0];
    (ordinate(), ordinate(), side(), side()).prop_map(|(x, y, width, height)| Rect {
        xmin: x,
        ymin: y,
        xmax: x + width,
        ymax: y + height,
    })
}

proptest! {
    #[test]
    fn what_lies_in_a_box_passes(
        boxes in prop::collection::vec(any_box(), 2..40),
        others in prop::collection::vec((ordinate(), ordinate()), 20),
        far in prop_oneof![Just(0.0), Just(1e9), Just(-1e-9)],
    ) {
        let moved = |v: f64| v + far;
        let boxes: Vec<Rect> = boxes
            .iter()
            .map(|r| Rect { xmin: moved(r.xmin), ymin: moved(r.ymin), xmax: moved(r.xmax), ymax: moved(r.ymax) })
            .collect();
        let Some(sieve) = Sieve::new(&around(&boxes), boxes.len(), boxes.iter().copied()) else { return Ok(()) };
        let mut points: Vec<[f64; 2]> = others.iter().map(|(x, y)| [moved(*x), moved(*y)]).collect();
        points.extend(boxes.iter().flat_map(|r| [[r.xmin, r.ymin], [r.xmax, r.ymax], [r.xmin, r.ymax]]));
        for points in points.chunks(BLOCK) {
            let passing = sieve.passing(&block(points));
            for (i, [x, y]) in points.iter().enumerate() {
                let inside = |r: &Rect| r.xmin <= *x && *x <= r.xmax && r.ymin <= *y && *y <= r.ymax;
                prop_assert!(passing >> i & 1 == 1 || !boxes.iter().any(inside), "{x} {y} of {boxes:?}");
            }
        }
    }
}

#[test]
fn what_is_far_from_boxes_is_held_back() {
    let boxes: Vec<Rect> = (0..100)
        .map(|i| f64::from(i) * 10.0)
        .map(|v| Rect { xmin: v, ymin: v, xmax: v + 1.0, ymax: v + 1.0 })
        .collect();
    let sieve = Sieve::new(&around(&boxes), boxes.len(), boxes.iter().copied()).unwrap();
    let nan = f64::NAN;
    let points = [
        [0.5, 0.5],
        [500.5, 500.5],
        [100.0, 800.0],
        [-50.0, 0.5],
        [0.5, 2e9],
        [nan, 0.5],
        [0.5, nan],
        [f64::INFINITY, 0.5],
    ];
    assert_eq!(sieve.passing(&block(&points)), 0b11);
}

#[test]
fn boxes_that_reach_everywhere_hold_back_what_is_outside() {
    let all = Rect { xmin: 0.0, ymin: 0.0, xmax: 4.0, ymax: 4.0 };
    let sieve = Sieve::new(&all, 1000, std::iter::repeat_n(all, 1000)).unwrap();
    assert_eq!(sieve.passing(&block(&[[2.0, 2.0], [4.0, 4.0], [9.0, 2.0], [2.0, -9.0]])), 0b11);
}
