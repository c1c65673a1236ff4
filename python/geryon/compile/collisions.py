"""Which writes of two layers conflict: the rules of merging, said of pairs.

Writes below a strategy's path are no writes of their own: the strategy makes one value of them, which counts as written
by the last layer that contributed. So they conflict only as that strategy says, and a leaf above the path
conflicts with the last contributor alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geryon.compile.tables import DEFAULTS, LIST_KINDS, Tables

Written = list[tuple[int, int]]  # (option, value)


@dataclass(frozen=True, slots=True)
class Side:
    """Options of one pack, each with the value that it writes at that path (0 at a strategy's path)."""

    pack: int
    path: int
    written: Written


@dataclass(frozen=True, slots=True)
class Collision:
    """Every option on the one side conflicts with every option on the other, together in a candidate.

    Attributes:
        kind: `writes` (two writes), `second-layer` (strategy `error`), `no-list` (a list strategy; no other side) or
            `above` (`left` writes above the strategy's path of `right`).
        left, right: The sides, in pack order where both write at the same path.
        equal_is_fine: Whether equal values do not conflict.
        last: For `above`, the priority of the right side: it must be the last contributor.
    """

    kind: str
    left: Side
    right: Side | None
    equal_is_fine: bool = False
    last: int | None = None


class Writers:
    """Who writes where, by path, priority and pack.

    Attributes:
        direct: Writes outside strategies: path -> priority -> pack -> options with values; packs only.
        at_strategy: Contributions to strategies: path of the strategy -> priority -> pack -> options.
        from_defaults: The strategy paths to which the defaults contribute.
        no_lists: Contributions to list strategies that are no list: path -> pack (or DEFAULTS) -> options.
    """

    def __init__(self, tables: Tables) -> None:
        """Sort the writes of all layers."""
        self.direct: dict[int, dict[int, dict[int, Written]]] = {}
        self.at_strategy: dict[int, dict[int, dict[int, list[int]]]] = {}
        self.from_defaults: set[int] = set()
        self.no_lists: dict[int, dict[int, list[int]]] = {}
        for pack, option, priority, writes in tables.layers():
            contributed: set[int] = set()
            refused: set[int] = set()
            for path, value in writes:
                strategy = tables.governed[path]
                if strategy >= 0:
                    contributed.add(strategy)
                    if tables.strategies[strategy] in LIST_KINDS and not _folds(tables, strategy, path, value):
                        refused.add(strategy)
                elif pack != DEFAULTS:
                    by_pack = self.direct.setdefault(path, {}).setdefault(priority, {})
                    by_pack.setdefault(pack, []).append((option, value))
            for strategy in contributed:
                if pack == DEFAULTS:
                    self.from_defaults.add(strategy)
                else:
                    options = self.at_strategy.setdefault(strategy, {}).setdefault(priority, {})
                    options.setdefault(pack, []).append(option)
            for strategy in refused:
                self.no_lists.setdefault(strategy, {}).setdefault(pack, []).append(option)


def _folds(tables: Tables, strategy: int, path: int, value: int) -> bool:
    """A list strategy takes lists and the sentinel, at its path."""
    return path == strategy and (value < 0 or isinstance(tables.values.plain[value], list))


def merges(tables: Tables, path: int) -> bool:
    """Whether priorities decide collisions of a write at this path with writes at or below it."""
    policy = tables.resolved.merge
    choice, segments = tables.paths[path]
    if policy.mode == "merge":
        return True
    return not choice and any(segments[:length] in tables.deep_merges for length in range(1, len(segments)))


def collisions(tables: Tables, writers: Writers) -> Iterator[Collision]:
    """All conflicting pairs in groups, by path."""
    for path in range(len(tables.paths)):
        if path in writers.direct:
            yield from _direct_collisions(tables, writers, path)
        if path in tables.strategies:
            yield from _strategy_collisions(tables, writers, path)


def _direct_collisions(tables: Tables, writers: Writers, path: int) -> Iterator[Collision]:
    merged = merges(tables, path)
    lanes = _lanes(writers.direct[path], merged)
    for by_pack in lanes.values():
        packs = sorted(by_pack)
        for number, left in enumerate(packs):
            for right in packs[number + 1 :]:
                sides = Side(left, path, by_pack[left]), Side(right, path, by_pack[right])
                yield Collision("writes", *sides, equal_is_fine=merged)
    for above in tables.ancestors[path]:
        if above not in writers.direct:
            continue
        below = _lanes(writers.direct[path], merges(tables, above))
        for lane, by_pack in _lanes_above(tables, writers, above).items():
            for upper, written in by_pack.items():
                for lower, lower_written in below.get(lane, {}).items():
                    if upper != lower:
                        yield Collision("writes", Side(upper, above, written), Side(lower, path, lower_written))


def _lanes(by_priority: dict[int, dict[int, Written]], merged: bool) -> dict[int, dict[int, Written]]:
    """Writes that meet: those of one priority, or all of them where priorities do not decide."""
    if merged:
        return by_priority
    together: dict[int, Written] = {}
    for by_pack in by_priority.values():
        for pack, written in by_pack.items():
            together.setdefault(pack, []).extend(written)
    return {0: together}


def _lanes_above(tables: Tables, writers: Writers, path: int) -> dict[int, dict[int, Written]]:
    """The writes at a path that collide with what is written below it: all but `{}`."""
    lanes = {}
    for lane, by_pack in _lanes(writers.direct[path], merges(tables, path)).items():
        leaves = {
            pack: [item for item in written if not tables.is_empty_mapping(item[1])]
            for pack, written in by_pack.items()
        }
        lanes[lane] = {pack: written for pack, written in leaves.items() if written}
    return lanes


def _strategy_collisions(tables: Tables, writers: Writers, path: int) -> Iterator[Collision]:
    contributions = writers.at_strategy.get(path, {})
    if tables.strategies[path] == "error":
        yield from _second_layers(writers, path, contributions)
    for pack, options in sorted(writers.no_lists.get(path, {}).items()):
        yield Collision("no-list", Side(pack, path, [(option, 0) for option in options]), None)
    for above in tables.ancestors[path]:
        if above not in writers.direct:
            continue
        merged = merges(tables, above)
        for lane, by_pack in _lanes_above(tables, writers, above).items():
            for priority, contributors in contributions.items():
                if merged and priority != lane:
                    continue
                for upper, written in by_pack.items():
                    for lower, options in contributors.items():
                        if upper != lower:
                            right = Side(lower, path, [(option, 0) for option in options])
                            yield Collision("above", Side(upper, above, written), right, last=priority)


def _second_layers(writers: Writers, path: int, contributions: dict[int, dict[int, list[int]]]) -> Iterator[Collision]:
    by_pack: dict[int, Written] = {DEFAULTS: [(0, 0)]} if path in writers.from_defaults else {}
    for contributors in contributions.values():
        for pack, options in contributors.items():
            by_pack.setdefault(pack, []).extend((option, 0) for option in options)
    packs = sorted(by_pack)
    for number, left in enumerate(packs):
        for right in packs[number + 1 :]:
            yield Collision("second-layer", Side(left, path, by_pack[left]), Side(right, path, by_pack[right]))
