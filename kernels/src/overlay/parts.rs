//! A geometry taken apart by dimension.

use super::{Operation, areas};
use crate::geom::{Coords, Geom, Part, Shape, Xy};
use crate::planar::segment::is_counterclockwise;

/// A closed path.
pub(super) type Ring = Vec<Xy>;

/// Areas, lines and points, each with positive zeros.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Shell and holes of each polygon.
    pub polygons: Vec<Vec<Ring>>,
    /// Paths of at least two different positions.
    pub lines: Vec<Vec<Xy>>,
    /// Positions.
    pub points: Vec<Xy>,
}

impl Parts {
    /// The parts of a geometry, ready to be cut: nothing repeats, a line of no length is a point, and polygons of a
    /// collection, which may overlap, are dissolved into one another.
    pub(super) fn new(geom: &Geom) -> Self {
        let mut parts = Self::unchanged(geom);
        parts.lines.iter_mut().for_each(Vec::dedup);
        for polygon in &mut parts.polygons {
            polygon.iter_mut().for_each(Vec::dedup);
        }
        parts.polygons.retain(|polygon| polygon[0].len() > 3);
        let (points, lines) = parts.lines.into_iter().partition::<Vec<_>, _>(|line| line.len() < 2);
        parts.lines = lines;
        parts.points.extend(points.iter().flatten());
        if matches!(geom.shape, Shape::GeometryCollection(_)) && parts.polygons.len() > 1 {
            let rings = parts.polygons.iter().flat_map(|polygon| oriented(polygon));
            parts.polygons = areas::overlay(Operation::Union, &rings.collect::<Vec<_>>(), &[]);
        }
        parts
    }

    /// The parts of a geometry as they are.
    pub(super) fn unchanged(geom: &Geom) -> Self {
        let mut parts = Self::default();
        geom.each_part(&mut |part| match part {
            Part::Points(c) => parts.points.extend(positions(c).into_iter().filter(|p| !p.x.is_nan())),
            Part::Line(c) => parts.lines.extend(Some(positions(c)).filter(|line| !line.is_empty())),
            Part::Area(rings) => {
                let rings: Vec<Ring> = rings.iter().map(positions).filter(|ring| !ring.is_empty()).collect();
                parts.polygons.extend(Some(rings).filter(|rings| !rings.is_empty()));
            }
        });
        parts
    }

    /// How many positions there are.
    pub(super) fn positions(&self) -> usize {
        let rings = self.polygons.iter().flatten().chain(&self.lines);
        self.points.len() + rings.map(Vec::len).sum::<usize>()
    }

    /// Whether there is no line or area.
    pub(super) fn is_puntal(&self) -> bool {
        self.lines.is_empty() && self.polygons.is_empty()
    }
}

fn positions(coords: &Coords) -> Vec<Xy> {
    let mut positions = Vec::with_capacity(coords.len());
    // Adding zero makes a negative zero positive.
    coords.each(|x, y| positions.push(Xy { x: x + 0.0, y: y + 0.0 }));
    positions
}

/// Whether the interior of the polygon lies left of this ring of it, a shell or a hole.
pub(super) fn interior_left(ring: &[Xy], hole: bool) -> bool {
    is_counterclockwise(ring.windows(2).map(|ab| [ab[0], ab[1]])) != hole
}

/// The rings of a polygon, turned so that its interior lies left of each.
pub(super) fn oriented(polygon: &[Ring]) -> impl Iterator<Item = Ring> + '_ {
    polygon.iter().enumerate().map(|(i, ring)| {
        let mut ring = ring.clone();
        if !interior_left(&ring, i > 0) {
            ring.reverse();
        }
        ring
    })
}
