"""Predicates as plain trees, and what they are worth on one candidate. An error is a value, an `Err`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from support.experiment_oracle.values import Path

LIMIT = 2**127 - 1
COMPARISONS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "==", "ne": "!=", "in": "in", "not_in": "not in"}


@dataclass(frozen=True)
class Literal:
    """A value that is written in the expression."""

    value: Any


@dataclass(frozen=True)
class Reference:
    """`kind` is param, pack, choice or has; `default` holds one value or none."""

    kind: str
    target: str
    default: tuple[Any, ...] = ()


@dataclass(frozen=True)
class ListOf:
    """A list that is built of terms."""

    items: tuple[Term, ...]


@dataclass(frozen=True)
class Operation:
    """An operation of the tree form, by its name there."""

    name: str
    operands: tuple[Term, ...]


@dataclass(frozen=True)
class Chain:
    """Chained comparisons."""

    names: tuple[str, ...]
    operands: tuple[Term, ...]


Term = Literal | Reference | ListOf | Operation | Chain


@dataclass(frozen=True)
class Err:
    """An error as a value."""

    kind: str


@dataclass(frozen=True)
class State:
    """What an expression can see of a candidate."""

    params: Mapping[Path, Any]
    choices: Mapping[str, Any]
    options: Mapping[str, str]


def references(term: Term) -> Iterator[Reference]:
    """Every reference of a term."""
    if isinstance(term, Reference):
        yield term
    elif not isinstance(term, Literal):
        for part in term.items if isinstance(term, ListOf) else term.operands:
            yield from references(part)


def verdict(term: Term, state: State) -> bool | Err:
    """What a whole predicate says: a value that is no boolean is an error."""
    return _boolean(evaluate(term, state))


def evaluate(term: Term, state: State) -> Any:
    """The value of a term."""
    if isinstance(term, Literal):
        return term.value
    if isinstance(term, Reference):
        return _refer(term, state)
    if isinstance(term, ListOf):
        return _first_error(items := [evaluate(item, state) for item in term.items]) or items
    values = [evaluate(operand, state) for operand in term.operands]
    if isinstance(term, Chain):
        return _junction([apply(name, values[at : at + 2]) for at, name in enumerate(term.names)], False)
    if term.name in ("and", "or"):
        return _junction(values, term.name == "or")
    return apply(term.name, values)


def apply(name: str, values: list[Any]) -> Any:
    """The value of an operation on values, `and` and `or` excepted."""
    error = _first_error(values)
    if error:
        return error
    if name == "not":
        value = _boolean(values[0])
        return value if isinstance(value, Err) else not value
    if name in ("eq", "ne"):
        return equal(*values) == (name == "eq")
    if name in ("in", "not_in"):
        return _contains(values[1], values[0], name == "in")
    if name == "len":
        return len(values[0]) if isinstance(values[0], list) else Err("type")
    wanted = _wanted(name, values)
    if not wanted:
        return Err("type")
    if any(isinstance(value, float) and math.isnan(value) for value in values):
        return Err("not_finite")
    if any(isinstance(value, int) and abs(value) > LIMIT for value in values):
        return Err("overflow")
    if name in ("div", "floordiv", "mod", "ceildiv") and values[1] == 0:
        return Err("zero_division")
    return _compute(name, values)


def equal(left: Any, right: Any) -> bool:
    """`eq`: total; int and float by exact value, other types apart."""
    if is_number(left) and is_number(right):
        return bool(left == right)
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return bool(left == right)


def is_number(value: Any) -> bool:
    """A boolean is no number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _refer(term: Reference, state: State) -> Any:
    if term.kind == "pack":
        return state.options[term.target] if term.target in state.options else term.default[0]
    if term.kind == "choice":
        found: Any = state.choices.get(term.target)
        return found if found is not None else _missing(term)
    path = tuple(term.target.split("."))
    mapping = state.params.get(path) == {} or any(path == other[: len(path)] != other for other in state.params)
    if term.kind == "has":
        return mapping or path in state.params
    if mapping:
        return Err("not_a_leaf")
    return state.params[path] if path in state.params else _missing(term)


def _missing(term: Reference) -> Any:
    return term.default[0] if term.default else Err("missing")


def _first_error(values: list[Any]) -> Err | None:
    return next((value for value in values if isinstance(value, Err)), None)


def _boolean(value: Any) -> bool | Err:
    return value if isinstance(value, (bool, Err)) else Err("type")


def _junction(values: list[Any], decisive: bool) -> bool | Err:
    """`and` is decided by false, `or` by true, whatever the errors."""
    booleans = [_boolean(value) for value in values]
    if decisive in booleans:
        return decisive
    return _first_error(booleans) or not decisive


def _contains(container: Any, item: Any, wanted: bool) -> bool | Err:
    if isinstance(container, list):
        return any(equal(item, other) for other in container) == wanted
    if isinstance(container, str) and isinstance(item, str):
        return (item in container) == wanted
    return Err("type")


def _wanted(name: str, values: list[Any]) -> bool:
    """Whether the operands have the types that the operation takes."""
    if name in ("pow", "ceildiv"):
        return all(is_number(value) and isinstance(value, int) for value in values)
    strings = name in ("lt", "lte", "gt", "gte", "between", "min", "max")
    return all(map(is_number, values)) or (strings and all(isinstance(value, str) for value in values))


def _compute(name: str, values: list[Any]) -> Any:
    """Comparison and arithmetic on operands that are fine."""
    first, second = values[0], values[-1]
    if name in ("lt", "lte", "gt", "gte"):
        return {"lt": first < second, "lte": first <= second, "gt": first > second, "gte": first >= second}[name]
    if name == "between":
        return bool(values[1] <= values[0] <= values[2])
    if name in ("min", "max"):
        return _checked(min(values) if name == "min" else max(values))
    if name in ("add", "mul"):
        total = first
        for value in values[1:]:
            total = _checked(_arithmetic(name, total, value))
            if isinstance(total, Err):
                return total
        return total
    return _checked(_arithmetic(name, first, second))


def _arithmetic(name: str, first: Any, second: Any) -> Any:
    if name == "pow":
        return first**second if 0 <= second <= 127 else Err("overflow")
    if name in ("neg", "abs"):
        return -first if name == "neg" else abs(first)
    if name == "sqrt":
        return math.sqrt(first) if first >= 0 else Err("not_finite")
    if name == "ceildiv":
        return -(-first // second)
    if name == "div" or isinstance(first, float) or isinstance(second, float):
        first, second = float(first), float(second)
    if name == "add":
        return first + second
    if name == "sub":
        return first - second
    if name == "mul":
        return first * second
    if name == "div":
        return first / second
    return first // second if name == "floordiv" else first % second


def _checked(result: Any) -> Any:
    if isinstance(result, float) and not math.isfinite(result):
        return Err("not_finite")
    if isinstance(result, int) and abs(result) > LIMIT:
        return Err("overflow")
    return result
