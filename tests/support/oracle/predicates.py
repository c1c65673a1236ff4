"""Predicates, node by node."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from support.oracle.merge import is_prefix, leaves
from support.oracle.values import Candidate, Document, equal, exact, kind, plain, typed

MAX = 2**127 - 1


class Erring(Exception):
    """An error as a value, on its way through the operations."""

    def __init__(self, kind: str, node: int, operands: list[Any]) -> None:
        super().__init__(kind)
        self.kind, self.node, self.operands = kind, node, operands


def evaluate(document: Document, options: Candidate, index: int) -> Any:
    """The value of a node.

    Raises:
        Erring: if it is an error.
    """
    node = document["nodes"][index]
    op = node["op"]
    if op == "const":
        return plain(node["value"])
    if op == "option":
        return document["packs"][node["pack"]]["options"][options[node["pack"]]]["id"]
    if op in ("leaf", "has"):
        return reference(document, options, index)
    results: list[Any] = []
    for argument in node["args"]:
        try:
            results.append(evaluate(document, options, argument))
        except Erring as error:
            results.append(error)
    if op in ("and", "or"):
        return junction(index, results, op == "or")
    for result in results:
        if isinstance(result, Erring):
            raise result
    outcome = results if op == "list" else operation(op, results)
    if isinstance(outcome, Fault):
        raise Erring(outcome.kind, index, [typed(result) for result in results])
    return outcome


def reference(document: Document, options: Candidate, index: int) -> Any:
    node = document["nodes"][index]
    path = (not node.get("choice", False), *node["segments"])
    there = leaves(document, options)
    if node["op"] == "has":
        return any(is_prefix(path, other) for other in there)
    if path in there and there[path].value != {}:
        return there[path].value
    if any(is_prefix(path, other) for other in there):
        raise Erring("not_a_leaf", index, [])
    if node["default"] is None:
        raise Erring("missing", index, [])
    return evaluate(document, options, node["default"])


def junction(index: int, results: list[Any], decisive: bool) -> bool:
    if any(result is decisive for result in results):
        return decisive
    for result in results:
        if isinstance(result, Erring):
            raise result
        if type(result) is not bool:
            raise Erring("type", index, [None if isinstance(each, Erring) else typed(each) for each in results])
    return not decisive


@dataclass(frozen=True)
class Fault:
    kind: str


def operation(op: str, operands: list[Any]) -> Any:
    """The result of an operation on values, or a Fault."""
    kinds = {kind(operand) for operand in operands}
    first, last = operands[0], operands[-1]
    if op in ("eq", "ne"):
        return equal(first, last) == (op == "eq")
    if op in ("in", "not_in"):
        if kind(last) == "list":
            return any(equal(first, item) for item in last) == (op == "in")
        return (first in last) == (op == "in") if kinds == {"string"} else Fault("type")
    if op == "not":
        return not first if kinds == {"bool"} else Fault("type")
    if op == "len":
        return len(first) if kinds == {"list"} else Fault("type")
    ordering = op in ("lt", "lte", "gt", "gte", "between", "min", "max")
    if ordering and kinds == {"string"}:
        return ordered(op, operands)
    if kinds != {"number"} or (op in ("ceildiv", "pow") and float in map(type, operands)):
        return Fault("type")
    if any(math.isnan(operand) for operand in operands if type(operand) is float):
        return Fault("not_finite")
    if any(abs(operand) > MAX for operand in operands if type(operand) is int):
        return Fault("overflow")
    return ordered(op, operands) if ordering else arithmetic(op, operands)


def ordered(op: str, operands: list[Any]) -> Any:
    keys = [operand if type(operand) is str else exact(operand) for operand in operands]
    if op == "between":
        return keys[1] <= keys[0] and keys[0] <= keys[2]
    if op in ("min", "max"):
        return in_range(operands[keys.index(min(keys) if op == "min" else max(keys))])
    if op in ("lt", "lte"):
        return keys[0] < keys[1] or (op == "lte" and keys[0] == keys[1])
    return keys[0] > keys[1] or (op == "gte" and keys[0] == keys[1])


def arithmetic(op: str, operands: list[Any]) -> Any:
    first, last = operands[0], operands[-1]
    if op in ("add", "mul"):

        def step(left: Any, right: Any) -> Any:
            return left if isinstance(left, Fault) else in_range(left + right if op == "add" else left * right)

        return reduce(step, operands)
    if op in ("div", "floordiv", "ceildiv", "mod") and last == 0:
        return Fault("zero_division")
    if op == "pow":
        return in_range(first**last) if last in range(128) else Fault("overflow")
    if op == "sqrt":
        return in_range(math.sqrt(float(first))) if first >= 0 else Fault("not_finite")
    results: dict[str, Callable[[], Any]] = {
        "sub": lambda: first - last,
        "neg": lambda: -first,
        "abs": lambda: abs(first),
        "div": lambda: float(first) / float(last),
        "floordiv": lambda: first // last,
        "mod": lambda: first % last,
        "ceildiv": lambda: math.ceil(Fraction(first, last)),
    }
    return in_range(results[op]())


def in_range(result: Any) -> Any:
    if type(result) is int and abs(result) > MAX:
        return Fault("overflow")
    return Fault("not_finite") if type(result) is float and not math.isfinite(result) else result
