//! The neighbourhood of a position where edges of two geometries meet, walked around once.

use std::cmp::Ordering;

use smallvec::SmallVec;

use crate::geom::Xy;
use crate::planar::segment::by_direction;
use crate::planar::stripes::Location;

/// What leaves a node in some direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ray {
    /// The node, or where the node has no exact coordinates, a position behind it.
    pub from: Xy,
    /// A position in that direction.
    pub towards: Xy,
    /// 0 or 1: the geometry it belongs to.
    pub side: usize,
    /// What it is part of.
    pub edge: Edge,
}

/// What an edge is part of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edge {
    /// A line.
    Line,
    /// A ring of this area of its side; `follows` says whether the area lies counterclockwise next to the ray.
    Ring { area: u32, follows: bool },
}

/// Rays in counterclockwise order, and for each whether its direction is that of the ray before.
pub(super) type Rays = SmallVec<[(Ray, bool); 8]>;

/// Sorts the rays that leave an exact position.
pub(super) fn sorted(rays: impl Iterator<Item = Ray>) -> Rays {
    let mut rays: Rays = rays.map(|ray| (ray, false)).collect();
    rays.sort_by(|(one, _), (two, _)| by_angle(one, two));
    mark_same(rays)
}

/// Sorts the rays of segments that cross in one position, as far as rounding can tell. Where it is not one, their order
/// may not be a total one, of which sorting by inserting takes no harm.
pub(super) fn inserted(crossing: impl Iterator<Item = Ray>) -> Rays {
    let mut rays = Rays::new();
    for ray in crossing {
        let at = rays.iter().position(|(other, _)| by_angle(&ray, other).is_lt()).unwrap_or(rays.len());
        rays.insert(at, (ray, false));
    }
    mark_same(rays)
}

fn mark_same(mut rays: Rays) -> Rays {
    for i in 1..rays.len() {
        rays[i].1 = by_angle(&rays[i - 1].0, &rays[i].0).is_eq();
    }
    rays
}

fn by_angle(one: &Ray, two: &Ray) -> Ordering {
    by_direction([one.from, one.towards], [two.from, two.towards])
}

/// The areas with rays at a node, and whether the walk is inside of each just now.
struct Inside {
    areas: SmallVec<[(usize, u32, bool); 4]>,
    /// Sides of which an area without a ray here covers the whole neighbourhood.
    everywhere: [bool; 2],
}

impl Inside {
    fn now(&self) -> [bool; 2] {
        let mut inside = self.everywhere;
        self.areas.iter().for_each(|(side, _, within)| inside[*side] |= within);
        inside
    }
}

/// Calls `note` with the location of each direction and each sector around a node in both geometries, and the
/// dimension of that piece. Gives where the node itself lies as far as areas decide: interior or boundary of an area, or
/// exterior of all. `everywhere` says of which side an area without a ray here covers the neighbourhood.
pub(super) fn walk(rays: &Rays, everywhere: [bool; 2], mut note: impl FnMut(Location, Location, i8)) -> [Location; 2] {
    let mut inside = Inside { areas: SmallVec::new(), everywhere };
    for (ray, _) in rays.iter().rev() {
        if let Edge::Ring { area, follows } = ray.edge
            && !inside.areas.iter().any(|(side, of, _)| (*side, *of) == (ray.side, area))
        {
            // What lies before the first ray is what follows the last.
            inside.areas.push((ray.side, area, follows));
        }
    }
    let mut covered = [true; 2];
    let mut on_ring = [false; 2];
    let mut from = 0;
    while from < rays.len() {
        let same = rays[from + 1..].iter().take_while(|(_, same)| *same).count();
        let group = &rays[from..=from + same];
        let before = inside.now();
        let (mut ring, mut line) = ([false; 2], [false; 2]);
        for (ray, _) in group {
            match ray.edge {
                Edge::Line => line[ray.side] = true,
                Edge::Ring { area, .. } => {
                    ring[ray.side] = true;
                    let crossed = inside.areas.iter_mut().filter(|(side, of, _)| (*side, *of) == (ray.side, area));
                    crossed.for_each(|(.., within)| *within = !*within);
                }
            }
        }
        let after = inside.now();
        let place = [0, 1].map(|side| match (before[side], after[side]) {
            (true, true) => Location::Interior,
            (false, false) if !ring[side] => {
                if line[side] {
                    Location::Interior
                } else {
                    Location::Exterior
                }
            }
            _ => Location::Boundary,
        });
        note(place[0], place[1], 1);
        let sector = after.map(|inside| if inside { Location::Interior } else { Location::Exterior });
        note(sector[0], sector[1], 2);
        for side in [0, 1] {
            covered[side] &= after[side] && place[side] == Location::Interior;
            on_ring[side] |= ring[side];
        }
        from += same + 1;
    }
    [0, 1].map(|side| match (everywhere[side], on_ring[side]) {
        (true, _) => Location::Interior,
        (false, true) if covered[side] => Location::Interior,
        (false, true) => Location::Boundary,
        (false, false) => Location::Exterior,
    })
}
