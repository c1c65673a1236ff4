//! Expression nodes and what each operation makes of its operands. Errors are values.

use crate::arithmetic as number;
use crate::compare::{between, contains, length, order};
use crate::value::Value;

/// Why an operation has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    Type,
    Missing,
    NotALeaf,
    Overflow,
    NotFinite,
    ZeroDivision,
}

impl FaultKind {
    /// Its name in a kernel error.
    pub fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Missing => "missing",
            Self::NotALeaf => "not_a_leaf",
            Self::Overflow => "overflow",
            Self::NotFinite => "not_finite",
            Self::ZeroDivision => "zero_division",
        }
    }
}

/// An error, and the node where it arose first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    pub node: u32,
}

/// What a node comes to.
pub type Outcome = Result<Value, Fault>;

/// A path that an expression asks for.
#[derive(Debug)]
pub struct Address {
    pub choice: bool,
    pub segments: Vec<String>,
}

/// A node; the nodes it refers to have lower indices.
#[derive(Debug)]
pub enum Node {
    Const(Value),
    List(Vec<u32>),
    /// The id of the selected option of a pack.
    Option(u32),
    Leaf {
        address: Address,
        default: Option<u32>,
    },
    Has(Address),
    Call(Operation, Vec<u32>),
}

impl Node {
    /// The nodes it refers to.
    pub fn arguments(&self) -> &[u32] {
        match self {
            Self::List(args) | Self::Call(_, args) => args,
            Self::Leaf { default: Some(default), .. } => std::slice::from_ref(default),
            _ => &[],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    And,
    Or,
    Not,
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
    In,
    NotIn,
    Between,
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    CeilDiv,
    Mod,
    Pow,
    Neg,
    Abs,
    Min,
    Max,
    Sqrt,
    Len,
}

impl Operation {
    /// The operation of that name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "and" => Self::And,
            "or" => Self::Or,
            "not" => Self::Not,
            "eq" => Self::Eq,
            "ne" => Self::Ne,
            "lt" => Self::Lt,
            "lte" => Self::Lte,
            "gt" => Self::Gt,
            "gte" => Self::Gte,
            "in" => Self::In,
            "not_in" => Self::NotIn,
            "between" => Self::Between,
            "add" => Self::Add,
            "sub" => Self::Sub,
            "mul" => Self::Mul,
            "div" => Self::Div,
            "floordiv" => Self::FloorDiv,
            "ceildiv" => Self::CeilDiv,
            "mod" => Self::Mod,
            "pow" => Self::Pow,
            "neg" => Self::Neg,
            "abs" => Self::Abs,
            "min" => Self::Min,
            "max" => Self::Max,
            "sqrt" => Self::Sqrt,
            "len" => Self::Len,
            _ => return None,
        })
    }

    /// Whether it takes that many operands.
    pub fn takes(self, count: usize) -> bool {
        match self {
            Self::And | Self::Or => count >= 1,
            Self::Not | Self::Neg | Self::Abs | Self::Sqrt | Self::Len => count == 1,
            Self::Between => count == 3,
            Self::Add | Self::Mul | Self::Min | Self::Max => count >= 2,
            _ => count == 2,
        }
    }
}

/// What an operation comes to, given the outcomes of all nodes before it.
pub fn evaluate(operation: Operation, args: &[u32], node: u32, outcomes: &[Outcome]) -> Outcome {
    match operation {
        Operation::And => connect(args, node, outcomes, false),
        Operation::Or => connect(args, node, outcomes, true),
        _ => {
            // All operations but the two connectives yield their leftmost operand's error.
            if let Some(fault) = args.iter().find_map(|&arg| outcomes[arg as usize].as_ref().err()) {
                return Err(*fault);
            }
            let operand = |index: usize| outcomes[args[index] as usize].as_ref().unwrap_or(&Value::Null);
            apply(operation, args.len(), operand).map_err(|kind| Fault { kind, node })
        }
    }
}

/// A list built of other nodes: their values, or the leftmost error among them.
pub fn build_list(args: &[u32], outcomes: &[Outcome]) -> Outcome {
    args.iter()
        .map(|&arg| outcomes[arg as usize].clone())
        .collect::<Result<Vec<_>, _>>()
        .map(|items| Value::List(items.into()))
}

/// `and` (decided by false) or `or` (decided by true): decided, else the leftmost error, else the opposite.
fn connect(args: &[u32], node: u32, outcomes: &[Outcome], decider: bool) -> Outcome {
    let mut first = None;
    for &arg in args {
        match &outcomes[arg as usize] {
            Ok(Value::Bool(value)) if *value == decider => return Ok(Value::Bool(decider)),
            Ok(Value::Bool(_)) => {}
            Ok(_) => first = first.or(Some(Fault { kind: FaultKind::Type, node })),
            Err(fault) => first = first.or(Some(*fault)),
        }
    }
    first.map_or(Ok(Value::Bool(!decider)), Err)
}

fn apply<'a>(
    operation: Operation,
    count: usize,
    operand: impl Fn(usize) -> &'a Value,
) -> Result<Value, FaultKind> {
    use std::cmp::Ordering::{Greater, Less};
    let (left, right) = (operand(0), if count > 1 { operand(1) } else { &Value::Null });
    let all = || (0..count).map(&operand);
    let truth = match operation {
        Operation::Not => match left {
            Value::Bool(value) => !value,
            _ => return Err(FaultKind::Type),
        },
        Operation::Eq => left.equals(right),
        Operation::Ne => !left.equals(right),
        Operation::Lt => order(left, right)? == Less,
        Operation::Lte => order(left, right)? != Greater,
        Operation::Gt => order(left, right)? == Greater,
        Operation::Gte => order(left, right)? != Less,
        Operation::In => contains(right, left)?,
        Operation::NotIn => !contains(right, left)?,
        Operation::Between => between(left, right, operand(2))?,
        Operation::Add => return number::fold(all(), number::add),
        Operation::Mul => return number::fold(all(), number::multiply),
        Operation::Sub => return number::binary(left, right, number::subtract),
        Operation::Div => return number::binary(left, right, number::divide),
        Operation::FloorDiv => return number::binary(left, right, number::floor_divide),
        Operation::Mod => return number::binary(left, right, number::modulo),
        Operation::CeilDiv => return number::ceil_divide(left, right),
        Operation::Pow => return number::power(left, right),
        Operation::Neg => return number::negate(left),
        Operation::Abs => return number::absolute(left),
        Operation::Sqrt => return number::square_root(left),
        Operation::Min => return crate::compare::extreme(all(), Less),
        Operation::Max => return crate::compare::extreme(all(), Greater),
        Operation::Len => return length(left),
        Operation::And | Operation::Or => return Err(FaultKind::Type), // connectives never come here
    };
    Ok(Value::Bool(truth))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAULT: Outcome = Err(Fault { kind: FaultKind::Missing, node: 77 });

    fn run(operation: Operation, outcomes: &[Outcome]) -> Outcome {
        let args: Vec<u32> = (0..outcomes.len() as u32).collect();
        evaluate(operation, &args, 99, outcomes)
    }

    fn truth(outcome: &Outcome) -> Option<bool> {
        match outcome {
            Ok(Value::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    #[test]
    fn a_false_operand_decides_and_over_errors() {
        let no = Ok(Value::Bool(false));
        assert_eq!(truth(&run(Operation::And, &[FAULT, Ok(Value::Int(1)), no])), Some(false));
    }

    #[test]
    fn the_leftmost_error_wins_among_operands() {
        let yes = || Ok(Value::Bool(true));
        assert_eq!(run(Operation::And, &[yes(), FAULT, Ok(Value::Null)]).unwrap_err().node, 77);
        let wrong = run(Operation::And, &[yes(), Ok(Value::Null), FAULT]).unwrap_err();
        assert_eq!(wrong, Fault { kind: FaultKind::Type, node: 99 });
        assert_eq!(run(Operation::Add, &[Ok(Value::Null), FAULT]).unwrap_err().node, 77);
    }

    #[test]
    fn or_mirrors_and() {
        let (yes, no) = (|| Ok(Value::Bool(true)), || Ok(Value::Bool(false)));
        assert_eq!(truth(&run(Operation::Or, &[FAULT, yes()])), Some(true));
        assert_eq!(truth(&run(Operation::Or, &[no(), no()])), Some(false));
        assert_eq!(run(Operation::Or, &[no(), FAULT]).unwrap_err().node, 77);
    }

    #[test]
    fn not_wants_a_boolean() {
        assert_eq!(run(Operation::Not, &[Ok(Value::Int(0))]).unwrap_err().kind, FaultKind::Type);
        assert_eq!(truth(&run(Operation::Not, &[Ok(Value::Bool(false))])), Some(true));
    }

    #[test]
    fn eq_is_total() {
        assert_eq!(truth(&run(Operation::Eq, &[Ok(Value::Null), Ok(Value::Int(0))])), Some(false));
        assert_eq!(
            truth(&run(Operation::Ne, &[Ok(Value::Float(f64::NAN)), Ok(Value::Float(f64::NAN))])),
            Some(true)
        );
    }
}
