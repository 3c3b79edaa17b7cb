//! How two geometries lie to each other: their DE-9IM matrix, or as much of it as a question needs.
//!
//! The idea is that of JTS' RelateNG: no overlay is built. Everything two geometries can have in common shows in the
//! neighbourhood of some position: of a point, of the end of a line, of a position where edges meet (a node), or of any
//! position of a path that meets no other. Each neighbourhood is decided exactly, from the coordinates as stored: where
//! edges cross in a position that no coordinates can name, their directions tell all there is to know. The answer is
//! given as soon as what is known settles it.

mod contacts;
mod matrix;
mod node;
mod operand;
mod touching;

use std::ops::ControlFlow;

use contacts::{Crossing, each_contact};
pub use matrix::{Matrix, Pattern, Whole};
use node::{Edge, Ray, Rays, inserted, sorted, walk};
use operand::Kind;
pub use operand::Operand;
use smallvec::SmallVec;
pub use touching::Touching;

use crate::geom::Xy;
use crate::planar::segment::{Contact, divides, lexicographic, on_segment, precise_crossing};
use crate::planar::stripes::Location;
use crate::planar::twofold::Precise;

/// What is asked about two geometries.
pub trait Question {
    /// The answer.
    type Answer;
    /// The answer, where a matrix whose dimensions may still grow settles it.
    fn settled(&self, matrix: &Matrix) -> Option<Self::Answer>;
    /// The answer of a complete matrix.
    fn answer(&self, matrix: &Matrix) -> Self::Answer;
}

/// Memory that is used again from pair to pair.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Exact positions where edges meet.
    nodes: Vec<Xy>,
    crossings: Vec<Crossing>,
}

/// So many nodes are looked through for those that are known: where a thousand segments meet in one position, each pair
/// of them tells of it.
const MANY_NODES: usize = 1 << 16;

impl Scratch {
    fn sort_nodes(&mut self) {
        self.nodes.sort_unstable_by(lexicographic);
        self.nodes.dedup();
    }
}

/// Relates two geometries.
pub fn relate<Q: Question>(sides: [&Operand; 2], question: &Q, scratch: &mut Scratch) -> Q::Answer {
    let mut relation = Relation { sides, question, matrix: Matrix::UNKNOWN, answer: None, scratch };
    let _ = relation.run();
    let Relation { matrix, answer, .. } = relation;
    answer.unwrap_or_else(|| question.answer(&matrix))
}

struct Relation<'r, Q: Question> {
    sides: [&'r Operand; 2],
    question: &'r Q,
    matrix: Matrix,
    answer: Option<Q::Answer>,
    scratch: &'r mut Scratch,
}

use Location::{Boundary, Exterior, Interior};

/// Goes on, or stops because the question is answered.
type Step = ControlFlow<()>;

impl<Q: Question> Relation<'_, Q> {
    fn run(&mut self) -> Step {
        self.scratch.nodes.clear();
        self.scratch.crossings.clear();
        self.by_dimension()?;
        for side in [0, 1] {
            self.points(side)?;
            self.paths(side)?;
        }
        self.contacts()?;
        self.nodes()
    }

    /// Takes note of a fact about the two sides, given in the order `side`, other side.
    fn note(&mut self, side: usize, own: Location, other: Location, dimension: i8) -> Step {
        let (a, b) = if side == 0 { (own, other) } else { (other, own) };
        if self.matrix.get(a, b) < dimension {
            self.matrix.raise(a, b, dimension);
            self.answer = self.question.settled(&self.matrix);
        }
        if self.answer.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// What follows from the dimensions: nothing of a lower dimension covers something of a higher.
    fn by_dimension(&mut self) -> Step {
        let dimensions = self.sides.map(|operand| operand.dimension());
        for side in [0, 1] {
            let (own, other) = (dimensions[side], dimensions[1 - side]);
            match own {
                Some(2) if other < own => {
                    self.note(side, Interior, Exterior, 2)?;
                    // A line may cover the boundary.
                    if other != Some(1) {
                        self.note(side, Boundary, Exterior, 1)?;
                    }
                }
                Some(1) if other < own => self.note(side, Interior, Exterior, 1)?,
                _ => {}
            }
        }
        Step::Continue(())
    }

    /// Where points and the ends of lines lie.
    fn points(&mut self, side: usize) -> Step {
        let (own, other) = (self.sides[side], self.sides[1 - side]);
        for p in &own.points {
            let place = if own.paths.is_empty() { Interior } else { own.locate(*p) };
            self.note(side, place, other.locate(*p), 0)?;
        }
        for p in own.odd_ends() {
            let place = if own.needs_own_nodes() { own.locate(p) } else { Boundary };
            self.note(side, place, other.locate(p), 0)?;
        }
        Step::Continue(())
    }

    /// Where each path begins. Unless that is on an edge, all of it lies there up to where it meets one; what it does
    /// there, the nodes tell.
    fn paths(&mut self, side: usize) -> Step {
        let (own, other) = (self.sides[side], self.sides[1 - side]);
        for path in &own.paths {
            let start = own.start(path);
            let place = other.locate_in_areas(start, |_| false);
            if place == Boundary || (place == Exterior && other.is_on_line(start)) {
                continue;
            }
            let leave_out = |area| matches!(path.kind, Kind::Ring { area: of, .. } if of == area);
            match (if own.needs_own_nodes() { own.locate_in_areas(start, leave_out) } else { Exterior }, path.kind) {
                (Boundary, _) => {}
                (Interior, _) => self.note(side, Interior, place, 2)?,
                (Exterior, Kind::Line) => self.note(side, Interior, place, 1)?,
                (Exterior, Kind::Ring { .. }) => {
                    self.note(side, Boundary, place, 1)?;
                    self.note(side, Interior, place, 2)?;
                    self.note(side, Exterior, place, 2)?;
                }
            }
        }
        Step::Continue(())
    }

    /// Looks for every position where edges meet, and decides those where two cross and nothing else happens.
    fn contacts(&mut self) -> Step {
        let sides = self.sides;
        let lines = sides.iter().all(|side| side.dimension() == Some(1));
        let mut enough = MANY_NODES;
        each_contact(sides, |crossing @ (segments, p), contact| {
            match contact {
                Contact::None => {}
                Contact::Touch(node) => self.scratch.nodes.push(node),
                Contact::Overlap(from, to) => self.scratch.nodes.extend([from, to]),
                Contact::Cross(_) if lines && self.knows_crossing_lines() => {}
                // Something else may lie exactly there: that is told when all meetings are known.
                Contact::Cross(_) if sides.iter().any(|side| side.needs_own_nodes() || side.has_vertex(p)) => {
                    self.scratch.crossings.push(crossing);
                }
                Contact::Cross(_) => return self.crossing(p, &segments),
            }
            if self.scratch.nodes.len() >= enough {
                self.scratch.sort_nodes();
                enough = MANY_NODES.max(2 * self.scratch.nodes.len());
            }
            Step::Continue(())
        })?;
        self.scratch.sort_nodes();
        self.crossings()
    }

    /// Whether another crossing of two lines has nothing to tell: what runs along them through it is met at its ends.
    fn knows_crossing_lines(&self) -> bool {
        let known = |a, b, dimension| self.matrix.get(a, b) >= dimension;
        known(Interior, Interior, 0) && known(Interior, Exterior, 1) && known(Exterior, Interior, 1)
    }

    /// Decides the crossings that were put off: those of the same position together, or with the node that is there.
    fn crossings(&mut self) -> Step {
        let mut crossings = std::mem::take(&mut self.scratch.crossings);
        crossings.sort_unstable_by(|(_, p), (_, q)| lexicographic(p, q));
        // Only in a collection does it matter what else crosses in the same position.
        let together = self.sides.iter().any(|side| side.needs_own_nodes());
        for group in crossings.chunk_by_mut(|(_, p), (_, q)| together && p == q) {
            self.crossings_near(group)?;
        }
        self.scratch.crossings = crossings;
        Step::Continue(())
    }

    /// Decides crossings that rounded are in one position. Few of them are not in one.
    fn crossings_near(&mut self, mut group: &mut [Crossing]) -> Step {
        while let Some((first, p)) = group.first().copied() {
            let here = self.precise(&first);
            let size = first.iter().flat_map(|(side, segment)| self.sides[*side].tree.segments()[*segment]);
            let size = size.fold(0.0, |size: f64, end| size.max(end.x.abs()).max(end.y.abs()));
            let mut together = 1;
            for i in 1..group.len() {
                let [x, y] = self.precise(&group[i].0);
                if (x - here[0]).is_positive(size).is_none() && (y - here[1]).is_positive(size).is_none() {
                    group.swap(together, i);
                    together += 1;
                }
            }
            let (same, rest) = group.split_at_mut(together);
            group = rest;
            let mut segments: SmallVec<[(usize, usize); 4]> = same.iter().flat_map(|(both, _)| *both).collect();
            segments.sort_unstable();
            segments.dedup();
            // The position is rounded: a segment passes through the node there only if it does so exactly.
            let through = |(side, segment): &(usize, usize)| {
                let [a, b] = self.sides[*side].tree.segments()[*segment];
                on_segment(p, a, b)
            };
            let known = self.scratch.nodes.binary_search_by(|node| lexicographic(node, &p)).is_ok();
            if !(known && segments.iter().all(through)) {
                self.crossing(p, &segments)?;
            }
        }
        Step::Continue(())
    }

    /// Decides what segments show that cross in about this position: their ends tell the directions.
    fn crossing(&mut self, p: Xy, segments: &[(usize, usize)]) -> Step {
        let mut all: SmallVec<[(usize, usize); 4]> = segments.into();
        let ends = |(side, segment): &(usize, usize)| self.sides[*side].tree.segments()[*segment];
        for along in segments {
            // All cross in one position: any that is not of the same line tells where.
            let Some(across) = segments.iter().find(|other| divides(ends(along), ends(other))) else { continue };
            // What runs along one of them through the crossing has been met at its ends, not here.
            for (side, operand) in self.sides.iter().enumerate() {
                operand.each_segment_along(ends(along), ends(across), p, |segment| {
                    if !all.contains(&(side, segment)) {
                        all.push((side, segment));
                    }
                });
            }
        }
        let rays = all.iter().flat_map(|(side, segment)| self.sides[*side].rays(*side, *segment, None));
        self.around(p, &inserted(rays), Some(self.precise(segments)))
    }

    /// Decides what the nodes show.
    fn nodes(&mut self) -> Step {
        for i in 0..self.scratch.nodes.len() {
            let at = self.scratch.nodes[i];
            // All that passes here: what runs along a segment of the other side has met it at its ends only.
            let mut rays: SmallVec<[Ray; 8]> = SmallVec::new();
            for (side, operand) in self.sides.iter().enumerate() {
                operand.each_segment_at(at, |segment| rays.extend(operand.rays(side, segment, Some(at))));
            }
            self.around(at, &sorted(rays.into_iter()), None)?;
        }
        Step::Continue(())
    }

    /// Where segments cross that are not all of one line.
    fn precise(&self, segments: &[(usize, usize)]) -> Precise {
        let ends = |(side, segment): &(usize, usize)| self.sides[*side].tree.segments()[*segment];
        let first = ends(&segments[0]);
        let across = segments[1..].iter().map(ends).find(|other| divides(first, *other));
        precise_crossing(first, across.unwrap_or(first))
    }

    /// Takes note of all that lies around a position. It is exact, or that of a `crossing`, rounded: no line ends there.
    fn around(&mut self, at: Xy, rays: &Rays, crossing: Option<Precise>) -> Step {
        let everywhere = [0, 1].map(|side| {
            let mut here: SmallVec<[u32; 4]> = SmallVec::new();
            for (ray, _) in rays.iter().filter(|(ray, _)| ray.side == side) {
                if let Edge::Ring { area, .. } = ray.edge
                    && !here.contains(&area)
                {
                    here.push(area);
                }
            }
            let others = |area| here.contains(&area);
            self.sides[side].has_other_areas(here.len())
                && match crossing {
                    Some(crossing) => self.sides[side].covers_crossing(crossing, at, others),
                    None => self.sides[side].locate_in_areas(at, others) == Interior,
                }
        });
        let mut step = Step::Continue(());
        let in_areas = walk(rays, everywhere, |a, b, dimension| {
            if step.is_continue() {
                step = self.note(0, a, b, dimension);
            }
        });
        step?;
        let place = [0, 1].map(|side| {
            let operand = self.sides[side];
            match in_areas[side] {
                Exterior if rays.iter().any(|(ray, _)| ray.side == side) => {
                    if crossing.is_none() && operand.is_odd_end(at) { Boundary } else { Interior }
                }
                Exterior if crossing.is_none() => operand.locate(at),
                decided => decided,
            }
        });
        self.note(0, place[0], place[1], 0)
    }
}

#[cfg(test)]
mod tests;
