//! Order, membership, extremes and length.

use std::cmp::Ordering;

use crate::expression::FaultKind;
use crate::value::{Value, compare_int_float};

/// Checks that all operands are of one comparable kind: first the types, then NaN, then ints that are too big.
fn check_comparable<'a>(operands: impl Iterator<Item = &'a Value> + Clone) -> Result<(), FaultKind> {
    let strings = operands.clone().all(|value| matches!(value, Value::Str(_)));
    if strings { Ok(()) } else { crate::arithmetic::check_numbers(operands) }
}

/// How two numbers or two strings (by code point) compare.
pub fn order(left: &Value, right: &Value) -> Result<Ordering, FaultKind> {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        return Ok(left.cmp(right));
    }
    check_comparable([left, right].into_iter())?;
    compare(left, right)
}

/// Compares operands that `check_comparable` has passed.
fn compare(left: &Value, right: &Value) -> Result<Ordering, FaultKind> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Int(int), Value::Float(float)) => compare_int_float(*int, *float),
        (Value::Float(float), Value::Int(int)) => compare_int_float(*int, *float).map(Ordering::reverse),
        (Value::Str(left), Value::Str(right)) => Some(left.cmp(right)),
        _ => None,
    }
    .ok_or(FaultKind::Type)
}

/// `low <= value <= high`.
pub fn between(value: &Value, low: &Value, high: &Value) -> Result<bool, FaultKind> {
    check_comparable([value, low, high].into_iter())?;
    Ok(compare(low, value)? != Ordering::Greater && compare(value, high)? != Ordering::Greater)
}

/// `item in container`: any element equal, or a substring.
pub fn contains(container: &Value, item: &Value) -> Result<bool, FaultKind> {
    match (container, item) {
        (Value::List(items), _) => Ok(items.iter().any(|element| element.equals(item))),
        (Value::Str(text), Value::Str(part)) => Ok(text.contains(&**part)),
        _ => Err(FaultKind::Type),
    }
}

/// The first of the least (`Less`) or greatest (`Greater`) operands; an infinite one is no result.
pub fn extreme<'a>(
    mut operands: impl Iterator<Item = &'a Value> + Clone,
    wanted: Ordering,
) -> Result<Value, FaultKind> {
    check_comparable(operands.clone())?;
    let mut best = operands.next().ok_or(FaultKind::Type)?;
    for value in operands {
        if compare(value, best)? == wanted {
            best = value;
        }
    }
    match best {
        Value::Float(float) if !float.is_finite() => Err(FaultKind::NotFinite),
        best => Ok(best.clone()),
    }
}

/// Number of elements of a list.
pub fn length(value: &Value) -> Result<Value, FaultKind> {
    match value {
        Value::List(items) => Ok(Value::Int(items.len() as i128)),
        _ => Err(FaultKind::Type),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Str(text.into())
    }

    #[test]
    fn ints_and_floats_compare_by_exact_value() {
        let (big, near) = (Value::Int((1 << 53) + 1), Value::Float(9_007_199_254_740_992.0));
        assert_eq!(order(&big, &near), Ok(Ordering::Greater));
        assert_eq!(order(&near, &big), Ok(Ordering::Less));
        assert_eq!(order(&Value::Int(5), &Value::Float(f64::INFINITY)), Ok(Ordering::Less));
    }

    #[test]
    fn checks_go_types_nan_overflow() {
        let huge = Value::Big("170141183460469231731687303715884105728".into());
        let nan = Value::Float(f64::NAN);
        assert_eq!(order(&text("a"), &Value::Int(1)), Err(FaultKind::Type));
        assert_eq!(order(&nan, &Value::Bool(true)), Err(FaultKind::Type));
        assert_eq!(order(&huge, &nan), Err(FaultKind::NotFinite));
        assert_eq!(order(&huge, &Value::Int(1)), Err(FaultKind::Overflow));
    }

    #[test]
    fn strings_compare_by_code_point() {
        assert_eq!(order(&text("\u{ffff}"), &text("\u{10000}")), Ok(Ordering::Less));
        assert_eq!(between(&text("b"), &text("a"), &text("b")), Ok(true));
    }

    #[test]
    fn extremes_give_the_first_of_equals() {
        let (int, float) = (Value::Int(1), Value::Float(1.0));
        assert!(matches!(extreme([&int, &float].into_iter(), Ordering::Less), Ok(Value::Int(1))));
        assert!(matches!(extreme([&float, &int].into_iter(), Ordering::Greater), Ok(Value::Float(_))));
        let infinite = Value::Float(f64::INFINITY);
        assert!(matches!(extreme([&infinite, &int].into_iter(), Ordering::Less), Ok(Value::Int(1))));
        assert_eq!(
            extreme([&infinite, &int].into_iter(), Ordering::Greater).unwrap_err(),
            FaultKind::NotFinite
        );
    }

    #[test]
    fn membership_takes_a_list_or_two_strings() {
        let list = Value::List([Value::Float(1.0), Value::Float(f64::NAN)].into());
        assert_eq!(contains(&list, &Value::Int(1)), Ok(true));
        assert_eq!(contains(&list, &Value::Float(f64::NAN)), Ok(false));
        assert_eq!(contains(&text("abc"), &text("bc")), Ok(true));
        assert_eq!(contains(&text("abc"), &Value::Int(1)), Err(FaultKind::Type));
        assert_eq!(contains(&Value::Int(1), &text("a")), Err(FaultKind::Type));
    }

    #[test]
    fn length_is_of_lists_only() {
        assert!(matches!(length(&Value::List([].into())), Ok(Value::Int(0))));
        assert_eq!(length(&text("abc")).unwrap_err(), FaultKind::Type);
    }
}
