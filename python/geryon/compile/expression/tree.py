"""Expressions written as YAML trees: a mapping with one operator, `$name`, or a literal."""

from __future__ import annotations

import re

from geryon.compile.expression.ast import Expr, ListOf
from geryon.compile.expression.builder import Builder
from geryon.compile.expression.operators import ARITHMETIC, COMPARISONS, MAX_DEPTH, OPERATORS
from geryon.errors import Place
from geryon.hydra.refusal import shown
from geryon.schema.nodes import Node
from geryon.suggest import did_you_mean

_ARGUMENT = re.compile(r"\$([A-Za-z_][A-Za-z0-9_.-]*)")
_REFERENCES = frozenset({"pack", "pack_id", "param", "choice", "arg"})


def parse_tree(node: Node, builder: Builder, depth: int = 1) -> Expr:
    """The expression of a YAML node; problems go to the builder.

    A string that begins with `$` and a name is an argument, and one that begins with `$$` is the literal with one
    dollar less. Other strings are literals.

    Raises:
        InvalidInput: The tree is larger or deeper than allowed.
    """
    if depth > MAX_DEPTH:
        builder.too_deep(node.place)
    if isinstance(node.value, dict):
        return _operation(node, builder, depth)
    if isinstance(node.value, list):
        builder.count(node.place)
        return ListOf(tuple(parse_tree(item, builder, depth + 1) for item in node.value), node.place)
    if isinstance(node.value, str):
        return _string(node, node.value, builder)
    return builder.const(node.value, node.place)


def _string(node: Node, text: str, builder: Builder) -> Expr:
    if text.startswith("$$"):
        return builder.const(text[1:], node.place)
    if text.startswith("$") and text[1:] in builder.arguments:
        return builder.argument(text[1:], node.place)
    found = _ARGUMENT.fullmatch(text)
    if found:
        return builder.argument(found[1], node.place)
    return builder.const(text, node.place)


def _operation(node: Node, builder: Builder, depth: int) -> Expr:
    if len(node.value) != 1:
        names = ", ".join(shown(str(key)) for key in node.value) or "none"
        builder.problem(
            "expression-syntax",
            f"a mapping in an expression has exactly one operator, not {names}",
            node.place,
            "join conditions with `and: [...]`" if len(node.value) else None,
        )
        return builder.const(None, node.place)
    name, operand = next(node.items())
    place = node.key_place(name)
    if name == "has":
        return _has(operand, builder, place)
    if name not in OPERATORS:
        _unknown(name, builder, place)
        return builder.const(None, place)
    if OPERATORS[name] == (1, 1):
        return builder.op(name, [parse_tree(operand, builder, depth + 1)], place)
    if not isinstance(operand.value, list):
        builder.problem("expression-operator", f"`{name}` takes a list of operands", operand.place)
        return builder.const(None, place)
    return builder.op(name, [parse_tree(item, builder, depth + 1) for item in operand.value], place)


def _has(operand: Node, builder: Builder, place: Place) -> Expr:
    text = operand.text if operand.plain and operand.value is not None else operand.value
    if not isinstance(text, str):
        builder.problem("expression-operator", "`has` takes the dotted path of a parameter", operand.place)
        return builder.const(None, place)
    if text.startswith("$$"):
        text = text[1:]
    elif text.startswith("$"):
        hint = f"write the path itself, or {shown('$' + text)} for a key that begins with a dollar"
        builder.problem("expression-argument", "`has` takes a path, not an argument", operand.place, hint)
    return builder.has(text, operand.place)


def _unknown(name: object, builder: Builder, place: Place) -> None:
    text = str(name)
    if text in _REFERENCES:
        hint: str | None = "declare it under `args` of the predicate and write `$name`"
    else:
        symbol = {**COMPARISONS, **ARITHMETIC}.get(text)
        hint = f"in trees it is `{symbol}`" if symbol else did_you_mean(text, [*OPERATORS, "has"])
    builder.problem("expression-operator", f"unknown operator {shown(text)}", place, hint)
