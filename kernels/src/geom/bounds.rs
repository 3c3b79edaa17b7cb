//! Axis-aligned boxes.

use super::{Coords, Geom, Part, Xy};

/// A closed box; `xmin <= xmax` and `ymin <= ymax`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Smallest x.
    pub xmin: f64,
    /// Smallest y.
    pub ymin: f64,
    /// Largest x.
    pub xmax: f64,
    /// Largest y.
    pub ymax: f64,
}

impl Rect {
    const NOTHING: Rect =
        Rect { xmin: f64::INFINITY, ymin: f64::INFINITY, xmax: f64::NEG_INFINITY, ymax: f64::NEG_INFINITY };

    /// The box around a geometry; `None` if it is empty or holds only NaN. Holes cannot widen a box and are skipped.
    pub fn of(geom: &Geom) -> Option<Rect> {
        let mut rect = Self::NOTHING;
        geom.each_part(&mut |part| match part {
            Part::Points(c) | Part::Line(c) => rect.add_all(c),
            Part::Area(rings) => {
                if let Some(shell) = rings.first() {
                    rect.add_all(shell);
                }
            }
        });
        rect.some()
    }

    /// The box of a path; `None` if it is empty or holds only NaN.
    pub(crate) fn of_path(path: &Coords) -> Option<Rect> {
        let mut rect = Self::NOTHING;
        rect.add_all(path);
        rect.some()
    }

    /// The box of one position.
    #[inline]
    pub fn of_point(p: Xy) -> Option<Rect> {
        Rect { xmin: p.x, ymin: p.y, xmax: p.x, ymax: p.y }.some()
    }

    #[inline]
    fn some(self) -> Option<Rect> {
        (self.xmin <= self.xmax && self.ymin <= self.ymax).then_some(self)
    }

    #[inline]
    fn add_all(&mut self, coords: &Coords) {
        // f64::min and max pass over NaN. Locals, so that the loop keeps them in registers.
        let Rect { mut xmin, mut ymin, mut xmax, mut ymax } = *self;
        coords.each(|x, y| {
            xmin = xmin.min(x);
            ymin = ymin.min(y);
            xmax = xmax.max(x);
            ymax = ymax.max(y);
        });
        *self = Rect { xmin, ymin, xmax, ymax };
    }

    /// The smallest box around both.
    pub fn union(&self, other: &Rect) -> Rect {
        Rect {
            xmin: self.xmin.min(other.xmin),
            ymin: self.ymin.min(other.ymin),
            xmax: self.xmax.max(other.xmax),
            ymax: self.ymax.max(other.ymax),
        }
    }

    /// What the boxes share; `None` if they share no point.
    #[inline]
    pub fn intersection(&self, other: &Rect) -> Option<Rect> {
        Rect {
            xmin: self.xmin.max(other.xmin),
            ymin: self.ymin.max(other.ymin),
            xmax: self.xmax.min(other.xmax),
            ymax: self.ymax.min(other.ymax),
        }
        .some()
    }

    /// Whether the boxes share a point.
    #[inline]
    pub fn intersects(&self, other: &Rect) -> bool {
        self.xmin <= other.xmax && other.xmin <= self.xmax && self.ymin <= other.ymax && other.ymin <= self.ymax
    }

    /// Whether `other` lies within this box, boundary included.
    #[inline]
    pub fn covers(&self, other: &Rect) -> bool {
        self.xmin <= other.xmin && other.xmax <= self.xmax && self.ymin <= other.ymin && other.ymax <= self.ymax
    }

    /// Whether a position lies within this box, boundary included.
    #[inline]
    pub fn covers_position(&self, p: Xy) -> bool {
        self.xmin <= p.x && p.x <= self.xmax && self.ymin <= p.y && p.y <= self.ymax
    }

    /// Lower bound of the distance between anything in the two boxes. Rounded down, so that rejecting by it is safe.
    #[inline]
    pub fn distance(&self, other: &Rect) -> f64 {
        let dx = (other.xmin - self.xmax).max(self.xmin - other.xmax).max(0.0);
        let dy = (other.ymin - self.ymax).max(self.ymin - other.ymax).max(0.0);
        dx.hypot(dy) * (1.0 - 4.0 * f64::EPSILON)
    }
}
