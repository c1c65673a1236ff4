"""A YAML document as a tree that remembers where each part stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from geryon.errors import Place

Step = str | int


@dataclass(slots=True)
class Source:
    """One file as read.

    Attributes:
        file: Its path as the user wrote it (relative to the importing file, for imports: joined lexically).
        lines: Its lines, without line ends.
    """

    file: str
    lines: list[str]


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """A scalar, sequence or mapping of a YAML document.

    Attributes:
        value: The scalar's value as Hydra's loader reads it, a list of nodes, or a dict from key to node (keys
            are the plain values of scalar keys; `key_nodes` has their places).
        text: A scalar as it is written in the file, after unescaping quotes; None for collections.
        plain: Whether a scalar is unquoted.
        line, column: From 1.
        steps: The way from the document's root.
    """

    value: Any
    source: Source
    line: int
    column: int
    steps: tuple[Step, ...] = ()
    text: str | None = None
    plain: bool = False
    key_nodes: dict[Any, Node] = field(default_factory=dict)

    def __repr__(self) -> str:
        # short: validation errors print their context, and a tree may be large
        return f"<Node {self.source.file}:{self.line}:{self.column} {dotted(self.steps)}>"

    @property
    def place(self) -> Place:
        """Where it stands, for messages."""
        lines = self.source.lines
        text = lines[self.line - 1] if 0 < self.line <= len(lines) else None
        return Place(self.source.file, self.line, self.column, dotted(self.steps) or None, text)

    def key_place(self, key: Any) -> Place:
        """Where that key of this mapping stands."""
        return self.key_nodes[key].place

    def items(self) -> Iterator[tuple[Any, Node]]:
        """The entries of a mapping, in file order."""
        yield from self.value.items()

    def plain_value(self) -> Any:
        """The value without marks: null, bool, int, float, str, list, dict."""
        if isinstance(self.value, list):
            return [item.plain_value() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain_value() for key, item in self.value.items()}
        return self.value


def dotted(steps: tuple[Step, ...]) -> str:
    """`packs.model.options[0].id` for ("packs", "model", "options", 0, "id")."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text
