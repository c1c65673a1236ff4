"""A program read from its bytes (docs/program-format.md, "Document")."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from geryon.kernels.pure.values import decode

VERSION = 1
ABSENT = -1
Rule = tuple[tuple[int, frozenset[int]], ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A value that leaves take.

    Attributes:
        value: As Python has it.
        json: Its canonical JSON.
        token: Its override text.
        elements: Of a list that a strategy may fold: its elements, as indices of `Program.values`.
    """

    value: Any
    json: str
    token: str
    elements: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Address:
    """A leaf's path; `key` is what stands before the token in an override."""

    choice: bool
    segments: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a pack: `writes` are (path, value) indices, by path; the value may be ABSENT."""

    id: str
    priority: int
    tag: int | None
    writes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack in product order."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, its part of `wandb_name`, and its override text."""

    tag: str
    name: str
    token: str


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate: the index of its root node."""

    node: int
    error_is_false: bool


@dataclass(frozen=True, slots=True)
class Program:
    """All that a sweep knows. Indices refer to the lists of this object."""

    command: tuple[str, ...]
    wandb: tuple[str, str] | None
    has_choices: bool
    tags: tuple[Tag, ...]
    values: tuple[Value, ...]
    paths: tuple[Address, ...]
    strategies: tuple[tuple[int, str], ...]
    default_writes: tuple[tuple[int, int], ...]
    default_tags: tuple[int, ...]
    packs: tuple[Pack, ...]
    include: tuple[Rule, ...]
    exclude: tuple[Rule, ...]
    nodes: tuple[dict[str, Any], ...]
    predicates: tuple[Predicate, ...]

    @property
    def sizes(self) -> list[int]:
        """Number of options of each pack."""
        return [len(pack.options) for pack in self.packs]


def read_program(data: bytes) -> Program:
    """The program in these bytes.

    Raises:
        ValueError: if they are no JSON object of version 1. Compile is trusted for the rest.
    """
    document = _document(data)
    wandb = document["wandb"]
    defaults = document["defaults"]
    return Program(
        command=tuple(document["command"]),
        wandb=None if wandb is None else (wandb["name"], wandb["tags"]),
        has_choices=document["has_choices"],
        tags=tuple(Tag(tag["tag"], tag["name"], tag["token"]) for tag in document["tags"]),
        values=tuple(_value(value) for value in document["values"]),
        paths=tuple(Address(path["choice"], tuple(path["segments"]), path["key"]) for path in document["paths"]),
        strategies=tuple((strategy["path"], strategy["kind"]) for strategy in document["strategies"]),
        default_writes=_writes(defaults["writes"]),
        default_tags=tuple(defaults["tags"]),
        packs=tuple(
            Pack(pack["name"], tuple(_option(option) for option in pack["options"])) for pack in document["packs"]
        ),
        include=_rules(document["include"]),
        exclude=_rules(document["exclude"]),
        nodes=tuple(document["nodes"]),
        predicates=tuple(
            Predicate(predicate["node"], predicate["error_is_false"]) for predicate in document["predicates"]
        ),
    )


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data.decode())
    except (ValueError, RecursionError):
        document = None
    version = document.get("version") if isinstance(document, dict) else None
    if type(version) is not int or version != VERSION:
        raise ValueError("not a program of version 1")
    return dict(document)


def _value(entry: dict[str, Any]) -> Value:
    elements = entry.get("elements")
    return Value(decode(entry["value"]), entry["json"], entry["token"], None if elements is None else tuple(elements))


def _writes(writes: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((path, value) for path, value in writes)


def _option(option: dict[str, Any]) -> Option:
    return Option(option["id"], option["priority"], option["tag"], _writes(option["writes"]))


def _rules(rules: list[list[Any]]) -> tuple[Rule, ...]:
    return tuple(tuple((pack, frozenset(options)) for pack, options in rule) for rule in rules)
