//! How like two texts can be at best, by their lengths, their first symbols and what symbols they have.

/// A few words that stand for a text.
#[derive(Debug, Clone, Copy)]
pub struct Likeness {
    len: u32,
    /// The first four symbols, 0 where there is none.
    start: [u32; 4],
    /// A bit for the first, second and third of each kind of symbol; kinds may share bits.
    symbols: u128,
}

impl Likeness {
    /// Of a text.
    pub fn new(text: &[u32]) -> Self {
        let mut start = [0; 4];
        start.iter_mut().zip(text).for_each(|(start, symbol)| *start = symbol + 1);
        let mut symbols = 0_u128;
        for symbol in text {
            // The next free bit of the kind's three; a fourth one of a kind is not told from none.
            let shift = symbol % 42 * 3;
            let free = !(symbols >> shift) & 0b111;
            symbols |= u128::from(free as u32 & (free as u32).wrapping_neg()) << shift;
        }
        Self { len: text.len() as u32, start, symbols }
    }

    /// The Jaro-Winkler similarity of two texts is not above this.
    #[inline]
    pub fn at_most(&self, other: &Self) -> f64 {
        // A bit that one has and the other has not is a symbol without a partner.
        let alone = |a: &Self, b: &Self| a.len - (a.symbols & !b.symbols).count_ones();
        let matches = f64::from(alone(self, other).min(alone(other, self)));
        if matches == 0.0 {
            return 0.0;
        }
        let jaro = (matches / f64::from(self.len) + matches / f64::from(other.len) + 1.0) / 3.0;
        let shared = self.start.iter().zip(&other.start).take_while(|(a, b)| a == b && **a != 0).count();
        // Rounding of the true value must not come out above.
        jaro + shared as f64 * 0.1 * (1.0 - jaro) + 1e-9
    }
}

/// Lengths of the texts whose Jaro-Winkler similarity to one of this length can be so high, both ends included.
pub fn lengths(len: u32, least: f64) -> (u32, u32) {
    // With four symbols shared at the start and all of the shorter one common.
    let jaro = (least - 0.4) / 0.6;
    let ratio = 3.0 * jaro - 2.0 - 1e-9;
    if ratio <= 0.0 {
        return (0, u32::MAX);
    }
    ((f64::from(len) * ratio).floor() as u32, (f64::from(len) / ratio).ceil() as u32)
}
