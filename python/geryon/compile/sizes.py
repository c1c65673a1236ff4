"""What would not fit: overrides longer than an argument can be, lists that Hydra parses slowly, huge products."""

from __future__ import annotations

import math
from collections.abc import Callable

from geryon.compile.tables import LIST_KINDS, Tables
from geryon.errors import NOWHERE, Diagnostic, Place, Problem
from geryon.hydra.values import (
    MAX_OVERRIDE_BYTES,
    SLOW_LIST_ELEMENTS,
    encode,
    override_size_error,
    slow_value_warning,
)

CANDIDATE_LIMIT = 2**127


def override_keys(tables: Tables) -> list[str]:
    """For each path what stands before the value: prefix, dotted key and `=`."""
    command = tables.resolved.command
    keys = []
    for choice, segments in tables.paths:
        key = ".".join(segments)
        keys.append(f"{command.prefixes.get(key, '' if choice else command.prefix)}{key}=")
    return keys


def candidate_problems(tables: Tables) -> list[Problem]:
    """The problem of a product that no kernel counts."""
    packs = tables.resolved.packs
    if math.prod(len(pack.options) for pack in packs) < CANDIDATE_LIMIT:
        return []
    largest = max(packs, key=lambda pack: len(pack.options))
    return [
        Problem(
            "too-many-candidates",
            f"the product of the {len(packs)} selected packs has 2^127 or more candidates",
            largest.place,
            f"the largest pack is `{largest.name}` with {len(largest.options)} options: select fewer, or filter it",
        )
    ]


def override_findings(tables: Tables, keys: list[str]) -> tuple[list[Problem], list[Diagnostic]]:
    """Overrides that are too long for an argument (problems), and lists that Hydra reads slowly (diagnostics)."""
    problems: list[Problem] = []
    diagnostics: list[Diagnostic] = []
    seen: set[tuple[int, int]] = set()
    for pack, option, _, writes in tables.layers():
        for path, value in writes:
            if value < 0 or (path, value) in seen:
                continue
            seen.add((path, value))
            refusal = override_size_error(keys[path] + tables.values.entries[value]["token"])
            if refusal is not None:
                place = tables.leaf(pack, option, path).place
                problems.append(Problem(refusal.code, refusal.message, place, refusal.hint))
            warning = slow_value_warning(tables.values.plain[value])
            if warning is not None:
                diagnostics.append(Diagnostic("value-slow", warning, tables.leaf(pack, option, path).place))
    for path, kind in tables.strategies.items():
        if kind in LIST_KINDS:
            _check_folded(tables, path, keys[path], problems, diagnostics)
    problems += _tag_problems(tables)
    return problems, diagnostics


def _check_folded(tables: Tables, path: int, key: str, problems: list[Problem], diagnostics: list[Diagnostic]) -> None:
    """The longest list that a list strategy may make: no candidate reaches more than these bounds."""
    elements = _elements_by_pack(tables, path)
    token = tables.values.entries
    size = len(key.encode()) + 2 + _bound(elements, lambda value: len(token[value]["token"].encode()) + 1)
    place = next(item.place for item in tables.resolved.merge.strategies if item.path == tables.paths[path][1])
    alone = [list_ for lists in elements.values() for list_ in lists]
    if size > MAX_OVERRIDE_BYTES + 1 and len(alone) > 1:
        problems.append(
            Problem(
                "override-too-long",
                f"the lists that `{tables.strategies[path]}` joins at `{tables.key(path)}` may make an override of "
                f"{size} bytes; one argument holds at most {MAX_OVERRIDE_BYTES}",
                place,
                "make the lists shorter, or put the value into a file and pass the file's path",
            )
        )
    count = _bound(elements, lambda value: 1)
    if count > SLOW_LIST_ELEMENTS and all(len(list_) <= SLOW_LIST_ELEMENTS for list_ in alone):
        diagnostics.append(
            Diagnostic(
                "value-slow",
                f"the lists joined at `{tables.key(path)}` may have {count} elements: Hydra's parser takes seconds for "
                "that many at every start",
                place,
            )
        )


def _elements_by_pack(tables: Tables, path: int) -> dict[int, list[list[int]]]:
    elements: dict[int, list[list[int]]] = {}
    for pack, _, _, writes in tables.layers():
        for written, value in writes:
            if written == path and value >= 0 and "elements" in tables.values.entries[value]:
                elements.setdefault(pack, []).append(tables.values.entries[value]["elements"])
    return elements


def _bound(elements: dict[int, list[list[int]]], weight: Callable[[int], int]) -> int:
    """The lesser of two upper bounds: the largest list of each pack together, and all elements once."""
    largest = sum(max(sum(map(weight, set(list_))) for list_ in lists) for lists in elements.values())
    union = {value for lists in elements.values() for list_ in lists for value in list_}
    return min(largest, sum(map(weight, union)))


def _tag_problems(tables: Tables) -> list[Problem]:
    """The W&B override of the tags may be too long too."""
    resolved = tables.resolved
    if not resolved.command.wandb:
        return []
    key = wandb_key(tables, "tags")
    size = len(key) + 2 + sum(len(encode(tag).encode()) + 1 for tag in resolved.defaults.tags)
    for pack in resolved.packs:
        size += max(len(encode(option.tag).encode()) + 1 if option.tag else 0 for option in pack.options)
    if size <= MAX_OVERRIDE_BYTES + 1:
        return []
    message = f"the tags may make an override of `wandb.tags` of {size} bytes"
    hint = f"one argument holds at most {MAX_OVERRIDE_BYTES}: use shorter tags, or set `command.overrides.wandb: false`"
    return [Problem("override-too-long", message, _first_tag_place(tables), hint)]


def _first_tag_place(tables: Tables) -> Place:
    tagged = (option.place for pack in tables.resolved.packs for option in pack.options if option.tag)
    return next(tagged, NOWHERE)


def wandb_key(tables: Tables, name: str) -> str:
    """Prefix, key and `=` of a W&B override."""
    command = tables.resolved.command
    key = f"wandb.{name}"
    return f"{command.prefixes.get(key, command.prefix)}{key}="
