//! A geometry made ready to be asked often. Built once for a constant and kept by content, whatever batch or engine
//! brings it again.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use geo::relate::IntersectionMatrix;
use geo::{Geometry, PreparedGeometry, Relate};

use super::segment::on_segment;
use super::stripes::{Crossings, Location, Stripes};
use crate::geom::{Coords, Geom, Part, Rect, Shape, Xy, to_geo};

/// An indexed geometry. It owns its coordinates.
#[derive(Debug)]
pub struct Prepared {
    /// Box; `None` if empty.
    pub bounds: Option<Rect>,
    /// Whether every coordinate is a finite number; if not, no predicate holds.
    pub finite: bool,
    /// EWKB SRID, 0 for none.
    pub srid: i32,
    /// The type: a point, an area, or anything.
    kind: Shapes,
    /// Positions of points.
    points: Vec<Xy>,
    /// Segments of line strings.
    lines: Option<Stripes>,
    /// Segments of rings, one index for each polygon or multipolygon.
    areas: Vec<Stripes>,
    /// One position of each part.
    representatives: Vec<Xy>,
    geo: Geometry<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shapes {
    /// Non-empty polygons only, of which no two overlap if they are valid.
    OneArea,
    Other,
}

impl Prepared {
    /// Indexes a geometry.
    pub fn new(geom: &Geom) -> Self {
        let mut prepared = Self {
            bounds: geom.bounds(),
            finite: geom.is_finite(),
            srid: geom.srid,
            kind: Shapes::Other,
            points: Vec::new(),
            lines: None,
            areas: Vec::new(),
            representatives: Vec::new(),
            geo: to_geo(geom),
        };
        if prepared.finite {
            let mut lines = Vec::new();
            prepared.add(geom, &mut lines);
            prepared.lines = Stripes::new(lines);
        }
        if matches!(geom.shape, Shape::Polygon(_) | Shape::MultiPolygon(_)) && prepared.areas.len() == 1 {
            prepared.kind = Shapes::OneArea;
        }
        prepared
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
                self.representatives.extend(c.first());
            }
            Part::Area(rings) => {
                rings.iter().for_each(|ring| ring.each_segment(|a, b| edges.push([a, b])));
                self.representatives.extend(rings.first().and_then(Coords::first));
            }
        });
        self.areas.extend(Stripes::new(edges));
    }

    /// The prepared form of a constant, made at its first use in the process and kept while it is in use.
    pub fn cached(wkb: &[u8], geom: &Geom) -> Arc<Self> {
        CACHE.lock().unwrap_or_else(PoisonError::into_inner).get(wkb, geom)
    }

    /// Bytes held, about.
    fn size(&self) -> usize {
        let stripes = self.lines.iter().chain(&self.areas).map(Stripes::size).sum::<usize>();
        let segments = self.lines.iter().chain(&self.areas).map(|s| s.segments().len()).sum::<usize>();
        size_of::<Self>() + stripes + (self.points.len() + self.representatives.len() + segments) * size_of::<Xy>()
    }

    /// Whether there is no point in it.
    pub fn is_empty(&self) -> bool {
        self.bounds.is_none()
    }

    /// Where `p` lies, if this is a polygon or multipolygon.
    #[inline]
    pub fn locate(&self, p: Xy) -> Option<Location> {
        match (self.kind, self.areas.as_slice()) {
            (Shapes::OneArea, [area]) => Some(area.locate(p)),
            _ => None,
        }
    }

    /// Whether `p` is one of its points.
    #[inline]
    pub fn covers_point(&self, p: Xy) -> bool {
        self.areas.iter().any(|area| area.locate(p) != Location::Exterior)
            || self.lines.as_ref().is_some_and(|lines| lines.touches(p))
            || self.points.contains(&p)
    }

    /// Whether it shares a point with `geom`, every coordinate of both being finite.
    pub fn intersects(&self, geom: &Geom) -> bool {
        let mut found = false;
        geom.each_part(&mut |part| {
            found = found
                || match part {
                    Part::Points(c) => c.iter().any(|p| self.covers_point(p)),
                    Part::Line(c) => self.meets_path(c) || self.points.iter().any(|p| on_path(*p, c)),
                    Part::Area(rings) => {
                        rings.iter().any(|ring| self.meets_path(ring))
                            || self.points.iter().chain(&self.representatives).any(|p| in_rings(*p, rings))
                    }
                }
        });
        found
    }

    /// Whether a path meets a line or a ring, or lies within an area.
    fn meets_path(&self, path: &Coords) -> bool {
        let Some(first) = path.first() else { return false };
        if self.areas.iter().any(|area| area.locate(first) != Location::Exterior) {
            return true;
        }
        let mut found = false;
        path.each_segment(|a, b| found = found || self.lines.iter().chain(&self.areas).any(|s| s.crosses(a, b)));
        found
    }

    /// Positions of its points, for distances.
    pub(super) fn points(&self) -> &[Xy] {
        &self.points
    }

    /// Its segments: those of lines and of rings.
    pub(super) fn segments(&self) -> impl Iterator<Item = &[Xy; 2]> {
        self.lines.iter().chain(&self.areas).flat_map(|s| s.segments())
    }

    /// The DE-9IM matrix of this and `other`.
    pub fn relate(self: &Arc<Self>, other: &Geometry<f64>) -> IntersectionMatrix {
        LABELLED.with_borrow_mut(|last| {
            let labelled = match last {
                Some((of, labelled)) if Arc::ptr_eq(of, self) => labelled,
                _ => &mut last.insert((self.clone(), PreparedGeometry::from(self.geo.clone()))).1,
            };
            labelled.relate(other)
        })
    }

    /// As the `geo` crate has it.
    pub fn geo(&self) -> &Geometry<f64> {
        &self.geo
    }
}

type Labelled = PreparedGeometry<'static, Geometry<f64>, f64>;

thread_local! {
    /// The constant that this thread relates to just now, as `geo` prepares it: that form cannot leave its thread.
    static LABELLED: std::cell::RefCell<Option<(Arc<Prepared>, Labelled)>> = const { std::cell::RefCell::new(None) };
}

fn on_path(p: Xy, path: &Coords) -> bool {
    let mut found = false;
    path.each_segment(|a, b| found = found || on_segment(p, a, b));
    found
}

/// Whether `p` lies in a polygon or on its boundary.
fn in_rings(p: Xy, rings: &[Coords]) -> bool {
    let (mut crossings, mut on_edge) = (Crossings::new(p), false);
    rings.iter().for_each(|ring| ring.each_segment(|a, b| on_edge = on_edge || crossings.add(a, b)));
    on_edge || crossings.location() == Location::Interior
}

/// Prepared constants by content, the least recently used leaving first.
#[derive(Default)]
struct Cache {
    entries: HashMap<Box<[u8]>, (Arc<Prepared>, u64)>,
    clock: u64,
    bytes: usize,
}

/// Of coordinates and indexes together; a constant that is larger alone is kept alone.
const CACHE_BYTES: usize = 64 << 20;

static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

impl Cache {
    fn get(&mut self, wkb: &[u8], geom: &Geom) -> Arc<Prepared> {
        self.clock += 1;
        if let Some((found, used)) = self.entries.get_mut(wkb) {
            *used = self.clock;
            return found.clone();
        }
        let prepared = Arc::new(Prepared::new(geom));
        self.bytes += wkb.len() + prepared.size();
        self.entries.insert(wkb.into(), (prepared.clone(), self.clock));
        while self.bytes > CACHE_BYTES && self.entries.len() > 1 {
            let oldest = self.entries.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| key.clone());
            let Some((key, gone)) = oldest.and_then(|key| self.entries.remove_entry(&key)) else { break };
            self.bytes -= key.len() + gone.0.size();
        }
        prepared
    }
}

#[cfg(test)]
#[path = "prepared_tests.rs"]
mod tests;
