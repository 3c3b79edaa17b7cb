//! A packed tree of boxes over segments in path order: what follows on a path is near, so nothing needs sorting.

use std::ops::{ControlFlow, Range};

use super::nearest::Nearest;
use super::segment::{boxed, intersect, larger, on_segment};
use crate::geom::{Rect, Xy};

/// Children of a node.
pub const FANOUT: usize = 8;

/// The boxes of up to `FANOUT` children, ordinate by ordinate, so that all are tested at once. Unused places are NaN,
/// which meets nothing and is near nothing.
#[derive(Debug, Clone, Copy)]
struct Block {
    xmin: [f64; FANOUT],
    ymin: [f64; FANOUT],
    xmax: [f64; FANOUT],
    ymax: [f64; FANOUT],
}

impl Block {
    const EMPTY: Self =
        Self { xmin: [f64::NAN; FANOUT], ymin: [f64::NAN; FANOUT], xmax: [f64::NAN; FANOUT], ymax: [f64::NAN; FANOUT] };

    /// Puts these boxes in its places, from the first on.
    #[inline]
    fn take(&mut self, boxes: impl Iterator<Item = Rect>) {
        for (place, rect) in boxes.enumerate().take(FANOUT) {
            self.xmin[place] = rect.xmin;
            self.ymin[place] = rect.ymin;
            self.xmax[place] = rect.xmax;
            self.ymax[place] = rect.ymax;
        }
    }

    #[inline]
    fn rect(&self, place: usize) -> Rect {
        Rect { xmin: self.xmin[place], ymin: self.ymin[place], xmax: self.xmax[place], ymax: self.ymax[place] }
    }

    /// The box around all; `f64::min` and `f64::max` pass over NaN.
    fn bounds(&self) -> Rect {
        (1..FANOUT).fold(self.rect(0), |all, place| all.union(&self.rect(place)))
    }

    /// Places whose box meets `rect`, as bits.
    #[inline]
    fn meeting(&self, rect: &Rect) -> Places {
        // As bytes, which are computed several at a time.
        let mut meets = [0_u8; FANOUT];
        for (place, meets) in meets.iter_mut().enumerate() {
            *meets = u8::from(
                (self.xmin[place] <= rect.xmax)
                    & (rect.xmin <= self.xmax[place])
                    & (self.ymin[place] <= rect.ymax)
                    & (rect.ymin <= self.ymax[place]),
            );
        }
        Places(packed(&meets))
    }

    /// Squared distances of the boxes from `rect`.
    #[inline]
    fn nearby(&self, rect: &Rect) -> Nearby {
        Nearby(std::array::from_fn(|place| {
            let dx = larger(0.0, larger(self.xmin[place] - rect.xmax, rect.xmin - self.xmax[place]));
            let dy = larger(0.0, larger(self.ymin[place] - rect.ymax, rect.ymin - self.ymax[place]));
            dx * dx + dy * dy
        }))
    }
}

/// Eight bytes of 0 or 1 as eight bits: the product moves each to its place in the highest byte.
#[inline]
pub fn packed(bytes: &[u8; 8]) -> u32 {
    (u64::from_le_bytes(*bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

/// A set of places in a block.
#[derive(Clone, Copy)]
struct Places(u32);

impl Iterator for Places {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let place = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(place)
    }
}

/// Squared distances of the places in a block; NaN where one is unused or done with.
struct Nearby([f64; FANOUT]);

impl Nearby {
    /// Takes out the nearest place, if it can matter to the search.
    #[inline]
    fn next(&mut self, search: &Nearest) -> Option<usize> {
        let (mut nearest, mut least) = (None, f64::INFINITY);
        for (place, squared) in self.0.iter().enumerate() {
            if *squared <= least {
                (nearest, least) = (Some(place), *squared);
            }
        }
        let place = nearest.filter(|_| search.reaches(least) && !search.is_done())?;
        self.0[place] = f64::NAN;
        Some(place)
    }
}

/// A node: its level, 0 of those that hold segments, and its number there.
#[derive(Clone, Copy)]
struct Node {
    level: usize,
    number: usize,
}

impl Node {
    /// The node, or at level 0 the segment, in a place.
    #[inline]
    fn child(self, place: usize) -> Node {
        Node { level: self.level.wrapping_sub(1), number: self.number * FANOUT + place }
    }
}

/// Segments under a tree of boxes.
#[derive(Debug, Default)]
pub struct Tree {
    segments: Vec<[Xy; 2]>,
    /// Level by level, from that of the segments to the root.
    blocks: Vec<Block>,
    /// Where each level begins in `blocks`.
    levels: Vec<usize>,
}

impl Tree {
    /// Over segments of finite coordinates.
    pub fn new(segments: Vec<[Xy; 2]>) -> Self {
        let mut tree = Self::default();
        tree.fill(segments);
        tree
    }

    /// The memory of its segments, to be filled with others and given back to `fill`.
    pub fn recycle(&mut self) -> Vec<[Xy; 2]> {
        let mut segments = std::mem::take(&mut self.segments);
        segments.clear();
        segments
    }

    /// Over these segments from now on.
    pub fn fill(&mut self, segments: Vec<[Xy; 2]>) {
        let Self { blocks, levels, .. } = self;
        blocks.clear();
        levels.clear();
        // Blocks are filled in place: they are too large to be moved for nothing.
        blocks.resize(segments.len().div_ceil(FANOUT), Block::EMPTY);
        let of_segments = blocks.iter_mut().zip(segments.chunks(FANOUT));
        of_segments.for_each(|(block, some)| block.take(some.iter().map(boxed)));
        let mut level = 0..blocks.len();
        while !level.is_empty() {
            levels.push(level.start);
            if level.len() == 1 {
                break;
            }
            blocks.resize(level.end + level.len().div_ceil(FANOUT), Block::EMPTY);
            let (below, above) = blocks.split_at_mut(level.end);
            let of_blocks = above.iter_mut().zip(below[level.start..].chunks(FANOUT));
            of_blocks.for_each(|(block, some)| block.take(some.iter().map(Block::bounds)));
            level = level.end..blocks.len();
        }
        self.segments = segments;
    }

    /// The segments, in the order given.
    pub fn segments(&self) -> &[[Xy; 2]] {
        &self.segments
    }

    /// The box around all; `None` where there is no segment.
    pub fn bounds(&self) -> Option<Rect> {
        self.blocks.last().map(Block::bounds)
    }

    /// Bytes that a tree of so many segments takes.
    pub fn size_of(segments: usize) -> usize {
        segments * (size_of::<[Xy; 2]>() + size_of::<Block>() / (FANOUT - 1))
    }

    /// Bytes held, about.
    pub fn size(&self) -> usize {
        Self::size_of(self.segments.len())
    }

    fn root(&self) -> Option<Node> {
        Some(Node { level: self.levels.len().checked_sub(1)?, number: 0 })
    }

    #[inline]
    fn block(&self, node: Node) -> &Block {
        &self.blocks[self.levels[node.level] + node.number]
    }

    /// Gives `f` the number of each segment whose box meets `rect`, until it breaks.
    pub fn each_meeting(&self, rect: &Rect, mut f: impl FnMut(usize) -> ControlFlow<()>) -> ControlFlow<()> {
        match self.root() {
            Some(root) => self.meeting(root, rect, &mut f),
            None => ControlFlow::Continue(()),
        }
    }

    /// Calls `f` with the number of each segment on which a position lies.
    pub fn each_at(&self, p: Xy, mut f: impl FnMut(usize)) {
        let _ = self.each_meeting(&Rect::at(p), |i| {
            let [a, b] = self.segments[i];
            if on_segment(p, a, b) {
                f(i);
            }
            ControlFlow::Continue(())
        });
    }

    /// Whether a position is the end of a segment.
    pub fn has_end(&self, p: Xy) -> bool {
        let is_end = |i: usize| {
            if self.segments[i].contains(&p) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        self.each_meeting(&Rect::at(p), is_end).is_break()
    }

    /// The same as `each_meeting`, of the segments of a range.
    pub fn each_meeting_among(
        &self,
        range: Range<usize>,
        rect: &Rect,
        mut f: impl FnMut(usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match self.root() {
            Some(root) => self.meeting_among(root, &range, rect, &mut f),
            None => ControlFlow::Continue(()),
        }
    }

    fn meeting_among(
        &self,
        node: Node,
        range: &Range<usize>,
        rect: &Rect,
        f: &mut impl FnMut(usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let under = FANOUT.pow(node.level as u32);
        for place in self.block(node).meeting(rect) {
            let child = node.child(place);
            let first = child.number * under;
            if first < range.end && range.start < first + under {
                if node.level == 0 { f(child.number)? } else { self.meeting_among(child, range, rect, f)? }
            }
        }
        ControlFlow::Continue(())
    }

    fn meeting(&self, node: Node, rect: &Rect, f: &mut impl FnMut(usize) -> ControlFlow<()>) -> ControlFlow<()> {
        for place in self.block(node).meeting(rect) {
            let child = node.child(place);
            if node.level == 0 { f(child.number)? } else { self.meeting(child, rect, f)? }
        }
        ControlFlow::Continue(())
    }

    /// Gives `f` the numbers of each segment here and each of `other` whose boxes meet, until it breaks.
    pub fn each_pair<B>(&self, other: &Tree, mut f: impl FnMut(usize, usize) -> ControlFlow<B>) -> ControlFlow<B> {
        let (Some(root), Some(of_other)) = (self.root(), other.root()) else { return ControlFlow::Continue(()) };
        let (Some(a), Some(b)) = (self.bounds(), other.bounds()) else { return ControlFlow::Continue(()) };
        self.pairs(other, [root, of_other], [&a, &b], &mut f)
    }

    fn pairs<B>(
        &self,
        other: &Tree,
        [node, of_other]: [Node; 2],
        [a, b]: [&Rect; 2],
        f: &mut impl FnMut(usize, usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let (block, block_of_other) = (self.block(node), other.block(of_other));
        if node.level == 0 && of_other.level == 0 {
            for i in block.meeting(b) {
                for j in block_of_other.meeting(&block.rect(i)) {
                    f(node.child(i).number, of_other.child(j).number)?;
                }
            }
        } else if node.level >= of_other.level {
            for place in block.meeting(b) {
                self.pairs(other, [node.child(place), of_other], [&block.rect(place), b], f)?;
            }
        } else {
            for place in block_of_other.meeting(a) {
                self.pairs(other, [node, of_other.child(place)], [a, &block_of_other.rect(place)], f)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether the closed segment `a`-`b` meets one of these.
    pub fn crosses(&self, a: Xy, b: Xy) -> bool {
        let meets = |i: usize| {
            let [c, d] = self.segments()[i];
            if intersect(a, b, c, d) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        self.each_meeting(&boxed(&[a, b]), meets).is_break()
    }

    /// Adds to `search` what of these is nearest to a point.
    pub fn nearest_to_point(&self, p: Xy, search: &mut Nearest) {
        let Some(root) = self.root() else { return };
        let rect = Rect::at(p);
        self.nearest(root, &rect, search, &mut |i, search| search.point(p, &self.segments[i]));
    }

    /// The number of the segment that is nearest to a point.
    pub fn nearest_number(&self, p: Xy) -> Option<usize> {
        let (root, bounds) = (self.root()?, self.bounds()?);
        let rect = Rect::at(p);
        let (mut search, mut nearest) = (Nearest::new(&rect, &bounds, None), None);
        self.nearest(root, &rect, &mut search, &mut |i, search| {
            let before = search.best();
            search.point(p, &self.segments[i]);
            nearest = if search.best() < before { Some(i) } else { nearest };
        });
        nearest
    }

    /// Adds to `search` what of these is nearest to a segment.
    pub fn nearest_to_segment(&self, segment: &[Xy; 2], search: &mut Nearest) {
        let Some(root) = self.root() else { return };
        self.nearest(root, &boxed(segment), search, &mut |i, search| search.segments(segment, &self.segments[i]));
    }

    /// Nearest first, so that little is left to look at afterwards.
    fn nearest(&self, node: Node, rect: &Rect, search: &mut Nearest, add: &mut impl FnMut(usize, &mut Nearest)) {
        let mut nearby = self.block(node).nearby(rect);
        if node.level == 0 {
            for (place, squared) in nearby.0.iter().enumerate() {
                if search.reaches(*squared) {
                    add(node.child(place).number, search);
                }
            }
            return;
        }
        while let Some(place) = nearby.next(search) {
            self.nearest(node.child(place), rect, search, add);
        }
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
