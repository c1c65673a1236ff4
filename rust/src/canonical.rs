//! The parts of canonical JSON that are more than punctuation: strings, floats, and the id.

use sha2::{Digest, Sha256};

use crate::float::write_repr;

/// Deepest nesting of lists and mappings that canonical JSON holds.
pub const MAX_DEPTH: usize = 200;
/// Longest integer, in decimal digits.
pub const MAX_DIGITS: usize = 4300;
/// The key that marks a float JSON has no number for; no mapping may have it.
pub const FLOAT_KEY: &str = "$float";

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends a JSON string, quotes included.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut start = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[start..index]);
        start = index + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                out.extend_from_slice(b"\\u00");
                write_hex(out, &[byte]);
            }
        }
    }
    out.extend_from_slice(&bytes[start..]);
    out.push(b'"');
}

/// Appends a float; NaN and the infinities become an object with the key `$float`.
pub fn write_float(out: &mut Vec<u8>, value: f64) {
    if value.is_finite() {
        write_repr(out, value);
    } else {
        out.extend_from_slice(b"{\"$float\":\"");
        write_repr(out, value);
        out.extend_from_slice(b"\"}");
    }
}

/// Appends bytes as lower-case hex digits.
pub fn write_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        out.push(HEX[usize::from(byte >> 4)]);
        out.push(HEX[usize::from(byte & 15)]);
    }
}

/// Appends a non-negative integer in decimal.
pub fn write_decimal(out: &mut Vec<u8>, mut value: u128) {
    let mut digits = [0_u8; 39];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// The 16 bytes that identify a configuration: the first half of SHA-256 over its canonical JSON.
pub fn identity(canonical: &[u8]) -> [u8; 16] {
    let digest = Sha256::digest(canonical);
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}

/// An identity as hex digits.
pub fn hex_digits(id: [u8; 16]) -> [u8; 32] {
    let mut digits = [0; 32];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(id) {
        pair.copy_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
    digits
}

/// An identity as text.
pub fn config_id(canonical: &[u8]) -> String {
    hex_digits(identity(canonical)).into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> String {
        let mut out = Vec::new();
        write_string(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_only_what_json_must() {
        assert_eq!(string(""), r#""""#);
        assert_eq!(string("a\"b\\c/"), r#""a\"b\\c/""#);
        assert_eq!(string("\u{8}\u{c}\n\r\t"), r#""\b\f\n\r\t""#);
        assert_eq!(string("\0\u{1f}\u{7f}"), "\"\\u0000\\u001f\u{7f}\"");
        assert_eq!(string("é\u{2028}😀"), "\"é\u{2028}😀\"");
    }

    #[test]
    fn floats_without_a_number_are_objects() {
        for (value, text) in [
            (f64::NAN, r#"{"$float":"nan"}"#),
            (f64::INFINITY, r#"{"$float":"inf"}"#),
            (f64::NEG_INFINITY, r#"{"$float":"-inf"}"#),
            (1e-5, "1e-05"),
        ] {
            let mut out = Vec::new();
            write_float(&mut out, value);
            assert_eq!(out, text.as_bytes());
        }
    }

    #[test]
    fn decimals() {
        for value in [0, 7, 10, 12_345, u128::MAX] {
            let mut out = Vec::new();
            write_decimal(&mut out, value);
            assert_eq!(out, value.to_string().as_bytes());
        }
    }

    #[test]
    fn the_id_is_half_a_sha256() {
        assert_eq!(config_id(b""), "e3b0c44298fc1c149afbf4c8996fb924");
        assert_eq!(config_id(b"{}"), "44136fa355b3678a1146ad16f7e8649e");
    }
}
