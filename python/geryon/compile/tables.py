"""Paths, values, tags and writes of an experiment, numbered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from geryon.compile.document import RuleForm
from geryon.compile.values import ValuePool
from geryon.resolve.model import Defaults, Leaf, Option, Path, Resolved, Rule

Address = tuple[bool, Path]  # (is it a choice, segments)
Writes = list[tuple[int, int]]  # (path, value) by path
LIST_KINDS = ("append_unique", "set_union")
DEFAULTS = -1  # stands where a pack's number stands, for the defaults


@dataclass(frozen=True, slots=True)
class Tables:
    """An experiment in numbers: positions in `paths`, in `values` and in the lists of packs and options.

    Attributes:
        resolved: What was numbered.
        values: The value pool.
        paths: Addresses, choices first, then parameters, each sorted by segments.
        numbers: The position of each address.
        defaults: The writes of the defaults.
        packs: The writes of each option of each pack.
        strategies: Kind by the number of its path; without `deep_merge`, which is no strategy of a single value.
        deep_merges: The paths of the `deep_merge` strategies.
        governed: For each path, the strategy path at or above it, or -1.
        ancestors: For each path, those that are proper prefixes of it, the shortest first.
    """

    resolved: Resolved
    values: ValuePool
    paths: list[Address]
    numbers: dict[Address, int]
    defaults: Writes
    packs: list[list[Writes]]
    strategies: dict[int, str]
    deep_merges: frozenset[Path]
    governed: list[int]
    ancestors: list[list[int]]

    def key(self, path: int) -> str:
        """The dotted key of a path."""
        return ".".join(self.paths[path][1])

    def option(self, pack: int, option: int) -> Option:
        """The option behind the numbers."""
        return self.resolved.packs[pack].options[option]

    def leaf(self, pack: int, option: int, path: int) -> Leaf:
        """The leaf that this option (or the defaults, option ignored) writes at that path."""
        choice, segments = self.paths[path]
        layer = self.resolved.defaults if pack == DEFAULTS else self.option(pack, option)
        return next(leaf for leaf in (layer.choices if choice else layer.leaves) if leaf.path == segments)

    def is_empty_mapping(self, value: int) -> bool:
        """Whether that value is the leaf `{}`."""
        return value >= 0 and self.values.plain[value] == {}

    def layers(self) -> Iterable[tuple[int, int, int, Writes]]:
        """Every layer: (pack or DEFAULTS, option, priority, writes)."""
        yield DEFAULTS, 0, 0, self.defaults
        for pack, options in enumerate(self.packs):
            for option, writes in enumerate(options):
                yield pack, option, self.option(pack, option).priority, writes


def resolved_layers(resolved: Resolved) -> list[Defaults | Option]:
    """The defaults and all options."""
    return [resolved.defaults, *(option for pack in resolved.packs for option in pack.options)]


def build_tables(resolved: Resolved) -> Tables:
    """Number everything that an experiment writes."""
    strategies = {(False, item.path): item.kind for item in resolved.merge.strategies if item.kind != "deep_merge"}
    addresses: set[Address] = set(strategies)
    for layer in resolved_layers(resolved):
        addresses.update((False, leaf.path) for leaf in layer.leaves)
        addresses.update((True, leaf.path) for leaf in layer.choices)
    paths = sorted(addresses, key=lambda address: (not address[0], address[1]))
    numbers = {address: number for number, address in enumerate(paths)}
    values = ValuePool(with_elements=any(kind in LIST_KINDS for kind in strategies.values()))

    def writes(choices: tuple[Leaf, ...], leaves: tuple[Leaf, ...]) -> Writes:
        pairs = [(numbers[True, leaf.path], values.add(leaf.value)) for leaf in choices]
        pairs += [(numbers[False, leaf.path], values.add(leaf.value)) for leaf in leaves]
        return sorted(pairs)

    ancestors = [_ancestors(address, numbers) for address in paths]
    by_number = {numbers[address]: kind for address, kind in strategies.items()}
    return Tables(
        resolved=resolved,
        values=values,
        paths=paths,
        numbers=numbers,
        defaults=writes(resolved.defaults.choices, resolved.defaults.leaves),
        packs=[[writes(item.choices, item.leaves) for item in pack.options] for pack in resolved.packs],
        strategies=by_number,
        deep_merges=frozenset(item.path for item in resolved.merge.strategies if item.kind == "deep_merge"),
        governed=[
            next((p for p in (*ancestors[number], number) if p in by_number), -1) for number in range(len(paths))
        ],
        ancestors=ancestors,
    )


def _ancestors(address: Address, numbers: dict[Address, int]) -> list[int]:
    choice, segments = address
    if choice:
        return []
    prefixes = ((False, segments[:length]) for length in range(1, len(segments)))
    return [numbers[prefix] for prefix in prefixes if prefix in numbers]


def rule_forms(rules: tuple[Rule, ...], resolved: Resolved) -> list[RuleForm]:
    """Rules in the program's form: packs and options as ascending numbers."""
    packs = {pack.name: number for number, pack in enumerate(resolved.packs)}
    named = {packs[condition.pack] for rule in rules for condition in rule.when}
    options = {
        pack: {option.id: number for number, option in enumerate(resolved.packs[pack].options)} for pack in named
    }
    forms: list[RuleForm] = []
    for rule in rules:
        form: list[list[Any]] = []
        for condition in rule.when:
            pack = packs[condition.pack]
            form.append([pack, sorted({options[pack][name] for name in condition.ids})])
        forms.append(sorted(form))
    return forms
