"""Laws of the two spellings: they give one tree, and strings bind as in Python."""

from __future__ import annotations

import ast
import warnings
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from geryon.compile.expression import (
    Const,
    Expr,
    Has,
    LeafRef,
    ListOf,
    Op,
    OptionId,
    parse_expression,
)
from geryon.compile.expression.operators import OPERATORS
from geryon.errors import NOWHERE, InvalidInput
from geryon.resolve.model import Argument
from support.expressions import as_text, as_tree, node_of_value, parsed, shape


def scalars() -> st.SearchStrategy[Any]:
    """Literals that both spellings can write."""
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.sampled_from(["$x", "$$", "it's"])
    return st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text


def references() -> st.SearchStrategy[Expr]:
    """Packs, parameters, choices and `has`."""
    literals = scalars() | st.lists(scalars(), max_size=2)
    default = st.none() | st.builds(Const, literals, st.just(NOWHERE))
    path = st.lists(st.sampled_from(["lr", "model", "width_", "a-b", "$x", "0", "not"]), min_size=1, max_size=3)
    paths = path.map(tuple).filter(lambda path: path != ("not",))
    here = st.just(NOWHERE)
    leaf = st.builds(LeafRef, st.just(False), paths, default, here, here)
    choice = st.builds(LeafRef, st.just(True), st.tuples(st.sampled_from(["db", "db@a.b"])), default, here, here)
    pack = st.builds(OptionId, st.sampled_from(["model", "a.b c"]), default, here, here)
    return leaf | choice | pack | st.builds(Has, paths, here)


def operations(operands: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """Every operator with a number of operands that a string can write too."""

    def of(name: str) -> st.SearchStrategy[Expr]:
        fewest, most = OPERATORS[name]
        low = max(fewest, 2) if most is None else fewest
        args = st.lists(operands, min_size=low, max_size=most or 4).map(tuple)
        return st.builds(Op, st.just(name), args, st.just(NOWHERE))

    return st.sampled_from(sorted(OPERATORS)).flatmap(of)


def trees() -> st.SearchStrategy[Expr]:
    """Expressions with an operation at the root."""
    leaves = st.builds(Const, scalars(), st.just(NOWHERE)) | references()

    def larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        return operations(inner) | st.builds(ListOf, st.lists(inner, max_size=3).map(tuple), st.just(NOWHERE))

    return operations(st.recursive(leaves, larger, max_leaves=12))


@given(trees())
def test_a_printed_expression_parses_back_to_its_tree(tree: Expr) -> None:
    """Strings lose nothing: types of literals, groups and order are kept."""
    assert shape(parsed(as_text(tree))) == shape(tree)


@given(trees())
def test_the_tree_spelling_gives_the_same_tree(tree: Expr) -> None:
    """With references declared as arguments, YAML trees and strings are one."""
    arguments: dict[str, Argument] = {}
    node = node_of_value(as_tree(tree, arguments))
    expression = parse_expression(node, list(arguments.values()))
    assert shape(expression.root) == shape(tree)
    assert expression.used_arguments == set(arguments)


_BINARY = ["or", "and", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "+", "-", "*", "/", "//", "%", "**"]


def python_texts() -> st.SearchStrategy[str]:
    """Texts of Python's grammar, and some near it, with few parentheses."""
    atoms = st.sampled_from(["x", "y.z", "2", "0.5", "'s'", "True", "None"])

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        binary = st.builds("{} {} {}".format, inner, st.sampled_from(_BINARY), inner)
        unary = st.builds("{}{}".format, st.sampled_from(["not ", "-"]), inner)
        call = st.builds("max({}, {})".format, inner, inner)
        return binary | binary | unary | call | st.builds("({})".format, inner) | st.builds("[{}]".format, inner)

    return st.recursive(atoms, larger, max_leaves=8)


@given(python_texts())
def test_precedence_and_chains_are_those_of_python(text: str) -> None:
    """Python's own parser gives the same tree, or refuses the same text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            expected = flat(from_python(ast.parse(text, mode="eval").body))
    except SyntaxError:
        expected = None
    try:
        actual = flat(shape(parsed(text)))
    except InvalidInput:
        actual = None
    assert actual == expected


_NAMES: dict[type, str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "lte",
    ast.Gt: "gt",
    ast.GtE: "gte",
    ast.In: "in",
    ast.NotIn: "not_in",
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.Not: "not",
    ast.USub: "neg",
    ast.And: "and",
    ast.Or: "or",
}


def from_python(node: Any) -> Any:
    """The shape of Python's syntax tree."""
    if isinstance(node, ast.Constant):
        return ("const", repr(node.value))
    if isinstance(node, (ast.Name, ast.Attribute)):
        return ("param", tuple(ast.unparse(node).split(".")), None)
    if isinstance(node, ast.List):
        return ("list", *map(from_python, node.elts))
    if isinstance(node, ast.BoolOp):
        return (_NAMES[type(node.op)], *map(from_python, node.values))
    if isinstance(node, ast.BinOp):
        return (_NAMES[type(node.op)], from_python(node.left), from_python(node.right))
    if isinstance(node, ast.UnaryOp):
        return (_NAMES[type(node.op)], from_python(node.operand))
    if isinstance(node, ast.Call):
        return (ast.unparse(node.func), *map(from_python, node.args))
    operands = [from_python(operand) for operand in [node.left, *node.comparators]]
    names = [_NAMES[type(operator)] for operator in node.ops]
    parts = [(name, operands[index], operands[index + 1]) for index, name in enumerate(names)]
    return parts[0] if len(parts) == 1 else ("and", *parts)


def flat(shape: Any) -> Any:
    """A shape in which what Python's tree does not tell is no difference: `(a + b) + c` and `-(5)`."""
    if not isinstance(shape, tuple) or shape[0] in ("const", "param"):
        return shape
    name, *args = (shape[0], *map(flat, shape[1:]))
    if name in ("add", "mul") and args[0][0] == name:
        args[:1] = args[0][1:]
    if name == "neg" and args[0][0] == "const" and args[0][1][0].isdigit():
        return ("const", "-" + args[0][1])
    return (name, *args)
