//! Tests: against every pair.

use proptest::prelude::*;

use super::*;

fn near(points: &[Xy], limit: f64) -> Option<Vec<Vec<u32>>> {
    let bounds = points.iter().filter_map(|p| Rect::of_point(*p)).reduce(|a, b| a.union(&b))?;
    let strips = Strips::new(points, &bounds, limit)?;
    assert!(strips.starts.len() <= BUCKETS as usize * points.len() + 1);
    let of = |p: &Xy| {
        let mut rows = Vec::new();
        // Twice as far finds no more: the limit decides.
        strips.each_near(*p, 2.0 * limit + f64::MIN_POSITIVE, |row| rows.push(row));
        rows.sort_unstable();
        rows
    };
    Some(points.iter().map(of).collect())
}

fn expected(points: &[Xy], limit: f64) -> Vec<Vec<u32>> {
    let of = |p: &Xy| (0..).zip(points).filter(|(_, q)| geom::distance(*p, **q) <= limit).map(|(row, _)| row).collect();
    points.iter().map(of).collect()
}

proptest! {
    #[test]
    fn as_by_all_pairs(
        cells in prop::collection::vec((-20..20_i32, -20..20_i32, any::<bool>()), 1..200),
        limit in prop::sample::select(vec![0.0, 1.0, 2.5, 7.0, 100.0]),
        by in prop::sample::select(vec![(1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0), (1e-3, 1e3), (1e300, 1e300), (1e-300, 1e-300)]),
        far in any::<bool>(),
    ) {
        // Now and then none, and one that is far from all others.
        let place = |(x, y, some): &(i32, i32, bool)| match *some || cells.len() < 9 {
            true => Xy { x: f64::from(*x) * by.0, y: f64::from(*y) * by.1 },
            false => Xy { x: f64::NAN, y: f64::NAN },
        };
        let mut points: Vec<Xy> = cells.iter().map(place).collect();
        points.extend(far.then_some(Xy { x: 1e9, y: -1e9 }));
        for limit in [limit, limit * by.0.max(by.1)] {
            if let Some(found) = near(&points, limit) {
                prop_assert_eq!(found, expected(&points, limit));
            }
        }
    }
}
