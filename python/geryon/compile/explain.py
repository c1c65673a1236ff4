"""A kernel's error, which is numbers, as a message."""

from __future__ import annotations

import json
from typing import Any

from geryon.compile.document import Document
from geryon.compile.names import Names
from geryon.compile.values import shorten, untyped
from geryon.errors import InvalidInput, Problem
from geryon.kernels import KernelError, kernel

_HINTS = {
    "type": "compare and compute with operands of one kind, or set `on_error: false`",
    "missing": "give it a `default`, test it with `has` first, or set `on_error: false`",
    "not_a_leaf": "name a leaf below it, or test it with `has`",
    "overflow": "use floats for numbers this large, or set `on_error: false`",
    "not_finite": "guard the operation with a condition, or set `on_error: false`",
    "zero_division": "guard the division with a condition (`b != 0 and ...`), or set `on_error: false`",
}
_BOOLEAN = ("and", "or", "not")
_UNARY_ON_NUMBERS = ("neg", "abs", "sqrt")


def explain_kernel_error(document: Document, names: Names, error: KernelError) -> InvalidInput:
    """The erring candidate as a `predicate-error`: predicate, kind, selected options, operands, place, next step."""
    data = json.loads(error.data)
    predicate = names.predicates[data["predicate"]]
    packs = document["packs"]
    selected = ", ".join(
        f"{pack['name']}=`{pack['options'][option]['id']}`" for pack, option in zip(packs, data["options"], strict=True)
    )
    where = f" with {selected}" if selected else ""
    message = f"predicate `{predicate.id}` is an error (`{data['kind']}`){where}: {_reason(document, data)}"
    place = predicate.nodes.get(data["node"], predicate.place)
    return InvalidInput(Problem("predicate-error", message, place, _HINTS[data["kind"]]))


def _reason(document: Document, data: dict[str, Any]) -> str:
    node = document["nodes"][data["node"]]
    name = node["op"]
    operands = [_text(operand) for operand in data["operands"]]
    kind = data["kind"]
    if _is_root_value(document, data):
        return f"the whole expression is {operands[0]}, neither true nor false"
    if name == "leaf":
        target = ("choice " if node["choice"] else "") + f"`{'.'.join(node['segments'])}`"
        return f"{target} is not set" if kind == "missing" else f"{target} is a mapping"
    of = " and ".join([*([", ".join(operands[:-1])] if operands[1:] else []), *operands[-1:]])
    if kind == "type":
        return f"`{name}` cannot take {of}"
    if kind == "zero_division":
        return f"`{name}` of {of} divides by zero"
    if kind == "overflow":
        return f"`{name}` of {of} has an operand or a result outside of +-(2^127 - 1)"
    return f"`{name}` of {of} is not a finite number"


def _is_root_value(document: Document, data: dict[str, Any]) -> bool:
    """Whether the predicate's value is no boolean; else the node's own operation failed."""
    root = document["predicates"][data["predicate"]]["node"]
    node = document["nodes"][root]
    if data["node"] != root or data["kind"] != "type" or node["op"] in _BOOLEAN:
        return False
    operands = data["operands"]
    if len(operands) != 1:
        return False
    if node["op"] in _UNARY_ON_NUMBERS:
        return operands[0][0] in ("i", "f")
    if node["op"] == "len":
        return bool(operands[0][0] == "i")
    return node["op"] == "list" or len(node.get("args", ())) != 1


def _text(operand: list[Any] | None) -> str:
    if operand is None:
        return "an error"
    return f"`{shorten(kernel().canonical_json(untyped(operand)).decode())}`"
