//! Every segment of two geometries, and where they meet each other.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::HashMap;

use smallvec::{SmallVec, smallvec};

use super::parts::{Parts, Ring, interior_left};
use super::{Positions, key};
use crate::geom::Xy;
use crate::planar::segment::{Contact, contact, lexicographic};
use crate::planar::stripes::{Location, Stripes};

/// Where a segment comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    /// 0 or 1: the first or the second geometry.
    pub side: usize,
    /// The path or ring, counted over both geometries.
    pub path: usize,
    /// Whether it bounds an area, and if so, whether the area lies left of it.
    pub area_left: Option<bool>,
}

/// Two positions as keys.
type Ends = [[u64; 2]; 2];

/// The segments of two geometries, with all that they meet.
pub(super) struct Arrangement {
    pub segments: Vec<[Xy; 2]>,
    pub sources: Vec<Source>,
    /// Positions where segments meet, other than neighbours in a path. Where rings only cross, there is none.
    pub nodes: Positions,
    /// Positions where the two geometries meet in a point, for all that one pair of segments can tell.
    pub meetings: Vec<Xy>,
    /// Edges that an area of each side has in common with the other, from opposite sides.
    pub shared_edges: Vec<Vec<Xy>>,
    /// The ring segments of both sides that meet in a position.
    pub corners: HashMap<[u64; 2], Vec<usize>>,
    /// The nodes on each segment, in order of the segments and along each of them.
    cuts: Vec<(usize, Xy)>,
    /// Whether a ring of one side crosses one of the other.
    pub rings_cross: bool,
    /// A position where rings of one side cross, which makes it invalid.
    pub self_crossing: Option<Xy>,
    /// Pieces of rings by their ends: whether they bound an area of either side. Made when first asked for.
    boundary: OnceCell<HashMap<Ends, [bool; 2]>>,
    areas: [Option<Stripes>; 2],
    lines: [Option<Stripes>; 2],
    points: [Positions; 2],
}

impl Arrangement {
    /// Looks for every meeting.
    pub(super) fn new(sides: [&Parts; 2]) -> Self {
        let (mut segments, mut sources, mut path) = (Vec::new(), Vec::new(), 0);
        let mut add = |side: usize, positions: &[Xy], area_left: Option<bool>| {
            segments.extend(positions.windows(2).map(|ab| [ab[0], ab[1]]));
            sources.resize(segments.len(), Source { side, path, area_left });
            path += 1;
        };
        for (side, parts) in sides.iter().enumerate() {
            for polygon in &parts.polygons {
                polygon.iter().enumerate().for_each(|(i, ring)| add(side, ring, Some(interior_left(ring, i > 0))));
            }
            parts.lines.iter().for_each(|line| add(side, line, None));
        }
        let index = |side: usize, area: bool| {
            let chosen = segments.iter().zip(&sources).filter(|(_, s)| s.side == side && s.area_left.is_some() == area);
            Stripes::new(chosen.map(|(ab, _)| *ab).collect())
        };
        let mut made = Self {
            nodes: Positions::new(),
            meetings: Vec::new(),
            shared_edges: Vec::new(),
            corners: HashMap::new(),
            cuts: Vec::new(),
            rings_cross: false,
            self_crossing: None,
            boundary: OnceCell::new(),
            areas: [0, 1].map(|side| index(side, true)),
            lines: [0, 1].map(|side| index(side, false)),
            points: sides.map(|parts| parts.points.iter().map(|p| key(*p)).collect()),
            segments,
            sources,
        };
        if let Some(all) = Stripes::new(made.segments.clone()) {
            all.each_pair(|i, j| made.meet(i.min(j), i.max(j)));
        }
        let Self { segments, cuts, .. } = &mut made;
        cuts.sort_by(|(i, p), (j, q)| i.cmp(j).then_with(|| order_along(&segments[*i], p, q)));
        made
    }

    fn meet(&mut self, i: usize, j: usize) {
        let (one, two) = (self.sources[i], self.sources[j]);
        let rings = [one, two].iter().filter(|s| s.area_left.is_some()).count();
        let ([a, b], [c, d]) = (self.segments[i], self.segments[j]);
        if rings == 2 && one.side == two.side {
            // The rings of one side may touch each other, no more.
            if !(one.path == two.path && j == i + 1)
                && let Contact::Cross(p) = contact(a, b, c, d)
            {
                self.self_crossing = Some(p);
            }
            return;
        }
        match contact(a, b, c, d) {
            Contact::None => {}
            // Neighbours in a path meet where it bends.
            Contact::Touch(p) if one.path == two.path && j == i + 1 && p == b => {}
            Contact::Touch(p) | Contact::Cross(p) if rings < 2 => {
                self.cut(p, [i, j]);
                if one.side != two.side {
                    self.meetings.push(p);
                }
            }
            Contact::Touch(p) => {
                self.cut(p, [i, j]);
                self.corner(p, [i, j]);
                self.meetings.push(p);
            }
            Contact::Cross(_) => self.rings_cross = true,
            Contact::Overlap(p, q) => {
                self.cut(p, [i, j]);
                self.cut(q, [i, j]);
                if rings == 2 {
                    self.corner(p, [i, j]);
                    self.corner(q, [i, j]);
                    self.share([p, q], [i, j]);
                }
            }
        }
    }

    fn cut(&mut self, p: Xy, segments: [usize; 2]) {
        self.nodes.insert(key(p));
        self.cuts.extend(segments.map(|segment| (segment, p)));
    }

    fn corner(&mut self, p: Xy, segments: [usize; 2]) {
        self.corners.entry(key(p)).or_default().extend(segments);
    }

    /// Keeps an edge `p`-`q`, `p` before `q`, that rings of both sides run along, if their areas lie on opposite sides.
    fn share(&mut self, [p, q]: [Xy; 2], segments: [usize; 2]) {
        let [(forwards, left), (_, other_left)] = segments.map(|segment| {
            let [a, b] = &self.segments[segment];
            let forwards = lexicographic(a, b).is_lt();
            (forwards, self.sources[segment].area_left == Some(forwards))
        });
        if left != other_left {
            self.shared_edges.push(if forwards { vec![p, q] } else { vec![q, p] });
        }
    }

    /// The ends of a segment and the nodes between, each once, in order.
    pub(super) fn stops(&self, segment: usize) -> SmallVec<[Xy; 2]> {
        let [a, b] = self.segments[segment];
        let from = self.cuts.partition_point(|(i, _)| *i < segment);
        let cuts = self.cuts[from..].iter().take_while(|(i, _)| *i == segment).map(|(_, p)| *p);
        let mut stops = smallvec![a];
        stops.extend(cuts.chain([b]));
        stops.dedup();
        stops
    }

    /// The rings of a side with their nodes, the area left of each.
    pub(super) fn rings(&self, side: usize) -> Vec<Ring> {
        let mut rings: Vec<(usize, bool, Ring)> = Vec::new();
        for (segment, source) in self.sources.iter().enumerate().filter(|(_, s)| s.side == side) {
            let Some(left) = source.area_left else { continue };
            let stops = self.stops(segment);
            match rings.last_mut() {
                Some((path, _, ring)) if *path == source.path => ring.extend_from_slice(&stops[1..]),
                _ => rings.push((source.path, left, stops.into_vec())),
            }
        }
        for (_, left, ring) in &mut rings {
            if !*left {
                ring.reverse();
            }
        }
        rings.into_iter().map(|(_, _, ring)| ring).collect()
    }

    /// Where a position lies in the areas of a side.
    pub(super) fn locate(&self, side: usize, p: Xy) -> Location {
        self.areas[side].as_ref().map_or(Location::Exterior, |area| area.locate(p))
    }

    /// Where a piece between two neighbouring stops of a segment lies in the areas of a side. A piece with the ends of
    /// a piece of a ring is that piece, also where one of them is a rounded crossing.
    pub(super) fn locate_piece(&self, side: usize, [p, q]: [Xy; 2]) -> Location {
        if self.areas[side].is_none() {
            return Location::Exterior;
        }
        let boundary = self.boundary.get_or_init(|| {
            let mut boundary: HashMap<Ends, [bool; 2]> = HashMap::new();
            for (segment, source) in self.edges() {
                for ends in self.stops(segment).windows(2) {
                    boundary.entry(name([ends[0], ends[1]])).or_default()[source.side] = true;
                }
            }
            boundary
        });
        if boundary.get(&name([p, q])).is_some_and(|of| of[side]) {
            return Location::Boundary;
        }
        let middle = Xy { x: p.x + (q.x - p.x) / 2.0, y: p.y + (q.y - p.y) / 2.0 };
        self.locate(side, middle)
    }

    /// The ring segments.
    pub(super) fn edges(&self) -> impl Iterator<Item = (usize, &Source)> {
        self.sources.iter().enumerate().filter(|(_, source)| source.area_left.is_some())
    }

    /// Whether a position lies on a line of a side.
    pub(super) fn on_line(&self, side: usize, p: Xy) -> bool {
        self.lines[side].as_ref().is_some_and(|lines| lines.touches(p))
    }

    /// Whether a position lies in a side, be it an area, a line or a point.
    pub(super) fn covers(&self, side: usize, p: Xy) -> bool {
        self.locate(side, p) != Location::Exterior || self.on_line(side, p) || self.points[side].contains(&key(p))
    }
}

/// The ends of a piece as a key, whatever its direction.
pub(super) fn name([p, q]: [Xy; 2]) -> Ends {
    if lexicographic(&p, &q).is_le() { [key(p), key(q)] } else { [key(q), key(p)] }
}

/// Order of two positions along a segment, by the axis that it follows most.
fn order_along([a, b]: &[Xy; 2], p: &Xy, q: &Xy) -> Ordering {
    let by = |from: f64, to: f64, p: f64, q: f64| if from <= to { p.total_cmp(&q) } else { q.total_cmp(&p) };
    let (by_x, by_y) = (by(a.x, b.x, p.x, q.x), by(a.y, b.y, p.y, q.y));
    if (b.x - a.x).abs() >= (b.y - a.y).abs() { by_x.then(by_y) } else { by_y.then(by_x) }
}
