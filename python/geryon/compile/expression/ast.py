"""The one tree that both spellings of a predicate become.

Nodes are compared by identity, because Python's `1 == 1.0 == True` must not decide anything by accident. A node
may stand at two places of the tree: the middle of a chained comparison does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geryon.errors import Place


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A literal: null, a boolean, a number or a string; as the default of a reference, any value."""

    value: Any
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class ListOf:
    """A list built of its items."""

    items: tuple[Expr, ...]
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class OptionId:
    """The id of a pack's selected option.

    Attributes:
        pack: The pack's name.
        default: What serves when the pack is not selected, or None without a default.
        place: Where the expression uses it.
        named: Where the pack is named: the argument's declaration, or the same place.
    """

    pack: str
    default: Const | None
    place: Place
    named: Place


@dataclass(frozen=True, slots=True, eq=False)
class LeafRef:
    """A merged parameter, or a choice.

    Attributes:
        choice: Whether it is a choice; then `path` is the override key of the group alone.
        path: The segments of the parameter's path.
        default: What serves when nothing is there, or None without a default.
        place: Where the expression uses it.
        named: Where the path is named: the argument's declaration, or the same place.
    """

    choice: bool
    path: tuple[str, ...]
    default: Const | None
    place: Place
    named: Place


@dataclass(frozen=True, slots=True, eq=False)
class Has:
    """Whether a parameter or a mapping of parameters is there."""

    path: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """An operation of `operators.OPERATORS` on its operands, as many as it takes."""

    name: str
    args: tuple[Expr, ...]
    place: Place


Expr = Const | ListOf | OptionId | LeafRef | Has | Op


def children(node: Expr) -> tuple[Expr, ...]:
    """The operands or items of a node, from the left; the default of a reference is none of them."""
    if isinstance(node, Op):
        return node.args
    if isinstance(node, ListOf):
        return node.items
    return ()


def walk(root: Expr) -> Iterator[Expr]:
    """Every distinct node, operands before the operation, from the left."""
    done: set[int] = set()
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            done.add(id(node))
            yield node
        elif id(node) not in done:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(children(node)) if id(child) not in done)


def measure(root: Expr) -> tuple[int, int]:
    """The number of nodes, with shared ones counted at each place, and the depth (1 for a single node)."""
    sizes: dict[int, tuple[int, int]] = {}
    for node in walk(root):
        below = [sizes[id(child)] for child in children(node)]
        sizes[id(node)] = (1 + sum(size for size, _ in below), 1 + max((depth for _, depth in below), default=0))
    return sizes[id(root)]
