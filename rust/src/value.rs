//! Typed values: what an expression computes with.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::canonical::{write_hex, write_string};

/// A value with its type; a bool is no number, and an int is no float.
#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    /// An int within +-(2^127 - 1).
    Int(i128),
    /// Any other int, as decimal digits: it can only be compared for equality.
    Big(Arc<str>),
    Float(f64),
    Str(Arc<str>),
    List(Arc<[Value]>),
    /// Keys sorted by code point.
    Map(Arc<[(Arc<str>, Value)]>),
}

impl Value {
    /// Reads the typed form of docs/program-format.md; None if it is none.
    pub fn from_json(json: &Json) -> Option<Self> {
        let array = json.as_array()?;
        let kind = array.first()?.as_str()?;
        let body = match array.len() {
            1 => return (kind == "n").then_some(Self::Null),
            2 => &array[1],
            _ => return None,
        };
        match kind {
            "b" => body.as_bool().map(Self::Bool),
            "i" => int_from_digits(body.as_str()?),
            "f" => float_from_hex(body.as_str()?).map(Self::Float),
            "s" => Some(Self::Str(body.as_str()?.into())),
            "l" => body.as_array()?.iter().map(Self::from_json).collect::<Option<Arc<[_]>>>().map(Self::List),
            "m" => body.as_array()?.iter().map(pair_from_json).collect::<Option<Arc<[_]>>>().map(Self::Map),
            _ => None,
        }
    }

    /// Appends the typed form.
    pub fn write_typed(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"[\"n\"]"),
            Self::Bool(true) => out.extend_from_slice(b"[\"b\",true]"),
            Self::Bool(false) => out.extend_from_slice(b"[\"b\",false]"),
            Self::Int(int) => write_tagged(out, b'i', int.to_string().as_bytes()),
            Self::Big(digits) => write_tagged(out, b'i', digits.as_bytes()),
            Self::Float(float) => {
                // one NaN of the many, so that both kernels print the same
                let bits = if float.is_nan() { CANONICAL_NAN } else { float.to_bits() };
                let mut hex = Vec::with_capacity(16);
                write_hex(&mut hex, &bits.to_be_bytes());
                write_tagged(out, b'f', &hex);
            }
            Self::Str(text) => {
                out.extend_from_slice(b"[\"s\",");
                write_string(out, text);
                out.push(b']');
            }
            Self::List(items) => {
                out.extend_from_slice(b"[\"l\",[");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write_typed(out);
                }
                out.extend_from_slice(b"]]");
            }
            Self::Map(pairs) => {
                out.extend_from_slice(b"[\"m\",[");
                for (index, (key, item)) in pairs.iter().enumerate() {
                    out.extend_from_slice(if index > 0 { b",[" } else { b"[" });
                    write_string(out, key);
                    out.push(b',');
                    item.write_typed(out);
                    out.push(b']');
                }
                out.extend_from_slice(b"]]");
            }
        }
    }

    /// The leaf `{}`.
    pub fn is_empty_mapping(&self) -> bool {
        matches!(self, Self::Map(pairs) if pairs.is_empty())
    }

    /// The relation of `eq`: total, different types are unequal, int and float compare by exact value.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Int(left), Self::Int(right)) => left == right,
            (Self::Big(left), Self::Big(right)) | (Self::Str(left), Self::Str(right)) => left == right,
            (Self::Float(left), Self::Float(right)) => left == right,
            (Self::Int(int), Self::Float(float)) | (Self::Float(float), Self::Int(int)) => {
                compare_int_float(*int, *float) == Some(Ordering::Equal)
            }
            (Self::Big(digits), Self::Float(float)) | (Self::Float(float), Self::Big(digits)) => {
                // `{:.0}` prints a float without a fraction exactly; a big int has no other equal.
                float.is_finite() && float.abs() >= TWO_127 && **digits == format!("{float:.0}")
            }
            (Self::List(left), Self::List(right)) => {
                left.len() == right.len() && left.iter().zip(right.iter()).all(|(a, b)| a.equals(b))
            }
            (Self::Map(left), Self::Map(right)) => {
                left.len() == right.len()
                    && left.iter().zip(right.iter()).all(|(a, b)| a.0 == b.0 && a.1.equals(&b.1))
            }
            _ => false,
        }
    }
}

const CANONICAL_NAN: u64 = 0x7ff8_0000_0000_0000;
const TWO_127: f64 = (1_u128 << 127) as f64;

/// Compares an int (within +-(2^127 - 1)) with a float by exact value; None for NaN.
pub fn compare_int_float(int: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.abs() >= TWO_127 {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = float.trunc();
    let by_whole = int.cmp(&(whole as i128));
    Some(by_whole.then_with(|| 0.0_f64.partial_cmp(&(float - whole)).unwrap_or(Ordering::Equal)))
}

fn int_from_digits(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let well_formed = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !well_formed || (digits.len() > 1 && digits.starts_with('0')) || text == "-0" {
        return None;
    }
    Some(match text.parse::<i128>() {
        Ok(int) if int != i128::MIN => Value::Int(int),
        _ => Value::Big(text.into()),
    })
}

fn float_from_hex(text: &str) -> Option<f64> {
    let well_formed =
        text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    well_formed.then(|| u64::from_str_radix(text, 16).ok().map(f64::from_bits))?
}

fn pair_from_json(json: &Json) -> Option<(Arc<str>, Value)> {
    match json.as_array()?.as_slice() {
        [key, value] => Some((key.as_str()?.into(), Value::from_json(value)?)),
        _ => None,
    }
}

fn write_tagged(out: &mut Vec<u8>, tag: u8, text: &[u8]) {
    out.extend_from_slice(&[b'[', b'"', tag, b'"', b',', b'"']);
    out.extend_from_slice(text);
    out.extend_from_slice(b"\"]");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::from_json(&serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn typed_form_comes_back() {
        for text in [
            r#"["n"]"#,
            r#"["b",true]"#,
            r#"["i","-12"]"#,
            r#"["i","170141183460469231731687303715884105728"]"#,
            r#"["i","-170141183460469231731687303715884105728"]"#,
            r#"["f","8000000000000000"]"#,
            r#"["f","7ff8000000000000"]"#,
            r#"["s","a\"b"]"#,
            r#"["l",[["n"],["l",[]]]]"#,
            r#"["m",[["a",["i","1"]],["b",["m",[]]]]]"#,
        ] {
            let mut out = Vec::new();
            value(text).write_typed(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn malformed_forms_are_refused() {
        for text in [
            "[]",
            "1",
            r#"["n",1]"#,
            r#"["b",1]"#,
            r#"["i",1]"#,
            r#"["i","01"]"#,
            r#"["i",""]"#,
            r#"["i","+1"]"#,
            r#"["i","-0"]"#,
            r#"["f","3FF0000000000000"]"#,
            r#"["f","3ff"]"#,
            r#"["l",[1]]"#,
            r#"["m",[["a"]]]"#,
            r#"["x",1]"#,
            r#"["s"]"#,
        ] {
            assert!(Value::from_json(&serde_json::from_str(text).unwrap()).is_none(), "{text}");
        }
    }

    #[test]
    fn equality_knows_types_and_exact_values() {
        let float = Value::Float;
        assert!(Value::Int(1).equals(&float(1.0)));
        assert!(!Value::Int(1).equals(&Value::Bool(true)));
        assert!(!Value::Null.equals(&Value::Bool(false)));
        assert!(!Value::Int(9_007_199_254_740_993).equals(&float(9_007_199_254_740_992.0)));
        assert!(!float(f64::NAN).equals(&float(f64::NAN)));
        assert!(float(-0.0).equals(&Value::Int(0)));
        assert!(value(r#"["i","340282366920938463463374607431768211456"]"#).equals(&float(2_f64.powi(128))));
        assert!(
            value(r#"["i","-340282366920938463463374607431768211456"]"#).equals(&float(-(2_f64.powi(128))))
        );
        assert!(!value(r#"["i","340282366920938463463374607431768211457"]"#).equals(&float(2_f64.powi(128))));
        assert!(value(r#"["l",[["i","1"]]]"#).equals(&value(r#"["l",[["f","3ff0000000000000"]]]"#)));
        assert!(
            value(r#"["m",[["a",["i","1"]]]]"#).equals(&value(r#"["m",[["a",["f","3ff0000000000000"]]]]"#))
        );
        assert!(!value(r#"["m",[]]"#).equals(&value(r#"["l",[]]"#)));
    }

    #[test]
    fn ints_and_floats_compare_exactly() {
        use Ordering::{Equal, Greater, Less};
        assert_eq!(compare_int_float(1, 1.5), Some(Less));
        assert_eq!(compare_int_float(-1, -1.5), Some(Greater));
        assert_eq!(compare_int_float(2, 2.0), Some(Equal));
        assert_eq!(compare_int_float(i128::MAX, TWO_127), Some(Less));
        assert_eq!(compare_int_float(-i128::MAX, -TWO_127), Some(Greater));
        assert_eq!(compare_int_float(0, f64::NEG_INFINITY), Some(Greater));
        assert_eq!(compare_int_float(0, f64::NAN), None);
    }
}
