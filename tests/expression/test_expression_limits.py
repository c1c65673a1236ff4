"""Limits: an expression that is too large gives an error at once, never a recursion error."""

from __future__ import annotations

from typing import Any

import pytest

from geryon.compile.expression import ListOf
from geryon.schema.nodes import Node, Source
from support.expressions import node_of_value, parsed, problems_of, shape


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1_000_000 + "x" + ")" * 1_000_000,
        "[" * 1_000_000,
        "-" * 1_000_000 + "x",
        "not " * 1_000_000 + "x",
        "min(" * 1_000_000,
        "x ** " * 1_000_000 + "x",
        "x - " * 1_000_000 + "x",
        "x and " * 1_000_000 + "x",
        "x < " * 1_000_000 + "x",
        "[" + "1, " * 1_000_000 + "]",
        "x or y and " * 1_000_000 + "x",
        "foo(1, " * 1_000_000,
    ],
    ids=lambda text: text[:8],
)
def test_a_huge_string_is_refused(text: str) -> None:
    """However it is built."""
    assert problems_of(node_of_value(text))[-1].code == "expression-limit"


@pytest.mark.parametrize(("operations", "fits"), [(63, True), (64, False)])
def test_a_string_is_64_levels_deep_at_most(operations: int, fits: bool) -> None:
    """A single value is one level; parentheses that the tree needs are free."""
    for text in ("-(" * operations + "x" + ")" * operations, "1 - " * operations + "x"):
        if fits:
            parsed(text)
        else:
            assert [problem.code for problem in problems_of(node_of_value(text))] == ["expression-limit"]


@pytest.mark.parametrize(("operations", "fits"), [(63, True), (64, False)])
def test_a_tree_is_64_levels_deep_at_most(operations: int, fits: bool) -> None:
    """As for strings."""
    value: Any = "x"
    for _ in range(operations):
        value = {"neg": value}
    if fits:
        assert shape(parsed("-(" * operations + "'x'" + ")" * operations)) == _shape(value)
    else:
        assert [problem.code for problem in problems_of(node_of_value(value))] == ["expression-limit"]


def _shape(value: Any) -> Any:
    return ("neg", _shape(value["neg"])) if isinstance(value, dict) else ("const", repr(value))


@pytest.mark.parametrize(("items", "fits"), [(4095, True), (4096, False)])
def test_an_expression_has_4096_nodes_at_most(items: int, fits: bool) -> None:
    """The list is a node, and each item."""
    text = "[" + ", ".join(["1"] * items) + "]"
    for node in (node_of_value(text), node_of_value({"in": [1, [1] * (items - 2)]})):
        if not fits:
            assert [problem.code for problem in problems_of(node)] == ["expression-limit"]
    if fits:
        root = parsed(text)
        assert isinstance(root, ListOf)
        assert len(root.items) == items


def test_nested_chains_count_the_middle_twice() -> None:
    """`a < (b < (...) < b) < a` is short to write and doubles at each level."""
    text = "x"
    for _ in range(14):
        text = f"a < ({text}) < b"
    assert [problem.code for problem in problems_of(node_of_value(text))] == ["expression-limit"]


def test_aliases_cannot_make_a_tree_huge() -> None:
    """A YAML alias repeats a node, and the repetitions count."""
    source = Source("experiment.yaml", [])
    item = Node(1, source, 1, 1, text="1", plain=True)
    for _ in range(30):
        item = Node([item, item], source, 1, 1)
    node = Node({"len": item}, source, 1, 1, key_nodes={"len": item})
    assert [problem.code for problem in problems_of(node)] == ["expression-limit"]
