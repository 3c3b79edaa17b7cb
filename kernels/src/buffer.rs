//! Everything within a distance of a geometry. Paths are swept by a disc, piece by piece, and one overlay merges the
//! pieces, on a 64-bit grid: of `geo`'s own buffer, on a 32-bit grid, thin and flat shapes vanish.

use std::f64::consts::FRAC_PI_2;

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::ContourDirection;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::float::overlay::{FloatOverlay, OverlayOptions};

use crate::geom::{Coords, Geom, Part, Xy};

/// Rings, open: the last position is not the first again.
type Contours = Vec<Vec<[f64; 2]>>;

/// Polygons, each a shell, clockwise, and holes; rings are open.
pub type Polygons = Vec<Contours>;

/// The area within `distance` of a geometry; with a negative distance, what lies deeper than that in its polygons.
/// Coordinates must be finite.
pub fn buffer(geom: &Geom, distance: f64, quad_segs: u32) -> Polygons {
    if distance >= 0.0 {
        let mut pieces = Pieces::new(distance, quad_segs);
        let mut areas = Contours::new();
        geom.each_part(&mut |part| match part {
            Part::Points(c) => c.points().for_each(|p| pieces.disc(p)),
            Part::Line(path) => pieces.path(path),
            Part::Area(rings) => {
                rings.iter().for_each(|ring| pieces.ring(ring));
                areas.extend(oriented(rings));
            }
        });
        return overlay(&areas, &pieces.contours, OverlayRule::Union);
    }
    // Each polygon by itself: the boundary of one must not cut into another that overlaps it.
    let mut rests = Contours::new();
    geom.each_part(&mut |part| {
        if let Part::Area(rings) = part {
            let mut pieces = Pieces::new(-distance, quad_segs);
            rings.iter().for_each(|ring| pieces.ring(ring));
            let rest = overlay(&oriented(rings), &pieces.contours, OverlayRule::Difference);
            rests.extend(rest.into_iter().flatten());
        }
    });
    overlay(&rests, &Contours::new(), OverlayRule::Union)
}

fn overlay(subject: &Contours, clip: &Contours, rule: OverlayRule) -> Polygons {
    let mut options = OverlayOptions::ogc();
    options.output_direction = ContourDirection::Clockwise;
    FloatOverlay::<[f64; 2], i64>::from_subj_and_clip_custom(subject, clip, options, Solver::default())
        .overlay(rule, FillRule::NonZero)
}

/// Rings of a polygon, the shell counterclockwise and holes clockwise, so that winding numbers tell in from out.
fn oriented(rings: &[Coords]) -> Contours {
    let turned = rings.iter().enumerate().map(|(i, ring)| {
        let mut contour: Vec<[f64; 2]> = ring.iter().skip(1).map(|p| [p.x, p.y]).collect();
        if (ring.signed_area() < 0.0) == (i == 0) {
            contour.reverse();
        }
        contour
    });
    turned.filter(|contour| !contour.is_empty()).collect()
}

fn distinct(path: &Coords) -> Vec<Xy> {
    let mut stops: Vec<Xy> = path.iter().collect();
    stops.dedup();
    stops
}

/// The pieces that a disc passes over on its way along paths. All are counterclockwise, and neighbours share their
/// vertices bit by bit, so that no gap can open between them.
struct Pieces {
    radius: f64,
    /// Angle of one segment of an arc.
    step: f64,
    contours: Contours,
}

/// Below this turn, in radians, the sides of neighbouring segments are joined without an arc.
const STRAIGHT: f64 = 1e-12;

impl Pieces {
    fn new(radius: f64, quad_segs: u32) -> Self {
        Self { radius, step: FRAC_PI_2 / f64::from(quad_segs), contours: Contours::new() }
    }

    fn disc(&mut self, centre: Xy) {
        if self.radius > 0.0 {
            let segments = (4.0 * FRAC_PI_2 / self.step).round() as usize;
            let disc = (0..segments).map(|i| self.on_arc(centre, self.step * i as f64)).collect();
            self.contours.push(disc);
        }
    }

    fn on_arc(&self, centre: Xy, angle: f64) -> [f64; 2] {
        [centre.x + self.radius * angle.cos(), centre.y + self.radius * angle.sin()]
    }

    /// There and back: the turn at an end is the round cap.
    fn path(&mut self, path: &Coords) {
        let mut stops = distinct(path);
        let way_back: Vec<Xy> = stops.iter().rev().skip(1).copied().collect();
        stops.extend(&way_back[..way_back.len().saturating_sub(1)]);
        self.loops(&stops);
    }

    /// Once around in each direction, because of a ring that crosses itself neither side is the outer one.
    fn ring(&mut self, ring: &Coords) {
        let mut stops = distinct(ring);
        stops.truncate(stops.len() - usize::from(stops.len() > 1));
        self.loops(&stops);
        stops.reverse();
        self.loops(&stops);
    }

    fn loops(&mut self, stops: &[Xy]) {
        match stops {
            [] => {}
            [only] => self.disc(*only),
            _ if self.radius > 0.0 => self.right_side(stops),
            _ => {}
        }
    }

    /// What lies right of a closed path: a rectangle for each segment, an arc for each left turn.
    fn right_side(&mut self, ring: &[Xy]) {
        let count = ring.len();
        let right = |i: usize| {
            let along = ring[(i + 1) % count] - ring[i];
            let length = along.x.hypot(along.y);
            Xy { x: along.y, y: -along.x } / length * self.radius
        };
        let sides: Vec<Xy> = (0..count).map(right).collect();
        for (i, &a) in ring.iter().enumerate() {
            let (b, before, side) = (ring[(i + 1) % count], sides[(i + count - 1) % count], sides[i]);
            // Adding 0 turns -0 into 0, so that the end of a line is a left turn.
            let cross = before.x * side.y - before.y * side.x + 0.0;
            let turn = cross.atan2(before.x * side.x + before.y * side.y);
            let start = if turn.abs() < STRAIGHT { before } else { side };
            if turn >= STRAIGHT {
                self.arc(a, before, side, turn);
            }
            let (low, high) = (a + start, b + side);
            self.contours.push(vec![[a.x, a.y], [low.x, low.y], [high.x, high.y], [b.x, b.y]]);
        }
    }

    /// The sector from `centre + from` counterclockwise to `centre + to`.
    fn arc(&mut self, centre: Xy, from: Xy, to: Xy, turn: f64) {
        let segments = (turn / self.step).round() as usize;
        let begin = from.y.atan2(from.x);
        let (low, high) = (centre + from, centre + to);
        let mut sector = vec![[centre.x, centre.y], [low.x, low.y]];
        sector.extend((1..segments).map(|i| self.on_arc(centre, begin + turn * i as f64 / segments as f64)));
        sector.push([high.x, high.y]);
        self.contours.push(sector);
    }
}
