//! Points against a constant area, a column at a time: the cells of the raster answer most rows without a branch, the
//! few that are left are looked at one by one.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::buffer::{BooleanBuffer, Buffer};

use super::Prepared;
use crate::call::{Call, Row};
use crate::error::Result;
use crate::geom::{BLOCK, GeometryColumn, PointBlock, each_bit};
use crate::planar::raster::{Raster, Undecided};
use crate::planar::stripes::Location;

/// The answers of a predicate of a point and an area, by where the point lies: outside, on the boundary, within.
pub type Answers = [bool; 3];

/// The answers for the rows of a block that are points, one bit each.
#[inline]
fn of_block(answers: Answers, area: &Prepared, raster: Option<&Raster>, block: &PointBlock) -> u64 {
    let bit = |i: usize, place: Location| u64::from(answers[place as usize]) << i;
    let Some(raster) = raster else {
        return each_bit(block.plain).fold(0, |word, i| word | bit(i, area.locate(block.xy(i))));
    };
    let all = |place: Location| if answers[place as usize] { u64::MAX } else { 0 };
    let cells = raster.cells(&block.x, &block.y);
    let (inside, undecided) = raster.decide(&cells);
    let decided = (inside & all(Location::Interior)) | (!inside & all(Location::Exterior));
    let undecided = block.plain & undecided;
    // In a loop of its own, so that one does not wait for the memory of the other.
    let mut found = [Undecided::default(); BLOCK];
    each_bit(undecided).for_each(|i| found[i] = raster.undecided(cells[i]));
    each_bit(undecided).fold(decided & block.plain & !undecided, |word, i| {
        word | bit(i, raster.locate_among(block.xy(i), cells[i], found[i]))
    })
}

/// The answers for a column of points and an area; `of_row` answers for rows that are something else.
pub fn in_area(
    call: &Call,
    column: &GeometryColumn,
    area: &Prepared,
    answers: Answers,
    mut of_row: impl FnMut(usize) -> Row<bool>,
) -> Result<ArrayRef> {
    let raster = area.raster();
    let mut words = Vec::with_capacity(column.len().div_ceil(BLOCK));
    column.each_block(0..column.len(), |from, valid, block| {
        let mut word = of_block(answers, area, raster, block);
        for i in each_bit(valid & !block.plain) {
            match of_row(from + i) {
                Ok(answer) => word |= u64::from(answer == Some(true)) << i,
                Err(cause) => return call.fail(Some(from + i), cause),
            }
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
