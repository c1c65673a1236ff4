"""Conflicts by brute force: the merge rules said of one candidate, with nothing indexed and nothing pruned."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geryon.kernels import kernel
from geryon.resolve.model import ABSENT, Leaf, Path, Resolved

Member = tuple[str, str | None, str | None]  # (path, pack or None for the defaults, option)
Found = frozenset[Member]


def passing(resolved: Resolved) -> Iterator[tuple[int, ...]]:
    """The candidates that pass include and exclude."""
    for combination in itertools.product(*(range(len(pack.options)) for pack in resolved.packs)):
        ids = {pack.name: pack.options[option].id for pack, option in zip(resolved.packs, combination, strict=True)}
        matched = [
            [all(ids[one.pack] in one.ids for one in rule.when) for rule in rules]
            for rules in (resolved.include, resolved.exclude)
        ]
        if (any(matched[0]) or not resolved.include) and not any(matched[1]):
            yield combination


def all_conflicts(resolved: Resolved) -> set[Found]:
    """Every conflict that some passing candidate has."""
    return {found for combination in passing(resolved) for found in conflicts(resolved, combination)}


def conflicts(resolved: Resolved, combination: tuple[int, ...]) -> Iterator[Found]:
    """The conflicts of one candidate."""
    layers = [_Layer(float("-inf"), -1, None, None, resolved.defaults.leaves, ())]
    for number, (pack, index) in enumerate(zip(resolved.packs, combination, strict=True)):
        option = pack.options[index]
        layers.append(_Layer(option.priority, number, pack.name, option.id, option.leaves, option.choices))
    layers.sort(key=lambda layer: (layer.priority, layer.number))
    strategies = {item.path: item.kind for item in resolved.merge.strategies if item.kind != "deep_merge"}
    for path, kind in strategies.items():
        yield from _of_strategy(resolved, layers, path, kind)
    for first, second in itertools.combinations(layers[1:], 2):
        yield from _of_writes(resolved, first, second, strategies)
        yield from _of_choices(resolved, first, second)


@dataclass(frozen=True)
class _Layer:
    priority: float
    number: int
    pack: str | None
    option: str | None
    leaves: tuple[Leaf, ...]
    choices: tuple[Leaf, ...]

    def at(self, path: Path) -> Member:
        return ".".join(path), self.pack, self.option


def _of_strategy(resolved: Resolved, layers: list[_Layer], path: Path, kind: str) -> Iterator[Found]:
    contributors = [layer for layer in layers if any(_within(leaf.path, path) for leaf in layer.leaves)]
    if kind == "error":
        yield from (frozenset((one.at(path), two.at(path))) for one, two in itertools.combinations(contributors, 2))
    if kind in ("append_unique", "set_union"):
        for layer in contributors:
            written = [leaf for leaf in layer.leaves if _within(leaf.path, path)]
            if not all(leaf.path == path and _is_foldable(leaf.value) for leaf in written):
                yield frozenset([layer.at(path)])
    if not contributors or contributors[-1].pack is None:
        return
    last = contributors[-1]
    for layer in layers[1:]:
        for leaf in layer.leaves:
            above = leaf.path != path and _within(path, leaf.path) and leaf.value != {}
            if layer != last and above and _meet(resolved, leaf.path, layer.priority, last.priority):
                yield frozenset((layer.at(leaf.path), last.at(path)))


def _of_writes(resolved: Resolved, first: _Layer, second: _Layer, strategies: dict[Path, str]) -> Iterator[Found]:
    for left, right in itertools.product(_direct(first.leaves, strategies), _direct(second.leaves, strategies)):
        if _collide(left, right):
            shorter = min(left.path, right.path, key=len)
            equal = left.path == right.path and _same(left.value, right.value)
            fine = _merges(resolved, shorter) and equal
            if _meet(resolved, shorter, first.priority, second.priority) and not fine:
                yield frozenset((first.at(left.path), second.at(right.path)))


def _of_choices(resolved: Resolved, first: _Layer, second: _Layer) -> Iterator[Found]:
    for left, right in itertools.product(first.choices, second.choices):
        differ = first.priority == second.priority and left.value != right.value
        if left.path == right.path and (differ or resolved.merge.mode == "none"):
            yield frozenset((first.at(left.path), second.at(right.path)))


def _direct(leaves: tuple[Leaf, ...], strategies: dict[Path, str]) -> list[Leaf]:
    return [leaf for leaf in leaves if not any(_within(leaf.path, path) for path in strategies)]


def _within(path: Path, top: Path) -> bool:
    return path[: len(top)] == top


def _collide(left: Leaf, right: Leaf) -> bool:
    if left.path == right.path:
        return True
    upper, lower = sorted((left, right), key=lambda leaf: len(leaf.path))
    return _within(lower.path, upper.path) and upper.value != {}


def _merges(resolved: Resolved, shorter: Path) -> bool:
    deep = [item.path for item in resolved.merge.strategies if item.kind == "deep_merge"]
    return resolved.merge.mode == "merge" or any(_within(shorter, top) and shorter != top for top in deep)


def _meet(resolved: Resolved, shorter: Path, first: float, second: float) -> bool:
    return not _merges(resolved, shorter) or first == second


def _is_foldable(value: Any) -> bool:
    return value is ABSENT or isinstance(value, list)


def _same(left: Any, right: Any) -> bool:
    if left is ABSENT or right is ABSENT:
        return left is right
    return kernel().canonical_json(left) == kernel().canonical_json(right)
