"""The field types of `Located` models: each reads a marked node, and strings are taken as they are written."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from geryon.errors import Diagnostic
from geryon.schema.base import found
from geryon.schema.faults import Collector, collector_of, fault
from geryon.schema.nodes import Node

T = TypeVar("T")

_BOOLEAN_WORDS = frozenset({"yes", "no", "on", "off"})
_LARGE = 10**4300  # an integer that Python does not print
_OCTAL = re.compile(r"[-+]?0[0-7_]+")


def as_text(value: Any) -> Any:
    """A scalar as it is written in the file."""
    if not isinstance(value, Node):
        return value
    text = value.text
    if text is None or (value.value is None):
        hint = "put it in quotes if the word is meant" if text else None
        raise fault("wrong-type", f"expected a string, {found(value)}", value, hint)
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise fault("bad-text", "the string contains a lone surrogate", value)
    if "\0" in text:
        raise fault("bad-text", "the string contains NUL", value)
    return text


def as_filled(value: Any) -> Any:
    """A string that is not empty."""
    text = as_text(value)
    if text == "" and isinstance(value, Node):
        raise fault("empty-string", "expected a string that is not empty", value)
    return text


def as_name(value: Any) -> Any:
    """A string that is not empty and has no blanks around it."""
    text = as_filled(value)
    if isinstance(value, Node) and text != text.strip():
        raise fault("blanks-around", f"the name `{text}` has blanks around it", value, f"write `{text.strip()}`")
    return text


def as_placed_name(value: Any) -> Any:
    """A name, kept as a node for its place."""
    as_name(value)
    return value


def as_whole(value: Any, info: ValidationInfo) -> Any:
    """An int."""
    return _scalar(value, info, (int,), "an integer")


def as_number(value: Any, info: ValidationInfo) -> Any:
    """An int or a float."""
    return _scalar(value, info, (int, float), "a number")


def as_flag(value: Any) -> Any:
    """A boolean."""
    if isinstance(value, Node):
        if not isinstance(value.value, bool):
            raise fault("wrong-type", f"expected `true` or `false`, {found(value)}", value)
        return value.value
    return value


def as_items(value: Any) -> Any:
    """The nodes of a list."""
    if isinstance(value, Node):
        if not isinstance(value.value, list):
            raise fault("wrong-type", f"expected a list, {found(value)}", value)
        return value.value
    return value


def as_filled_items(value: Any) -> Any:
    """The nodes of a list that is not empty."""
    items = as_items(value)
    if isinstance(value, Node) and not items:
        raise fault("empty-list", "expected a list that is not empty", value)
    return items


def as_one_or_more(value: Any) -> Any:
    """A scalar as a list of one, or the nodes of a list that is not empty."""
    if isinstance(value, Node) and value.text is not None:
        return [value]
    return as_filled_items(value)


def as_table(value: Any, info: ValidationInfo) -> Any:
    """The entries of a mapping whose keys are names, keys as written."""
    if not isinstance(value, Node):
        return value
    if not isinstance(value.value, dict):
        raise fault("wrong-type", f"expected a mapping, {found(value)}", value)
    entries: dict[str, Node] = {}
    for key, child in value.value.items():
        node = value.key_nodes[key]
        try:
            name = as_name(node)
        except PydanticCustomError as error:
            context = error.context or {}
            collector_of(info).add(error.type, context["message"], node, context["hint"])
            continue
        if name in entries:
            collector_of(info).add("duplicate-key", f"the key `{name}` is given twice", node)
        entries[name] = child
    return entries


def as_plain(value: Any) -> Any:
    """The value without marks, for a model or type that was written for plain data."""
    return value.plain_value() if isinstance(value, Node) else value


def as_raw(value: Any) -> Any:
    """Any node that is not null."""
    if isinstance(value, Node) and value.value is None:
        raise fault("wrong-type", "expected a value, not null", value)
    return value


def surprise(node: Node) -> Diagnostic | None:
    """The warning for a scalar that YAML 1.1 reads otherwise than a person does: `1:30`, `010`, `no`."""
    if not node.plain or not isinstance(node.value, (bool, int, float)) or node.text is None:
        return None
    text = node.text
    if isinstance(node.value, bool):
        if text.lower() not in _BOOLEAN_WORDS:
            return None
    elif ":" not in text and not (_OCTAL.fullmatch(text) and 8 <= abs(node.value) < _LARGE):
        return None
    value = ("true" if node.value else "false") if isinstance(node.value, bool) else repr(node.value)
    message = f"YAML reads `{text}` as {value}; put it in quotes if the text is meant"
    return Diagnostic("yaml-reading", message, node.place)


def note_surprise(node: Node, collector: Collector) -> None:
    """Add that warning, if there is one."""
    warning = surprise(node)
    if warning is not None:
        collector.diagnostics.append(warning)


def _scalar(value: Any, info: ValidationInfo, kinds: tuple[type, ...], described: str) -> Any:
    if not isinstance(value, Node):
        return value
    if isinstance(value.value, bool) or not isinstance(value.value, kinds):
        raise fault("wrong-type", f"expected {described}, {found(value)}", value)
    note_surprise(value, collector_of(info))
    return value.value


Text = Annotated[str, BeforeValidator(as_text)]
Filled = Annotated[str, BeforeValidator(as_filled)]
Name = Annotated[str, BeforeValidator(as_name)]
PlacedName = Annotated[Node, PlainValidator(as_placed_name), WithJsonSchema({"type": "string", "minLength": 1})]
Whole = Annotated[int, BeforeValidator(as_whole)]
Number = Annotated[float, BeforeValidator(as_number)]
Flag = Annotated[bool, BeforeValidator(as_flag)]
Items = Annotated[list[T], BeforeValidator(as_items)]
FilledItems = Annotated[list[T], BeforeValidator(as_filled_items)]
OneOrMore = Annotated[list[T], BeforeValidator(as_one_or_more)]
Table = Annotated[dict[str, T], BeforeValidator(as_table)]
Plain = Annotated[T, BeforeValidator(as_plain)]
Raw = Annotated[Node, PlainValidator(as_raw), WithJsonSchema({})]
