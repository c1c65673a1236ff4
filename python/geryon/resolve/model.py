"""What resolution gives to compile: ordered packs of options in which no name is left open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geryon.errors import Diagnostic, Place

Value = Any  # null, bool, int, float, str, list, or dict (empty, or inside a list)
Path = tuple[str, ...]


class Absent:
    """The leaf that the delete sentinel stands for."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One write: a value, or ABSENT, at a path. For a choice the path is the group's key alone."""

    path: Path
    value: Any
    place: Place


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a pack; leaves and choices are sorted by path."""

    id: str
    leaves: tuple[Leaf, ...]
    choices: tuple[Leaf, ...]
    tag: str | None
    priority: int
    place: Place


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it enters the product: distinct ids, at least one option."""

    name: str
    options: tuple[Option, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Defaults:
    """The lowest layer."""

    leaves: tuple[Leaf, ...] = ()
    choices: tuple[Leaf, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One pack of a rule: the ids that satisfy it. Places: of the pack's key and of each id."""

    pack: str
    ids: tuple[str, ...]
    place: Place
    id_places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """An include or exclude rule: all conditions together."""

    when: tuple[Condition, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Argument:
    """A named argument of a predicate: `kind` is pack_id, param or choice."""

    name: str
    kind: str
    target: str
    default: Any
    has_default: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate as written: `expr` is a `schema.nodes.Node`, a tree or a string, not parsed yet."""

    id: str
    args: tuple[Argument, ...]
    expr: Any
    on_error: str
    place: Place


@dataclass(frozen=True, slots=True)
class Strategy:
    """How one path is merged: error, replace, deep_merge, append_unique or set_union."""

    path: Path
    kind: str
    place: Place


@dataclass(frozen=True, slots=True)
class MergePolicy:
    """`mode` is none or merge."""

    mode: str = "merge"
    delete_sentinel: str = "__delete__"
    strategies: tuple[Strategy, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, and what stands before each override key."""

    program: str
    args: tuple[str, ...]
    cwd: str | None = None
    hydra: bool = True
    prefix: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    wandb: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Every name that the whole document knows, selected or not.

    Attributes:
        packs: Pack names (the `name` of every pack definition, inline pack and renaming selector in any run set
            or group) with the option ids each may have.
        leaves: Every path that anything writes a value at (not those that are only deleted).
        deleted: Paths that are only deleted.
        choices: Every choice group that anything writes.
    """

    packs: dict[str, frozenset[str]]
    leaves: frozenset[Path]
    deleted: frozenset[Path]
    choices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Resolved:
    """One experiment, or one run set of it, with every reference resolved."""

    command: Command
    defaults: Defaults
    packs: tuple[Pack, ...]
    include: tuple[Rule, ...]
    exclude: tuple[Rule, ...]
    predicates: tuple[Predicate, ...]
    merge: MergePolicy
    known: Known
    diagnostics: tuple[Diagnostic, ...] = ()
