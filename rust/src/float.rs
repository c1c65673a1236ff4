//! Floats as Python prints them.

/// Appends Python's `repr` of a float: the shortest digits that come back equal, positional for
/// decimal exponents -4 to 15, scientific with at least two exponent digits otherwise.
pub fn write_repr(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        out.extend_from_slice(b"nan");
        return;
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    if value.is_infinite() {
        out.extend_from_slice(b"inf");
        return;
    }
    let scientific = shortest(value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        write_positional(out, &digits, exponent);
    } else {
        write_scientific(out, &digits, exponent);
    }
}

/// The shortest digits that come back equal, the nearest of them, in the form `d.ddde-5`.
///
/// Of two that are equally near Rust's `{:e}` takes the upper one and Python the even one, as
/// rounding to that many digits does. Just above a power of two what that gives may not come back.
fn shortest(value: f64) -> String {
    let upper = format!("{value:e}");
    let decimals = upper.find('e').map_or(0, |end| end.saturating_sub(2));
    let even = format!("{value:.decimals$e}");
    if even.parse() == Ok(value) { even } else { upper }
}

fn write_positional(out: &mut Vec<u8>, digits: &[u8], exponent: i32) {
    if exponent < 0 {
        out.extend_from_slice(b"0.");
        out.extend((1..-exponent).map(|_| b'0'));
        out.extend_from_slice(digits);
        return;
    }
    let whole = exponent as usize + 1;
    if digits.len() > whole {
        out.extend_from_slice(&digits[..whole]);
        out.push(b'.');
        out.extend_from_slice(&digits[whole..]);
    } else {
        out.extend_from_slice(digits);
        out.extend((digits.len()..whole).map(|_| b'0'));
        out.extend_from_slice(b".0");
    }
}

fn write_scientific(out: &mut Vec<u8>, digits: &[u8], exponent: i32) {
    out.push(digits[0]);
    if digits.len() > 1 {
        out.push(b'.');
        out.extend_from_slice(&digits[1..]);
    }
    out.push(b'e');
    out.push(if exponent < 0 { b'-' } else { b'+' });
    out.extend_from_slice(format!("{:02}", exponent.abs()).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repr(value: f64) -> String {
        let mut out = Vec::new();
        write_repr(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn prints_as_python_does() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (100.0, "100.0"),
            (123.456, "123.456"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e15, "1000000000000000.0"),
            (1234567890123456.0, "1234567890123456.0"),
            (1e16, "1e+16"),
            (1.5e16, "1.5e+16"),
            (12345678901234567.0, "1.2345678901234568e+16"),
            (5e-324, "5e-324"),
            (2.2250738585072014e-308, "2.2250738585072014e-308"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (1e100, "1e+100"),
            (9007199254740993.0, "9007199254740992.0"),
            (1223383794756801.0 + 0.25, "1223383794756801.2"),
            (1223383794756801.0 + 0.75, "1223383794756801.8"),
            (14458605381229.5 + 0.0625, "14458605381229.562"),
            (2f64.powi(-44), "5.684341886080802e-14"),
        ] {
            assert_eq!(repr(value), text);
        }
    }

    #[test]
    fn names_what_is_not_finite() {
        assert_eq!(repr(f64::NAN), "nan");
        assert_eq!(repr(f64::INFINITY), "inf");
        assert_eq!(repr(f64::NEG_INFINITY), "-inf");
    }

    #[test]
    fn comes_back_equal() {
        let mut bits = 0x0123_4567_89ab_cdef_u64;
        for _ in 0..20_000 {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            let value = f64::from_bits(bits);
            if value.is_finite() {
                assert_eq!(repr(value).parse::<f64>().unwrap().to_bits(), bits);
            }
        }
    }
}
