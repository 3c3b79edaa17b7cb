//! How a number is written: as PostGIS does (`lwprint_double`), the same in WKT and GeoJSON.

use std::fmt::Write as _;

/// Numbers from here on, and those that are not above the other limit, are written with an exponent.
const LARGE: f64 = 1e15;
const SMALL: f64 = 1e-8;

/// The shortest digits that read back as the same double, rounded half to even to at most so many decimals. Zero never
/// has a sign.
pub(super) fn write_number(out: &mut String, value: f64, decimals: u32) {
    let size = value.abs();
    // Writing to a String cannot fail, here and below.
    if value.is_nan() {
        out.push_str("NaN");
    } else if size == f64::INFINITY {
        out.push_str(if value < 0.0 { "-Infinity" } else { "Infinity" });
    } else if size < LARGE && value.fract() == 0.0 {
        let _ = write!(out, "{}", value as i64);
    } else {
        let (digits, scale) = shortest(size);
        if size > SMALL && size < LARGE {
            write_decimal(out, value < 0.0, digits, scale, decimals);
        } else {
            let leading = digits.ilog10() as i32;
            write_decimal(out, value < 0.0, digits, leading, decimals);
            let _ = write!(out, "e{:+}", leading - scale);
        }
    }
}

/// A positive number as `digits / 10^scale`. Ryu as in PostGIS: of two shortest texts that are equally near it takes
/// the even one, where the standard library rounds up.
fn shortest(value: f64) -> (u64, i32) {
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    let digits = digits.fold(0, |digits, digit| digits * 10 + u64::from(digit - b'0'));
    (digits, fraction as i32 - exponent.parse().unwrap_or(0))
}

/// Writes `digits / 10^scale`; the scale is not negative.
fn write_decimal(out: &mut String, negative: bool, mut digits: u64, scale: i32, decimals: u32) {
    let mut scale = scale.unsigned_abs();
    if scale > decimals {
        // 10^20 is above all digits: nothing of them is left.
        let unit = 10_u64.checked_pow(scale - decimals);
        digits = unit.map_or(0, |unit| round_half_even(digits, unit));
        scale = decimals;
    }
    while scale > 0 && digits.is_multiple_of(10) {
        digits /= 10;
        scale -= 1;
    }
    if negative && digits > 0 {
        out.push('-');
    }
    let (whole, fraction) = match 10_u64.checked_pow(scale) {
        Some(unit) => (digits / unit, digits % unit),
        None => (0, digits),
    };
    let _ = write!(out, "{whole}");
    if scale > 0 {
        let _ = write!(out, ".{fraction:0width$}", width = scale as usize);
    }
}

fn round_half_even(digits: u64, unit: u64) -> u64 {
    let (quotient, rest) = (digits / unit, digits % unit);
    let up = rest > unit / 2 || (rest == unit / 2 && !quotient.is_multiple_of(2));
    quotient + u64::from(up)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(value: f64, decimals: u32) -> String {
        let mut out = String::new();
        write_number(&mut out, value, decimals);
        out
    }

    /// Answers of PostGIS, from its own tests of `lwprint_double`.
    #[test]
    fn writes_as_postgis() {
        let cases = [
            (-0.0, 15, "0"),
            (-2.0, 0, "-2"),
            (0.3, 0, "0"),
            (0.3, 19, "0.3"),
            (2.5, 0, "2"),
            (-1.5, 0, "-2"),
            (-0.99, 0, "-1"),
            (-0.5, 0, "0"),
            (-0.0005, 3, "0"),
            (-0.0005, 4, "-0.0005"),
            (0.035, 2, "0.04"),
            (0.045, 2, "0.04"),
            (0.04500000000000001, 2, "0.05"),
            (1.05, 1, "1"),
            (2.980_232_238_769_531_2e-8, 7, "0"),
            (2.980_232_238_769_531_2e-8, 8, "0.00000003"),
            (2.980_232_238_769_531_2e-8, 15, "0.000000029802322"),
            (2.980_232_238_769_531_2e-8, 23, "0.00000002980232238769531"),
            (2.980_232_238_769_531_2e-8, 40, "0.000000029802322387695312"),
            (-0.999_999_999_999_999_9, 14, "-1"),
            (-0.999_999_999_999_999_9, 16, "-0.9999999999999999"),
            (0.099_999_999_999_999_99, 14, "0.1"),
            (123456789012345.12, 20, "123456789012345.12"),
            (463412.82600000006, 12, "463412.82600000006"),
            (-115.17281600000001, 12, "-115.172816"),
            (400000.0, 0, "400000"),
            (std::f64::consts::SQRT_2, 15, "1.414213562373095"),
            (7000109.999999999, 8, "7000110"),
            (999999999999999.9, 17, "999999999999999.9"),
            (-1e15, 17, "-1e+15"),
            (1.0000000000000001e15, 17, "1.0000000000000001e+15"),
            (9.999999999999999e-9, 17, "9.999999999999999e-9"),
            (1e-8, 17, "1e-8"),
            (1.0000000000000002e-8, 40, "0.000000010000000000000002"),
            (-9.000000000000001e300, 0, "-9e+300"),
            (9.000000000000001e300, 15, "9.000000000000001e+300"),
            (6917529027641081856.0, 0, "7e+18"),
            (6917529027641081856.0, 13, "6.9175290276411e+18"),
            (2.2250738585072014e-308, 17, "2.2250738585072014e-308"),
            (f64::NAN, 3, "NaN"),
            (f64::NEG_INFINITY, 3, "-Infinity"),
        ];
        for (value, decimals, expected) in cases {
            assert_eq!(text(value, decimals), expected, "{value} with {decimals} decimals");
        }
    }

    proptest! {
        #[test]
        fn all_decimals_read_back(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(text(value, u32::MAX).parse(), Ok(value));
        }
    }
}
