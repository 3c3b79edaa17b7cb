//! A packed tree over the boxes of a column, in the order of a Hilbert curve through their centres.
//!
//! Boxes are kept as 32-bit floats, rounded outwards: half the memory and twice as many in a register; what meets them
//! is looked at exactly anyway.

use std::ops::ControlFlow;

use crate::geom::Rect;
use crate::planar::segment::larger;
use crate::planar::tree::packed;

/// Children of a node.
pub(super) const FANOUT: usize = 16;

/// A box rounded outwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outline {
    xmin: f32,
    ymin: f32,
    xmax: f32,
    ymax: f32,
}

#[inline]
fn down(v: f64) -> f32 {
    let rounded = v as f32;
    if f64::from(rounded) > v { rounded.next_down() } else { rounded }
}

#[inline]
fn up(v: f64) -> f32 {
    let rounded = v as f32;
    if f64::from(rounded) < v { rounded.next_up() } else { rounded }
}

impl Outline {
    #[inline]
    pub(super) fn of(rect: &Rect) -> Self {
        Self { xmin: down(rect.xmin), ymin: down(rect.ymin), xmax: up(rect.xmax), ymax: up(rect.ymax) }
    }
}

/// The boxes of up to `FANOUT` children, ordinate by ordinate, so that all are tested at once. Unused places are NaN,
/// which meets nothing.
#[derive(Debug, Clone, Copy)]
struct Block {
    xmin: [f32; FANOUT],
    ymin: [f32; FANOUT],
    xmax: [f32; FANOUT],
    ymax: [f32; FANOUT],
}

impl Block {
    const EMPTY: Self =
        Self { xmin: [f32::NAN; FANOUT], ymin: [f32::NAN; FANOUT], xmax: [f32::NAN; FANOUT], ymax: [f32::NAN; FANOUT] };

    fn of(boxes: impl Iterator<Item = Outline>) -> Self {
        let mut block = Self::EMPTY;
        for (place, outline) in boxes.enumerate().take(FANOUT) {
            block.xmin[place] = outline.xmin;
            block.ymin[place] = outline.ymin;
            block.xmax[place] = outline.xmax;
            block.ymax[place] = outline.ymax;
        }
        block
    }

    /// The box around all: `f32::min` and `f32::max` pass over NaN.
    fn around(&self) -> Outline {
        Outline {
            xmin: self.xmin.into_iter().fold(f32::NAN, f32::min),
            ymin: self.ymin.into_iter().fold(f32::NAN, f32::min),
            xmax: self.xmax.into_iter().fold(f32::NAN, f32::max),
            ymax: self.ymax.into_iter().fold(f32::NAN, f32::max),
        }
    }

    /// Places whose box meets `outline`, one bit each.
    #[inline(always)]
    fn meeting(&self, outline: &Outline) -> u32 {
        let mut meets = [0_u8; FANOUT];
        for (place, meets) in meets.iter_mut().enumerate() {
            *meets = u8::from(
                (self.xmin[place] <= outline.xmax)
                    & (outline.xmin <= self.xmax[place])
                    & (self.ymin[place] <= outline.ymax)
                    & (outline.ymin <= self.ymax[place]),
            );
        }
        meets.as_chunks::<8>().0.iter().rev().fold(0, |bits, bytes| bits << 8 | packed(bytes))
    }

    /// A lower bound of the squared distance between `outline` and the box in each place; NaN where there is none.
    #[inline]
    fn squared_distances(&self, outline: &Outline) -> [f64; FANOUT] {
        std::array::from_fn(|place| {
            // Of NaN no comparison holds, and it stays.
            let gap = |min: f32, max: f32, from: f32, to: f32| {
                larger(0.0, larger(f64::from(min) - f64::from(to), f64::from(from) - f64::from(max)))
            };
            let dx = gap(self.xmin[place], self.xmax[place], outline.xmin, outline.xmax);
            let dy = gap(self.ymin[place], self.ymax[place], outline.ymin, outline.ymax);
            dx * dx + dy * dy
        })
    }
}

/// A node of the tree, or an entry of it where `level` is that below the leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    /// 0 for entries, 1 for the nodes above them, and so on.
    pub(super) level: u32,
    /// Number within the level.
    pub(super) number: u32,
}

/// Boxes under a tree.
#[derive(Debug, Default)]
pub(super) struct Boxes {
    /// Which row each entry is the box of.
    rows: Vec<u32>,
    /// Level by level, from that above the entries to the root.
    blocks: Vec<Block>,
    /// Where each level begins in `blocks`.
    levels: Vec<usize>,
}

impl Boxes {
    /// Over the boxes of some rows, which have finite coordinates.
    pub(super) fn new(rows: Vec<u32>, rect: impl Fn(u32) -> Rect) -> Self {
        let Some(bounds) = rows.iter().map(|row| rect(*row)).reduce(|a, b| a.union(&b)) else {
            return Self::default();
        };
        let key = |(i, row): (usize, &u32)| u64::from(hilbert(&rect(*row), &bounds)) << 32 | i as u64;
        let mut order: Vec<u64> = rows.iter().enumerate().map(key).collect();
        sort_by_upper_half(&mut order);
        let rows: Vec<u32> = order.into_iter().map(|key| rows[key as u32 as usize]).collect();
        let mut blocks = Vec::with_capacity(Self::blocks_of(rows.len()));
        blocks.extend(rows.chunks(FANOUT).map(|some| Block::of(some.iter().map(|row| Outline::of(&rect(*row))))));
        let mut levels = vec![0];
        let mut from = 0;
        while blocks.len() - from > 1 {
            let below = from..blocks.len();
            from = blocks.len();
            levels.push(from);
            for start in below.clone().step_by(FANOUT) {
                let some = &blocks[start..below.end.min(start + FANOUT)];
                let block = Block::of(some.iter().map(Block::around));
                blocks.push(block);
            }
        }
        Self { rows, blocks, levels }
    }

    /// Nodes over so many boxes, at most: each level rounds up, and there are less than eight.
    fn blocks_of(boxes: usize) -> usize {
        boxes / (FANOUT - 1) + 8
    }

    /// Bytes that the tree over so many boxes takes.
    pub(super) fn size_of(boxes: usize) -> usize {
        boxes * size_of::<u32>() + Self::blocks_of(boxes) * size_of::<Block>()
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.rows.capacity() * 4 + self.blocks.capacity() * size_of::<Block>() + self.levels.capacity() * 8
    }

    /// The root; `None` if there is no box.
    pub(super) fn root(&self) -> Option<Node> {
        (!self.blocks.is_empty()).then_some(Node { level: self.levels.len() as u32, number: 0 })
    }

    /// The rows that have a box, those near each other side by side.
    pub(super) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The row of an entry.
    #[inline]
    pub(super) fn row(&self, entry: u32) -> u32 {
        self.rows[entry as usize]
    }

    #[inline]
    fn block(&self, node: Node) -> &Block {
        &self.blocks[self.levels[node.level as usize - 1] + node.number as usize]
    }

    /// Calls `f` with the row of each box that meets `outline`. `stack` is scratch memory.
    #[inline]
    pub(super) fn each_meeting(&self, outline: &Outline, stack: &mut Vec<Node>, mut f: impl FnMut(u32)) {
        stack.clear();
        stack.extend(self.root());
        while let Some(node) = stack.pop() {
            let mut bits = self.block(node).meeting(outline);
            while bits != 0 {
                let number = node.number * FANOUT as u32 + bits.trailing_zeros();
                bits &= bits - 1;
                if node.level == 1 {
                    f(self.row(number));
                } else {
                    stack.push(Node { level: node.level - 1, number });
                }
            }
        }
    }

    /// Calls `f` with the row of each box of which `reaches` a lower bound of the squared distance from `outline`, until
    /// it breaks.
    pub(super) fn each_near(
        &self,
        outline: &Outline,
        reaches: impl Fn(f64) -> bool,
        mut f: impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut stack: Vec<Node> = self.root().into_iter().collect();
        while let Some(node) = stack.pop() {
            let mut flow = ControlFlow::Continue(());
            self.each_child(node, outline, |child, squared| {
                if flow.is_break() || !reaches(squared) {
                } else if child.level == 0 {
                    flow = f(self.row(child.number));
                } else {
                    stack.push(child);
                }
            });
            flow?;
        }
        ControlFlow::Continue(())
    }

    /// Calls `f` with each child of a node, and a lower bound of its squared distance from `outline`.
    #[inline]
    pub(super) fn each_child(&self, node: Node, outline: &Outline, mut f: impl FnMut(Node, f64)) {
        let distances = self.block(node).squared_distances(outline);
        for (place, squared) in distances.into_iter().enumerate().filter(|(_, squared)| !squared.is_nan()) {
            f(Node { level: node.level - 1, number: node.number * FANOUT as u32 + place as u32 }, squared);
        }
    }
}

/// Where the centre of a box lies on a Hilbert curve through 65,536 x 65,536 cells.
fn hilbert(rect: &Rect, bounds: &Rect) -> u32 {
    let cell = |min: f64, max: f64, from: f64, to: f64| {
        // In halves, so that no sum overflows; the cast maps NaN, of a box without width, to 0.
        let along = ((min * 0.5 - from * 0.5) + (max * 0.5 - from * 0.5)) / (to - from);
        (along * 65_535.0) as u32
    };
    let x = cell(rect.xmin, rect.xmax, bounds.xmin, bounds.xmax).min(65_535);
    let y = cell(rect.ymin, rect.ymax, bounds.ymin, bounds.ymax).min(65_535);
    let (mut along, mut turned) = (0, 0);
    for bits in [12, 8, 4, 0] {
        let step = STEPS[turned as usize][((x >> bits & 15) << 4 | y >> bits & 15) as usize];
        along = along << 8 | u32::from(step.0);
        turned = step.1;
    }
    along
}

/// How the curve goes on within a cell: both axes turned round (1), and swapped (2).
type Turned = u8;

/// For each way that the curve may be turned: four bits of x and four of y as eight bits along it, and how it is turned
/// from there on.
const STEPS: [[(u8, Turned); 256]; 4] = {
    let mut steps = [[(0, 0); 256]; 4];
    let mut i = 0;
    while i < 4 * 256 {
        let (mut turned, cell) = (i / 256, i % 256);
        let (mut along, mut bit) = (0, 4);
        while bit > 0 {
            bit -= 1;
            let (x, y) = (cell >> (4 + bit) & 1, cell >> bit & 1);
            let (x, y) = if turned & 2 == 0 { (x, y) } else { (y, x) };
            let (right, top) = (x ^ turned & 1, y ^ turned & 1);
            along = along << 2 | ((3 * right) ^ top);
            if top == 0 {
                turned ^= 2 | right;
            }
        }
        steps[i / 256][cell] = (along as u8, turned as Turned);
        i += 1;
    }
    steps
};

/// Sorts numbers, whose lower halves ascend, by their upper halves.
fn sort_by_upper_half(keys: &mut Vec<u64>) {
    // Eleven bits at a time; for few numbers counting is not worth it.
    const BITS: u32 = 11;
    if keys.len() < 1 << (BITS + 1) {
        return keys.sort_unstable();
    }
    let mut sorted = vec![0; keys.len()];
    for shift in [32, 32 + BITS, 32 + 2 * BITS] {
        let digit = |key: u64| (key >> shift) as usize & ((1 << BITS) - 1);
        let mut starts = [0_usize; 1 << BITS];
        keys.iter().for_each(|key| starts[digit(*key)] += 1);
        let mut from = 0;
        for start in &mut starts {
            from += std::mem::replace(start, from);
        }
        for key in keys.iter() {
            let start = &mut starts[digit(*key)];
            sorted[*start] = *key;
            *start += 1;
        }
        std::mem::swap(keys, &mut sorted);
    }
}

#[cfg(test)]
#[path = "boxes_tests.rs"]
mod tests;
