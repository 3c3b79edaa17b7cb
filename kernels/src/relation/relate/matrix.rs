//! The DE-9IM matrix of two geometries, and what can be told from one that is still being filled.

use std::fmt;

use super::Question;
use crate::planar::stripes::Location;

/// Dimensions of the intersections of the interior, boundary and exterior of one geometry with those of another: -1
/// for none, 0 points, 1 lines, 2 areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matrix([[i8; 3]; 3]);

/// The row or column of a location.
const fn at(location: Location) -> usize {
    match location {
        Location::Interior => 0,
        Location::Boundary => 1,
        Location::Exterior => 2,
    }
}

impl Matrix {
    /// Nothing known but that the exteriors meet: geometries are bounded.
    pub const UNKNOWN: Matrix = Matrix([[-1, -1, -1], [-1, -1, -1], [-1, -1, 2]]);

    /// Notes that two locations have a set of this dimension in common. Dimensions only grow.
    #[inline]
    pub fn raise(&mut self, a: Location, b: Location, dimension: i8) {
        let cell = &mut self.0[at(a)][at(b)];
        *cell = (*cell).max(dimension);
    }

    /// Dimension of what two locations have in common.
    #[inline]
    pub fn get(&self, a: Location, b: Location) -> i8 {
        self.0[at(a)][at(b)]
    }

    /// Whether two locations have a point in common.
    #[inline]
    pub fn meets(&self, a: Location, b: Location) -> bool {
        self.get(a, b) >= 0
    }

    /// Whether the geometries have a point in common.
    pub fn intersects(&self) -> bool {
        self.0[..2].iter().any(|row| row[..2].iter().any(|dimension| *dimension >= 0))
    }

    /// The nine dimensions, row by row.
    pub fn cells(&self) -> impl Iterator<Item = i8> + '_ {
        self.0.iter().flatten().copied()
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cells().try_for_each(|cell| match cell {
            -1 => f.write_str("F"),
            dimension => write!(f, "{dimension}"),
        })
    }
}

/// What a matrix may be asked to be: each of nine cells empty (F), not empty (T), of a dimension, or anything (*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern([Wanted; 9]);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Anything,
    Empty,
    NotEmpty,
    Dimension(i8),
}

impl Wanted {
    fn accepts(self, cell: i8) -> bool {
        match self {
            Wanted::Anything => true,
            Wanted::Empty => cell < 0,
            Wanted::NotEmpty => cell >= 0,
            Wanted::Dimension(dimension) => cell == dimension,
        }
    }

    /// Whether a cell that may still grow can never be accepted.
    fn excludes(self, cell: i8) -> bool {
        match self {
            Wanted::Anything | Wanted::NotEmpty => false,
            Wanted::Empty => cell >= 0,
            Wanted::Dimension(dimension) => cell > dimension,
        }
    }
}

impl Pattern {
    /// Reads nine characters of `012TF*`, upper or lower case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut wanted = [Wanted::Anything; 9];
        if text.chars().count() != 9 {
            return None;
        }
        for (cell, c) in wanted.iter_mut().zip(text.chars()) {
            *cell = match c.to_ascii_uppercase() {
                '*' => Wanted::Anything,
                'F' => Wanted::Empty,
                'T' => Wanted::NotEmpty,
                '0' => Wanted::Dimension(0),
                '1' => Wanted::Dimension(1),
                '2' => Wanted::Dimension(2),
                _ => return None,
            };
        }
        Some(Self(wanted))
    }

    /// Whether a complete matrix is as wanted.
    pub fn accepts(&self, matrix: &Matrix) -> bool {
        self.0.iter().zip(matrix.cells()).all(|(wanted, cell)| wanted.accepts(cell))
    }

    /// Whether a matrix that is still growing can no longer become as wanted.
    pub fn excludes(&self, matrix: &Matrix) -> bool {
        self.0.iter().zip(matrix.cells()).any(|(wanted, cell)| wanted.excludes(cell))
    }
}

/// The question for the whole matrix.
#[derive(Debug, Clone, Copy)]
pub struct Whole;

impl Question for Whole {
    type Answer = Matrix;

    fn settled(&self, _: &Matrix) -> Option<Matrix> {
        None
    }

    fn answer(&self, matrix: &Matrix) -> Matrix {
        *matrix
    }
}

impl Question for Pattern {
    type Answer = bool;

    fn settled(&self, matrix: &Matrix) -> Option<bool> {
        self.excludes(matrix).then_some(false)
    }

    fn answer(&self, matrix: &Matrix) -> bool {
        self.accepts(matrix)
    }
}
