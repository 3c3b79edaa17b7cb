//! Points near points: horizontal strips as high as the distance, each divided into as many buckets as it has points
//! twice, so that what is near to a position stands together in few places.

use crate::geom::{self, Rect, Xy};

/// Buckets for each point of a strip.
const BUCKETS: u32 = 2;

/// Points for which there must be another strip.
const POINTS_OF_STRIP: usize = 4;

/// Points, to be asked for those within one distance.
#[derive(Debug)]
pub(super) struct Strips {
    pub(super) limit: f64,
    ymin: f64,
    /// Strips in a unit.
    per_unit: f64,
    strips: Vec<Strip>,
    /// Where each bucket begins; one more than there are.
    starts: Vec<u32>,
    points: Vec<(Xy, u32)>,
}

/// The points at a height.
#[derive(Debug, Clone, Copy)]
struct Strip {
    xmin: f64,
    /// Buckets in a unit.
    per_unit: f64,
    /// Number of the first bucket, and how many there are.
    first: u32,
    count: u32,
}

impl Strip {
    /// The bucket of a coordinate. It never decreases with `x`.
    #[inline]
    fn bucket(&self, x: f64) -> usize {
        // The cast maps what lies before to 0, and 0 times infinity, too.
        (self.first + (((x - self.xmin) * self.per_unit) as u32).min(self.count - 1)) as usize
    }
}

impl Strips {
    /// Of points, NaN for none, that lie in `bounds`; `None` where a tree is better.
    pub(super) fn new(points: &[Xy], bounds: &Rect, limit: f64) -> Option<Self> {
        let height = bounds.ymax - bounds.ymin;
        if !(limit.is_finite() && height.is_finite() && points.len() < 1 << 30) {
            return None;
        }
        let most = points.len() / POINTS_OF_STRIP + 1;
        let count = ((height / limit) as usize).clamp(1, most);
        let per_unit = if height > 0.0 { count as f64 / height } else { 0.0 };
        let mut strips =
            Self { limit, ymin: bounds.ymin, per_unit, strips: Vec::new(), starts: Vec::new(), points: Vec::new() };
        let all = || points.iter().zip(0..).filter(|(p, _)| !p.x.is_nan());
        let mut extents = vec![(f64::INFINITY, f64::NEG_INFINITY, 0); count];
        for (p, _) in all() {
            let (xmin, xmax, points) = &mut extents[strips.strip(p.y, count)];
            (*xmin, *xmax, *points) = (xmin.min(p.x), xmax.max(p.x), *points + 1);
        }
        let mut buckets = 0;
        for (xmin, xmax, points) in extents {
            let count = points * BUCKETS;
            let width = xmax - xmin;
            let per_unit = if width > 0.0 { f64::from(count) / width } else { 0.0 };
            strips.strips.push(Strip { xmin, per_unit, first: buckets, count });
            buckets += count;
        }
        // Counted one behind the next, so that what is a cursor at first ends where the next bucket begins.
        strips.starts = vec![0; buckets as usize + 2];
        let mut places: Vec<u32> = Vec::with_capacity(points.len());
        for (p, _) in all() {
            let bucket = strips.strips[strips.strip(p.y, count)].bucket(p.x);
            strips.starts[bucket + 2] += 1;
            places.push(bucket as u32);
        }
        (1..strips.starts.len()).for_each(|i| strips.starts[i] += strips.starts[i - 1]);
        strips.points = vec![(Xy::zero(), 0); places.len()];
        for ((p, row), bucket) in all().zip(places) {
            let cursor = &mut strips.starts[bucket as usize + 1];
            strips.points[*cursor as usize] = (*p, row);
            *cursor += 1;
        }
        strips.starts.pop();
        Some(strips)
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.strips.capacity() * size_of::<Strip>()
            + self.starts.capacity() * size_of::<u32>()
            + self.points.capacity() * size_of::<(Xy, u32)>()
    }

    /// The strip of a height. It never decreases with `y`.
    #[inline]
    fn strip(&self, y: f64, count: usize) -> usize {
        (((y - self.ymin) * self.per_unit) as usize).min(count - 1)
    }

    /// Calls `f` with the row of each point that is near enough to `p`; `reach` is the distance, and more than rounding
    /// can take from it.
    #[inline]
    pub(super) fn each_near(&self, p: Xy, reach: f64, mut f: impl FnMut(u32)) {
        let count = self.strips.len();
        // What is farther by far needs no root.
        let far = if self.limit > 1e-140 { reach * reach * (1.0 + 8.0 * f64::EPSILON) } else { f64::INFINITY };
        for strip in &self.strips[self.strip(p.y - reach, count)..=self.strip(p.y + reach, count)] {
            if strip.count == 0 || p.x + reach < strip.xmin {
                continue;
            }
            let from = self.starts[strip.bucket(p.x - reach)] as usize;
            let to = self.starts[strip.bucket(p.x + reach) + 1] as usize;
            for (q, row) in &self.points[from..to] {
                let (dx, dy) = (q.x - p.x, q.y - p.y);
                if dx * dx + dy * dy <= far && geom::distance(p, *q) <= self.limit {
                    f(*row);
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "strips_tests.rs"]
mod tests;
