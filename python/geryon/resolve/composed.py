"""The composed document: what an experiment comes to after imports, definitions and selection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

from geryon.errors import NOWHERE
from geryon.resolve.model import ABSENT, Command, Leaf, MergePolicy, Option, Pack, Path, Predicate, Resolved, Rule
from geryon.schema.experiment import VERSION


def composed_document(resolved: Resolved, predicates: Collection[str], asked: Collection[Path]) -> dict[str, Any]:
    """Plain data: an experiment file without imports and references that resolves to the same.

    Packs and options are in order; a mapping of parameters is sorted by path. Options of two priorities in one pack
    make entries of one name. Rules and predicates without effect are not in it.

    Args:
        resolved: The experiment.
        predicates: Ids of the predicates that have an effect.
        asked: The paths that these ask `has` of.
    """
    kept = [predicate for predicate in resolved.predicates if predicate.id in predicates]
    sentinel = resolved.merge.delete_sentinel
    defaults: dict[str, Any] = {"params": _nested(resolved.defaults.leaves, sentinel)}
    if resolved.defaults.choices:
        defaults["choices"] = _flat(resolved.defaults.choices, sentinel)
    defaults["tags"] = list(resolved.defaults.tags)
    return {
        "schema": {"version": VERSION},
        "command": _command(resolved.command),
        **_not_selected(resolved, kept, asked),
        "defaults": defaults,
        "select": {"packs": [entry for pack in resolved.packs for entry in _entries(pack, sentinel)]},
        "constraints": {
            "include": [_rule(rule) for rule in resolved.include],
            "exclude": [_rule(rule) for rule in resolved.exclude],
            "predicates": [_predicate(predicate) for predicate in kept],
        },
        "merge": _merge(resolved.merge),
    }


def _not_selected(resolved: Resolved, kept: Iterable[Predicate], asked: Collection[Path]) -> dict[str, Any]:
    """Definitions that keep known what predicates may only name because the document knows it."""
    paths = set(asked)
    if paths:
        layers = [resolved.defaults.leaves, *(option.leaves for pack in resolved.packs for option in pack.options)]
        written = {leaf.path for leaves in layers for leaf in leaves}
        paths -= {path[:length] for path in written for length in range(len(path) + 1)}
    selected = {pack.name for pack in resolved.packs}
    named = {one.target for each in kept for one in each.args if one.kind == "pack_id"} & resolved.known.packs.keys()
    found: dict[str, Any] = {}
    if paths:
        options = [{"id": ".".join(path), "params": _nested([Leaf(path, None, NOWHERE)], "")} for path in sorted(paths)]
        found["option_sets"] = {"not_selected": options}
    if named - selected:
        found["packs"] = {
            f"not_selected_{number}": {
                "name": name,
                "options": [{"id": each, "params": {}} for each in sorted(resolved.known.packs[name])],
            }
            for number, name in enumerate(sorted(named - selected))
        }
    return found


def _entries(pack: Pack, sentinel: str) -> Iterable[dict[str, Any]]:
    for priority, options in groupby(pack.options, key=lambda option: option.priority):
        yield {
            "name": pack.name,
            "priority": priority,
            "options": [_option(option, sentinel) for option in options],
        }


def _option(option: Option, sentinel: str) -> dict[str, Any]:
    data: dict[str, Any] = {"id": option.id, "params": _nested(option.leaves, sentinel)}
    if option.choices:
        data["choices"] = _flat(option.choices, sentinel)
    if option.tag is not None:
        data["tag"] = option.tag
    return data


def _nested(leaves: Sequence[Leaf], sentinel: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for leaf in leaves:
        inner = data
        for segment in leaf.path[:-1]:
            inner = inner.setdefault(segment, {})
        inner[leaf.path[-1]] = sentinel if leaf.value is ABSENT else leaf.value
    return data


def _flat(choices: Sequence[Leaf], sentinel: str) -> dict[str, Any]:
    return {choice.path[0]: sentinel if choice.value is ABSENT else choice.value for choice in choices}


def _command(command: Command) -> dict[str, Any]:
    data: dict[str, Any] = {"program": command.program, "args": list(command.args)}
    if command.cwd is not None:
        data["cwd"] = command.cwd
    data["hydra"] = command.hydra
    data["overrides"] = {"prefix": command.prefix, "prefixes": dict(command.prefixes), "wandb": command.wandb}
    return data


def _rule(rule: Rule) -> dict[str, Any]:
    return {"when": {condition.pack: list(condition.ids) for condition in rule.when}}


def _predicate(predicate: Predicate) -> dict[str, Any]:
    args: dict[str, Any] = {}
    for argument in predicate.args:
        args[argument.name] = {argument.kind: argument.target}
        if argument.has_default:
            args[argument.name]["default"] = argument.default
    data: dict[str, Any] = {"id": predicate.id}
    if args:
        data["args"] = args
    data["expr"] = predicate.expr.plain_value()
    data["on_error"] = False if predicate.on_error == "false" else "error"
    return data


def _merge(merge: MergePolicy) -> dict[str, Any]:
    return {
        "mode": merge.mode,
        "delete_sentinel": merge.delete_sentinel,
        "strategies": {".".join(strategy.path): strategy.kind for strategy in merge.strategies},
    }
