"""What validation found, and pydantic's errors as problems with a place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from geryon.errors import Diagnostic, Problem
from geryon.schema.nodes import Node
from geryon.suggest import did_you_mean

Found = TypeVar("Found", Problem, Diagnostic)


@dataclass(slots=True)
class Collector:
    """The problems and diagnostics of one document; the context of its validation.

    Attributes:
        unknown_keys: `error` or `warn`.
        deferred: Parts that a later layer checks, each with what it is (`params`, `param`, `value`, `choices`):
            noted even where the model around them fails, so that all problems come together.
    """

    unknown_keys: str = "error"
    problems: list[Problem] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    deferred: list[tuple[str, Node]] = field(default_factory=list)

    def add(self, code: str, message: str, node: Node, hint: str | None = None) -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(code, message, node.place, hint))

    def diagnose(self, code: str, message: str, node: Node, severity: str = "warning") -> None:
        """Note a diagnostic at a node."""
        self.diagnostics.append(Diagnostic(code, message, node.place, severity))

    def unknown_key(self, name: str, key: Node, described: str, known: Iterable[str]) -> None:
        """Note a key that nothing reads."""
        message = f"unknown key `{name}` in {described}"
        if self.unknown_keys == "warn":
            self.diagnose("unknown-key", message + ", ignored", key)
            return
        names = sorted(set(known))
        hint = did_you_mean(name, names) or "the known keys are " + ", ".join(f"`{other}`" for other in names)
        self.add("unknown-key", message, key, hint)

    def sorted_problems(self) -> list[Problem]:
        """The problems in the order of the file, each once."""
        return in_file_order(self.problems)

    def sorted_diagnostics(self) -> list[Diagnostic]:
        """The diagnostics in the order of the file, each once."""
        return in_file_order(self.diagnostics)


def collector_of(info: ValidationInfo) -> Collector:
    """The collector of the document that is being validated."""
    if not isinstance(info.context, Collector):
        raise TypeError("nodes are validated by `parse` or `validate`")
    return info.context


def in_file_order(found: Iterable[Found]) -> list[Found]:
    """Problems or diagnostics ordered by place, each once; those of several files keep the order of the files."""
    files: dict[str | None, int] = {}
    unique = dict.fromkeys(found)
    for each in unique:
        files.setdefault(each.place.file, len(files))
    return sorted(unique, key=lambda each: (files[each.place.file], each.place.line or 0, each.place.column or 0))


def fault(code: str, message: str, node: Node, hint: str | None = None) -> PydanticCustomError:
    """What a validator raises for a node that is wrong."""
    return PydanticCustomError(code, "{message}", {"message": message, "node": node, "hint": hint})


def problems_of(error: ValidationError, root: Node) -> list[Problem]:
    """The problems behind pydantic's errors about a document."""
    return [_problem(details, root) for details in error.errors(include_url=False, include_input=False)]


def _problem(details: ErrorDetails, root: Node) -> Problem:
    context = details.get("ctx", {})
    if isinstance(context.get("node"), Node):
        return Problem(details["type"], context["message"], context["node"].place, context["hint"])
    location, kind = details["loc"], details["type"]
    if kind == "missing":
        name = str(location[-1])
        return Problem("missing-key", f"the key `{name}` is missing", find(root, location[:-1]).place, f"add `{name}:`")
    node = find(root, location)
    if kind == "extra_forbidden":
        parent, key = find(root, location[:-1]), location[-1]
        place = parent.key_place(key) if key in parent.key_nodes else node.place
        return Problem("unknown-key", f"unknown key `{key}`", place)
    text = node.text if node.text is not None else "a list or mapping"
    if kind in ("literal_error", "enum"):
        known = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        expected = " or ".join(f"`{word}`" for word in known) or str(context.get("expected"))
        return Problem("wrong-value", f"expected {expected}, not `{text}`", node.place, did_you_mean(text, known))
    message = details["msg"].removeprefix("Value error, ").removeprefix("Input ").removesuffix(".")
    if message.startswith("should "):
        message = f"the value {message}, not `{text}`"
    code = "wrong-type" if kind.endswith(("_type", "_parsing")) else "wrong-value"
    return Problem(code, message, node.place)


def find(root: Node, location: Iterable[Any]) -> Node:
    """The node that pydantic's location leads to, as far as it does; names of unions and the like are passed over."""
    node = root
    for step in location:
        if isinstance(node.value, list):
            if isinstance(step, int) and step < len(node.value):
                node = node.value[step]
        elif isinstance(node.value, dict):
            node = child(node, step) or node
    return node


def child(node: Node, name: Any) -> Node | None:
    """The entry of a mapping whose key is written so."""
    key = key_of(node, name)
    return None if key is None else node.value[key.value]


def key_of(node: Node, name: Any) -> Node | None:
    """The key of a mapping that is written so."""
    key = node.key_nodes.get(name)
    if key is not None and key.text == name:
        return key
    return next((other for other in node.key_nodes.values() if other.text == name), None)
