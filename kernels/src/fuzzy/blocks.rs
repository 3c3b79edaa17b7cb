//! Levenshtein distance and optimal string alignment of long strings: 64 rows of the table in a word, as the
//! differences between neighbours (Myers, 1999; Hyyrö, 2003), and of each column only what can matter.

use super::long::Numbered;

const WORD: usize = u64::BITS as usize;

/// The distance, if it is at most `most`; else something above `most`.
pub fn distance<const EXCHANGES: bool>(pair: &mut Numbered, most: usize) -> u32 {
    let (rows, columns) = (pair.a.len(), pair.b.len());
    if rows.abs_diff(columns) > most {
        return most as u32 + 1;
    }
    if rows == 0 || columns == 0 {
        return rows.max(columns) as u32;
    }
    let blocks = mark(pair);
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

/// Marks where the first string has each symbol: as many words for each number as the string fills, which is given. No
/// symbol of it is 0, whose words stay empty.
fn mark(pair: &mut Numbered) -> usize {
    let blocks = pair.a.len().div_ceil(WORD);
    pair.words.clear();
    pair.words.resize(pair.symbols * blocks, 0);
    for (i, &symbol) in pair.a.iter().enumerate() {
        pair.words[symbol as usize * blocks + i / WORD] |= 1 << (i % WORD);
    }
    blocks
}

/// The distance, if it is at most `limit`: then no way through the table leads farther from its diagonal than that. Else
/// something above.
fn within<const EXCHANGES: bool>(pair: &Numbered, blocks: usize, limit: usize) -> u32 {
    let mut band = Band {
        blocks: vec![Block { rises: u64::MAX, falls: 0 }; blocks],
        symbols: vec![Symbols::NONE; if EXCHANGES { blocks } else { 0 }],
        rows: pair.a.len(),
        reach: limit + 1,
        columns: 0,
        dropped: 0,
        score: 0,
    };
    let most = pair.a.len().max(pair.b.len());
    for symbols in pair.b.chunks(WORD) {
        if EXCHANGES {
            symbols.iter().for_each(|one| band.advance::<EXCHANGES, 1>(pair.words, &[*one]));
        } else {
            // One column waits for its carries; two wait for theirs at the same time.
            let (twos, last) = symbols.as_chunks();
            twos.iter().for_each(|two| band.advance::<EXCHANGES, 2>(pair.words, two));
            last.iter().for_each(|one| band.advance::<EXCHANGES, 1>(pair.words, &[*one]));
        }
        if limit < most && band.least() > limit as i64 {
            return limit as u32 + 1;
        }
    }
    band.drop_until(blocks);
    (band.score + band.columns as i64) as u32
}

/// The part of a column that is near the diagonal.
struct Band {
    blocks: Vec<Block>,
    /// What the exchange of neighbours asks of the column before.
    symbols: Vec<Symbols>,
    rows: usize,
    /// How far from the diagonal distances are known.
    reach: usize,
    /// Columns that are done.
    columns: usize,
    /// Blocks that the band has left.
    dropped: usize,
    /// How much the distance grew down those, when they were left.
    score: i64,
}

/// The differences down a column that one word holds.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// Where the distance grows by one from a row to the next.
    rises: u64,
    /// Where it falls by one.
    falls: u64,
}

#[derive(Debug, Clone, Copy)]
struct Symbols {
    /// Rows whose symbol is the column's.
    equal: u64,
    /// Where the distance is as large as one row up and one column left.
    diagonal: u64,
}

impl Symbols {
    const NONE: Self = Self { equal: 0, diagonal: u64::MAX };
}

/// What a block leaves to the one below it: whether the distance at its bottom grows, or falls, from column to column.
#[derive(Clone, Copy)]
struct Carry {
    grows: u64,
    falls: u64,
    /// The symbols of the block above, in its column and, but for `equal`, in the one before.
    above: Symbols,
}

impl Band {
    /// Goes on by some columns, which have these symbols.
    #[inline(always)]
    fn advance<const EXCHANGES: bool, const N: usize>(&mut self, words: &[u64], symbols: &[u32; N]) {
        let count = self.blocks.len();
        self.drop_until(self.columns.saturating_sub(self.reach) / WORD);
        self.columns += N;
        // Blocks to which the band has not come have distances that grow from row to row.
        let range = self.dropped..(self.columns + self.reach).div_ceil(WORD).min(count);
        let equal = symbols.map(|symbol| &words[symbol as usize * count..][range.clone()]);
        // Above the band distances count as growing from column to column, as they do above the table.
        let mut carries = [Carry { grows: 1, falls: 0, above: Symbols::NONE }; N];
        for (i, block) in self.blocks[range.clone()].iter_mut().enumerate() {
            let mut next = *block;
            for (carry, equal) in carries.iter_mut().zip(&equal) {
                let symbols = if EXCHANGES { Some(&mut self.symbols[range.start + i]) } else { None };
                next = next.next(equal[i], symbols, carry);
            }
            *block = next;
        }
    }

    /// What no distance of the last column is less than.
    fn least(&self) -> i64 {
        let mut top = self.score + self.columns as i64;
        let mut least = top;
        for i in self.dropped..self.blocks.len() {
            let (rises, falls) = self.growth(i);
            least = least.min(top - falls);
            top += rises - falls;
        }
        least
    }

    /// How often the distance rises and falls down a block.
    fn growth(&self, block: usize) -> (i64, i64) {
        let rows = u64::MAX >> (WORD - (self.rows - block * WORD).min(WORD));
        let Block { rises, falls } = self.blocks[block];
        ((rises & rows).count_ones().into(), (falls & rows).count_ones().into())
    }

    /// Leaves the blocks before this one.
    fn drop_until(&mut self, block: usize) {
        for i in self.dropped..block {
            let (rises, falls) = self.growth(i);
            self.score += rises - falls;
        }
        self.dropped = block;
    }
}

impl Block {
    /// The same block of the next column, whose symbol is equal to those of these rows.
    #[inline(always)]
    fn next(self, equal: u64, symbols: Option<&mut Symbols>, carry: &mut Carry) -> Self {
        let Block { rises, falls } = self;
        let from = equal | carry.falls;
        let mut diagonal = (((from & rises).wrapping_add(rises)) ^ rises) | from | falls;
        if let Some(symbols) = symbols {
            let above = (!carry.above.diagonal & carry.above.equal) >> (WORD - 1);
            let exchanged = (!symbols.diagonal & equal) << 1 | above;
            diagonal |= exchanged & symbols.equal;
            carry.above = Symbols { equal, diagonal: symbols.diagonal };
            *symbols = Symbols { equal, diagonal };
        }
        let grows = falls | !(diagonal | rises);
        let shrinks = diagonal & rises;
        let (grows_on, shrinks_on) = (grows << 1 | carry.grows, shrinks << 1 | carry.falls);
        (carry.grows, carry.falls) = (grows >> (WORD - 1), shrinks >> (WORD - 1));
        Self { rises: shrinks_on | !(diagonal | grows_on), falls: grows_on & diagonal }
    }
}
