"""Operations of predicates, one at a time, against the brute-force planner."""

from __future__ import annotations

import json
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geryon.kernels.protocol import Kernel, KernelError
from support import oracle
from support.programs import FLOATS, INTS, encode, single_predicate

PROFILE = settings().max_examples
NUMBERS = st.sampled_from(INTS + FLOATS) | st.integers(-20, 20) | st.integers(-(2**128), 2**128) | st.floats()
TEXTS = st.text(st.sampled_from("ab\uffee😀"), max_size=3)
LISTS = st.lists(NUMBERS | TEXTS | st.booleans() | st.none(), max_size=3)
OPERANDS = st.one_of(NUMBERS, NUMBERS, NUMBERS, TEXTS, LISTS, st.booleans(), st.none())
ARITIES = {
    **dict.fromkeys(("not", "neg", "abs", "sqrt", "len"), 1),
    **dict.fromkeys(("eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in"), 2),
    **dict.fromkeys(("sub", "div", "floordiv", "ceildiv", "mod", "pow"), 2),
    **dict.fromkeys(("between", "add", "mul", "min", "max", "and", "or"), 3),
}


@st.composite
def operations(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """An operation with operands of one kind, mostly."""
    name = draw(st.sampled_from(sorted(ARITIES)))
    operands = draw(st.sampled_from([NUMBERS, NUMBERS, TEXTS, st.booleans(), OPERANDS]))
    values = [draw(operands) for _ in range(ARITIES[name])]
    if name in ("in", "not_in") and draw(st.booleans()):
        values[1] = draw(st.lists(st.sampled_from([*values, 1, 1.0, True, nan, [1]]), max_size=3))
    return name, values


def result(kernel: Kernel, name: str, operands: list[Any]) -> bool | dict[str, Any]:
    """A boolean result, or the kernel error; any other result is in the error of a root that is no boolean."""
    document = single_predicate(name, operands)
    try:
        return kernel.sweep(encode(document)).count() == 1
    except KernelError as error:
        data: dict[str, Any] = json.loads(error.data)
        return data


@settings(max_examples=20 * PROFILE)
@given(operation=operations())
def test_operations_are_those_of_brute_force(kernel: Kernel, operation: tuple[str, list[Any]]) -> None:
    """The result to the last bit, or the same error on the same operands."""
    name, operands = operation
    expected = oracle.answer(single_predicate(name, operands))
    wanted = bool(expected.valid) if expected.error is None else json.loads(expected.error)
    assert result(kernel, name, operands) == wanted


@pytest.mark.parametrize(
    ("name", "operands", "value"),
    [
        ("add", [2**127 - 1, 0], 2**127 - 1),
        ("add", [2**53 + 1, 0.0], 2.0**53),
        ("mul", [-1, 2**127 - 1], -(2**127) + 1),
        ("div", [1, 3], 1 / 3),
        ("floordiv", [-7, 2], -4),
        ("floordiv", [-7.5, 2], -4.0),
        ("floordiv", [-1.0, inf], -1.0),
        ("ceildiv", [-7, 2], -3),
        ("ceildiv", [7, 2], 4),
        ("mod", [-7, 2], 1),
        ("mod", [7, -2.0], -1.0),
        ("mod", [-0.0, 3.0], 0.0),
        ("pow", [2, 126], 2**126),
        ("pow", [0, 0], 1),
        ("neg", [0.0], -0.0),
        ("abs", [-5], 5),
        ("sqrt", [2], 2**0.5),
        ("sqrt", [-0.0], -0.0),
        ("min", [1.0, 1], 1.0),
        ("max", [1, 1.0], 1),
        ("max", ["a", "\uffee", "😀"], "😀"),
        ("len", [[1, [2]]], 2),
    ],
)
def test_results(kernel: Kernel, name: str, operands: list[Any], value: Any) -> None:
    """Ints are exact, floats are CPython's, and the first of equal arguments is taken."""
    error = result(kernel, name, operands)
    assert isinstance(error, dict)
    assert (error["kind"], error["operands"]) == ("type", [oracle.typed(value)])


@pytest.mark.parametrize(
    ("name", "operands", "kind"),
    [
        ("add", [True, 1], "type"),
        ("add", ["a", "b"], "type"),
        ("lt", [1, "a"], "type"),
        ("lt", [None, None], "type"),
        ("and", [1, True], "type"),
        ("in", [1, "1"], "type"),
        ("len", ["abc"], "type"),
        ("ceildiv", [1.0, 2], "type"),
        ("pow", [2.0, 2], "type"),
        ("min", [1, "a"], "type"),
        ("add", [2**127, "a"], "type"),
        ("lt", [nan, 2**127], "not_finite"),
        ("lt", [2**127, 0], "overflow"),
        ("floordiv", [2**127, 0], "overflow"),
        ("pow", [2, 127], "overflow"),
        ("pow", [1, 128], "overflow"),
        ("pow", [1, -1], "overflow"),
        ("add", [2**127 - 1, 1, -1], "overflow"),
        ("mod", [1, 0], "zero_division"),
        ("div", [1.0, -0.0], "zero_division"),
        ("add", [1e308, 1e308], "not_finite"),
        ("neg", [inf], "not_finite"),
        ("max", [1, inf], "not_finite"),
        ("sub", [inf, inf], "not_finite"),
        ("sqrt", [-1], "not_finite"),
    ],
)
def test_errors(kernel: Kernel, name: str, operands: list[Any], kind: str) -> None:
    """Types come before NaN, NaN before overflow, overflow before a zero divisor, and the result last."""
    error = result(kernel, name, operands)
    assert isinstance(error, dict)
    assert (error["kind"], error["operands"]) == (kind, [oracle.typed(operand) for operand in operands])


@pytest.mark.parametrize(
    ("name", "operands", "value"),
    [
        ("eq", [1, 1.0], True),
        ("eq", [1, True], False),
        ("eq", [2**53 + 1, 2.0**53], False),
        ("eq", [10**400, inf], False),
        ("eq", [[1, "a"], [1.0, "a"]], True),
        ("eq", [nan, nan], False),
        ("eq", [[nan], [nan]], False),
        ("eq", [{"a": [1]}, {"a": [1.0]}], True),
        ("eq", ["1", 1], False),
        ("ne", [None, False], True),
        ("lt", ["\uffee", "😀"], True),
        ("lt", [2.0**53, 2**53 + 1], True),
        ("gte", [inf, 2**127 - 1], True),
        ("in", ["b", "abc"], True),
        ("in", [True, [1, 1.0]], False),
        ("in", [2**127, [2**127]], True),
        ("not_in", [None, [None]], False),
        ("between", [1, 1.0, 1], True),
        ("between", ["b", "a", "c"], True),
    ],
)
def test_comparisons(kernel: Kernel, name: str, operands: list[Any], value: Any) -> None:
    """Values of different types differ, numbers compare by exact value, strings by code point."""
    found = result(kernel, name, operands)
    assert found is value
