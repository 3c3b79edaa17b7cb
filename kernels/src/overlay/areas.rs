//! Areas over areas, by `i_overlay` on a grid of 64-bit integers.

use std::collections::HashMap;

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{ContourDirection, IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::adapter::FloatPointAdapter;
use i_overlay::i_float::int::point::IntPoint;

use super::Operation;
use super::parts::Ring;
use crate::geom::Xy;

/// The polygons of a union or intersection. Rings come with the interior on their left; where two overlap, both count.
/// Shells go out clockwise, as from GEOS.
pub(super) fn overlay(operation: Operation, a: &[Ring], b: &[Ring]) -> Vec<Vec<Ring>> {
    let rule = match operation {
        Operation::Union if a.is_empty() && b.is_empty() => return Vec::new(),
        Operation::Intersection if a.is_empty() || b.is_empty() => return Vec::new(),
        Operation::Union => OverlayRule::Union,
        Operation::Intersection => OverlayRule::Intersect,
    };
    let mut grid = Grid::new(a, b);
    let options = IntOverlayOptions {
        // Vertices on straight edges are kept, as GEOS does.
        preserve_input_collinear: true,
        preserve_output_collinear: true,
        output_direction: ContourDirection::Clockwise,
        ogc: true,
        ..IntOverlayOptions::default()
    };
    // The engine owns the threads.
    let solver = Solver { multithreading: None, ..Solver::AUTO };
    let mut overlay = Overlay::<i64>::new_custom(grid.exact.capacity(), options, solver);
    for (rings, side) in [(a, ShapeType::Subject), (b, ShapeType::Clip)] {
        rings.iter().for_each(|ring| overlay.add_path_iter(ring.iter().skip(1).map(|p| grid.place(*p)), side));
    }
    let polygons = overlay.overlay(rule, FillRule::NonZero);
    polygons.iter().filter_map(|contours| polygon(contours, &mut grid)).collect()
}

/// A polygon off the grid. Rings that rounding has flattened are dropped, and all of it if that is the shell.
fn polygon(contours: &[Vec<IntPoint<i64>>], grid: &mut Grid) -> Option<Vec<Ring>> {
    let mut rings = contours.iter().map(|contour| closed(contour.iter().map(|at| grid.position(*at))));
    let mut polygon = vec![rings.next()??];
    polygon.extend(rings.flatten());
    Some(polygon)
}

/// A ring of these positions, without repeated ones and without spikes; `None` if nothing is left.
fn closed(positions: impl Iterator<Item = Xy>) -> Option<Ring> {
    let mut ring: Ring = Vec::new();
    for p in positions {
        ring.push(p);
        trim(&mut ring);
    }
    // The same across the seam.
    while let [first, second, .., before, last] = ring.as_slice() {
        if first == last || before == first {
            ring.pop();
        } else if second == last {
            ring.remove(0);
        } else {
            break;
        }
    }
    ring.push(*ring.first()?);
    (ring.len() > 3).then_some(ring)
}

/// Takes back what ends a path in a repeated position or a spike.
fn trim(path: &mut Ring) {
    loop {
        match path.as_slice() {
            [.., p, q] if p == q => path.truncate(path.len() - 1),
            [.., p, _, q] if p == q => path.truncate(path.len() - 2),
            _ => return,
        }
    }
}

/// The grid, and the positions that came in. They go out as they were: from the grid, some would return changed in
/// their last bits.
struct Grid {
    adapter: FloatPointAdapter<[f64; 2], i64>,
    exact: HashMap<IntPoint<i64>, Xy>,
    /// The same by cells of `1 << NEAR`. Made when first asked for.
    near: HashMap<[i64; 2], Xy>,
}

/// Positions closer than this power of two on the grid, of 61, are a few roundings apart: a crossing next to a vertex
/// is that vertex.
const NEAR: u32 = 11;

impl Grid {
    fn new(a: &[Ring], b: &[Ring]) -> Self {
        let all: Vec<[f64; 2]> = a.iter().chain(b).flatten().map(|p| [p.x, p.y]).collect();
        Self {
            adapter: FloatPointAdapter::with_iter_conservative(all.iter()),
            exact: HashMap::with_capacity(all.len()),
            near: HashMap::new(),
        }
    }

    fn place(&mut self, p: Xy) -> IntPoint<i64> {
        let at = self.adapter.float_to_int(&[p.x, p.y]);
        self.exact.entry(at).or_insert(p);
        at
    }

    fn position(&mut self, at: IntPoint<i64>) -> Xy {
        if let Some(p) = self.exact.get(&at) {
            return *p;
        }
        if self.near.is_empty() {
            self.near = self.exact.iter().map(|(at, p)| ([at.x >> NEAR, at.y >> NEAR], *p)).collect();
        }
        let [x, y] = [at.x >> NEAR, at.y >> NEAR];
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| [x + dx, y + dy]));
        around.filter_map(|cell| self.near.get(&cell)).next().copied().unwrap_or_else(|| {
            let [x, y] = self.adapter.int_to_float(&at);
            Xy { x, y }
        })
    }
}
