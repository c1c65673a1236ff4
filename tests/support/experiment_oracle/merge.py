"""The merge rules, said of one candidate: its conflicts, and the leaves that are left."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from support.experiment_oracle.values import ABSENT, Path, canonical, same, within

Member = tuple[str, str | None, str | None]  # dotted path or choice, pack or None for the defaults, option
Conflict = frozenset[Member]


@dataclass(frozen=True)
class Layer:
    """The defaults (without a pack), or the selected option of a pack."""

    priority: float
    number: int
    pack: str | None
    option: str | None
    writes: dict[Path, Any]

    @property
    def rank(self) -> tuple[float, int]:
        """Later layers are greater."""
        return self.priority, self.number

    def at(self, path: Path) -> Member:
        """This layer's part in a conflict."""
        return ".".join(path), self.pack, self.option


@dataclass(frozen=True)
class Policy:
    """`merge.mode` and `merge.strategies`."""

    mode: str
    strategies: dict[Path, str]

    @property
    def one_value(self) -> dict[Path, str]:
        """The strategies under which all that is at or below the path counts as one value."""
        return {path: kind for path, kind in self.strategies.items() if kind != "deep_merge"}

    def merges(self, path: Path) -> bool:
        """Whether a collision of which this is the shorter path follows the rules of `mode: merge`."""
        deep = [top for top, kind in self.strategies.items() if kind == "deep_merge"]
        return self.mode == "merge" or any(within(path, top) and path != top for top in deep)

    def taken(self, path: Path) -> bool:
        """Whether a strategy has this write."""
        return any(within(path, top) for top in self.one_value)


def collide(left: Path, left_value: Any, right: Path, right_value: Any) -> bool:
    """Whether two writes collide."""
    if left == right:
        return True
    if within(right, left):
        return bool(left_value != {})
    return within(left, right) and bool(right_value != {})


def conflicts(layers: list[Layer], policy: Policy) -> Iterator[Conflict]:
    """The conflicts of one candidate."""
    for path, kind in policy.one_value.items():
        yield from _strategy_conflicts(layers, policy, path, kind)
    for one, two in itertools.combinations([layer for layer in layers if layer.pack is not None], 2):
        for (left, left_value), (right, right_value) in itertools.product(one.writes.items(), two.writes.items()):
            if policy.taken(left) or policy.taken(right) or not collide(left, left_value, right, right_value):
                continue
            if policy.merges(min(left, right, key=len)):
                equal = left == right and same(left_value, right_value)
                if one.priority != two.priority or equal:
                    continue
            yield frozenset((one.at(left), two.at(right)))


def _strategy_conflicts(layers: list[Layer], policy: Policy, top: Path, kind: str) -> Iterator[Conflict]:
    contributors = [layer for layer in sorted(layers, key=lambda layer: layer.rank) if _under(layer, top)]
    if kind == "error":
        for one, two in itertools.combinations(contributors, 2):
            yield frozenset((one.at(top), two.at(top)))
    if kind in ("append_unique", "set_union"):
        for layer in contributors:
            for path, value in _under(layer, top).items():
                if path != top or not (isinstance(value, list) or value is ABSENT):
                    yield frozenset([layer.at(top)])
    if contributors and contributors[-1].pack is not None:
        last = contributors[-1]
        for layer in layers:
            for path, value in layer.writes.items():
                above = path != top and within(top, path) and value != {} and layer.pack not in (None, last.pack)
                if above and not (policy.merges(path) and layer.priority != last.priority):
                    yield frozenset((layer.at(path), last.at(top)))


def merged(layers: list[Layer], policy: Policy) -> dict[Path, tuple[Any, Layer]]:
    """The leaves of a candidate without conflicts, each with the layer that set it."""
    layers = sorted(layers, key=lambda layer: layer.rank)
    given = [
        replace(layer, writes={path: value for path, value in layer.writes.items() if not policy.taken(path)})
        for layer in layers
    ]
    for top, kind in policy.one_value.items():
        contributors = [index for index, layer in enumerate(layers) if _under(layer, top)]
        if contributors:
            last = contributors[-1]
            if kind in ("append_unique", "set_union"):
                given[last].writes[top] = _fold([layers[index].writes[top] for index in contributors], kind)
            else:  # an `error` that is no conflict has one layer
                given[last].writes.update(_under(layers[last], top))
    surviving: dict[Path, tuple[Any, Layer]] = {}
    for layer in reversed(given):
        for path, value in layer.writes.items():
            if not any(collide(path, value, other, there) for other, (there, _) in surviving.items()):
                surviving[path] = value, layer
    left = {path: found for path, found in surviving.items() if found[0] is not ABSENT}
    return {
        path: found
        for path, found in left.items()
        if not (found[0] == {} and any(other != path and within(other, path) for other in left))
    }


def _fold(values: list[Any], kind: str) -> Any:
    elements: list[Any] = []
    for value in values:
        if value is ABSENT:
            elements = []
        else:
            for item in value:
                if not any(same(item, other) for other in elements):
                    elements.append(item)
    if values[-1] is ABSENT:
        return ABSENT
    return sorted(elements, key=canonical) if kind == "set_union" else elements


def _under(layer: Layer, top: Path) -> dict[Path, Any]:
    return {path: value for path, value in layer.writes.items() if within(path, top)}
