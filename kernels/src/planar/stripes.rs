//! An index of segments by horizontal stripe: a query looks only at the segments that reach its height.

use super::segment::{boxed, on_segment, orientation};
use crate::geom::{Rect, Xy};

/// Where a position lies with respect to an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// Outside.
    Exterior,
    /// On an edge or a vertex.
    Boundary,
    /// Within.
    Interior,
}

/// Segments, and for each stripe the segments that touch it.
#[derive(Debug)]
pub struct Stripes {
    segments: Vec<[Xy; 2]>,
    /// Segment numbers, stripe by stripe.
    members: Vec<u32>,
    /// Where each stripe begins in `members`; one more than there are stripes.
    starts: Vec<u32>,
    bounds: Rect,
    per_unit: f64,
}

/// Listed segments per segment, at most: a tall segment is listed in every stripe that it crosses.
const MAX_REPEAT: usize = 8;

impl Stripes {
    /// Indexes the segments; `None` if there is none.
    pub fn new(segments: Vec<[Xy; 2]>) -> Option<Self> {
        let bounds = segments.iter().flatten().filter_map(|p| Rect::of_point(*p)).reduce(|a, b| a.union(&b))?;
        let height = bounds.ymax - bounds.ymin;
        let tall = height > 0.0 && height.is_finite();
        let mut count = if tall { segments.len().next_power_of_two().min(1 << 16) } else { 1 };
        // Each segment is listed once, and once more for each stripe that it rises through.
        let risen: f64 = segments.iter().map(|[a, b]| (b.y - a.y).abs()).sum();
        let room = (segments.len() * (MAX_REPEAT - 1)) as f64;
        while count > 1 && risen / height * count as f64 > room {
            count /= 2;
        }
        loop {
            let per_unit = if tall { count as f64 / height } else { 0.0 };
            let mut index =
                Self { segments: Vec::new(), members: Vec::new(), starts: vec![0; count + 1], bounds, per_unit };
            let mut total = 0_usize;
            for segment in &segments {
                let (low, high) = index.span(segment, count);
                total += high - low + 1;
                (low..=high).for_each(|stripe| index.starts[stripe + 1] += 1);
                if total > segments.len() * MAX_REPEAT {
                    break;
                }
            }
            if total > segments.len() * MAX_REPEAT && count > 1 {
                count /= 2;
                continue;
            }
            (0..count).for_each(|stripe| index.starts[stripe + 1] += index.starts[stripe]);
            index.members = vec![0; total];
            let mut next = index.starts.clone();
            for (i, segment) in segments.iter().enumerate() {
                let (low, high) = index.span(segment, count);
                for cursor in &mut next[low..=high] {
                    index.members[*cursor as usize] = i as u32;
                    *cursor += 1;
                }
            }
            index.segments = segments;
            return Some(index);
        }
    }

    /// The stripe of a height. It never decreases with `y`, so a segment's stripes are all those between its ends'.
    #[inline]
    fn stripe(&self, y: f64, count: usize) -> usize {
        (((y - self.bounds.ymin) * self.per_unit) as usize).min(count - 1)
    }

    fn span(&self, [a, b]: &[Xy; 2], count: usize) -> (usize, usize) {
        (self.stripe(a.y.min(b.y), count), self.stripe(a.y.max(b.y), count))
    }

    #[inline]
    fn members(&self, stripe: usize) -> impl Iterator<Item = &[Xy; 2]> {
        let range = self.starts[stripe] as usize..self.starts[stripe + 1] as usize;
        self.members[range].iter().map(|i| &self.segments[*i as usize])
    }

    /// All segments.
    pub fn segments(&self) -> &[[Xy; 2]] {
        &self.segments
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.segments.capacity() * size_of::<[Xy; 2]>() + (self.members.capacity() + self.starts.capacity()) * 4
    }

    /// Where `p` lies, the segments being the closed rings of one polygon or multipolygon.
    #[inline]
    pub fn locate(&self, p: Xy) -> Location {
        if !self.bounds.covers_position(p) {
            return Location::Exterior;
        }
        let mut crossings = Crossings::new(p);
        for [a, b] in self.members(self.stripe(p.y, self.starts.len() - 1)) {
            if crossings.add(*a, *b) {
                return Location::Boundary;
            }
        }
        crossings.location()
    }

    /// Whether `p` lies on a segment.
    pub fn touches(&self, p: Xy) -> bool {
        self.bounds.covers_position(p)
            && self.members(self.stripe(p.y, self.starts.len() - 1)).any(|[a, b]| on_segment(p, *a, *b))
    }

    /// Calls `f` once with the numbers of any two segments whose boxes meet.
    pub fn each_pair(&self, mut f: impl FnMut(usize, usize)) {
        let count = self.starts.len() - 1;
        let mut sorted: Vec<(Rect, u32)> = Vec::new();
        for stripe in 0..count {
            let members = &self.members[self.starts[stripe] as usize..self.starts[stripe + 1] as usize];
            sorted.clear();
            sorted.extend(members.iter().map(|i| (boxed(&self.segments[*i as usize]), *i)));
            sorted.sort_unstable_by(|(a, _), (b, _)| a.xmin.total_cmp(&b.xmin));
            for (nth, (one, i)) in sorted.iter().enumerate() {
                let near = sorted[nth + 1..].iter().take_while(|(other, _)| other.xmin <= one.xmax);
                for (other, j) in near.filter(|(other, _)| other.intersects(one)) {
                    // Two that share several stripes are met in the lowest of them.
                    if stripe == self.stripe(one.ymin.max(other.ymin), count) {
                        f(*i as usize, *j as usize);
                    }
                }
            }
        }
    }
}

/// Counts how often the ray from a position to positive x crosses the edges of closed rings.
pub struct Crossings {
    p: Xy,
    odd: bool,
}

impl Crossings {
    pub fn new(p: Xy) -> Self {
        Self { p, odd: false }
    }

    /// Adds an edge; true if the position lies on it, which decides the matter.
    #[inline]
    pub fn add(&mut self, a: Xy, b: Xy) -> bool {
        let p = self.p;
        let (above_a, above_b) = (a.y > p.y, b.y > p.y);
        if above_a == above_b {
            // It does not cross the height of `p` upwards or downwards; it may end at it, or lie along it.
            if above_a || (a.y < p.y && b.y < p.y) {
                return false;
            }
            return on_segment(p, a, b);
        }
        if a.x < p.x && b.x < p.x {
            return false;
        }
        if a.x > p.x && b.x > p.x {
            self.odd = !self.odd;
            return false;
        }
        let side = orientation(a, b, p);
        if side == 0.0 {
            return true;
        }
        // Left of an upward edge, or right of a downward one: the ray meets it.
        if (side > 0.0) == above_b {
            self.odd = !self.odd;
        }
        false
    }

    pub fn location(&self) -> Location {
        if self.odd { Location::Interior } else { Location::Exterior }
    }
}

#[cfg(test)]
#[path = "stripes_tests.rs"]
mod tests;
