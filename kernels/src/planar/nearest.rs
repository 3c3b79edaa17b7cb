//! The search for the smallest distance: what has been found, and how far away something can still undercut it.

use super::segment::{intersect, point_segment};
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

/// Squares of differences of coordinates up to here are finite.
const MAX_EXTENT: f64 = 1e150;

/// Squares of distances from here on are normal numbers.
const MIN_DISTANCE: f64 = 1e-140;

/// Relative error of a distance in terms of the extent of what it is between, with room to spare.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

impl Nearest {
    /// A search in two boxes. With `within`, only for whether the distance is at most that: nothing further away is
    /// found, and the first that is not ends the search.
    pub fn new(a: &Rect, b: &Rect, within: Option<f64>) -> Self {
        let all = a.union(b);
        let extent = (all.xmax - all.xmin).max(all.ymax - all.ymin);
        let mut search = Self { best: f64::INFINITY, enough: within.unwrap_or(0.0), extent, reach: f64::INFINITY };
        if let Some(within) = within {
            search.reach = search.reach_of(within);
        }
        search
    }

    fn reach_of(&self, distance: f64) -> f64 {
        // Of larger extents, a square could be infinite where the distance is not.
        let sure = if self.extent <= MAX_EXTENT { distance } else { f64::INFINITY };
        let far = sure + (self.extent + sure) * ROUNDING + MIN_DISTANCE;
        far * far
    }

    /// The smallest distance found; infinite where there is none.
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
            self.reach = self.reach.min(self.reach_of(distance));
        }
    }

    /// Adds a point and a segment; one of no length is a point, too.
    #[inline]
    pub fn point(&mut self, p: Xy, [a, b]: &[Xy; 2]) {
        // The distance to the rounded foot point costs half as much, and is enough to leave most out.
        let (dx, dy, px, py) = (b.x - a.x, b.y - a.y, p.x - a.x, p.y - a.y);
        let along = smaller(1.0, larger(0.0, (px * dx + py * dy) / (dx * dx + dy * dy)));
        let (ex, ey) = (px - along * dx, py - along * dy);
        // NaN where the squares are no numbers.
        let beyond = ex * ex + ey * ey > self.reach;
        if !beyond {
            self.add(point_segment(p, *a, *b));
        }
    }

    /// Adds two segments.
    #[inline]
    pub fn segments(&mut self, one @ [a, b]: &[Xy; 2], two @ [c, d]: &[Xy; 2]) {
        if intersect(*a, *b, *c, *d) {
            return self.add(0.0);
        }
        // They do not meet, so an end of one is nearest to the other.
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

/// Unlike `f64::max`, one instruction; where an argument is NaN, the second is taken.
#[inline]
pub fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// Unlike `f64::min`, one instruction; where an argument is NaN, the second is taken.
#[inline]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}
