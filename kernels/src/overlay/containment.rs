//! Containment and equality, read from an arrangement.

use super::arrangement::{Arrangement, AtCrossings};
use super::lines::{self, Piece};
use super::parts::Parts;
use crate::geom::Geom;
use crate::planar::locate;
use crate::planar::stripes::Location;

/// Whether the first geometry contains the second; both finite and not empty.
pub fn contains<'a>(a: &Geom<'a>, b: &Geom<'a>) -> bool {
    let both = Both::new([a, b]);
    both.covers(0, 1) && both.interiors_meet(0, 1)
}

/// Whether two geometries are the same point set; both finite and not empty.
pub fn equals<'a>(a: &Geom<'a>, b: &Geom<'a>) -> bool {
    let both = Both::new([a, b]);
    a.dimension() == b.dimension() && both.covers(0, 1) && both.covers(1, 0)
}

struct Both<'g, 'a> {
    geoms: [&'g Geom<'a>; 2],
    parts: [Parts; 2],
    cut: Arrangement,
    pieces: Vec<Piece>,
}

impl<'g, 'a> Both<'g, 'a> {
    fn new(geoms: [&'g Geom<'a>; 2]) -> Self {
        let parts = geoms.map(Parts::new);
        let cut = Arrangement::new([&parts[0], &parts[1]], AtCrossings::Note);
        Self { geoms, parts, pieces: lines::pieces(&cut), cut }
    }

    /// Whether nothing of the inner side lies outside of the outer.
    fn covers(&self, outer: usize, inner: usize) -> bool {
        let Self { cut, parts, pieces, .. } = self;
        let mut lines = pieces.iter().filter(|piece| piece.on[inner]);
        parts[inner].points.iter().all(|p| cut.covers(outer, *p))
            && lines.all(|piece| {
                piece.on[outer]
                    || (!cut.crosses_ring(outer, piece.segment, piece.ends)
                        && self.place(outer, piece) != Location::Exterior)
            })
            && self.covers_areas(outer, inner)
    }

    /// Whether no area of the inner side leaves those of the outer: their boundaries do not cross, and run neither into
    /// the open nor, those of the outer, into the inner.
    fn covers_areas(&self, outer: usize, inner: usize) -> bool {
        let cut = &self.cut;
        if !cut.has_area(inner) {
            return true;
        }
        !cut.rings_cross
            && cut.shared_edges.is_empty()
            && cut.edges().all(|(segment, source)| {
                let wrong =
                    if source.side == inner { (outer, Location::Exterior) } else { (inner, Location::Interior) };
                cut.stops(segment).windows(2).all(|ends| cut.locate_piece(wrong.0, [ends[0], ends[1]]) != wrong.1)
            })
    }

    /// Whether the interiors have a point in common, the inner side being covered by the outer: else all of it lies in
    /// the boundary.
    fn interiors_meet(&self, outer: usize, inner: usize) -> bool {
        let cut = &self.cut;
        let mut lines = self.pieces.iter().filter(|piece| piece.on[inner]);
        let mut points = self.parts[inner].points.iter();
        cut.has_area(inner)
            || lines.any(|piece| self.place(outer, piece) != Location::Boundary)
            || points.any(|p| match cut.locate(outer, *p) {
                Location::Exterior => locate(self.geoms[outer], *p) == Location::Interior,
                in_area => in_area == Location::Interior,
            })
    }

    fn place(&self, side: usize, piece: &Piece) -> Location {
        self.cut.locate_piece(side, piece.ends)
    }
}
