"""Tree expressions: operators, arguments, dollars, and what is said about mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from geryon.compile.expression import parse_expression
from geryon.errors import Problem
from support.expressions import argument, node_of, node_of_value, problems_of, shape

LR = argument("lr", "param", "optimizer.lr", 0.1)
SHAPE = ("param", ("optimizer", "lr"), "0.1")


def tree(document: str) -> Any:
    """The shape of a tree expression with the argument `$lr`."""
    return shape(parse_expression(node_of(document), (LR,)).root)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{eq: [$lr, 1]}", ("eq", SHAPE, ("const", "1"))),
        ("{and: [$lr]}", ("and", SHAPE)),
        ("{not: $lr}", ("not", SHAPE)),
        ("{abs: -5}", ("abs", ("const", "-5"))),
        ("{len: [1, $lr]}", ("len", ("list", ("const", "1"), SHAPE))),
        ("{in: [$lr, [a, true, null, 1.5]]}", None),
        ("{between: [$lr, 0, 1]}", ("between", SHAPE, ("const", "0"), ("const", "1"))),
        ("{add: [1, 2, 3]}", ("add", ("const", "1"), ("const", "2"), ("const", "3"))),
        ("{has: a.b}", ("has", ("a", "b"))),
        ("{has: on}", ("has", ("on",))),
        ("{has: 1.a}", ("has", ("1", "a"))),
        ("{has: $$x}", ("has", ("$x",))),
    ],
)
def test_operators_and_operands(document: str, expected: Any) -> None:
    """One operand as it stands, several in a list, scalars as literals."""
    items = ("list", ("const", "'a'"), ("const", "True"), ("const", "None"), ("const", "1.5"))
    assert tree(document) == (expected or ("in", SHAPE, items))


@pytest.mark.parametrize(
    ("text", "literal"),
    [("$$", "$"), ("$$lr", "$lr"), ("$$$", "$$"), ("a$lr", "a$lr"), ("${lr}", "${lr}"), ("$", "$"), ("$5", "$5")],
)
def test_a_dollar_is_an_argument_only_before_a_name(text: str, literal: str) -> None:
    """`$$` at the front is a literal dollar; other strings are literals."""
    node = node_of_value({"eq": ["$lr", text]})
    assert shape(parse_expression(node, (LR,)).root) == ("eq", SHAPE, ("const", repr(literal)))


def test_only_used_arguments_are_reported_as_used() -> None:
    """Others are for a warning elsewhere."""
    expression = parse_expression(node_of("{and: [$a, {not: $b}]}"), [argument(name, "param", name) for name in "abc"])
    assert expression.used_arguments == {"a", "b"}


def problem_of(document: str) -> Problem:
    """The only problem of a tree expression with the argument `$lr`."""
    (problem,) = problems_of(node_of(document), LR)
    return problem


@pytest.mark.parametrize(
    ("document", "code", "message", "column"),
    [
        ("{and: []}", "expression-operator", "`and` takes one or more operands, not 0", 2),
        ("{or: true}", "expression-operator", "`or` takes a list of operands", 6),
        ("{eq: [1]}", "expression-operator", "`eq` takes 2 operands, not 1", 2),
        ("{between: [1, 2]}", "expression-operator", "`between` takes 3 operands, not 2", 2),
        ("{sub: [1, 2, 3]}", "expression-operator", "`sub` takes 2 operands, not 3", 2),
        ("{min: [1]}", "expression-operator", "`min` takes 2 or more operands, not 1", 2),
        ("{eqq: [1, 2]}", "expression-operator", "unknown operator `eqq`", 2),
        ("{true: [1, 2]}", "expression-operator", "unknown operator `True`", 2),
        ("{has: [a]}", "expression-operator", "`has` takes the dotted path", 7),
        ("{has: null}", "expression-operator", "`has` takes the dotted path", 7),
        ("{has: a..b}", "expression-syntax", "`a..b` is not a dotted path", 7),
        ("{has: $lr}", "expression-argument", "`has` takes a path, not an argument", 7),
        ("{eq: [$lrr, 1]}", "expression-argument", "the argument `$lrr` is not declared", 7),
        ("{eq: [1, 2], ne: [1, 2]}", "expression-syntax", "exactly one operator, not `eq`, `ne`", 1),
        ("{not: {}}", "expression-syntax", "exactly one operator, not none", 7),
        ('{eq: ["\\ud800", 1]}', "expression-syntax", "lone surrogate", 7),
    ],
)
def test_a_mistake_is_shown_where_it_stands(document: str, code: str, message: str, column: int) -> None:
    """Each has a code and a place."""
    problem = problem_of(document)
    assert problem.code == code
    assert message in problem.message
    assert problem.place.column == column


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        ("{eqq: [1, 2]}", "did you mean `eq`?"),
        ("{not-in: [1, []]}", "did you mean `not_in`?"),
        ("{'>=': [1, 2]}", "in trees it is `gte`"),
        ("{param: a.b}", "declare it under `args` of the predicate and write `$name`"),
        ("{eq: [$Lr, 1]}", "did you mean `lr`?"),
    ],
)
def test_hints_name_what_was_meant(document: str, hint: str) -> None:
    """The nearest name, or the way to write it here."""
    assert problem_of(document).hint == hint


def test_all_problems_of_a_tree_are_reported() -> None:
    """In the order in which they stand."""
    problems = problems_of(node_of("and:\n- {eqq: [1, 2]}\n- {eq: [$x, $y]}\n- {neg: {foo: 1}}"))
    assert [problem.place.line for problem in problems] == [2, 3, 3, 4]
