"""String expressions: spelling, literals, references, and what is said about mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from geryon.compile.expression import Op, parse_expression, walk
from geryon.schema.nodes import Node, Source
from support.expressions import argument, node_of, node_of_value, parsed, problems_of, shape

LR = ("param", ("optimizer", "lr"), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-7", -7),
        ("170141183460469231731687303715884105729", 2**127 + 1),
        ("1.0", 1.0),
        ("-0.0", -0.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("1E5", 1e5),
        ("1e999", float("inf")),
        ("0.1", 0.1),
        ("True", True),
        ("true", True),
        ("False", False),
        ("false", False),
        ("None", None),
        ("null", None),
        ("''", ""),
        ('"it\'s"', "it's"),
        (r"'it\'s'", "it's"),
        (r"'a\\b\n\t\x41\u00e9\U0001F600'", "a\\b\n\tAé😀"),
        ("'$lr'", "$lr"),
        ("'${x}'", "${x}"),
        ("  \n 1 \t", 1),
    ],
)
def test_literals_are_those_of_python(text: str, value: Any) -> None:
    """Numbers of any size are exact, floats are read as Python reads them, `$` in a string is a dollar."""
    assert shape(parsed(text)) == ("const", repr(value))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("optimizer.lr", LR),
        ("param('optimizer.lr')", LR),
        ("param('a.b-c', 1)", ("param", ("a", "b-c"), "1")),
        ("param('layers.0.units', [1, [-2.5, None]])", ("param", ("layers", "0", "units"), "[1, [-2.5, None]]")),
        ("param('and', None)", ("param", ("and",), "None")),
        ("pack('model')", ("pack", "model", None)),
        ("pack('model', 'none')", ("pack", "model", "'none'")),
        ("choice('db@a.b')", ("choice", ("db@a.b",), None)),
        ("has('a.b')", ("has", ("a", "b"))),
        ("lambda", ("param", ("lambda",), None)),
        ("pack", ("param", ("pack",), None)),
        ("min.max", ("param", ("min", "max"), None)),
        ("$rate", ("param", ("optimizer", "lr"), "0.1")),
        ("$m", ("pack", "model", None)),
        ("$db", ("choice", ("db",), None)),
    ],
)
def test_references(text: str, expected: Any) -> None:
    """Bare names are parameters, functions name packs, choices and other paths, `$name` is an argument."""
    rate = argument("rate", "param", "optimizer.lr", 0.1)
    arguments = (rate, argument("m", "pack_id", "model"), argument("db", "choice", "db"))
    assert shape(parsed(text, *arguments)) == expected


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a < b < c", "a < b and b < c"),
        ("a + b + c", "((a + b + c))"),
        ("a and b and c or d", "(a and b and c) or d"),
        ("not a == b", "not (a == b)"),
        ("a not in [1,]", "a not in [1]"),
        ("min(a, b,)", "min(a, b)"),
        ("x==1 and\n  y!=2", "x == 1 and y != 2"),
        ("pow(a, 2)", "a ** 2"),
    ],
)
def test_spellings_of_one_tree(text: str, same: str) -> None:
    """Chains, series, line breaks and trailing commas as in Python."""
    assert shape(parsed(text)) == shape(parsed(same))


def test_a_series_is_one_operation_and_a_group_is_its_own() -> None:
    """Parentheses are kept where they group."""
    a, b, c = (("param", (name,), None) for name in "abc")
    assert shape(parsed("a + b + c")) == ("add", a, b, c)
    assert shape(parsed("(a + b) + c")) == ("add", ("add", a, b), c)
    assert shape(parsed("a - b - c")) == ("sub", ("sub", a, b), c)


def test_the_middle_of_a_chain_is_one_node() -> None:
    """So its errors are reported at one place."""
    root = parsed("a < b < c")
    assert isinstance(root, Op)
    first, second = root.args
    assert isinstance(first, Op)
    assert isinstance(second, Op)
    assert first.args[1] is second.args[0]
    assert len(list(walk(root))) == 6


MISTAKES = [
    ("", 0, "found the end"),
    ("   ", 3, "found the end"),
    ("a +", 3, "found the end"),
    ("a b", 2, "found `b`"),
    ("(a", 2, "found the end"),
    ("a)", 1, "found `)`"),
    ("()", 1, "found `)`"),
    ("(a, b)", 2, "found `,`"),
    ("a, b", 1, "found `,`"),
    ("+a", 0, "found `+`"),
    ("a if b else c", 2, "found `if`"),
    ("a is None", 2, "found `is`"),
    ("a == not b", 5, "found `not`"),
    ("a[0]", 1, "found `[`"),
    ("2(3)", 1, "found `(`"),
    ("'a' 'b'", 4, "found `'b'`"),
    ("'a''b'", 3, "found `'b'`"),
    ("a $b", 2, "found `$b`"),
    ("min(a b)", 6, "found `b`"),
    ("[1 2]", 3, "found `2`"),
    ("[,]", 1, "found `,`"),
    ("a = 1", 2, "`=`"),
    ("a && b", 2, "`&`"),
    ("a || b", 2, "`|`"),
    ("!a", 0, "`!`"),
    ("a ^ 2", 2, "`^`"),
    ("{1: 2}", 0, "`{`"),
    ("a # note", 2, "`#`"),
    ("a.b ~ c", 4, "`~`"),
    ("a <> b", 3, "found `>`"),
    ("naïve", 2, "`ï`"),
    ("$", 0, "`$`"),
    ("$5", 0, "`$`"),
    ("1a", 1, "`a`"),
    ("0x1F", 1, "`x`"),
    ("1_000", 1, "`_`"),
    ("1.2.3", 3, "`.`"),
    ("010", 0, "begins with a zero"),
    ("layers.0.units", 6, "unexpected `.`"),
    ("a.", 1, "unexpected `.`"),
    ("'abc", 0, "no closing quote"),
    ("'a\nb'", 0, "no closing quote"),
    ("'abc\\", 4, "escape"),
    (r"'\d'", 1, "escape"),
    (r"'\x4'", 1, "escape"),
    (r"'\U00110000'", 1, "escape"),
    ("r'x'", 0, "prefix `r`"),
    ("f'x'", 0, "prefix `f`"),
    ("9" * 4301, 0, "more than 4300 digits"),
]


@pytest.mark.parametrize(("text", "offset", "message"), MISTAKES, ids=lambda value: str(value)[:20])
def test_a_mistake_is_shown_where_it_stands(text: str, offset: int, message: str) -> None:
    """The column is that of the word which cannot stand there."""
    node = Node(text, Source("experiment.yaml", [text]), 1, 1, text=text, plain=True)
    (problem,) = problems_of(node)
    assert problem.code == "expression-syntax"
    assert message in problem.message
    assert problem.place.column == 1 + offset


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        ("lenn(a)", "expression-operator", "unknown function `lenn`", "did you mean `len`?"),
        ("a.b(c)", "expression-operator", "unknown function `a.b`", None),
        ("add(a, b)", "expression-operator", "unknown function `add`", "`add` is an operator of trees"),
        ("min(a)", "expression-operator", "`min` takes 2 or more operands, not 1", None),
        ("abs()", "expression-operator", "`abs` takes one operand, not 0", None),
        ("ceildiv(a, b, c)", "expression-operator", "`ceildiv` takes 2 operands, not 3", None),
        ("pack()", "expression-operator", "`pack` takes a string", None),
        ("pack(model)", "expression-operator", "`pack` takes a string", None),
        ("param('a', 1, 2)", "expression-operator", "`param` takes a string", None),
        ("param('a', b)", "expression-operator", "a default is a literal", None),
        ("param('a', 1 + 1)", "expression-operator", "a default is a literal", None),
        ("has(a.b)", "expression-operator", "`has` takes a string", None),
        ("has('a', 1)", "expression-operator", "`has` takes a string", None),
        ("has('a..b')", "expression-syntax", "`a..b` is not a dotted path", None),
        ("param('')", "expression-syntax", "is not a dotted path", None),
        ("$learning_rat > 0", "expression-argument", "the argument `$learning_rat`", "`learning_rate`"),
        ("$zzz > 0", "expression-argument", "the argument `$zzz`", "`args`"),
        (r"a == '\ud800'", "expression-syntax", "lone surrogate", None),
    ],
)
def test_a_wrong_name_or_number_of_operands(text: str, code: str, message: str, hint: str | None) -> None:
    """With the nearest name, where there is one."""
    (problem,) = problems_of(node_of_value(text), argument("learning_rate", "param", "lr"))
    assert problem.code == code
    assert message in problem.message
    assert hint is None or (problem.hint is not None and hint in problem.hint)


def test_all_problems_of_an_expression_are_reported() -> None:
    """Wrong names do not hide each other, nor a mistake of spelling after them."""
    problems = problems_of(node_of_value("foo(1) and $x == min(1) and (a"))
    assert [problem.code for problem in problems] == [
        "expression-operator",
        "expression-argument",
        "expression-operator",
        "expression-syntax",
    ]


@pytest.mark.parametrize(
    ("document", "column"),
    [("foo(1)", 1), ("   foo(1) # note", 4), ("'foo(1)'", 2), ('"foo(1)"', 2), ("'a == 1 and foo(2)'", 13)],
)
def test_the_column_is_exact_in_one_line(document: str, column: int) -> None:
    """Plain and quoted scalars, counted in code points."""
    (problem,) = problems_of(node_of(document))
    assert (problem.place.line, problem.place.column, problem.place.path) == (1, column, "expr")


@pytest.mark.parametrize("document", ["|\n  a and\n  foo(1)", "'a == ''x'' and foo(1)'", '"a == \\"x\\" and foo(1)"'])
def test_elsewhere_the_scalar_is_the_place(document: str) -> None:
    """Block scalars, and quoted ones with escapes."""
    (problem,) = problems_of(node_of(document))
    assert (problem.place.line, problem.place.column) == (1, 1)


@pytest.mark.parametrize(
    ("document", "expected"),
    [("yes", ("param", ("yes",), None)), ("true", ("const", "True")), ("1.50", ("const", "1.5"))],
)
def test_a_plain_scalar_is_taken_as_it_is_written(document: str, expected: Any) -> None:
    """What YAML would read in it does not matter."""
    assert shape(parse_expression(node_of(document), ()).root) == expected


@pytest.mark.parametrize("document", ["null", "~", "''"])
def test_an_empty_expression_is_an_error(document: str) -> None:
    """Null is nothing, and so is an empty string."""
    (problem,) = problems_of(node_of(document))
    assert problem.code == "expression-syntax"


def test_references_know_where_they_are_used_and_named() -> None:
    """Messages about a path point to the declaration, messages about a value to the use."""
    rate = argument("rate", "param", "lr")
    (reference,) = list(walk(parse_expression(node_of("$rate"), (rate,)).root))
    assert reference.place.column == 1
    assert getattr(reference, "named", None) is rate.place
