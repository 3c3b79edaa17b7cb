//! Axis-aligned boxes.

use super::coords::Position;
use super::runs::xy;
use super::{Coords, Geom, Role, Xy};

/// What a geometry reaches, folded over its sequences: holes too, which an invalid polygon may have outside of its shell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    rect: Rect,
    /// Whether an ordinate is NaN; empty points have none.
    nan: bool,
}

impl Reach {
    pub(super) const NOTHING: Self = Self { rect: Rect::NOTHING, nan: false };

    #[inline]
    pub(super) fn widen(mut self, role: Role, coords: &Coords) -> Self {
        let nan = self.rect.add_all(coords);
        let odd = |p: Xy| p.x.is_nan() || p.y.is_nan();
        self.nan |= nan && (role != Role::Points || coords.points().any(odd));
        self
    }

    /// The box, and whether every ordinate is a number no further from 0 than `limit`.
    #[inline]
    pub(super) fn within(self, limit: f64) -> Extent {
        (self.rect.some(), !self.nan && self.rect.is_near(limit))
    }
}

/// The box around all coordinates, `None` where there is none; and whether all are finite numbers.
pub type Extent = (Option<Rect>, bool);

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

/// A box in the making, two positions at a time: of x, y, x, y.
#[derive(Clone, Copy)]
struct Lanes {
    low: [f64; 4],
    high: [f64; 4],
    /// Not 0 where an x, or a y, of NaN was passed over.
    nan: [u64; 2],
}

impl Lanes {
    #[inline]
    fn widen(mut self, run: &[Position]) -> Self {
        let (pairs, last) = run.as_chunks::<2>();
        pairs.iter().for_each(|[a, b]| self.add(a, b));
        last.iter().for_each(|last| self.add(last, last));
        self
    }

    #[inline(always)]
    fn add(&mut self, a: &Position, b: &Position) {
        let ([ax, ay], [bx, by]) = (xy(a), xy(b));
        for (i, v) in [ax, ay, bx, by].into_iter().enumerate() {
            // No comparison holds for NaN, and each choice is a single instruction, which f64::min is not.
            self.low[i] = if v < self.low[i] { v } else { self.low[i] };
            self.high[i] = if v > self.high[i] { v } else { self.high[i] };
        }
        self.nan[0] |= u64::from(ax.is_nan() | bx.is_nan());
        self.nan[1] |= u64::from(ay.is_nan() | by.is_nan());
    }
}

impl Rect {
    pub(super) const NOTHING: Rect =
        Rect { xmin: f64::INFINITY, ymin: f64::INFINITY, xmax: f64::NEG_INFINITY, ymax: f64::NEG_INFINITY };

    /// Widens it to a sequence of a geometry; NaN is passed over. Holes are skipped: they cannot widen the box of a valid
    /// polygon.
    #[inline]
    pub(super) fn widen(mut self, role: Role, coords: &Coords) -> Rect {
        if role != Role::Hole {
            self.add_all(coords);
        }
        self
    }

    /// The box around a geometry; `None` if it is empty or holds only NaN. Holes are skipped.
    pub fn of(geom: &Geom) -> Option<Rect> {
        geom.fold(Self::NOTHING, Self::widen).some()
    }

    /// The box of one position, which may be NaN.
    #[inline]
    pub(crate) fn at(p: Xy) -> Rect {
        Rect { xmin: p.x, ymin: p.y, xmax: p.x, ymax: p.y }
    }

    /// The box of one position; `None` if an ordinate is NaN.
    #[inline]
    pub fn of_point(p: Xy) -> Option<Rect> {
        Self::at(p).some()
    }

    /// None of nothing.
    #[inline]
    pub(super) fn some(self) -> Option<Rect> {
        (self.xmin <= self.xmax && self.ymin <= self.ymax).then_some(self)
    }

    /// Widens it to all positions but those of NaN, and says whether there were any of NaN.
    #[inline(always)]
    fn add_all(&mut self, coords: &Coords) -> bool {
        let Rect { xmin, ymin, xmax, ymax } = *self;
        let lanes = Lanes { low: [xmin, ymin, xmin, ymin], high: [xmax, ymax, xmax, ymax], nan: [0; 2] };
        let Lanes { low, high, nan } = coords.fold_runs(0, lanes, Lanes::widen);
        *self = Rect {
            xmin: low[0].min(low[2]),
            ymin: low[1].min(low[3]),
            xmax: high[0].max(high[2]),
            ymax: high[1].max(high[3]),
        };
        nan != [0; 2]
    }

    /// Whether no ordinate in it is further from 0 than `limit`; true of nothing.
    fn is_near(&self, limit: f64) -> bool {
        self.xmin >= -limit && self.ymin >= -limit && self.xmax <= limit && self.ymax <= limit
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

    /// Beyond which of the four sides a position lies, one bit each: a box around two positions meets this one unless
    /// both lie beyond the same.
    #[inline]
    pub(crate) fn beyond(&self, p: Xy) -> u8 {
        u8::from(p.x < self.xmin)
            | u8::from(p.x > self.xmax) << 1
            | u8::from(p.y < self.ymin) << 2
            | u8::from(p.y > self.ymax) << 3
    }
}
