//! Whether two areas touch, told without taking them apart: only edges that reach into both boxes are looked at. Where
//! neighbours share a chain of edges, comparing positions is enough for each vertex of it.

use std::ops::ControlFlow;

use smallvec::SmallVec;

use super::node::{Edge, Ray, sorted, walk};
use super::operand::positive;
use crate::geom::{Coords, Geom, Part, Rect, Xy};
use crate::planar::segment::{Contact, contact, lexicographic, on_segment, turns_left};
use crate::planar::stripes::Location::Interior;
use crate::planar::tree::Tree;
use crate::planar::{locate, orientation};

/// So many rings are located by looking at all edges of the other area.
const FEW_STARTS: usize = 8;

/// So many nodes are not remembered.
const MANY_NODES: usize = 1 << 16;

/// Tells whether areas touch, one pair after the other, in the same memory.
#[derive(Debug, Default)]
pub struct Touching {
    sides: [Edges; 2],
    /// The ends of what edges of both sides share.
    nodes: Vec<Xy>,
}

/// Edges of an area that reach into a box, in order.
#[derive(Debug, Default)]
struct Edges {
    tree: Tree,
    /// Whether the area lies left of each.
    left: Vec<bool>,
}

/// Breaks with the answer, or with `None` where it cannot be told here.
type Answer = ControlFlow<Option<bool>>;

impl Touching {
    /// Whether two geometries in these boxes, every coordinate of both being finite, touch; `None` where they have to be
    /// related for that.
    pub fn touch(&mut self, areas: [&Geom; 2], [of_a, of_b]: [&Rect; 2]) -> Option<bool> {
        if !areas.iter().all(|area| area.is_area()) {
            return None;
        }
        match self.decide(areas, &of_a.intersection(of_b)?) {
            ControlFlow::Continue(()) => Some(!self.nodes.is_empty()),
            ControlFlow::Break(answer) => answer,
        }
    }

    /// Goes on if interiors share nothing.
    fn decide(&mut self, [a, b]: [&Geom; 2], both: &Rect) -> Answer {
        self.sides[0].assign(a, both)?;
        self.sides[1].assign(b, both)?;
        self.meet()?;
        // Rings that meet no edge lie in the other area, or outside, as a whole.
        begin_outside(a, b, both)?;
        begin_outside(b, a, both)?;
        let [one, two] = &self.sides;
        match self.nodes.iter().any(|node| interiors_meet([one, two], *node)) {
            true => ControlFlow::Break(Some(false)),
            false => ControlFlow::Continue(()),
        }
    }

    /// Collects the nodes. Where edges cross in a position inside of both, interiors meet.
    fn meet(&mut self) -> Answer {
        let Self { sides: [one, two], nodes } = self;
        nodes.clear();
        one.tree.each_pair(&two.tree, |i, j| {
            let ([a, b], [c, d]) = (one.tree.segments()[i], two.tree.segments()[j]);
            // What follows on a path meets in the same nodes.
            let mut add = |node| {
                if !nodes[nodes.len().saturating_sub(4)..].contains(&node) {
                    nodes.push(node);
                }
            };
            match contact(a, b, c, d) {
                Contact::None => {}
                Contact::Touch(p) => add(p),
                Contact::Overlap(from, to) => {
                    // Both areas on one side of a common edge: this node is likely to settle it.
                    let same_way = lexicographic(&a, &b) == lexicographic(&c, &d);
                    if (one.left[i] == two.left[j]) == same_way && interiors_meet([one, two], from) {
                        return ControlFlow::Break(Some(false));
                    }
                    add(from);
                    add(to);
                }
                Contact::Cross(p) => {
                    // In the very place of a vertex, they are not all that meets there.
                    let through = on_segment(p, a, b) && on_segment(p, c, d);
                    if !(through && (one.tree.has_end(p) || two.tree.has_end(p))) {
                        return ControlFlow::Break(Some(false));
                    }
                }
            }
            if nodes.len() < MANY_NODES { ControlFlow::Continue(()) } else { ControlFlow::Break(None) }
        })?;
        nodes.sort_unstable_by(lexicographic);
        nodes.dedup();
        ControlFlow::Continue(())
    }
}

/// Whether the interiors of both areas meet around a node.
fn interiors_meet(sides: [&Edges; 2], node: Xy) -> bool {
    if let [Some(one), Some(two)] = sides.map(|side| side.corner(node))
        && let Some(apart) = one.is_apart(&two, node)
    {
        return !apart;
    }
    let mut rays: SmallVec<[Ray; 8]> = SmallVec::new();
    for (side, edges) in sides.into_iter().enumerate() {
        edges.each_leaving(node, |towards, follows| {
            rays.push(Ray { from: node, towards, side, edge: Edge::Ring { area: 0, follows } });
        });
    }
    let mut meet = false;
    walk(&sorted(rays.into_iter()), [false; 2], |a, b, _| meet |= a == Interior && b == Interior);
    meet
}

fn each_ring(area: &Geom, mut f: impl FnMut(&Coords, bool)) {
    area.each_part(&mut |part| {
        if let Part::Area(rings) = part {
            rings.iter().enumerate().for_each(|(i, ring)| f(ring, i > 0));
        }
    });
}

/// Goes on if no ring of an area begins in the interior of another.
fn begin_outside(area: &Geom, other: &Geom, both: &Rect) -> Answer {
    let mut starts: SmallVec<[Xy; FEW_STARTS]> = SmallVec::new();
    each_ring(area, |ring, _| starts.extend(ring.first().filter(|start| both.covers_position(*start))));
    if starts.len() > FEW_STARTS {
        return ControlFlow::Break(None);
    }
    match starts.iter().any(|start| locate(other, *start) == Interior) {
        true => ControlFlow::Break(Some(false)),
        false => ControlFlow::Continue(()),
    }
}

impl Edges {
    /// Takes the edges of an area that reach into a box; a ring there that is only a point is not for here.
    fn assign(&mut self, area: &Geom, rect: &Rect) -> Answer {
        let (mut edges, mut is_point) = (self.tree.recycle(), false);
        self.left.clear();
        each_ring(area, |ring, hole| {
            let (first, mut seen) = (edges.len(), false);
            ring.each_segment_meeting(rect, |a, b| {
                seen = true;
                if a != b {
                    edges.push([positive(a), positive(b)]);
                }
            });
            is_point |= seen && edges.len() == first;
            if edges.len() > first {
                self.left.resize(edges.len(), turns_left(ring) != hole);
            }
        });
        self.tree.fill(edges);
        if is_point { ControlFlow::Break(None) } else { ControlFlow::Continue(()) }
    }

    /// Calls `f` with a position in each direction that an edge leaves a node, and whether the area follows
    /// counterclockwise.
    #[inline]
    fn each_leaving(&self, node: Xy, mut f: impl FnMut(Xy, bool)) {
        self.tree.each_at(node, |edge| {
            let ([a, b], left) = (self.tree.segments()[edge], self.left[edge]);
            for (towards, follows) in [(b, left), (a, !left)] {
                if towards != node {
                    f(towards, follows);
                }
            }
        });
    }

    /// The corner at a node; `None` if the boundary passes there more than once.
    fn corner(&self, node: Xy) -> Option<Corner> {
        let (mut first, mut last, mut once) = (None, None, true);
        self.each_leaving(node, |towards, follows| {
            let end = if follows { &mut first } else { &mut last };
            once &= end.replace(towards).is_none();
        });
        Some(Corner { first: first.filter(|_| once)?, last: last? })
    }
}

/// Where the boundary of an area passes through a node once: positions in both directions, the area lying
/// counterclockwise next to the first and clockwise next to the second.
struct Corner {
    first: Xy,
    last: Xy,
}

impl Corner {
    /// Whether two areas with an edge in common lie on different sides of it all around a node; `None` if that takes
    /// more than a few orientations to see.
    fn is_apart(&self, other: &Self, node: Xy) -> Option<bool> {
        // Counterclockwise, the one ends where the other begins.
        let (shared, begin, end) = if self.last == other.first {
            (self.last, other.last, self.first)
        } else if other.last == self.first {
            (other.last, self.last, other.first)
        } else {
            return None;
        };
        let whole = orientation(node, shared, end);
        if whole == 0.0 && !on_segment(node, shared, end) {
            return None;
        }
        if begin == end {
            return Some(true);
        }
        // Counterclockwise from the shared edge, one area has to end before the other begins.
        let turn = |p, q| Some(orientation(node, p, q)).filter(|turn| *turn != 0.0).map(|turn| turn > 0.0);
        let (to, from) = (turn(shared, begin)?, turn(begin, end)?);
        Some(if whole > 0.0 { to && from } else { to || from })
    }
}

#[cfg(test)]
#[path = "touching_tests.rs"]
mod tests;
