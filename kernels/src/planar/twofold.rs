//! Numbers of twice the precision of a double: an unevaluated sum of two (Dekker 1971, Knuth's two-sum).

use std::ops::{Add, Div, Mul, Sub};

/// `high + low`, where `high` is the sum rounded to a double.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Twofold {
    pub high: f64,
    low: f64,
}

impl From<f64> for Twofold {
    fn from(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }
}

/// A position to twice the precision of a double.
pub type Precise = [Twofold; 2];

/// Of a number computed with these, what rounding can have done to it at most, in units of what it was computed from.
const ROUNDING: f64 = 1e-28;

impl Twofold {
    /// Whether it is positive; `None` where rounding may have made it of nothing.
    pub fn is_positive(self, size: f64) -> Option<bool> {
        (self.high.abs() > size * ROUNDING).then_some(self.high > 0.0)
    }
}

/// The sum of two doubles and its rounding error.
fn two_sum(a: f64, b: f64) -> Twofold {
    let high = a + b;
    let of_b = high - a;
    Twofold { high, low: (a - (high - of_b)) + (b - of_b) }
}

/// The halves of a double, 26 bits each.
fn split(a: f64) -> (f64, f64) {
    let scaled = 134_217_729.0 * a;
    let high = scaled - (scaled - a);
    (high, a - high)
}

/// The product of two doubles and its rounding error.
fn two_product(a: f64, b: f64) -> Twofold {
    let high = a * b;
    let ((a1, a2), (b1, b2)) = (split(a), split(b));
    Twofold { high, low: ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2 }
}

impl Add for Twofold {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let sum = two_sum(self.high, other.high);
        let rest = two_sum(self.low, other.low);
        let sum = two_sum(sum.high, sum.low + rest.high);
        two_sum(sum.high, sum.low + rest.low)
    }
}

impl Sub for Twofold {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Self { high: -other.high, low: -other.low }
    }
}

impl Mul for Twofold {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = two_product(self.high, other.high);
        two_sum(product.high, product.low + (self.high * other.low + self.low * other.high))
    }
}

impl Div for Twofold {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self - other * Self::from(first);
        let second = rest.high / other.high;
        let rest = rest - other * Self::from(second);
        Self::from(first) + Self::from(second) + Self::from(rest.high / other.high)
    }
}
