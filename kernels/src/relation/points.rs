//! Points against a constant area, a column at a time: the cells of the raster answer most rows without a branch, the
//! few that are left are looked at one by one.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::buffer::{BooleanBuffer, Buffer};

use super::Prepared;
use crate::call::{Call, Row};
use crate::error::Result;
use crate::geom::{BLOCK, GeometryColumn, PointBlock};
use crate::planar::stripes::Location;

/// The answers of a predicate of a point and an area, by where the point lies.
#[derive(Debug, Clone, Copy)]
pub struct Answers {
    /// Outside.
    pub exterior: bool,
    /// On an edge or a vertex.
    pub boundary: bool,
    /// Within.
    pub interior: bool,
}

impl Answers {
    #[inline]
    fn of(self, place: Location) -> bool {
        match place {
            Location::Exterior => self.exterior,
            Location::Boundary => self.boundary,
            Location::Interior => self.interior,
        }
    }

    /// The answers for the rows of a block that are points, one bit each.
    #[inline]
    fn of_block(self, area: &Prepared, block: &PointBlock) -> u64 {
        let all = |answer: bool| if answer { u64::MAX } else { 0 };
        let (mut answers, mut undecided) = (0, block.plain);
        if let Some(raster) = area.raster() {
            let (inside, unsure) = raster.classify_block(&block.x, &block.y);
            answers = (inside & all(self.interior)) | (!inside & all(self.exterior));
            undecided &= unsure;
            answers &= block.plain & !undecided;
        }
        while undecided != 0 {
            let i = undecided.trailing_zeros() as usize;
            answers |= u64::from(self.of(area.locate(block.xy(i)))) << i;
            undecided &= undecided - 1;
        }
        answers
    }
}

/// The answers for a column of points and an area; `of_row` answers for rows that are something else.
pub fn in_area(
    call: &Call,
    column: &GeometryColumn,
    area: &Prepared,
    answers: Answers,
    of_row: impl Fn(usize) -> Row<bool>,
) -> Result<ArrayRef> {
    let mut words = Vec::with_capacity(column.len().div_ceil(BLOCK));
    column.each_block(|from, valid, block| {
        let mut word = answers.of_block(area, block);
        let mut others = valid & !block.plain;
        while others != 0 {
            let i = others.trailing_zeros() as usize;
            match of_row(from + i) {
                Ok(answer) => word |= u64::from(answer == Some(true)) << i,
                Err(cause) => return call.fail(Some(from + i), cause),
            }
            others &= others - 1;
        }
        words.push(word);
        Ok(())
    })?;
    let values = BooleanBuffer::new(Buffer::from_vec(words), 0, column.len());
    Ok(Arc::new(BooleanArray::new(values, column.nulls().cloned())))
}

#[cfg(test)]
#[path = "points_tests.rs"]
mod tests;
