//! A band along the diagonal of the table, a column after the other, 64 rows in a word: the blocks of a column wait for
//! what those above them leave.

use super::long::Numbered;
use super::table::{Outcome, WORD, growth};

/// Computes what is at most `limit` away from the diagonal: no way through the table that costs no more leads farther.
/// With `until` it is a guess that is asked for: after so many columns it will do.
pub fn within<const EXCHANGES: bool>(pair: &mut Numbered, limit: usize, until: Option<usize>) -> Outcome {
    let (rows, columns) = (pair.a.len(), pair.b.len());
    let blocks = rows.div_ceil(WORD);
    pair.words.clear();
    pair.words.resize(pair.symbols * blocks, 0);
    let mut band = Band {
        blocks: vec![Block { rises: u64::MAX, falls: 0 }; blocks],
        symbols: vec![Symbols::NONE; if EXCHANGES { blocks } else { 0 }],
        rows,
        reach: limit + 1,
        columns: 0,
        dropped: 0,
        score: 0,
    };
    let full = rows.max(columns);
    let mut marked = 0..0;
    for symbols in pair.b.chunks(WORD) {
        // Of a table that is given up most rows are never looked at.
        marked = marked.end..(band.columns + WORD + band.reach).next_multiple_of(WORD).min(rows);
        for (i, &symbol) in marked.clone().zip(&pair.a[marked.clone()]) {
            pair.words[symbol as usize * blocks + i / WORD] |= 1 << (i % WORD);
        }
        if EXCHANGES {
            symbols.iter().for_each(|one| band.advance::<EXCHANGES, 1>(pair.words, &[*one]));
        } else {
            // One column waits for its carries; two wait for theirs at the same time.
            let (twos, last) = symbols.as_chunks();
            twos.iter().for_each(|two| band.advance::<EXCHANGES, 2>(pair.words, two));
            last.iter().for_each(|one| band.advance::<EXCHANGES, 1>(pair.words, &[*one]));
        }
        if limit < full {
            let least = band.least(columns - band.columns);
            // Where every fourth symbol is another, the limit is missed by far.
            let hopeless = least > WORD / 4 && least * columns > 4 * limit * band.columns;
            let enough = until.is_some_and(|until| hopeless || band.columns >= until);
            if least > limit || enough && band.columns < columns {
                return Outcome::given_up(band.nearest(), band.columns, columns, rows.abs_diff(columns));
            }
        }
    }
    band.drop_until(blocks);
    Outcome::of((band.score + band.columns as i64) as usize, limit)
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

    /// What no distance is less than whose way leads through the last column, so many columns before the end.
    fn least(&self, left: usize) -> usize {
        let mut top = self.score + self.columns as i64;
        let mut least = usize::MAX;
        let end = (self.columns + self.reach).div_ceil(WORD).min(self.blocks.len());
        for (i, block) in self.blocks[..end].iter().enumerate().skip(self.dropped) {
            let below = self.rows.saturating_sub(i * WORD);
            let rest = below.saturating_sub(WORD)..=below;
            // What is left of the longer string has no partner.
            let apart = rest.start().saturating_sub(left).max(left.saturating_sub(*rest.end()));
            let falls = i64::from(block.falls.count_ones());
            least = least.min((top - falls).max(0) as usize + apart);
            top += growth(block.rises, block.falls, WORD);
        }
        least
    }

    /// The least distance of the last column.
    fn nearest(&self) -> usize {
        let mut distance = self.score + self.columns as i64;
        let mut nearest = distance;
        let blocks = self.blocks[self.dropped..].iter();
        let steps = blocks.flat_map(|block| (0..WORD).map(|bit| (block.rises >> bit & 1, block.falls >> bit & 1)));
        for (rises, falls) in steps.take(self.rows - self.dropped * WORD) {
            distance += rises as i64 - falls as i64;
            nearest = nearest.min(distance);
        }
        nearest as usize
    }

    /// Leaves the blocks before this one.
    fn drop_until(&mut self, block: usize) {
        for i in self.dropped..block {
            let Block { rises, falls } = self.blocks[i];
            self.score += growth(rises, falls, self.rows - i * WORD);
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
