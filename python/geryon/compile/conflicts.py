"""Merge conflicts that some candidate really has, as problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from geryon.compile.collisions import Collision, Side, Writers, collisions
from geryon.compile.document import RuleForm
from geryon.compile.feasible import Allowed, Feasibility
from geryon.compile.tables import DEFAULTS, Tables
from geryon.compile.values import shorten
from geryon.errors import NOWHERE, Place, Problem
from geryon.kernels import kernel
from geryon.resolve.model import ABSENT, Leaf

# the pairs of two packs of 10^5 options would fill the memory before anyone could read them
LISTED = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """One pair of options (or an option and the defaults, or one option alone) that cannot go together.

    Attributes:
        left, right: (path, pack or DEFAULTS, option, value); `right` is empty for an option alone.
        kind: As in `Collision`.
    """

    left: tuple[int, int, int, int]
    right: tuple[int, ...]
    kind: str


def find_conflicts(tables: Tables, include: list[RuleForm], exclude: list[RuleForm]) -> list[Problem]:
    """A problem for each pair of options in conflict that some candidate holds which passes include and exclude."""
    found = list(islice(real_conflicts(tables, include, exclude), LISTED + 1))
    problems = [_problem(tables, conflict) for conflict in sorted(found[:LISTED])]
    if len(found) > LISTED:
        message = f"there are more than {LISTED} conflicts: the search stopped there"
        problems.append(Problem("conflict", message, hint=_hint(tables, "writes")))
    return problems


def real_conflicts(tables: Tables, include: list[RuleForm], exclude: list[RuleForm]) -> Iterator[Conflict]:
    """The conflicts themselves, by path."""
    writers = Writers(tables)
    feasibility = Feasibility([len(options) for options in tables.packs], include, exclude)
    for collision in collisions(tables, writers):
        yield from _real(tables, writers, feasibility, collision)


def _real(tables: Tables, writers: Writers, feasibility: Feasibility, collision: Collision) -> Iterator[Conflict]:
    """The pairs of a collision that some candidate holds."""
    left_groups = _groups(feasibility, collision.left)
    if collision.right is None:
        for left_class, by_value in left_groups.items():
            if feasibility.possible(_fixed((collision.left.pack, left_class))):
                for value, options in by_value.items():
                    for option in options:
                        yield Conflict((collision.left.path, collision.left.pack, option, value), (), collision.kind)
        return
    right_groups = _groups(feasibility, collision.right)
    allowed = _allowed(tables, writers, feasibility, collision)
    for left_class, left_values in left_groups.items():
        for right_class, right_values in right_groups.items():
            fixed = _fixed((collision.left.pack, left_class), (collision.right.pack, right_class))
            if feasibility.possible(fixed, allowed):
                yield from _pairs(collision, collision.right, left_values, right_values)


def _pairs(
    collision: Collision, right_side: Side, left_values: dict[int, list[int]], right_values: dict[int, list[int]]
) -> Iterator[Conflict]:
    for left_value, left_options in left_values.items():
        for right_value, right_options in right_values.items():
            if collision.equal_is_fine and left_value == right_value:
                continue
            for left in left_options:
                for right in right_options:
                    yield Conflict(
                        (collision.left.path, collision.left.pack, left, left_value),
                        (right_side.path, right_side.pack, right, right_value),
                        collision.kind,
                    )


def _groups(feasibility: Feasibility, side: Side) -> dict[int, dict[int, list[int]]]:
    """The options of a side by class and value."""
    groups: dict[int, dict[int, list[int]]] = {}
    for option, value in side.written:
        number = 0 if side.pack == DEFAULTS else feasibility.class_of(side.pack, option)
        groups.setdefault(number, {}).setdefault(value, []).append(option)
    return groups


def _fixed(*members: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(member for member in members if member[0] != DEFAULTS))


def _allowed(tables: Tables, writers: Writers, feasibility: Feasibility, collision: Collision) -> Allowed:
    """What the other packs may select so that the right side is the last contributor to its strategy."""
    if collision.last is None or collision.right is None:
        return ()
    last = collision.last, collision.right.pack
    later: dict[int, set[int]] = {}
    for priority, contributors in writers.at_strategy[collision.right.path].items():
        for pack, options in contributors.items():
            if (priority, pack) > last and pack not in (collision.left.pack, collision.right.pack):
                later.setdefault(pack, set()).update(options)
    allowed = []
    for pack in sorted(later):
        rest = (option for option in range(len(tables.packs[pack])) if option not in later[pack])
        allowed.append((pack, feasibility.classes_of(pack, rest)))
    return tuple(allowed)


def _problem(tables: Tables, conflict: Conflict) -> Problem:
    path, pack, option, value = conflict.left
    key = tables.key(path)
    left = f"{_layer(tables, pack, option)} {_written(tables, path, pack, option, value)}"
    hint = _hint(tables, conflict.kind)
    if not conflict.right:
        kind = tables.strategies[path]
        message = f"`{key}` is merged by `{kind}`, which takes lists, and {left}"
        return Problem("conflict", message, _place(tables, path, pack, option), hint)
    right_path, right_pack, right_option, right_value = conflict.right
    right = (
        f"{_layer(tables, right_pack, right_option)} "
        f"{_written(tables, right_path, right_pack, right_option, right_value)}"
    )
    if conflict.kind == "second-layer":
        reason = f"`{key}` has the strategy `error`"
    elif path != right_path:
        reason = f"`{key}` and `{tables.key(right_path)}` cannot both be set"
    else:
        reason = f"`{key}` is set twice"
    place = _place(tables, right_path, right_pack, right_option)
    return Problem("conflict", f"{reason}: {left}, and {right}", place, hint)


def _hint(tables: Tables, kind: str) -> str:
    if kind == "no-list":
        return "write a list, or choose another strategy"
    if kind == "second-layer":
        return "leave the path to one of them, or choose another strategy"
    exclude = "rule the pair out under `constraints.exclude`"
    if tables.resolved.merge.mode == "none":
        return f"set `merge.mode: merge` and give one pack a higher `priority`, or {exclude}"
    return f"give one pack a higher `priority`, or {exclude}"


def _layer(tables: Tables, pack: int, option: int) -> str:
    if pack == DEFAULTS:
        return "the defaults"
    return f"option `{tables.option(pack, option).id}` of pack `{tables.resolved.packs[pack].name}`"


def _written(tables: Tables, path: int, pack: int, option: int, value: int) -> str:
    """What the layer does there, with the value as messages show it."""
    verb = "set" if pack == DEFAULTS else "sets"
    if path not in tables.strategies:
        key, text = tables.key(path), tables.values.text(value)
        return f"{verb} `{key}` to `{text}`" if value >= 0 else f"{verb} `{key}` to absent"
    segments = tables.paths[path][1]
    below = {leaf.path[len(segments) :]: leaf.value for leaf in _leaves_at(tables, path, pack, option)}
    if () in below:
        tree = below[()]
    else:
        tree = {".".join(rest): _shown(value) for rest, value in below.items()}
    text = "absent" if tree is ABSENT else f"`{shorten(kernel().canonical_json(tree).decode())}`"
    return f"{verb} `{tables.key(path)}` to {text}"


def _shown(value: object) -> object:
    return "absent" if value is ABSENT else value


def _place(tables: Tables, path: int, pack: int, option: int) -> Place:
    leaves = _leaves_at(tables, path, pack, option)
    return leaves[0].place if leaves else NOWHERE


def _leaves_at(tables: Tables, path: int, pack: int, option: int) -> list[Leaf]:
    """The leaves of that layer at the path, or below it where it is a strategy's."""
    choice, segments = tables.paths[path]
    layer = tables.resolved.defaults if pack == DEFAULTS else tables.option(pack, option)
    leaves = layer.choices if choice else layer.leaves
    return [leaf for leaf in leaves if leaf.path[: len(segments)] == segments]
