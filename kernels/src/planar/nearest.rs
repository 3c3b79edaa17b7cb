//! The search for the smallest distance: what has been found, and how far away something can still undercut it.

use super::segment::{larger, point_segment, smaller};
use crate::geom::{Rect, Xy};

/// The smallest distance found so far.
///
/// What is kept is always that of `point_segment`, so that the result is the smallest of them all, in
/// whatever order they come; what is left out must be further away even if these were rounded up.
#[derive(Debug, Clone, Copy)]
pub struct Nearest {
    best: f64,
    /// A distance that need not be undercut.
    enough: f64,
    /// Extent of the coordinates.
    extent: f64,
    /// Square of the distance from where on nothing matters.
    reach: f64,
}

impl Nearest {
    /// Products of four differences of coordinates up to here are finite.
    pub const MAX_EXTENT: f64 = 1e75;

    /// Products of four lengths from here on are normal numbers. Anything shorter does not matter in a comparison.
    const MIN_DISTANCE: f64 = 1e-75;

    /// Error of a distance in terms of the extent of what it is between, with room to spare.
    pub const ROUNDING: f64 = 64.0 * f64::EPSILON;

    /// A search in two boxes. With `within`, only for whether the distance is at most that: nothing further away is
    /// found, and the first that is not ends the search.
    #[inline]
    pub fn new(a: &Rect, b: &Rect, within: Option<f64>) -> Self {
        let width = larger(a.xmax, b.xmax) - smaller(a.xmin, b.xmin);
        let extent = larger(width, larger(a.ymax, b.ymax) - smaller(a.ymin, b.ymin));
        let mut search = Self { best: f64::INFINITY, enough: within.unwrap_or(0.0), extent, reach: f64::INFINITY };
        if let Some(within) = within {
            search.reach = search.reach_of(within);
        }
        search
    }

    #[inline]
    fn reach_of(&self, distance: f64) -> f64 {
        // Of larger extents, a square could be infinite where the distance is not.
        let sure = if self.extent <= Self::MAX_EXTENT { distance } else { f64::INFINITY };
        let far = sure + (self.extent + sure) * Self::ROUNDING + Self::MIN_DISTANCE;
        far * far
    }

    /// Leaves out what is sure to be further away than this distance, at which there is something.
    #[inline]
    pub fn narrow(&mut self, distance: f64) {
        self.reach = smaller(self.reach, self.reach_of(distance));
    }

    /// Whether all that lies in two boxes is near enough.
    pub fn is_all_near(&self, a: &Rect, b: &Rect) -> bool {
        let (dx, dy) = ((a.xmax - b.xmin).max(b.xmax - a.xmin), (a.ymax - b.ymin).max(b.ymax - a.ymin));
        let sure = self.enough * (1.0 - Self::ROUNDING) - self.extent * Self::ROUNDING - Self::MIN_DISTANCE;
        sure > 0.0 && dx * dx + dy * dy < sure * sure
    }

    /// The smallest distance found; infinite where there is none.
    #[inline]
    pub fn best(&self) -> f64 {
        self.best
    }

    /// Whether what was found is near enough.
    #[inline]
    pub fn is_done(&self) -> bool {
        self.best <= self.enough
    }

    /// Whether something at this squared distance, or further, could matter.
    #[inline]
    pub fn reaches(&self, squared: f64) -> bool {
        squared <= self.reach
    }

    #[inline]
    fn add(&mut self, distance: f64) {
        if distance < self.best {
            self.best = distance;
            self.narrow(distance);
        }
    }

    /// Adds a point and a segment; one of no length is a point, too.
    #[inline]
    pub fn point(&mut self, p: Xy, [a, b]: &[Xy; 2]) {
        // Whether it can matter is told without a division, in squares.
        let (dx, dy, px, py) = (b.x - a.x, b.y - a.y, p.x - a.x, p.y - a.y);
        let (length2, along) = (dx * dx + dy * dy, px * dx + py * dy);
        let (qx, qy, area) = (p.x - b.x, p.y - b.y, px * dy - py * dx);
        let beyond = if length2 < Self::MIN_DISTANCE * Self::MIN_DISTANCE {
            px * px + py * py > self.reach
        } else {
            // All times the square of the length, and chosen by value: which end is near changes all the time.
            let to_end = if along <= 0.0 { px * px + py * py } else { qx * qx + qy * qy };
            let beside = along > 0.0 && along < length2;
            (if beside { area * area } else { to_end * length2 }) > self.reach * length2
        };
        if !beyond {
            self.add(point_segment(p, *a, *b));
        }
    }

    /// Adds a point and up to `LANES` segments, each from one position to another.
    #[inline]
    pub fn points(&mut self, p: Xy, from: &[Xy], to: &[Xy]) {
        if from.len() < FEW {
            return from.iter().zip(to).for_each(|(a, b)| self.point(p, &[*a, *b]));
        }
        let squared = squared_distances(p, from, to);
        let least = squared.iter().copied().fold(f64::INFINITY, smaller);
        if !self.reaches(least) {
            return;
        }
        self.narrow(least.sqrt());
        for ((squared, a), b) in squared.iter().zip(from).zip(to) {
            if self.reaches(*squared) {
                self.add(point_segment(p, *a, *b));
            }
        }
    }

    /// Whether a distance may be nothing but rounding.
    #[inline]
    pub fn is_rounding(&self, distance: f64) -> bool {
        self.extent > Self::MAX_EXTENT || distance <= self.extent * Self::ROUNDING + Self::MIN_DISTANCE
    }

    /// Adds two segments that do not meet: an end of one is nearest to the other.
    #[inline]
    pub fn segments(&mut self, one: &[Xy; 2], two: &[Xy; 2]) {
        self.ends(one, two);
        self.ends(two, one);
    }

    #[inline]
    fn ends(&mut self, [a, b]: &[Xy; 2], segment: &[Xy; 2]) {
        // What is nearest to a point is found from the point, so that a point is the same wherever it comes from.
        if segment[0] != segment[1] || a == b {
            self.point(*a, segment);
            if a != b {
                self.point(*b, segment);
            }
        }
    }
}

/// Segments that are measured at once.
pub const LANES: usize = 16;

/// Fewer segments are measured one by one.
const FEW: usize = 6;

/// Squared distances of `p` from up to `LANES` segments, each from one position to another; infinite where there is none.
/// All without a branch, so that the rounding is not that of `point_segment`: it is less than `ROUNDING`.
#[inline]
pub fn squared_distances(p: Xy, from: &[Xy], to: &[Xy]) -> [f64; LANES] {
    let mut squared = [f64::INFINITY; LANES];
    for ((squared, a), b) in squared.iter_mut().zip(from).zip(to) {
        let (dx, dy, px, py) = (b.x - a.x, b.y - a.y, p.x - a.x, p.y - a.y);
        // NaN, of a segment of no length, becomes 0.
        let along = smaller(larger((px * dx + py * dy) / (dx * dx + dy * dy), 0.0), 1.0);
        let (x, y) = (px - along * dx, py - along * dy);
        *squared = x * x + y * y;
    }
    squared
}

/// Squared distance of two boxes.
#[inline]
pub fn squared_between(a: &Rect, b: &Rect) -> f64 {
    let dx = larger(0.0, larger(a.xmin - b.xmax, b.xmin - a.xmax));
    let dy = larger(0.0, larger(a.ymin - b.ymax, b.ymin - a.ymax));
    dx * dx + dy * dy
}
