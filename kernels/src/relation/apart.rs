//! Distances between points, 64 rows at a time: the most frequent rows of all, which need no search.

use std::convert::Infallible;

use crate::call::Geometries;
use crate::geom::{self, BLOCK, GeometryColumn, Xy};

/// The distances between two arguments where both are points.
pub struct PointsApart<'p> {
    sides: Option<[Points<'p>; 2]>,
    /// The row after the 64 that were read last.
    until: usize,
    /// Their distances; NaN where a row must be looked at by itself.
    found: [f64; BLOCK],
}

/// An argument.
#[derive(Clone, Copy)]
enum Points<'p> {
    Column(&'p GeometryColumn),
    Constant(Xy),
}

impl<'p> Points<'p> {
    /// Of an argument that seems to be points: what the first row is, the others mostly are.
    fn of(argument: &'p Geometries) -> Option<Self> {
        let column = &argument.column;
        let first = (!column.is_empty()).then(|| column.plain_point(0))??;
        Some(if argument.constant { Self::Constant(first) } else { Self::Column(column) })
    }

    /// Rows from `from` on, NaN for what is no plain point.
    fn read(self, from: usize) -> [[f64; BLOCK]; 2] {
        let mut read = [[f64::NAN; BLOCK]; 2];
        match self {
            Self::Constant(p) => read = [[p.x; BLOCK], [p.y; BLOCK]],
            Self::Column(column) => {
                let rows = from..column.len().min(from + BLOCK);
                let Ok(()) = column.each_block(rows, |_, _, block| {
                    let plain = |i: usize| block.plain >> i & 1 == 1;
                    read = [block.x, block.y].map(|v| std::array::from_fn(|i| if plain(i) { v[i] } else { f64::NAN }));
                    Ok::<(), Infallible>(())
                });
            }
        }
        read
    }
}

impl<'p> PointsApart<'p> {
    pub(super) fn new(left: &'p Geometries, right: &'p Geometries) -> Self {
        let constant = left.constant && right.constant;
        let sides = (!constant).then(|| Some([Points::of(left)?, Points::of(right)?])).flatten();
        Self { sides, until: 0, found: [f64::NAN; BLOCK] }
    }

    /// The distance in a row; `None` says only that it must be looked at by itself. Rows are asked in their order.
    #[inline]
    pub fn get(&mut self, row: usize) -> Option<f64> {
        let sides = self.sides?;
        if row >= self.until {
            self.advance(sides, row - row % BLOCK);
        }
        Some(self.found[row % BLOCK]).filter(|apart| !apart.is_nan())
    }

    fn advance(&mut self, sides: [Points; 2], from: usize) {
        let [[ax, ay], [bx, by]] = sides.map(|side| side.read(from));
        for i in 0..BLOCK {
            let (p, q) = (Xy { x: ax[i], y: ay[i] }, Xy { x: bx[i], y: by[i] });
            // An infinite ordinate gives infinity or NaN here, and NaN as the answer.
            let apart = geom::distance(p, q);
            self.found[i] = if apart.is_finite() { apart } else { f64::NAN };
        }
        self.until = from + BLOCK;
    }
}
