"""What each operation of a predicate does with its operands (docs/program-format.md, "A kernel error")."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from geryon.kernels.pure.values import kind_of, same

LARGEST = 2**127 - 1
Number = Any  # int or float; never bool


class Fault(Exception):
    """An operation has no value for these operands; `kind` is the kind of error."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def operate(name: str, operands: Sequence[Any]) -> Any:
    """The value of an operation, other than `and` and `or`, on operands that are no errors.

    Raises:
        Fault: if it has none.
    """
    return _OPERATIONS[name](*operands)


def _numbers(*operands: Any) -> None:
    if any(kind_of(operand) != "number" for operand in operands):
        raise Fault("type")
    if any(operand != operand for operand in operands):
        raise Fault("not_finite")
    if any(isinstance(operand, int) and abs(operand) > LARGEST for operand in operands):
        raise Fault("overflow")


def _comparable(*operands: Any) -> None:
    if any(kind_of(operand) != "string" for operand in operands):
        _numbers(*operands)


def _checked(result: Any) -> Any:
    if isinstance(result, int) and abs(result) > LARGEST:
        raise Fault("overflow")
    if isinstance(result, float) and not math.isfinite(result):
        raise Fault("not_finite")
    return result


def _comparison(holds: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    def compare(left: Any, right: Any) -> bool:
        _comparable(left, right)
        return holds(left, right)

    return compare


def _between(value: Any, low: Any, high: Any) -> bool:
    _comparable(value, low, high)
    return bool(low <= value <= high)


def _in(item: Any, container: Any) -> bool:
    if isinstance(container, list):
        return any(same(item, element) for element in container)
    if isinstance(container, str) and isinstance(item, str):
        return item in container
    raise Fault("type")


def _not(operand: Any) -> bool:
    if not isinstance(operand, bool):
        raise Fault("type")
    return not operand


def _len(operand: Any) -> int:
    if not isinstance(operand, list):
        raise Fault("type")
    return len(operand)


def _fold(step: Callable[[Number, Number], Number]) -> Callable[..., Number]:
    def fold(*operands: Any) -> Number:
        _numbers(*operands)
        return reduce(lambda left, right: _checked(step(left, right)), operands)

    return fold


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(*operands: Any) -> Any:
        _comparable(*operands)
        return _checked(choose(*operands))

    return extreme


def _one(step: Callable[[Number], Number]) -> Callable[[Any], Number]:
    def one(operand: Any) -> Number:
        _numbers(operand)
        return _checked(step(operand))

    return one


def _division(step: Callable[[Number, Number], Number]) -> Callable[[Any, Any], Number]:
    def divide(left: Any, right: Any) -> Number:
        _numbers(left, right)
        if right == 0:
            raise Fault("zero_division")
        return _checked(step(left, right))

    return divide


def _ints(*operands: Any) -> None:
    if any(isinstance(operand, bool) or not isinstance(operand, int) for operand in operands):
        raise Fault("type")
    _numbers(*operands)


def _ceildiv(left: Any, right: Any) -> Any:
    _ints(left, right)
    if right == 0:
        raise Fault("zero_division")
    return _checked(-((-left) // right))


def _pow(base: Any, exponent: Any) -> Any:
    _ints(base, exponent)
    if not 0 <= exponent <= 127:
        raise Fault("overflow")
    return _checked(base**exponent)


def _sqrt(operand: Any) -> Any:
    _numbers(operand)
    if operand < 0:
        raise Fault("not_finite")
    return _checked(math.sqrt(operand))


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "not": _not,
    "eq": same,
    "ne": lambda left, right: not same(left, right),
    "in": _in,
    "not_in": lambda item, container: not _in(item, container),
    "lt": _comparison(lambda left, right: left < right),
    "lte": _comparison(lambda left, right: left <= right),
    "gt": _comparison(lambda left, right: left > right),
    "gte": _comparison(lambda left, right: left >= right),
    "between": _between,
    "len": _len,
    "add": _fold(lambda left, right: left + right),
    "mul": _fold(lambda left, right: left * right),
    "sub": _fold(lambda left, right: left - right),
    "div": _division(lambda left, right: float(left) / float(right)),
    "floordiv": _division(lambda left, right: left // right),
    "mod": _division(lambda left, right: left % right),
    "ceildiv": _ceildiv,
    "pow": _pow,
    "neg": _one(lambda operand: -operand),
    "abs": _one(abs),
    "min": _extreme(min),
    "max": _extreme(max),
    "sqrt": _sqrt,
}
