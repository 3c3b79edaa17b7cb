//! Segments and points, decided by adaptive exact arithmetic: no epsilon anywhere.

use std::cmp::Ordering;

use robust::{Coord, orient2d};

use super::twofold::{Precise, Twofold};
use crate::geom::{Coords, Rect, Xy, distance};

fn coord(p: Xy) -> Coord<f64> {
    Coord { x: p.x, y: p.y }
}

/// Unlike `f64::max`, one instruction; where an argument is NaN, the second is taken.
#[inline]
pub fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// Unlike `f64::min`, one instruction; where an argument is NaN, the second is taken.
#[inline]
pub fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The box around a segment of numbers.
#[inline]
pub fn boxed([a, b]: &[Xy; 2]) -> Rect {
    Rect { xmin: smaller(a.x, b.x), ymin: smaller(a.y, b.y), xmax: larger(a.x, b.x), ymax: larger(a.y, b.y) }
}

/// Side of `c` from the line through `a` and `b`: positive left, negative right, 0 on it. The sign is exact.
#[inline]
pub fn orientation(a: Xy, b: Xy, c: Xy) -> f64 {
    // The filter of `orient2d`, without a branch on the sign: that one is as good as random, this one hardly ever taken.
    let (left, right) = ((a.x - c.x) * (b.y - c.y), (a.y - c.y) * (b.x - c.x));
    let twice = left - right;
    let sure = twice.abs() > FILTER * (left + right).abs() && (1e-200..1e200).contains(&twice.abs());
    if sure { twice } else { exact_orientation(a, b, c) }
}

/// Products of very large coordinates overflow, and those of very small ones lose digits: brought to about 1 by a power
/// of two they keep them all. Only where sizes differ by more than 1e150 within one triangle do the smallest drop out.
#[cold]
fn exact_orientation(a: Xy, b: Xy, c: Xy) -> f64 {
    let largest = [a, b, c].iter().fold(0.0_f64, |largest, p| largest.max(p.x.abs()).max(p.y.abs()));
    if (1e-100..1e100).contains(&largest) || largest == 0.0 {
        return orient2d(coord(a), coord(b), coord(c));
    }
    // In two steps: no double is large enough to bring the smallest up in one.
    let half = f64::exp2((-largest.log2() / 2.0).round());
    let scaled = |p: Xy| coord(p * half * half);
    orient2d(scaled(a), scaled(b), scaled(c))
}

/// Relative to the sum of the products, the error of their difference (Ozaki et al., doi 10.1007/s10543-015-0574-9).
const FILTER: f64 = 3.330_669_062_177_372_4e-16;

/// Whether two orientations are of the same side. They may be tiny, so that their product would not do.
#[inline]
fn same_side(one: f64, two: f64) -> bool {
    (one > 0.0 && two > 0.0) || (one < 0.0 && two < 0.0)
}

/// Whether two closed segments share a point.
#[inline]
pub fn intersect(a: Xy, b: Xy, c: Xy, d: Xy) -> bool {
    if !boxed(&[a, b]).intersects(&boxed(&[c, d])) {
        return false;
    }
    // Neighbours share many ends, and of these no rounded orientation is sure.
    if a == c || a == d || b == c || b == d {
        return true;
    }
    // Boxes overlap; if neither line separates the other segment's ends, they meet. Collinear ones overlap as boxes do.
    !same_side(orientation(a, b, c), orientation(a, b, d)) && !same_side(orientation(c, d, a), orientation(c, d, b))
}

/// Whether the ends of the second segment lie on different sides of the line through the first.
pub fn divides([a, b]: [Xy; 2], [c, d]: [Xy; 2]) -> bool {
    same_side(orientation(a, b, c), -orientation(a, b, d))
}

/// Whether `p` lies on the closed segment `a`-`b`.
#[inline]
pub fn on_segment(p: Xy, a: Xy, b: Xy) -> bool {
    a.x.min(b.x) <= p.x
        && p.x <= a.x.max(b.x)
        && a.y.min(b.y) <= p.y
        && p.y <= a.y.max(b.y)
        // Of an end, a rounded orientation is never sure.
        && (p == a || p == b || orientation(a, b, p) == 0.0)
}

/// Distance of `p` from the closed segment `a`-`b`; 0 only if `p` lies on it.
#[inline]
pub fn point_segment(p: Xy, a: Xy, b: Xy) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length2 = dx * dx + dy * dy;
    if !length2.is_normal() {
        return if a == b { distance(p, a) } else { rescaled(p, a, b) };
    }
    let along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2;
    if along <= 0.0 {
        return distance(p, a);
    }
    if along >= 1.0 {
        return distance(p, b);
    }
    // Height of the triangle over the segment, in PostGIS' order of operations: more exact than the distance to a
    // rounded foot point.
    let height = (((a.y - p.y) * dx - (a.x - p.x) * dy) / length2).abs() * length2.sqrt();
    if height == 0.0 { orientation(a, b, p).abs() / length2.sqrt() } else { height }
}

/// The position of a closed segment that is nearest to `p`, rounded.
pub fn foot(p: Xy, a: Xy, b: Xy) -> Xy {
    let d = b - a;
    let along = ((p.x - a.x) * d.x + (p.y - a.y) * d.y) / (d.x * d.x + d.y * d.y);
    // Also where it is no number, because the segment has no length.
    if along < 1.0 { a + d * larger(along, 0.0) } else { b }
}

/// `point_segment` where the square of the length is not in the range of doubles, though the length is.
#[cold]
fn rescaled(p: Xy, a: Xy, b: Xy) -> f64 {
    // Powers of two, so that nothing is rounded. A short segment is moved to the origin first, a long one fits as it is.
    let (larger, smaller) = (2_f64.powi(600), 2_f64.powi(-600));
    let length = distance(a, b);
    if length > 1.0 {
        point_segment(p * smaller, a * smaller, b * smaller) * larger
    } else if distance(p, a) > 1.0 {
        distance(p, a).min(distance(p, b))
    } else {
        point_segment((p - a) * larger, Xy { x: 0.0, y: 0.0 }, (b - a) * larger) * smaller
    }
}

/// How two segments meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Contact {
    /// In no point.
    None,
    /// In one point that is an end of either: its coordinates are exact.
    Touch(Xy),
    /// In one point inside of both, rounded.
    Cross(Xy),
    /// Along a line, from an end to an end.
    Overlap(Xy, Xy),
}

/// Order of positions along any line: by x, then y.
#[inline]
pub fn lexicographic(p: &Xy, q: &Xy) -> Ordering {
    p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y))
}

/// Order of the directions of two segments, counterclockwise from the positive x axis, decided exactly: of two that
/// begin in one position, or pass through one, the side on which the other ends tells how it is turned.
pub fn by_direction([a, b]: [Xy; 2], [c, d]: [Xy; 2]) -> Ordering {
    let lower_half = |from: Xy, to: Xy| to.y < from.y || (to.y == from.y && to.x < from.x);
    // Segments that share an end without being of one line are told apart by their other ends.
    let turn = || match orientation(a, b, d) {
        0.0 => -orientation(a, b, c),
        turn => turn,
    };
    lower_half(a, b).cmp(&lower_half(c, d)).then_with(|| 0.0_f64.total_cmp(&(turn() + 0.0)))
}

/// How a closed ring turns, as far as rounded sums of its edges tell.
struct Turning {
    origin: Xy,
    twice: f64,
    size: f64,
    count: f64,
}

impl Turning {
    fn around(origin: Xy) -> Self {
        Self { origin, twice: 0.0, size: 0.0, count: 8.0 }
    }

    #[inline]
    fn add(&mut self, a: Xy, b: Xy) {
        let Self { origin, .. } = *self;
        let (left, right) = ((a.x - origin.x) * (b.y - origin.y), (b.x - origin.x) * (a.y - origin.y));
        self.twice += left - right;
        self.size += left.abs() + right.abs();
        self.count += 1.0;
    }

    fn is_counterclockwise(&self) -> Option<bool> {
        // Far more than what rounding can do to the sum, unless products leave the range of doubles.
        let error = self.size * f64::EPSILON * self.count;
        (error.is_normal() && self.twice.abs() > error).then_some(self.twice > 0.0)
    }
}

/// Whether a closed ring runs counterclockwise.
pub fn turns_left(ring: &Coords) -> bool {
    let Some(origin) = ring.first() else { return true };
    let mut turning = Turning::around(origin);
    ring.each_segment(|a, b| {
        if a != b {
            turning.add(a, b);
        }
    });
    let edges = (1..ring.len()).map(|i| [ring.xy(i - 1), ring.xy(i)]);
    turning.is_counterclockwise().unwrap_or_else(|| is_counterclockwise(edges.filter(|[a, b]| a != b)))
}

/// Whether a closed ring, given by its edges, runs counterclockwise.
pub fn is_counterclockwise(edges: impl Iterator<Item = [Xy; 2]> + Clone) -> bool {
    let Some([origin, _]) = edges.clone().next() else { return true };
    let mut turning = Turning::around(origin);
    edges.clone().for_each(|[a, b]| turning.add(a, b));
    if let Some(sure) = turning.is_counterclockwise() {
        return sure;
    }
    // A sliver: its corner furthest left, and there furthest down, turns as the ring does.
    let before = edges.clone().filter(|[a, b]| a != b).min_by(|[_, p], [_, q]| lexicographic(p, q));
    let Some([a, corner]) = before else { return true };
    let after = edges.clone().find(|[from, to]| *from == corner && to != from);
    after.is_none_or(|[_, c]| orientation(a, corner, c) > 0.0)
}

/// The end that two segments share, if it is one, and the other end of the second.
fn shared_end([a, b]: [Xy; 2], [c, d]: [Xy; 2]) -> Option<(Xy, Xy)> {
    if a == c || b == c {
        Some((c, d))
    } else if a == d || b == d {
        Some((d, c))
    } else {
        None
    }
}

/// How two segments of finite length meet, decided exactly. Zeros must be positive.
pub fn contact(a: Xy, b: Xy, c: Xy, d: Xy) -> Contact {
    if !boxed(&[a, b]).intersects(&boxed(&[c, d])) {
        return Contact::None;
    }
    // Of an end that both have, the orientation is known: neighbours share many.
    let side = |p: Xy| if p == a || p == b { 0.0 } else { orientation(a, b, p) };
    let (of_c, of_d) = match shared_end([a, b], [c, d]) {
        Some((end, other)) => match side(other) {
            0.0 => (0.0, 0.0),
            _ => return Contact::Touch(end),
        },
        None => (orientation(a, b, c), orientation(a, b, d)),
    };
    if of_c == 0.0 && of_d == 0.0 {
        let sorted = |p: Xy, q: Xy| if lexicographic(&p, &q).is_le() { (p, q) } else { (q, p) };
        let ((a, b), (c, d)) = (sorted(a, b), sorted(c, d));
        let from = if lexicographic(&a, &c).is_ge() { a } else { c };
        let to = if lexicographic(&b, &d).is_le() { b } else { d };
        return match lexicographic(&from, &to) {
            Ordering::Less => Contact::Overlap(from, to),
            Ordering::Equal => Contact::Touch(from),
            Ordering::Greater => Contact::None,
        };
    }
    if same_side(of_c, of_d) {
        return Contact::None;
    }
    let (of_a, of_b) = (orientation(c, d, a), orientation(c, d, b));
    if same_side(of_a, of_b) {
        return Contact::None;
    }
    match [(of_c, c), (of_d, d), (of_a, a), (of_b, b)].iter().find(|(side, _)| *side == 0.0) {
        Some((_, end)) => Contact::Touch(*end),
        None => Contact::Cross(crossing(a, b, c, d)),
    }
}

/// Where two segments cross, in twice the precision of a double and then rounded: segments that lie on one line cross
/// a third in the same double, whatever their ends.
fn crossing(a: Xy, b: Xy, c: Xy, d: Xy) -> Xy {
    let [x, y] = precise_crossing([a, b], [c, d]);
    let (one, two) = (boxed(&[a, b]), boxed(&[c, d]));
    let within = |value: f64, low: f64, high: f64| {
        // Adding zero makes a negative zero positive.
        if value.is_nan() { low } else { value.max(low).min(high) + 0.0 }
    };
    Xy {
        x: within(x.high, one.xmin.max(two.xmin), one.xmax.min(two.xmax)),
        y: within(y.high, one.ymin.max(two.ymin), one.ymax.min(two.ymax)),
    }
}

/// Where two segments cross, not rounded to a double.
pub fn precise_crossing([a, b]: [Xy; 2], [c, d]: [Xy; 2]) -> Precise {
    let difference = |p: f64, q: f64| Twofold::from(p) - Twofold::from(q);
    let (ux, uy) = (difference(b.x, a.x), difference(b.y, a.y));
    let (vx, vy) = (difference(d.x, c.x), difference(d.y, c.y));
    let (wx, wy) = (difference(c.x, a.x), difference(c.y, a.y));
    let along = (wx * vy - wy * vx) / (ux * vy - uy * vx);
    [Twofold::from(a.x) + along * ux, Twofold::from(a.y) + along * uy]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(a: (f64, f64), b: (f64, f64), c: (f64, f64), d: (f64, f64)) -> Contact {
        contact(a.into(), b.into(), c.into(), d.into())
    }

    #[test]
    fn orientation_is_exact_whatever_the_size() {
        let turns = |scale: f64| {
            let at = |x: f64, y: f64| Xy { x, y } * scale;
            // (3, 4) lies on the line through (1, 1) and (5, 7); beside it are the next doubles.
            [4.0_f64.next_down(), 4.0, 4.0_f64.next_up()]
                .map(|y| orientation(at(1.0, 1.0), at(5.0, 7.0), at(3.0, y)).total_cmp(&0.0))
        };
        for exponent in [-1000, -600, -300, 0, 300, 600, 1000] {
            let scale = f64::exp2(f64::from(exponent));
            assert_eq!(turns(scale), [Ordering::Less, Ordering::Equal, Ordering::Greater], "2^{exponent}");
        }
        let (left, right) = (Xy { x: -1e308, y: 1e308 }, Xy { x: 1e308, y: -1e308 });
        assert!(orientation(left, right, Xy { x: 6.0, y: 0.0 }) > 0.0);
        assert_eq!(orientation(left, right, Xy { x: 6.0, y: -6.0 }), 0.0);
    }

    #[test]
    fn segments_on_one_line_overlap_touch_or_miss() {
        let (a, b) = ((0.0, 0.0), (4.0, 2.0));
        let overlap = Contact::Overlap((2.0, 1.0).into(), (4.0, 2.0).into());
        assert_eq!(meet(a, b, (2.0, 1.0), (6.0, 3.0)), overlap);
        assert_eq!(meet(b, a, (6.0, 3.0), (2.0, 1.0)), overlap);
        assert_eq!(meet(a, b, (4.0, 2.0), (6.0, 3.0)), Contact::Touch(b.into()));
        assert_eq!(meet(a, b, (6.0, 3.0), (8.0, 4.0)), Contact::None);
        assert!(intersect(a.into(), b.into(), (2.0, 1.0).into(), (6.0, 3.0).into()));
        assert!(!intersect(a.into(), b.into(), (6.0, 3.0).into(), (8.0, 4.0).into()));
    }

    #[test]
    fn ends_touch_exactly_and_interiors_cross() {
        let (a, b) = ((0.0, 0.0), (10.0, 0.0));
        assert_eq!(meet(a, b, (3.0, 0.0), (3.0, 5.0)), Contact::Touch((3.0, 0.0).into()));
        assert_eq!(meet(a, b, (3.0, -1.0), (3.0, 5.0)), Contact::Cross((3.0, 0.0).into()));
        assert_eq!(meet(a, b, (3.0, f64::MIN_POSITIVE), (3.0, 5.0)), Contact::None);
    }

    #[test]
    fn stretches_of_one_line_cross_a_third_in_the_same_double() {
        // All on y = 3x, which doubles hold exactly here, crossed by a line of awkward slope.
        let (c, d) = ((0.1, 2.3), (1.7, 1.9));
        let whole = meet((0.0, 0.0), (2.0, 6.0), c, d);
        assert!(matches!(whole, Contact::Cross(_)));
        for (from, to) in [(0.25, 1.0), (0.5, 1.75), (0.625, 0.75)] {
            assert_eq!(meet((from, 3.0 * from), (to, 3.0 * to), c, d), whole);
            assert_eq!(meet(c, d, (to, 3.0 * to), (from, 3.0 * from)), whole);
        }
    }
}
