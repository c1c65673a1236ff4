"""Constraints and merge strategies: names checked, and what this selection leaves without effect dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geryon.errors import Place
from geryon.resolve.findings import Findings, suggestion
from geryon.resolve.known import with_mappings
from geryon.resolve.model import Argument, Condition, Known, MergePolicy, Pack, Path, Predicate, Rule, Strategy
from geryon.schema import experiment as schema
from geryon.schema.faults import key_of


def rules(
    kind: str, written: Iterable[schema.Rule], packs: Sequence[Pack], known: Known, findings: Findings
) -> tuple[Rule, ...]:
    """The include or exclude rules that have an effect."""
    ids = {pack.name: {option.id for option in pack.options} for pack in packs}
    kept = []
    for rule in written:
        missing: list[str] = []
        unknown = False
        conditions = []
        for name, wanted in rule.when.items():
            place = _key_place(rule, name)
            if name in ids:
                places = {node.text or "": node.place for node in wanted}
                conditions.append(Condition(name, tuple(places), place, tuple(places.values())))
            elif name in known.packs:
                missing.append(name)
            else:
                unknown = True
                hint = suggestion(name, [*ids, *known.packs], "packs")
                findings.add("unknown-pack", f"there is no pack `{name}`", place, hint)
        if unknown:
            continue
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            message = f"an {kind} rule has no effect: this selection does not have pack {names}"
            findings.tell("inert-rule", message, rule.node.place)
            continue
        for condition in conditions:
            _check_ids(condition, ids[condition.pack], findings)
        kept.append(Rule(tuple(conditions), rule.node.place))
    return tuple(kept)


def predicates(written: Iterable[schema.Predicate]) -> tuple[Predicate, ...]:
    """The predicates as written; their names are checked when they are compiled."""
    return tuple(
        Predicate(each.id, tuple(_arguments(each.args)), each.expr, each.on_error, each.node.place) for each in written
    )


def merge_policy(merge: schema.Merge | None, selected: set[Path], known: Known, findings: Findings) -> MergePolicy:
    """How layers merge, with the strategies that have an effect.

    Args:
        merge: The section.
        selected: Every path that the selection writes at.
        known: What the document knows.
        findings: Where problems go.
    """
    if merge is None:
        merge = schema.Merge()
    if not merge.strategies:
        return MergePolicy(merge.mode, merge.delete_sentinel)
    here, anywhere = with_mappings(selected), with_mappings(known.leaves | known.deleted)
    table = merge.node.value["strategies"]
    strategies = []
    for written, kind in merge.strategies.items():
        key = key_of(table, written)
        assert key is not None
        path = tuple(written.split("."))
        strategies.append(Strategy(path, kind, key.place))
    kept = []
    for strategy in strategies:
        name = ".".join(strategy.path)
        if strategy.path in here:
            kept.append(strategy)
        elif strategy.path in anywhere:
            message = f"the strategy of `{name}` has no effect: nothing selected writes there"
            findings.tell("inert-strategy", message, strategy.place)
        else:
            hint = suggestion(name, map(".".join, anywhere), "parameters")
            if name in known.choices:
                hint = f"`{name}` is a config group, and strategies are for parameters"
            findings.add("unknown-path", f"nothing sets the parameter `{name}`", strategy.place, hint)
    _check_nesting(kept, findings)
    return MergePolicy(merge.mode, merge.delete_sentinel, tuple(kept))


def _check_nesting(strategies: Sequence[Strategy], findings: Findings) -> None:
    kinds = {strategy.path: strategy.kind for strategy in strategies}
    for strategy in strategies:
        for length in range(1, len(strategy.path)):
            above = strategy.path[:length]
            if kinds.get(above, "deep_merge") != "deep_merge":
                message = (
                    f"the strategy `{kinds[above]}` of `{'.'.join(above)}` makes one value of all below it, "
                    f"so `{'.'.join(strategy.path)}` cannot have one"
                )
                findings.add("nested-strategies", message, strategy.place, "only `deep_merge` may stand above another")


def _arguments(args: dict[str, schema.Argument]) -> Iterable[Argument]:
    for name, argument in args.items():
        kind, node = argument.target
        default = argument.default
        value = None if default is None else default.plain_value()
        yield Argument(name, kind, node.text or "", value, default is not None, node.place)


def _check_ids(condition: Condition, ids: set[str], findings: Findings) -> None:
    for each, place in zip(condition.ids, condition.id_places, strict=True):
        if each not in ids:
            hint = suggestion(each, ids, "options")
            findings.add("unknown-option", f"`{each}` is no option of pack `{condition.pack}`", place, hint)


def _key_place(rule: schema.Rule, name: str) -> Place:
    key = key_of(rule.node.value["when"], name)
    assert key is not None
    return key.place
