//! Levenshtein distance and optimal string alignment of long strings: 64 rows of the table in a word, as the
//! differences between neighbours (Myers, 1999; Hyyrö, 2003), and of each column only what can matter.

use super::long::Numbered;

const WORD: usize = u64::BITS as usize;

/// The differences down a column that one word holds, and what the exchange of neighbours asks of the column before.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// Where the distance grows by one from a row to the next.
    rises: u64,
    /// Where it falls by one.
    falls: u64,
    /// Where it is as large as one row up and one column left.
    diagonal: u64,
    /// Rows whose symbol is the column's.
    equal: u64,
}

/// The distance, if it is at most `most`; else something above `most`.
pub fn distance<const EXCHANGES: bool>(pair: &mut Numbered, most: usize) -> u32 {
    let (rows, columns) = (pair.a.len(), pair.b.len());
    if rows.abs_diff(columns) > most {
        return most as u32 + 1;
    }
    if rows == 0 || columns == 0 {
        return rows.max(columns) as u32;
    }
    let blocks = pair.mark();
    let full = rows.max(columns);
    // Similar strings are frequent, and a narrow band costs little to try.
    let narrow = (full / 16).max(rows.abs_diff(columns)).max(WORD);
    if narrow < most.min(full) {
        let found = within::<EXCHANGES>(pair, blocks, narrow);
        if found as usize <= narrow {
            return found;
        }
    }
    let found = within::<EXCHANGES>(pair, blocks, most.min(full));
    if found as usize > most { most as u32 + 1 } else { found }
}

/// The distance, if it is at most `band`: then no way through the table leads farther from its diagonal than that.
fn within<const EXCHANGES: bool>(pair: &Numbered, blocks: usize, band: usize) -> u32 {
    let rows = pair.a.len();
    let height = |block: usize| if block + 1 < blocks { WORD } else { rows - block * WORD };
    let mut column = vec![Block { rises: u64::MAX, falls: 0, diagonal: u64::MAX, equal: 0 }; blocks];
    // Blocks are taken in as the band comes to them; the score is the distance at the bottom of the last one.
    let (mut taken, mut score) = (0, 0_usize);
    for (j, &symbol) in pair.b.iter().enumerate() {
        let first = j.saturating_sub(band + 1) / WORD;
        while taken < blocks && taken * WORD <= j + band + 1 {
            score += height(taken);
            taken += 1;
        }
        let equal = &pair.words[symbol as usize * blocks..][..blocks];
        // Above the band distances count as growing from column to column, as they do above the table.
        let (mut up, mut down) = (1, 0);
        let (mut kept_above, mut equal_above) = (u64::MAX, 0);
        let mut bottom = (0, 0);
        for (block, &equal) in column[first..taken].iter_mut().zip(&equal[first..taken]) {
            let Block { rises, falls, .. } = *block;
            let from = equal | down;
            let mut diagonal = (((from & rises).wrapping_add(rises)) ^ rises) | from | falls;
            if EXCHANGES {
                let exchanged = (!block.diagonal & equal) << 1 | (!kept_above & equal_above) >> (WORD - 1);
                diagonal |= exchanged & block.equal;
                (kept_above, equal_above) = (block.diagonal, equal);
            }
            let grows = falls | !(diagonal | rises);
            let shrinks = diagonal & rises;
            let (grows_on, shrinks_on) = (grows << 1 | up, shrinks << 1 | down);
            (up, down) = (grows >> (WORD - 1), shrinks >> (WORD - 1));
            *block = Block { rises: shrinks_on | !(diagonal | grows_on), falls: grows_on & diagonal, diagonal, equal };
            bottom = (grows, shrinks);
        }
        let lowest = height(taken - 1) - 1;
        score = score + (bottom.0 >> lowest & 1) as usize - (bottom.1 >> lowest & 1) as usize;
    }
    score as u32
}
