//! The union of many geometries.

use super::arrangement::Arrangement;
use super::parts::{Parts, oriented};
use super::{Operation, areas, lines, select, usable_box, write};
use crate::error::Cause;
use crate::geom::{Dims, Geom, WkbWriter, Xy, geometry_code};
use crate::planar::segment::lexicographic;

/// Fewer positions than these are not worth uniting.
const FEW: usize = 2048;

/// The union of geometries that come one by one.
///
/// They wait until there are as many positions of them as in the union, and are then united all at once: so each
/// position is looked at a few times only, and the memory is that of a few unions.
#[derive(Debug, Default)]
pub struct Union {
    /// United, each kind for itself: points and lines that lie in the areas are still there.
    done: Parts,
    waiting: Parts,
    /// Positions in either.
    positions: [usize; 2],
    /// WKB code of the type that the union has if it comes out empty; 0 before the first geometry.
    empty: u32,
}

impl Union {
    /// Adds a geometry.
    pub fn add(&mut self, geom: &Geom) -> Result<(), Cause> {
        if geom.is_empty() {
            self.empty = self.empty.max(geometry_code(geom.type_name()).unwrap_or_default());
            return Ok(());
        }
        usable_box(geom)?;
        // A polygon so flat that nothing of it is left is an empty polygon.
        self.empty = self.empty.max(geom.dimension().map_or(0, |dimension| u32::from(dimension) + 1));
        let Parts { polygons, lines, points } = Parts::new(geom);
        self.waiting.polygons.extend(polygons);
        self.waiting.lines.extend(lines);
        self.waiting.points.extend(points);
        self.positions[1] += geom.fold(0, |sum, _, c| sum + c.len());
        if self.positions[1] > FEW.max(self.positions[0]) {
            self.done = self.united();
            self.waiting = Parts::default();
            self.positions = [self.done.positions(), 0];
        }
        Ok(())
    }

    /// All parts, each kind united for itself.
    fn united(&self) -> Parts {
        let both = [&self.done, &self.waiting];
        let rings = both.iter().flat_map(|parts| &parts.polygons).flat_map(|polygon| oriented(polygon));
        let polygons = areas::overlay(Operation::Union, &rings.collect::<Vec<_>>(), &[]);
        let of_lines = both.map(|parts| Parts { lines: parts.lines.clone(), ..Parts::default() });
        let lines = lines::select(Operation::Union, &Arrangement::new([&of_lines[0], &of_lines[1]]));
        let mut points: Vec<Xy> = both.iter().flat_map(|parts| &parts.points).copied().collect();
        points.sort_unstable_by(lexicographic);
        points.dedup();
        Parts { polygons, lines, points }
    }

    /// Writes the union, in x and y; of empty geometries only, an empty one of the highest type. False where there was
    /// no geometry.
    pub fn write(&self, out: &mut WkbWriter) -> bool {
        let Parts { polygons, lines, points } = self.united();
        if polygons.is_empty() && lines.is_empty() && points.is_empty() {
            let any = self.empty > 0;
            if any {
                out.empty(self.empty, Dims::Xy);
            }
            return any;
        }
        let (areas, rest) = (Parts { polygons, ..Parts::default() }, Parts { lines, points, ..Parts::default() });
        // What lies in an area goes up in it. Areas that rounding made cross by a digit are no reason to give up.
        let apart =
            areas.polygons.is_empty() && rest.lines.is_empty() || rest.lines.is_empty() && rest.points.is_empty();
        let parts = if apart {
            Parts { polygons: areas.polygons, ..rest }
        } else {
            select(Operation::Union, Arrangement::new([&areas, &rest]), &areas, &rest)
        };
        write(&parts, None, false, out);
        true
    }

    /// Bytes held, about.
    pub fn size(&self) -> usize {
        let lists = [&self.done, &self.waiting].map(|parts| parts.polygons.len() * 2 + parts.lines.len());
        self.positions.iter().sum::<usize>() * size_of::<Xy>() + lists.iter().sum::<usize>() * size_of::<Vec<Xy>>()
    }
}
