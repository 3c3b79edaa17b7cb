//! A geometry taken apart for relating it: points, paths, and which of these bound an area.

use std::ops::{ControlFlow, Range};

use smallvec::SmallVec;

use super::super::intersects::around;
use super::node::{Edge, Ray, sorted, walk};
use crate::geom::{Coords, Geom, Part, Rect, Shape, Xy};
use crate::planar::orientation;
use crate::planar::segment::{divides, is_counterclockwise, lexicographic};
use crate::planar::stripes::{Crossings, Location};
use crate::planar::tree::Tree;
use crate::planar::twofold::{Precise, Twofold};

/// A geometry, taken apart. It can be filled again, which keeps its memory.
///
/// One with a coordinate that is no finite number counts as empty.
/// A line or ring whose positions are all one is a point. Polygons of a collection may overlap: each, or each
/// multipolygon, is an area of its own, and what lies in one of them lies in the geometry.
#[derive(Debug, Default)]
pub struct Operand {
    /// Box; `None` if empty.
    pub bounds: Option<Rect>,
    /// Positions of points, sorted.
    pub(super) points: Vec<Xy>,
    /// Lines and rings.
    pub(super) paths: Vec<Path>,
    /// Segments of the paths, in order.
    pub(super) tree: Tree,
    /// The path of each segment.
    path_of: Vec<u32>,
    /// Both ends of each line, sorted.
    ends: Vec<Xy>,
    /// Segments of each area.
    areas: Vec<Range<u32>>,
    /// The diagonals of their boxes, where there are several.
    area_boxes: Tree,
    /// Whether there are lines.
    lines: bool,
}

/// A line or ring.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub segments: Range<u32>,
    pub kind: Kind,
}

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Line,
    /// A ring of an area, which lies left of it or right.
    Ring {
        area: u32,
        left: bool,
    },
}

impl Kind {
    /// Whether a path may lie in the interior of the area that another bounds, both being of one geometry.
    pub(super) fn may_enter(self, other: Self) -> bool {
        match (self, other) {
            (Kind::Line, Kind::Line) => false,
            (Kind::Ring { area: one, .. }, Kind::Ring { area: two, .. }) => one != two,
            _ => true,
        }
    }
}

impl Operand {
    /// Takes a geometry apart.
    pub fn new(geom: &Geom) -> Self {
        let mut operand = Self::default();
        operand.assign(geom);
        operand
    }

    /// Takes another geometry apart.
    pub fn assign(&mut self, geom: &Geom) {
        let (bounds, finite) = geom.extent();
        self.bounds = bounds.filter(|_| finite);
        self.points.clear();
        self.paths.clear();
        self.path_of.clear();
        self.ends.clear();
        self.areas.clear();
        self.lines = false;
        let mut segments = self.tree.recycle();
        if finite {
            self.add(geom, &mut segments);
        }
        self.points.sort_unstable_by(lexicographic);
        self.points.dedup();
        self.ends.sort_unstable_by(lexicographic);
        self.tree.fill(segments);
        let mut boxes = self.area_boxes.recycle();
        if self.areas.len() > 1 {
            let diagonals = (0..self.areas.len()).filter_map(|area| around(&self.tree.segments()[self.edges(area)]));
            boxes.extend(diagonals.map(|b| [Xy { x: b.xmin, y: b.ymin }, Xy { x: b.xmax, y: b.ymax }]));
        }
        self.area_boxes.fill(boxes);
    }

    fn add(&mut self, geom: &Geom, segments: &mut Vec<[Xy; 2]>) {
        if let Shape::GeometryCollection(members) = &geom.shape {
            return members.iter().for_each(|member| self.add(member, segments));
        }
        let area = self.areas.len() as u32;
        geom.each_part(&mut |part| match part {
            Part::Points(c) => self.points.extend(c.points().map(positive)),
            Part::Line(c) => {
                if self.path(c, Kind::Line, segments) {
                    self.ends.extend(c.first().into_iter().chain(c.last()).map(positive));
                    self.lines = true;
                }
            }
            Part::Area(rings) => {
                for (i, ring) in rings.iter().enumerate() {
                    if self.path(ring, Kind::Ring { area, left: true }, segments)
                        && let Some(Path { segments: range, kind }) = self.paths.last_mut()
                    {
                        let left = is_counterclockwise(segments[range.start as usize..].iter().copied()) != (i > 0);
                        *kind = Kind::Ring { area, left };
                        match self.areas.get_mut(area as usize) {
                            Some(known) => known.end = range.end,
                            None => self.areas.push(range.clone()),
                        }
                    }
                }
            }
        });
    }

    /// Adds a path, or the point that it is.
    fn path(&mut self, path: &Coords, kind: Kind, segments: &mut Vec<[Xy; 2]>) -> bool {
        let start = segments.len() as u32;
        path.each_segment(|a, b| {
            if a != b {
                segments.push([positive(a), positive(b)]);
            }
        });
        let end = segments.len() as u32;
        if start == end {
            self.points.extend(path.first().map(positive));
            return false;
        }
        self.path_of.resize(end as usize, self.paths.len() as u32);
        self.paths.push(Path { segments: start..end, kind });
        true
    }

    /// Dimension: 0 points, 1 lines, 2 areas; `None` if empty.
    pub fn dimension(&self) -> Option<i8> {
        match (!self.areas.is_empty(), self.lines, self.points.is_empty()) {
            (true, ..) => Some(2),
            (_, true, _) => Some(1),
            (.., false) => Some(0),
            _ => None,
        }
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        size_of::<Self>()
            + self.tree.size()
            + self.area_boxes.size()
            + self.areas.capacity() * size_of::<Range<u32>>()
            + self.paths.capacity() * size_of::<Path>()
            + self.path_of.capacity() * size_of::<u32>()
            + (self.points.capacity() + self.ends.capacity()) * size_of::<Xy>()
    }

    /// Whether edges of it may cross one another where that changes which of them is a boundary.
    pub(super) fn needs_own_nodes(&self) -> bool {
        self.areas.len() > 1 || (self.areas.len() == 1 && self.lines)
    }

    /// Whether it has more than so many areas.
    pub(super) fn has_other_areas(&self, than: usize) -> bool {
        self.areas.len() > than
    }

    /// Where a path begins.
    pub(super) fn start(&self, path: &Path) -> Xy {
        self.tree.segments()[path.segments.start as usize][0]
    }

    /// The kind of the path of a segment.
    #[inline]
    pub(super) fn kind_of(&self, segment: usize) -> Kind {
        self.paths[self.path_of[segment] as usize].kind
    }

    /// The rays along a segment, ahead and back, from a position on it; `None` for one that has no exact coordinates.
    pub(super) fn rays(&self, side: usize, segment: usize, node: Option<Xy>) -> impl Iterator<Item = Ray> + use<> {
        let [a, b] = self.tree.segments()[segment];
        let kind = self.kind_of(segment);
        let both = [(a, b, true), (b, a, false)].into_iter();
        both.filter(move |(_, towards, _)| Some(*towards) != node).map(move |(behind, towards, ahead)| {
            let edge = match kind {
                Kind::Line => Edge::Line,
                Kind::Ring { area, left } => Edge::Ring { area, follows: left == ahead },
            };
            Ray { from: node.unwrap_or(behind), towards, side, edge }
        })
    }

    /// Whether a position is the end of an odd number of lines: the boundary of lines, by the mod-2 rule.
    pub(super) fn is_odd_end(&self, p: Xy) -> bool {
        let from = self.ends.partition_point(|q| lexicographic(q, &p).is_lt());
        self.ends[from..].iter().take_while(|q| **q == p).count() % 2 == 1
    }

    /// Ends of an odd number of lines.
    pub(super) fn odd_ends(&self) -> impl Iterator<Item = Xy> + '_ {
        self.ends.chunk_by(|p, q| p == q).filter(|same| same.len() % 2 == 1).map(|same| same[0])
    }

    /// Where a position lies with respect to the areas, those aside that `leave_out` names. On the edges of several
    /// areas it is `Boundary`, even where these edges are interior to the geometry.
    pub(super) fn locate_in_areas(&self, p: Xy, leave_out: impl Fn(u32) -> bool) -> Location {
        let mut found = Location::Exterior;
        let look = |area: usize| {
            if !leave_out(area as u32) {
                found = found.max(self.locate_in_area(area, p));
            }
            if found == Location::Interior { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let _ = self.each_area_in(&Rect::at(p), look);
        found
    }

    /// Calls `f` with the areas that may have something of a box.
    fn each_area_in(&self, rect: &Rect, mut f: impl FnMut(usize) -> ControlFlow<()>) -> ControlFlow<()> {
        match self.areas.len() {
            0 => ControlFlow::Continue(()),
            1 => f(0),
            _ => self.area_boxes.each_meeting(rect, f),
        }
    }

    /// Numbers of the segments of an area.
    fn edges(&self, area: usize) -> Range<usize> {
        self.areas[area].start as usize..self.areas[area].end as usize
    }

    fn locate_in_area(&self, area: usize, p: Xy) -> Location {
        let Some(bounds) = self.bounds.filter(|b| b.covers_position(p)) else { return Location::Exterior };
        let ray = Rect { xmin: p.x, ymin: p.y, xmax: bounds.xmax, ymax: p.y };
        let mut crossings = Crossings::new(p);
        let on_edge = self.tree.each_meeting_among(self.edges(area), &ray, |segment| {
            let [a, b] = self.tree.segments()[segment];
            if crossings.add(a, b) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if on_edge.is_break() { Location::Boundary } else { crossings.location() }
    }

    /// Whether an area, those aside that `leave_out` names, has a crossing in its interior, which rounded is `p`.
    pub(super) fn covers_crossing(&self, crossing: Precise, p: Xy, leave_out: impl Fn(u32) -> bool) -> bool {
        let around = beside(p);
        let look = |area: usize| {
            if !leave_out(area as u32) && self.area_covers_crossing(area, crossing, &around) {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        self.each_area_in(&around, look).is_break()
    }

    fn area_covers_crossing(&self, area: usize, [x, y]: Precise, around: &Rect) -> bool {
        let Some(bounds) = self.bounds else { return false };
        let ray = Rect { xmax: bounds.xmax.max(around.xmax), ..*around };
        let mut odd = false;
        let on_edge = self.tree.each_meeting_among(self.edges(area), &ray, |segment| {
            let [a, b] = self.tree.segments()[segment];
            let [ax, bx] = [a.x, b.x].map(|end| Twofold::from(end) - x);
            let [ay, by] = [a.y, b.y].map(|end| Twofold::from(end) - y);
            let above = [ay, by].map(|height| height.high > 0.0);
            if above[0] != above[1] {
                let size = (ax.high.abs() + bx.high.abs()) * (ay.high.abs() + by.high.abs());
                match (ax * by - ay * bx).is_positive(size) {
                    Some(left) => odd ^= left == above[1],
                    None => return ControlFlow::Break(()),
                }
            }
            ControlFlow::Continue(())
        });
        on_edge.is_continue() && odd
    }

    /// Where a position lies, as DE-9IM has it.
    pub fn locate(&self, p: Xy) -> Location {
        let p = positive(p);
        match self.locate_in_areas(p, |_| false) {
            Location::Interior => Location::Interior,
            Location::Boundary if self.areas.len() == 1 => Location::Boundary,
            Location::Boundary => self.locate_on_rings(p),
            Location::Exterior => self.locate_on_lines_and_points(p),
        }
    }

    /// Where a position lies that is on the edge of several areas.
    fn locate_on_rings(&self, p: Xy) -> Location {
        let mut rays: SmallVec<[Ray; 8]> = SmallVec::new();
        self.each_segment_at(p, |segment| {
            if self.kind_of(segment) != Kind::Line {
                rays.extend(self.rays(0, segment, Some(p)));
            }
        });
        walk(&sorted(rays.into_iter()), [false; 2], |_, _, _| {})[0]
    }

    /// Whether a position lies on a line.
    pub(super) fn is_on_line(&self, p: Xy) -> bool {
        let mut on_line = false;
        if self.lines {
            self.each_segment_at(p, |segment| on_line |= self.kind_of(segment) == Kind::Line);
        }
        on_line
    }

    fn locate_on_lines_and_points(&self, p: Xy) -> Location {
        match self.is_on_line(p) {
            true if self.is_odd_end(p) => Location::Boundary,
            true => Location::Interior,
            false if self.points.binary_search_by(|q| lexicographic(q, &p)).is_ok() => Location::Interior,
            false => Location::Exterior,
        }
    }

    /// Calls `f` with each segment on which a position lies.
    pub(super) fn each_segment_at(&self, p: Xy, f: impl FnMut(usize)) {
        self.tree.each_at(p, f);
    }

    /// Calls `f` with the segments that run along one of two others and through their crossing, which rounded is `p`.
    /// Rings that are alone have none.
    pub(super) fn each_segment_along(&self, [a, b]: [Xy; 2], across: [Xy; 2], p: Xy, mut f: impl FnMut(usize)) {
        if !self.lines && !self.needs_own_nodes() {
            return;
        }
        let _ = self.tree.each_meeting(&beside(p), |segment| {
            let [from, to] = self.tree.segments()[segment];
            let along = orientation(a, b, from) == 0.0 && orientation(a, b, to) == 0.0;
            if along && divides(across, [from, to]) {
                f(segment);
            }
            ControlFlow::Continue(())
        });
    }

    /// Whether a position is the end of a segment.
    pub(super) fn has_vertex(&self, p: Xy) -> bool {
        self.tree.has_end(p)
    }
}

/// The box around a position and the doubles next to it.
fn beside(p: Xy) -> Rect {
    Rect { xmin: p.x.next_down(), ymin: p.y.next_down(), xmax: p.x.next_up(), ymax: p.y.next_up() }
}

/// The same position, negative zeros made positive: it can then be compared by its bits.
pub(super) fn positive(p: Xy) -> Xy {
    Xy { x: p.x + 0.0, y: p.y + 0.0 }
}
