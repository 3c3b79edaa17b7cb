//! A geometry indexed to be asked often, and the same questions to a geometry as it is stored.

use std::sync::OnceLock;

use super::nearest::Nearest;
use super::proximity::Proximity;
use super::segment::{boxed, on_segment};
use super::stripes::{Crossings, Location, Stripes};
use super::tree::{FANOUT, Tree};
use crate::geom::{Coords, Geom, Part, Rect, Shape, Xy};

/// The coordinates of a geometry, indexed.
#[derive(Debug)]
pub struct Index {
    /// Box; `None` if empty.
    pub bounds: Option<Rect>,
    /// Whether every coordinate is a finite number; if not, nothing is indexed and no predicate holds.
    pub finite: bool,
    /// Whether it, or a member of it, is empty.
    pub has_empty: bool,
    /// Whether there is one area and nothing else, so that it alone decides where a point lies.
    one_area: bool,
    /// Positions of points, sorted.
    points: Vec<Xy>,
    /// Segments of line strings.
    lines: Option<Stripes>,
    /// Both ends of each line string, sorted.
    ends: Vec<Xy>,
    /// Segments of rings, one index for each polygon or multipolygon.
    areas: Vec<Stripes>,
    /// One position of each line and each ring.
    representatives: Vec<Xy>,
    /// All segments, and the points as segments of no length; made when first asked for, as many are only asked where
    /// points lie.
    tree: OnceLock<Tree>,
    /// What of the tree is nearest to a point; made when first asked for.
    proximity: OnceLock<Option<Proximity>>,
}

fn by_position(p: &Xy, q: &Xy) -> std::cmp::Ordering {
    // Finite coordinates only; unlike `total_cmp`, both zeros are one.
    p.x.partial_cmp(&q.x).and_then(|by_x| Some(by_x.then(p.y.partial_cmp(&q.y)?))).unwrap_or(std::cmp::Ordering::Equal)
}

impl Index {
    /// Indexes a geometry.
    pub fn new(geom: &Geom) -> Self {
        let (bounds, finite) = geom.extent();
        let mut index = Self {
            bounds,
            finite,
            has_empty: geom.has_empty(),
            one_area: false,
            points: Vec::new(),
            lines: None,
            ends: Vec::new(),
            areas: Vec::new(),
            representatives: Vec::new(),
            tree: OnceLock::new(),
            proximity: OnceLock::new(),
        };
        if index.finite {
            let mut lines = Vec::new();
            index.add(geom, &mut lines);
            index.lines = Stripes::new(lines);
            index.points.sort_unstable_by(by_position);
            index.ends.sort_unstable_by(by_position);
        }
        index.one_area = index.areas.len() == 1 && index.lines.is_none() && index.points.is_empty();
        index
    }

    fn add(&mut self, geom: &Geom, lines: &mut Vec<[Xy; 2]>) {
        if let Shape::GeometryCollection(members) = &geom.shape {
            return members.iter().for_each(|m| self.add(m, lines));
        }
        let mut edges = Vec::new();
        geom.each_part(&mut |part| match part {
            Part::Points(c) => self.points.extend(c.iter().filter(|p| !p.x.is_nan())),
            Part::Line(c) => {
                c.each_segment(|a, b| lines.push([a, b]));
                self.ends.extend(c.first().into_iter().chain(c.last()));
                self.representatives.extend(c.first());
            }
            Part::Area(rings) => {
                rings.iter().for_each(|ring| ring.each_segment(|a, b| edges.push([a, b])));
                self.representatives.extend(rings.iter().filter_map(Coords::first));
            }
        });
        self.areas.extend(Stripes::new(edges));
    }

    /// Bytes held, about; it grows as parts are asked for.
    pub fn size(&self) -> usize {
        let stripes = self.lines.iter().chain(&self.areas).map(Stripes::size).sum::<usize>();
        let in_tree = self.tree.get().map_or(0, |tree| tree.segments().len());
        let near = self.proximity.get().and_then(Option::as_ref);
        size_of::<Self>()
            + stripes
            + Tree::size_of(in_tree)
            + near.map_or(0, |_| Proximity::size_of(in_tree))
            + (self.points.len() + self.ends.len() + self.representatives.len()) * size_of::<Xy>()
    }

    /// Whether it is one polygon or multipolygon.
    #[inline]
    pub fn is_one_area(&self) -> bool {
        self.one_area
    }

    /// Where `p` lies, as the DE-9IM has it. Of a collection, the highest dimension that reaches `p` decides.
    #[inline]
    pub fn locate(&self, p: Xy) -> Location {
        if let (true, [area]) = (self.one_area, self.areas.as_slice()) {
            return area.locate(p);
        }
        let in_area = self.areas.iter().map(|area| area.locate(p)).max().unwrap_or(Location::Exterior);
        if in_area != Location::Exterior {
            return in_area;
        }
        if self.lines.as_ref().is_some_and(|lines| lines.touches(p)) {
            let from = self.ends.partition_point(|q| by_position(q, &p).is_lt());
            return on_line(self.ends[from..].iter().take_while(|q| **q == p).count());
        }
        match self.points.binary_search_by(|q| by_position(q, &p)) {
            Ok(_) => Location::Interior,
            Err(_) => Location::Exterior,
        }
    }

    fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| {
            let mut points = self.points.clone();
            // In columns of squares: the points are sorted by x already.
            let column = FANOUT * (points.len() as f64 / FANOUT as f64).sqrt().ceil() as usize;
            points.chunks_mut(column.max(1)).for_each(|some| some.sort_unstable_by(|p, q| p.y.total_cmp(&q.y)));
            let segments = self.stripes().flat_map(Stripes::segments).copied();
            Tree::new(segments.chain(points.into_iter().map(|p| [p, p])).collect())
        })
    }

    /// Whether it shares a point with `geom`, every coordinate of both being finite.
    pub fn intersects(&self, geom: &Geom) -> bool {
        let Some(bounds) = &self.bounds else { return false };
        let mut found = false;
        geom.each_part(&mut |part| {
            found = found
                || match part {
                    Part::Points(c) => c.iter().any(|p| !p.x.is_nan() && self.locate(p) != Location::Exterior),
                    Part::Line(c) => self.meets_path(c, bounds),
                    Part::Area(rings) => rings.iter().any(|ring| self.meets_path(ring, bounds)),
                }
        });
        found || any_within(geom, self.points.iter().chain(&self.representatives).copied())
    }

    /// Whether a path meets a point, a line or a ring, or lies within an area.
    fn meets_path(&self, path: &Coords, bounds: &Rect) -> bool {
        let Some(first) = path.first() else { return false };
        if self.areas.iter().any(|area| area.locate(first) != Location::Exterior) {
            return true;
        }
        let mut found = false;
        path.each_segment(|a, b| {
            found = found || (boxed(&[a, b]).intersects(bounds) && self.tree().crosses(a, b));
        });
        found
    }

    /// Adds to `search` what is nearest to `geom`, which does not meet it.
    pub fn nearest(&self, geom: &Geom, search: &mut Nearest) {
        let tree = self.tree();
        geom.each_part(&mut |part| match part {
            Part::Points(c) => c.each(|x, y| self.nearest_to_point(Xy { x, y }, search)),
            Part::Line(c) => c.each_segment(|a, b| tree.nearest_to_segment(&[a, b], search)),
            Part::Area(rings) => {
                rings.iter().for_each(|ring| ring.each_segment(|a, b| tree.nearest_to_segment(&[a, b], search)));
            }
        });
    }

    /// Adds to `search` what is nearest to a point outside.
    #[inline]
    pub fn nearest_to_point(&self, p: Xy, search: &mut Nearest) {
        let tree = self.tree();
        match self.proximity.get_or_init(|| Proximity::new(tree)) {
            Some(proximity) => proximity.nearest(tree, p, search),
            None => tree.nearest_to_point(p, search),
        }
    }

    /// Its segments: those of lines and of rings.
    pub fn stripes(&self) -> impl Iterator<Item = &Stripes> {
        self.lines.iter().chain(&self.areas)
    }
}

/// Of a point on a line, `ends` times the end of one: an odd number of ends is a boundary (the mod-2 rule).
fn on_line(ends: usize) -> Location {
    if ends % 2 == 1 { Location::Boundary } else { Location::Interior }
}

fn on_path(p: Xy, path: &Coords) -> bool {
    let mut found = false;
    path.each_segment(|a, b| found = found || on_segment(p, a, b));
    found
}

/// Calls `f` with each edge of the areas of a geometry that is no collection. By the even-odd rule, all of them together
/// tell where a position lies.
fn each_edge(geom: &Geom, mut f: impl FnMut(Xy, Xy)) {
    geom.each_part(&mut |part| {
        if let Part::Area(rings) = part {
            rings.iter().for_each(|ring| ring.each_segment(&mut f));
        }
    });
}

/// Whether one of `points` lies in an area.
pub fn any_within(geom: &Geom, points: impl Iterator<Item = Xy> + Clone) -> bool {
    match &geom.shape {
        Shape::GeometryCollection(members) => members.iter().any(|member| any_within(member, points.clone())),
        Shape::Polygon(_) | Shape::MultiPolygon(_) => any_within_area(geom, points),
        _ => false,
    }
}

fn any_within_area(area: &Geom, points: impl Iterator<Item = Xy>) -> bool {
    let Some(bounds) = area.extent().0 else { return false };
    let mut near = points.filter(|p| bounds.covers_position(*p));
    // More of them are worth an index.
    let tried = near.by_ref().take(8).any(|p| locate_in_area(area, p) != Location::Exterior);
    let Some(next) = near.next().filter(|_| !tried) else { return tried };
    let mut edges = Vec::new();
    each_edge(area, |a, b| edges.push([a, b]));
    Stripes::new(edges).is_some_and(|edges| near.chain([next]).any(|p| edges.locate(p) != Location::Exterior))
}

/// Where `p` lies in the areas of a geometry that is no collection.
fn locate_in_area(geom: &Geom, p: Xy) -> Location {
    let (mut crossings, mut on_edge) = (Crossings::new(p), false);
    each_edge(geom, |a, b| on_edge = on_edge || crossings.add(a, b));
    if on_edge { Location::Boundary } else { crossings.location() }
}

/// As `Index::locate`, of a geometry that is asked too seldom to be indexed.
pub fn locate(geom: &Geom, p: Xy) -> Location {
    match &geom.shape {
        Shape::Polygon(_) | Shape::MultiPolygon(_) => return locate_in_area(geom, p),
        Shape::GeometryCollection(members) => {
            let in_areas = members.iter().map(|member| match member.dimension() {
                Some(2) => locate(member, p),
                _ => Location::Exterior,
            });
            match in_areas.max() {
                Some(Location::Exterior) | None => {}
                Some(in_area) => return in_area,
            }
        }
        _ => {}
    }
    let (mut line, mut ends, mut point) = (false, 0, false);
    geom.each_part(&mut |part| match part {
        Part::Points(c) => point = point || c.iter().any(|q| q == p),
        Part::Line(c) => {
            line = line || on_path(p, c);
            ends += usize::from(c.first() == Some(p)) + usize::from(c.last() == Some(p));
        }
        Part::Area(_) => {}
    });
    match (line, point) {
        (true, _) => on_line(ends),
        (false, true) => Location::Interior,
        (false, false) => Location::Exterior,
    }
}
