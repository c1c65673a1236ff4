"""The merge of layers into the leaves of one candidate (docs/program-format.md, "Merge")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geryon.kernels.pure.forest import Forest
from geryon.kernels.pure.program import ABSENT, Program, Value

DEFAULTS = -1
Writes = Sequence[tuple[int, int]]
Result = tuple[int, "Value | None"]


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer writes: `source` is a pack's index or DEFAULTS; writes are (path, value) indices."""

    source: int
    writes: Writes


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of a candidate; `source` is the layer that set it (of a fold, the last that contributed)."""

    path: int
    value: Value
    source: int


def layers_of(program: Program, options: Sequence[int]) -> list[Layer]:
    """The layers of a candidate, lowest first."""
    chosen = [
        (pack.options[option], index) for index, (pack, option) in enumerate(zip(program.packs, options, strict=True))
    ]
    chosen.sort(key=lambda entry: (entry[0].priority, entry[1]))
    return [Layer(DEFAULTS, program.default_writes)] + [Layer(index, option.writes) for option, index in chosen]


def merge(program: Program, forest: Forest, layers: Sequence[Layer]) -> list[Leaf]:
    """The leaves that these layers, lowest first, leave; in path order."""
    survivors: dict[int, tuple[Value | None, int]] = {}
    covered: set[int] = set()
    for layer, writes in zip(reversed(layers), reversed(_after_strategies(program, forest, layers)), strict=True):
        for path, value in writes:
            if not _collides(forest, survivors, covered, path, value):
                survivors[path] = value, layer.source
                covered.update(forest.ancestors[path])
    leaves = [Leaf(path, value, source) for path, (value, source) in sorted(survivors.items()) if value is not None]
    occupied = {above for leaf in leaves for above in forest.ancestors[leaf.path]}
    return [leaf for leaf in leaves if leaf.path not in occupied]


def _collides(
    forest: Forest,
    survivors: dict[int, tuple[Value | None, int]],
    covered: set[int],
    path: int,
    value: Value | None,
) -> bool:
    """Whether a write collides with a survivor; `covered` are the paths with survivors below them."""
    if path in survivors or (path in covered and not _is_empty(value)):
        return True
    return any(above in survivors and not _is_empty(survivors[above][0]) for above in forest.ancestors[path])


def _is_empty(value: Value | None) -> bool:
    return value is not None and value.json == "{}"


def _after_strategies(program: Program, forest: Forest, layers: Sequence[Layer]) -> list[list[Result]]:
    """The writes of each layer, those at or below a strategy's path replaced by its result."""
    plain: list[list[Result]] = []
    governed: dict[tuple[int, str], dict[int, Writes]] = {}
    for position, layer in enumerate(layers):
        free: list[Result] = []
        for path, value in layer.writes:
            strategy = forest.strategies.get(path)
            if strategy is None:
                free.append((path, _value(program, value)))
            else:
                contributions = governed.setdefault(strategy, {})
                contributions[position] = [*contributions.get(position, ()), (path, value)]
        plain.append(free)
    for (top, kind), contributions in governed.items():
        if kind == "replace":
            last = max(contributions)
            plain[last] += [(path, _value(program, value)) for path, value in contributions[last]]
        else:
            _fold(program, top, kind, contributions, plain)
    return plain


def _fold(program: Program, top: int, kind: str, contributions: dict[int, Writes], plain: list[list[Result]]) -> None:
    """Fold lists upward (`append_unique`, `set_union`) and give the result to the last contributing layer."""
    items: dict[int, None] = {}
    last, absent = None, False
    for position, writes in contributions.items():
        for path, index in writes:
            value = _value(program, index)
            if path != top or (value is not None and value.elements is None):
                continue
            last, absent = position, value is None
            if value is None or value.elements is None:
                items.clear()
            else:
                items.update(dict.fromkeys(value.elements))
    if last is not None:
        plain[last].append((top, None if absent else _list(program, items, kind)))


def _list(program: Program, items: dict[int, None], kind: str) -> Value:
    elements = [program.values[item] for item in items]
    if kind == "set_union":
        elements.sort(key=lambda element: element.json)
    return Value(
        [element.value for element in elements],
        "[" + ",".join(element.json for element in elements) + "]",
        "[" + ",".join(element.token for element in elements) + "]",
        None,
    )


def _value(program: Program, index: int) -> Value | None:
    return None if index == ABSENT else program.values[index]
