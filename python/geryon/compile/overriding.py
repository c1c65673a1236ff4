"""Which pack may override which path of which other pack, or of the defaults: for diagnostics.json."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geryon.compile.collisions import merges
from geryon.compile.tables import DEFAULTS, LIST_KINDS, Tables

_LOWEST = float("-inf")  # the priority of the defaults
_JOINED = -2  # stands where a value's number stands, for a contribution to a strategy


@dataclass(frozen=True, slots=True)
class Override:
    """Some option of pack `by` wins over what some option of pack `over` (None: the defaults) sets at `path`.

    Attributes:
        by: A pack.
        over: Another pack, or None for the defaults.
        path: Dotted path of the value that is lost, or the name of a config group.
        choice: Whether `path` is a config group.
    """

    by: str
    over: str | None
    path: str
    choice: bool


Writers = dict[int, dict[float, set[int]]]  # pack -> priority -> values


def overrides(tables: Tables) -> tuple[Override, ...]:
    """All of them, by pack, path and the pack that is overridden; include and exclude are not considered."""
    writers: dict[int, Writers] = {}
    emptied: dict[int, set[int]] = {}
    for pack, _, priority, writes in tables.layers():
        level = _LOWEST if pack == DEFAULTS else priority
        for path, value in writes:
            strategy = tables.governed[path]
            if strategy >= 0 and tables.strategies[strategy] in LIST_KINDS and value < 0 and pack != DEFAULTS:
                emptied.setdefault(strategy, set()).add(pack)
            at, number = (strategy, _JOINED) if strategy >= 0 else (path, value)
            writers.setdefault(at, {}).setdefault(pack, {}).setdefault(level, set()).add(number)
    found = {item for path in writers for item in _at(tables, writers, emptied, path)}
    packs = tables.resolved.packs
    return tuple(
        Override(
            packs[by].name, None if over == DEFAULTS else packs[over].name, tables.key(path), tables.paths[path][0]
        )
        for by, path, over in sorted(found)
    )


def _at(
    tables: Tables, writers: dict[int, Writers], emptied: dict[int, set[int]], path: int
) -> Iterator[tuple[int, int, int]]:
    """(by, path, over) for what meets at that path, and for what meets it from above."""
    here = writers[path]
    kind = tables.strategies.get(path)
    for by, over in _pairs(here, here, kind is not None or merges(tables, path)):
        if kind is None:
            wins = _wins(here[by], here[over])
        else:
            later = (max(here[by]), by) > (min(here[over]), over)
            wins = later and (kind not in LIST_KINDS or by in emptied.get(path, ()))
        if wins:
            yield by, path, over
    for above in tables.ancestors[path]:
        if above not in writers:
            continue
        upper = _without_empty(tables, writers[above])
        merged = merges(tables, above)
        for by, over in _pairs(upper, here, merged):
            if max(upper[by]) > min(here[over]):
                yield by, path, over
        for by, over in _pairs(here, upper, merged):
            if max(here[by]) > min(upper[over]):
                yield by, above, over


def _pairs(by: Writers, over: Writers, merged: bool) -> Iterator[tuple[int, int]]:
    """Layers that may meet; where priorities do not decide, two packs never do."""
    for first in by:
        for second in over:
            if first not in (second, DEFAULTS) and (merged or second == DEFAULTS):
                yield first, second


def _wins(by: dict[float, set[int]], over: dict[float, set[int]]) -> bool:
    """Whether some write is of higher priority than another and of another value."""
    return any(high > low and (len(values | others) > 1) for high, values in by.items() for low, others in over.items())


def _without_empty(tables: Tables, writers: Writers) -> Writers:
    """The writes that collide with what is written below them: all but `{}`."""
    kept: Writers = {}
    for pack, by_priority in writers.items():
        for priority, values in by_priority.items():
            rest = {value for value in values if not tables.is_empty_mapping(value)}
            if rest:
                kept.setdefault(pack, {})[priority] = rest
    return kept
