//! Arithmetic: ints exact within +-(2^127 - 1), floats IEEE doubles, results that are not finite an error.

use crate::expression::FaultKind;
use crate::value::Value;

/// Two operands after the checks: an int that meets a float has become the nearest double.
#[derive(Clone, Copy)]
pub enum Pair {
    Ints(i128, i128),
    Floats(f64, f64),
}

/// Checks operands: all are numbers, then none is NaN, then none is an int beyond +-(2^127 - 1).
pub fn check_numbers<'a>(operands: impl Iterator<Item = &'a Value> + Clone) -> Result<(), FaultKind> {
    let number = |value: &Value| matches!(value, Value::Int(_) | Value::Big(_) | Value::Float(_));
    if !operands.clone().all(number) {
        Err(FaultKind::Type)
    } else if operands.clone().any(|value| matches!(value, Value::Float(float) if float.is_nan())) {
        Err(FaultKind::NotFinite)
    } else if operands.clone().any(|value| matches!(value, Value::Big(_))) {
        Err(FaultKind::Overflow)
    } else {
        Ok(())
    }
}

fn pair(left: &Value, right: &Value) -> Result<Pair, FaultKind> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Ok(Pair::Ints(*left, *right)),
        _ => Ok(Pair::Floats(double(left)?, double(right)?)),
    }
}

fn double(value: &Value) -> Result<f64, FaultKind> {
    match value {
        Value::Int(int) => Ok(*int as f64),
        Value::Float(float) => Ok(*float),
        _ => Err(FaultKind::Type),
    }
}

fn int(result: Option<i128>) -> Result<Value, FaultKind> {
    match result {
        Some(result) if result != i128::MIN => Ok(Value::Int(result)),
        _ => Err(FaultKind::Overflow),
    }
}

fn float(result: f64) -> Result<Value, FaultKind> {
    if result.is_finite() { Ok(Value::Float(result)) } else { Err(FaultKind::NotFinite) }
}

/// Applies an operation to two operands.
pub fn binary(
    left: &Value,
    right: &Value,
    operation: fn(Pair) -> Result<Value, FaultKind>,
) -> Result<Value, FaultKind> {
    if !matches!((left, right), (Value::Int(_), Value::Int(_))) {
        check_numbers([left, right].into_iter())?;
    }
    operation(pair(left, right)?)
}

/// Applies an operation to two or more operands from the left.
pub fn fold<'a>(
    mut operands: impl Iterator<Item = &'a Value> + Clone,
    operation: fn(Pair) -> Result<Value, FaultKind>,
) -> Result<Value, FaultKind> {
    if !operands.clone().all(|value| matches!(value, Value::Int(_))) {
        check_numbers(operands.clone())?;
    }
    let first = operands.next().ok_or(FaultKind::Type)?.clone();
    operands.try_fold(first, |sum, value| operation(pair(&sum, value)?))
}

pub fn add(pair: Pair) -> Result<Value, FaultKind> {
    match pair {
        Pair::Ints(left, right) => int(left.checked_add(right)),
        Pair::Floats(left, right) => float(left + right),
    }
}

pub fn subtract(pair: Pair) -> Result<Value, FaultKind> {
    match pair {
        Pair::Ints(left, right) => int(left.checked_sub(right)),
        Pair::Floats(left, right) => float(left - right),
    }
}

pub fn multiply(pair: Pair) -> Result<Value, FaultKind> {
    match pair {
        Pair::Ints(left, right) => int(left.checked_mul(right)),
        Pair::Floats(left, right) => float(left * right),
    }
}

/// True division: both operands become doubles first.
pub fn divide(pair: Pair) -> Result<Value, FaultKind> {
    let (left, right) = match pair {
        Pair::Ints(left, right) => (left as f64, right as f64),
        Pair::Floats(left, right) => (left, right),
    };
    if right == 0.0 { Err(FaultKind::ZeroDivision) } else { float(left / right) }
}

/// Division rounded down; floats as CPython's `float.__floordiv__`.
pub fn floor_divide(pair: Pair) -> Result<Value, FaultKind> {
    match pair {
        Pair::Ints(_, 0) => Err(FaultKind::ZeroDivision),
        Pair::Ints(left, right) => int(Some(floor_quotient(left, right))),
        Pair::Floats(_, 0.0) => Err(FaultKind::ZeroDivision),
        Pair::Floats(left, right) => {
            let remainder = left % right;
            let mut quotient = (left - remainder) / right;
            if remainder != 0.0 && (right < 0.0) != (remainder < 0.0) {
                quotient -= 1.0;
            }
            if quotient == 0.0 {
                return float(0.0_f64.copysign(left / right));
            }
            let floor = quotient.floor();
            float(if quotient - floor > 0.5 { floor + 1.0 } else { floor })
        }
    }
}

/// Remainder with the divisor's sign; floats as CPython's `float.__mod__`.
pub fn modulo(pair: Pair) -> Result<Value, FaultKind> {
    match pair {
        Pair::Ints(_, 0) => Err(FaultKind::ZeroDivision),
        Pair::Ints(left, right) => {
            let remainder = left % right;
            int(Some(if remainder != 0 && (right < 0) != (remainder < 0) {
                remainder + right
            } else {
                remainder
            }))
        }
        Pair::Floats(_, 0.0) => Err(FaultKind::ZeroDivision),
        Pair::Floats(left, right) => {
            let remainder = left % right;
            if remainder == 0.0 {
                float(0.0_f64.copysign(right))
            } else if (right < 0.0) != (remainder < 0.0) {
                float(remainder + right)
            } else {
                float(remainder)
            }
        }
    }
}

/// The quotient rounded down; the divisor is not 0 and no operand is `i128::MIN`.
fn floor_quotient(left: i128, right: i128) -> i128 {
    let quotient = left / right;
    if left % right != 0 && (left < 0) != (right < 0) { quotient - 1 } else { quotient }
}

/// Division of ints rounded up.
pub fn ceil_divide(left: &Value, right: &Value) -> Result<Value, FaultKind> {
    check_ints(left, right)?;
    match pair(left, right)? {
        Pair::Ints(_, 0) => Err(FaultKind::ZeroDivision),
        Pair::Ints(left, right) => int(Some(-floor_quotient(-left, right))),
        Pair::Floats(..) => Err(FaultKind::Type),
    }
}

/// An int to an int power of 0 to 127.
pub fn power(base: &Value, exponent: &Value) -> Result<Value, FaultKind> {
    check_ints(base, exponent)?;
    match pair(base, exponent)? {
        Pair::Ints(base, exponent @ 0..=127) => int(base.checked_pow(exponent as u32)),
        Pair::Ints(..) => Err(FaultKind::Overflow),
        Pair::Floats(..) => Err(FaultKind::Type),
    }
}

fn check_ints(left: &Value, right: &Value) -> Result<(), FaultKind> {
    let integer = |value: &Value| matches!(value, Value::Int(_) | Value::Big(_));
    if !integer(left) || !integer(right) {
        return Err(FaultKind::Type);
    }
    check_numbers([left, right].into_iter())
}

/// The operand with the other sign.
pub fn negate(operand: &Value) -> Result<Value, FaultKind> {
    check_numbers(std::iter::once(operand))?;
    match operand {
        Value::Int(value) => int(value.checked_neg()),
        _ => float(-double(operand)?),
    }
}

/// The operand without its sign.
pub fn absolute(operand: &Value) -> Result<Value, FaultKind> {
    check_numbers(std::iter::once(operand))?;
    match operand {
        Value::Int(value) => int(value.checked_abs()),
        _ => float(double(operand)?.abs()),
    }
}

/// The double root of a number; of a negative one there is none.
pub fn square_root(operand: &Value) -> Result<Value, FaultKind> {
    check_numbers(std::iter::once(operand))?;
    float(double(operand)?.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: i128 = i128::MAX;

    fn show(result: Result<Value, FaultKind>) -> String {
        match result {
            Ok(Value::Int(value)) => value.to_string(),
            Ok(Value::Float(value)) => format!("{value:?}"),
            Ok(other) => format!("{other:?}"),
            Err(kind) => kind.name().to_owned(),
        }
    }

    fn ints(operation: fn(Pair) -> Result<Value, FaultKind>, left: i128, right: i128) -> String {
        show(binary(&Value::Int(left), &Value::Int(right), operation))
    }

    fn floats(operation: fn(Pair) -> Result<Value, FaultKind>, left: f64, right: f64) -> String {
        show(binary(&Value::Float(left), &Value::Float(right), operation))
    }

    #[test]
    fn ints_are_exact_until_they_overflow() {
        assert_eq!(ints(add, MAX - 1, 1), MAX.to_string());
        assert_eq!(ints(add, MAX, 1), "overflow");
        assert_eq!(ints(subtract, -MAX, 1), "overflow");
        assert_eq!(ints(multiply, 1 << 64, 1 << 62), (1_i128 << 126).to_string());
        assert_eq!(ints(multiply, -(1 << 64), 1 << 63), "overflow");
        assert_eq!(show(fold([Value::Int(MAX), Value::Int(1), Value::Int(-1)].iter(), add)), "overflow");
    }

    #[test]
    fn checks_go_types_nan_overflow_for_all_operands() {
        let huge = Value::Big("170141183460469231731687303715884105728".into());
        let (nan, text, one) = (Value::Float(f64::NAN), Value::Str("x".into()), Value::Int(1));
        assert_eq!(show(fold([&huge, &nan, &text].into_iter(), add)), "type");
        assert_eq!(show(fold([&huge, &nan, &one].into_iter(), add)), "not_finite");
        assert_eq!(show(fold([&huge, &one].into_iter(), add)), "overflow");
        assert_eq!(show(binary(&one, &Value::Bool(true), add)), "type");
    }

    #[test]
    fn division_rounds_as_python_does() {
        for (left, right, quotient, remainder) in
            [(7, 2, "3", "1"), (-7, 2, "-4", "1"), (7, -2, "-4", "-1"), (-7, -2, "3", "-1")]
        {
            assert_eq!(ints(floor_divide, left, right), quotient);
            assert_eq!(ints(modulo, left, right), remainder);
        }
        assert_eq!(ints(floor_divide, 1, 0), "zero_division");
        assert_eq!(ints(modulo, 1, 0), "zero_division");
        assert_eq!(ints(divide, 1, 0), "zero_division");
        assert_eq!(ints(divide, 1, 3), "0.3333333333333333");
        assert_eq!(show(ceil_divide(&Value::Int(7), &Value::Int(2))), "4");
        assert_eq!(show(ceil_divide(&Value::Int(-7), &Value::Int(2))), "-3");
        assert_eq!(show(ceil_divide(&Value::Float(7.0), &Value::Int(0))), "type");
    }

    #[test]
    fn float_division_follows_cpython() {
        for (left, right, quotient, remainder) in [
            (7.5, 2.0, "3.0", "1.5"),
            (-7.5, 2.0, "-4.0", "0.5"),
            (7.5, -2.0, "-4.0", "-0.5"),
            (1.0, 0.1, "9.0", "0.09999999999999995"),
            (0.3, 0.1, "2.0", "0.09999999999999998"),
            (-0.0, 1.0, "-0.0", "0.0"),
            (0.0, -1.0, "-0.0", "-0.0"),
            (4.0, -2.0, "-2.0", "-0.0"),
            (-1e-20, 1.0, "-1.0", "1.0"),
            (5.0, f64::INFINITY, "0.0", "5.0"),
            (-5.0, f64::INFINITY, "-1.0", "not_finite"),
            (f64::INFINITY, 2.0, "not_finite", "not_finite"),
            (1.0, -0.0, "zero_division", "zero_division"),
        ] {
            assert_eq!(floats(floor_divide, left, right), quotient, "{left} // {right}");
            assert_eq!(floats(modulo, left, right), remainder, "{left} % {right}");
        }
    }

    #[test]
    fn floats_must_stay_finite() {
        assert_eq!(floats(add, f64::MAX, f64::MAX), "not_finite");
        assert_eq!(floats(subtract, f64::INFINITY, f64::INFINITY), "not_finite");
        assert_eq!(show(negate(&Value::Float(f64::INFINITY))), "not_finite");
        assert_eq!(show(binary(&Value::Int((1 << 53) + 1), &Value::Float(0.0), add)), "9007199254740992.0");
    }

    #[test]
    fn powers_are_of_ints() {
        let power = |base: i128, exponent: i128| show(power(&Value::Int(base), &Value::Int(exponent)));
        assert_eq!(power(0, 0), "1");
        assert_eq!(power(-2, 3), "-8");
        assert_eq!(power(2, 126), (1_i128 << 126).to_string());
        assert_eq!(power(2, 127), "overflow");
        assert_eq!(power(-2, 127), "overflow");
        assert_eq!(power(1, 128), "overflow");
        assert_eq!(power(2, -1), "overflow");
        assert_eq!(show(super::power(&Value::Float(2.0), &Value::Int(1))), "type");
    }

    #[test]
    fn roots_signs_and_magnitudes() {
        assert_eq!(show(square_root(&Value::Int(4))), "2.0");
        assert_eq!(show(square_root(&Value::Float(-0.0))), "-0.0");
        assert_eq!(show(square_root(&Value::Int(-1))), "not_finite");
        assert_eq!(show(negate(&Value::Int(3))), "-3");
        assert_eq!(show(absolute(&Value::Float(-0.5))), "0.5");
        assert_eq!(show(absolute(&Value::Bool(true))), "type");
    }
}
