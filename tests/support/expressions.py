"""Expressions for tests: YAML nodes, shapes that can be compared, and printers for both spellings."""

from __future__ import annotations

import re
from typing import Any

import yaml

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
from geryon.errors import NOWHERE, InvalidInput, Problem
from geryon.resolve.model import Argument
from geryon.schema.nodes import Node, Source

_INFIX = {
    "or": ("or", 1),
    "and": ("and", 2),
    **dict.fromkeys(("eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in"), ("", 4)),
    "add": ("+", 5),
    "sub": ("-", 5),
    "mul": ("*", 6),
    "div": ("/", 6),
    "floordiv": ("//", 6),
    "mod": ("%", 6),
}
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "not_in": "not in"}
_ATOM = 9


def node_of(text: str) -> Node:
    """The node of a YAML document."""
    loader = yaml.SafeLoader(text)
    root = loader.get_single_node()
    assert root is not None
    return _node(loader, root, Source("experiment.yaml", text.splitlines()), ("expr",))


def _node(loader: yaml.SafeLoader, node: yaml.Node, source: Source, steps: tuple[Any, ...]) -> Node:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.SequenceNode):
        items = [_node(loader, item, source, (*steps, index)) for index, item in enumerate(node.value)]
        return Node(items, source, line, column, steps)
    if isinstance(node, yaml.MappingNode):
        result = Node({}, source, line, column, steps)
        for key, value in node.value:
            name = loader.construct_object(key)
            result.value[name] = _node(loader, value, source, (*steps, str(name)))
            result.key_nodes[name] = _node(loader, key, source, (*steps, str(name)))
        return result
    assert isinstance(node, yaml.ScalarNode)
    value = loader.construct_object(node)
    return Node(value, source, line, column, steps, node.value, node.style is None)


def node_of_value(value: Any) -> Node:
    """The node of a plain value, all of it at one place."""
    source = Source("experiment.yaml", [""])
    if isinstance(value, list):
        return Node([node_of_value(item) for item in value], source, 1, 1)
    if isinstance(value, dict):
        items = {key: node_of_value(item) for key, item in value.items()}
        return Node(items, source, 1, 1, key_nodes={key: node_of_value(key) for key in value})
    return Node(value, source, 1, 1, text=str(value))


def argument(name: str, kind: str, target: str, *default: Any) -> Argument:
    """A declared argument, with a default if one is given."""
    return Argument(name, kind, target, default[0] if default else None, bool(default), NOWHERE)


def parsed(text: str, *arguments: Argument) -> Expr:
    """The tree of a string expression."""
    return parse_expression(node_of_value(text), arguments).root


def problems_of(node: Node, *arguments: Argument) -> list[Problem]:
    """What is wrong with an expression, which something must be."""
    try:
        parse_expression(node, arguments)
    except InvalidInput as error:
        return list(error.problems)
    raise AssertionError("the expression was accepted")


def shape(node: Expr) -> Any:
    """A tree without its places, in which `1`, `1.0` and `True` differ."""
    if isinstance(node, Const):
        return ("const", repr(node.value))
    if isinstance(node, ListOf):
        return ("list", *map(shape, node.items))
    if isinstance(node, Has):
        return ("has", node.path)
    if isinstance(node, Op):
        return (node.name, *map(shape, node.args))
    default = None if node.default is None else repr(node.default.value)
    if isinstance(node, OptionId):
        return ("pack", node.pack, default)
    return ("choice" if node.choice else "param", node.path, default)


def as_text(node: Expr) -> str:
    """The string expression of a tree, with as few parentheses as possible."""
    return _text(node)[0]


def _text(node: Expr) -> tuple[str, int]:
    """The text and how tightly its outermost operator binds."""
    if isinstance(node, Const):
        return _literal(node.value), 7 if _is_negative(node.value) else _ATOM
    if isinstance(node, ListOf):
        return "[" + ", ".join(map(as_text, node.items)) + "]", _ATOM
    if isinstance(node, Op):
        return _operation(node)
    if isinstance(node, LeafRef) and not node.choice and node.default is None:
        name = ".".join(node.path)
        if re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", name):
            return name, _ATOM
    return _call(node), _ATOM


def _call(node: Has | LeafRef | OptionId) -> str:
    if isinstance(node, Has):
        return f"has({'.'.join(node.path)!r})"
    default = "" if node.default is None else ", " + _literal(node.default.value)
    if isinstance(node, OptionId):
        return f"pack({node.pack!r}{default})"
    return f"{'choice' if node.choice else 'param'}({'.'.join(node.path)!r}{default})"


def _is_negative(value: Any) -> bool:
    return isinstance(value, (int, float)) and repr(value).startswith("-")


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return repr(value).replace("inf", "1e999") if isinstance(value, float) else repr(value)


def _within(node: Expr, level: int) -> str:
    text, binds = _text(node)
    return text if binds >= level else f"({text})"


def _operation(node: Op) -> tuple[str, int]:
    if node.name == "not":
        return "not " + _within(node.args[0], 3), 3
    if node.name == "neg":
        operand = node.args[0]
        # `-5` is a literal, an operation on the literal 5 needs parentheses
        bare = isinstance(operand, Const) and not _is_negative(operand.value)
        return "-" + (f"({as_text(operand)})" if bare else _within(operand, 7)), 7
    if node.name == "pow":
        return f"{_within(node.args[0], _ATOM)} ** {_within(node.args[1], 7)}", 8
    if node.name not in _INFIX:
        return f"{node.name}({', '.join(map(as_text, node.args))})", _ATOM
    symbol, level = _INFIX[node.name]
    symbol = symbol or _COMPARISONS.get(node.name, node.name)
    first = node.args[0]
    # from the left, except that one more operand of the same series would join it
    joins = isinstance(first, Op) and first.name == node.name and node.name in ("add", "mul")
    texts = [_within(first, level if level in (5, 6) and not joins else level + 1)]
    texts += [_within(operand, level + 1) for operand in node.args[1:]]
    return f" {symbol} ".join(texts), level


def as_tree(node: Expr, arguments: dict[str, Argument]) -> Any:
    """The tree expression of a tree as a plain value; references are declared in `arguments`."""
    if isinstance(node, Const):
        value = node.value
        return "$" + value if isinstance(value, str) and value.startswith("$") else value
    if isinstance(node, ListOf):
        return [as_tree(item, arguments) for item in node.items]
    if isinstance(node, Has):
        path = ".".join(node.path)
        return {"has": "$" + path if path.startswith("$") else path}
    if isinstance(node, Op):
        operands = [as_tree(operand, arguments) for operand in node.args]
        return {node.name: operands[0] if node.name in ("not", "neg", "abs", "sqrt", "len") else operands}
    if isinstance(node, OptionId):
        kind, target = "pack_id", node.pack
    else:
        kind, target = ("choice" if node.choice else "param"), ".".join(node.path)
    name = f"a{len(arguments)}"
    default = () if node.default is None else (node.default.value,)
    arguments[name] = argument(name, kind, target, *default)
    return "$" + name
