//! Damerau-Levenshtein distance of long strings, the true one, by the recurrence of Zhao and Sahni (2019): of all exchanges
//! that could end in a cell only those with nothing between on one of the two sides matter.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u32x8};

use super::blocks;
use super::long::Numbered;

/// Columns that are computed at once.
const LANES: usize = 8;
/// More than any distance, and as little less than nothing as a column's number.
const FAR: u32 = 1 << 30;

/// The distance of any pair.
pub fn distance(pair: &mut Numbered) -> u32 {
    distance_at(Level::new(), pair)
}

/// The distance, by vectors of some kind: as far from the diagonal as the one with simple exchanges, which is never less,
/// allows.
pub fn distance_at(level: Level, pair: &mut Numbered) -> u32 {
    let bound = blocks::distance_at::<true>(level, pair, usize::MAX / 2);
    // An exchange with something between is two edits at least, and so is what it replaces.
    if bound <= 2 || pair.a.len().min(pair.b.len()) == 0 {
        return bound;
    }
    let band = bound as usize;
    if blocks::wide(level) && band >= LANES {
        dispatch!(level, simd => by_vectors(simd, pair, band))
    } else {
        by_cells(pair, band)
    }
}

/// A cell after the other.
fn by_cells(pair: &mut Numbered, band: usize) -> u32 {
    let (rows, columns) = (pair.a.len(), pair.b.len());
    // Two rows of the table with a column of no use on their left, and of each column the distance above its last row.
    let width = columns + 2;
    pair.cells.clear();
    pair.cells.resize(3 * width + pair.symbols, FAR);
    let (mut row, rest) = pair.cells.split_at_mut(width);
    let (mut older, rest) = rest.split_at_mut(width);
    let (kept, last_row) = rest.split_at_mut(width);
    last_row.fill(0);
    for (j, cell) in row[1..].iter_mut().enumerate() {
        *cell = j as u32;
    }
    for (i, &a) in (1..=rows).zip(pair.a) {
        std::mem::swap(&mut row, &mut older);
        let first = i.saturating_sub(band).max(1);
        let last = (i + band).min(columns);
        if first > last {
            break;
        }
        row[first - 1] = FAR;
        let mut above = std::mem::replace(&mut row[first], if first == 1 { i as u32 } else { FAR });
        let mut left = row[first];
        // One row up: two columns left of the cell, and one.
        let (mut before, mut diagonal) = (older[first - 1], older[first]);
        let (mut corner, mut steps) = (FAR, first as u32 - 1);
        let cells = row[first + 1..].iter_mut().zip(&older[first + 1..]).zip(&mut kept[first..]);
        for (&b, ((cell, &up), kept)) in pair.b[first - 1..last].iter().zip(cells) {
            let mut value = (diagonal + u32::from(a != b)).min(up + 1);
            steps += 1;
            if a == b {
                steps = 0;
                *kept = before;
                corner = above;
            } else {
                let rows = i as u32 - last_row[b as usize];
                if steps == 1 {
                    value = value.min(*kept + rows);
                } else if rows == 1 {
                    value = value.min(corner + steps);
                }
            }
            (before, diagonal) = (diagonal, up);
            // Last, because all else is known before it is.
            left = value.min(left + 1);
            above = std::mem::replace(cell, left);
        }
        last_row[a as usize] = i as u32;
    }
    row[columns + 1]
}

/// Some columns of a row at once. What steps to the right make of them comes last, as all else is known before.
#[inline(always)]
fn by_vectors<S: Simd>(simd: S, pair: &mut Numbered, band: usize) -> u32 {
    let (a, b) = (pair.a, pair.b);
    let wide = b.len().next_multiple_of(LANES);
    let line = wide + 2;
    pair.cells.clear();
    pair.cells.resize(3 * line + 3 * wide + b.len() + 2 * pair.symbols, FAR);
    // Two rows of the table, with two columns of no use on their left, and the second string behind one.
    let (mut row, rest) = pair.cells.split_at_mut(line);
    let (mut older, rest) = rest.split_at_mut(line);
    let (symbols, rest) = rest.split_at_mut(line);
    // Of each column the last row that has its symbol, and the distance above that, two columns left.
    let (last_row, rest) = rest.split_at_mut(wide);
    let (kept, rest) = rest.split_at_mut(wide);
    let (exchanged, rest) = rest.split_at_mut(wide);
    let (columns, rest) = rest.split_at_mut(b.len());
    let (starts, ends) = rest.split_at_mut(pair.symbols);
    let mut places = Places { columns, starts, ends };
    symbols[1..][..b.len()].copy_from_slice(b);
    last_row.fill(0);
    places.list(b);
    for (column, cell) in row[1..].iter_mut().enumerate() {
        *cell = column as u32;
    }
    let mut above = 0;
    for (i, &symbol) in (1..=a.len()).zip(a) {
        let from = i.saturating_sub(band + 1) / LANES * LANES;
        let to = (i + band).min(b.len()).next_multiple_of(LANES);
        if from >= to {
            break;
        }
        std::mem::swap(&mut row, &mut older);
        // Where the row above has the symbol of a column, the exchange may go back to any column.
        places.leave(above, from);
        places.leave(symbol, from);
        let crossing = if above == symbol { &[] } else { places.of(above) };
        let crossing = || crossing.iter().take_while(|place| (**place as usize) < to);
        let mut partners = places.of(symbol).iter().peekable();
        let mut partner = None;
        for &place in crossing() {
            while let Some(next) = partners.next_if(|next| **next < place) {
                partner = Some(*next);
            }
            if let Some(partner) = partner {
                exchanged[place as usize] = row[partner as usize + 1] + place - partner;
            }
        }
        row[from] = FAR;
        row[from + 1] = if from == 0 { i as u32 } else { FAR };
        // Distances less the column, so that a step to the right costs nothing.
        let mut left = u32x8::splat(simd, row[from + 1] + FAR - from as u32);
        let numbers = u32x8::from_fn(simd, |lane| lane as u32 + 1);
        let far = u32x8::splat(simd, u32::MAX);
        for at in (from..to).step_by(LANES) {
            let load = |cells: &[u32]| u32x8::from_slice(simd, &cells[..LANES]);
            let (corner, diagonal, up) = (load(&older[at..]), load(&older[at + 1..]), load(&older[at + 2..]));
            let same = load(&symbols[at + 1..]).simd_eq(symbol);
            let next = load(&symbols[at..]).simd_eq(symbol);
            let (row_of, before) = (load(&last_row[at..]), load(&kept[at..]));
            let across = before + (u32x8::splat(simd, i as u32) - row_of);
            let value = same.select(diagonal, diagonal + 1).min(up + 1).min(load(&exchanged[at..]));
            let value = value.min(next.select(across, far));
            same.select(u32x8::splat(simd, i as u32), row_of).store_slice(&mut last_row[at..][..LANES]);
            same.select(corner, before).store_slice(&mut kept[at..][..LANES]);
            let number = numbers + at as u32;
            let mut least = value + FAR - number;
            least = least.min(far.slide::<7>(least));
            least = least.min(far.slide::<6>(least));
            least = least.min(far.slide::<4>(least)).min(left);
            left = u32x8::splat(simd, least[LANES - 1]);
            (least + number - FAR).store_slice(&mut row[at + 2..][..LANES]);
        }
        crossing().for_each(|&place| exchanged[place as usize] = FAR);
        above = symbol;
    }
    row[b.len() + 1]
}

/// The columns that each symbol has.
struct Places<'p> {
    columns: &'p mut [u32],
    /// Where those of a symbol start that the band has not left.
    starts: &'p mut [u32],
    /// Where they end.
    ends: &'p mut [u32],
}

impl Places<'_> {
    fn list(&mut self, b: &[u32]) {
        self.ends.fill(0);
        b.iter().for_each(|&symbol| self.ends[symbol as usize] += 1);
        let mut sum = 0;
        for (start, end) in self.starts.iter_mut().zip(self.ends.iter_mut()) {
            *start = sum;
            sum += *end;
            *end = *start;
        }
        for (column, &symbol) in b.iter().enumerate() {
            let end = &mut self.ends[symbol as usize];
            self.columns[*end as usize] = column as u32;
            *end += 1;
        }
    }

    /// Leaves those before the band behind.
    fn leave(&mut self, symbol: u32, from: usize) {
        let start = &mut self.starts[symbol as usize];
        let columns = &self.columns[*start as usize..self.ends[symbol as usize] as usize];
        *start += columns.iter().take_while(|column| (**column as usize) < from).count() as u32;
    }

    /// Those of a symbol that are not left.
    fn of(&self, symbol: u32) -> &[u32] {
        &self.columns[self.starts[symbol as usize] as usize..self.ends[symbol as usize] as usize]
    }
}
