"""What the whole document knows, and which rules, strategies and predicates are inert in one selection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from support.experiment_oracle.selection import Pack
from support.experiment_oracle.terms import ListOf, Literal, Operation, Reference, Term, references
from support.experiment_oracle.values import Document, Path, leaves, within


def contains_sentinel(value: Any, sentinel: str) -> bool:
    """Whether the sentinel stands somewhere inside a list."""
    if isinstance(value, dict):
        return any(contains_sentinel(item, sentinel) for item in value.values())
    return isinstance(value, list) and any(_holds(item, sentinel) for item in value)


def known_paths(document: Document) -> set[Path]:
    """Every leaf that any part of the document writes, selected or not."""
    found: set[Path] = set()
    for part in _mappings(document):
        if isinstance(part.get("params"), dict):
            found |= set(leaves(part["params"], ""))
        if isinstance(part.get("param"), str):
            found.add(tuple(part["param"].split(".")))
    return found


def reaches(paths: set[Path], path: Path) -> bool:
    """Whether one of these is the path or stands below it."""
    return any(within(one, path) for one in paths)


def active_rules(rules: list[Document], packs: list[Pack], faults: set[str]) -> list[dict[str, list[str]]]:
    """The rules of which every pack is selected, each condition as a list of ids."""
    ids = {pack.name: {option.id for option in pack.options} for pack in packs}
    active = []
    for rule in rules:
        when = {name: [wanted] if isinstance(wanted, str) else wanted for name, wanted in rule["when"].items()}
        if set(when) <= set(ids):
            active.append(when)
            if any(not ids[name].issuperset(wanted) for name, wanted in when.items()):
                faults.add("unknown-option")
    return active


def active_strategies(
    strategies: dict[str, str], known: set[Path], selected: set[Path], faults: set[str]
) -> dict[Path, str]:
    """The strategies whose path something selected writes at or below."""
    active: dict[Path, str] = {}
    for key, kind in strategies.items():
        path = tuple(key.split("."))
        if not reaches(known, path):
            faults.add("unknown-path")
        if reaches(selected, path):
            active[path] = kind
    for top, kind in active.items():
        if kind != "deep_merge" and any(other != top and within(other, top) for other in active):
            faults.add("nested-strategies")
    return active


def active_predicates(
    predicates: list[Document], packs: list[Pack], paths: set[Path], choices: set[str], faults: set[str]
) -> list[Document]:
    """The predicates that name nothing without a default that is not selected."""
    ids = {pack.name: {option.id for option in pack.options} for pack in packs}

    def selected(one: Reference) -> bool:
        if one.default or one.kind == "has":
            return True
        if one.kind == "param":
            return reaches(paths, tuple(one.target.split(".")))
        return one.target in (ids if one.kind == "pack" else choices)

    names = [predicate["id"] for predicate in predicates]
    if len(set(names)) < len(names):
        faults.add("duplicate-predicate")
    active = [each for each in predicates if all(map(selected, references(each["expr"])))]
    for predicate in active:
        if any(name in ids and literal not in ids[name] for name, literal in _compared(predicate["expr"])):
            faults.add("unknown-option")
    return active


def _compared(term: Term) -> Iterator[tuple[str, Any]]:
    """Packs with the literals that their option is compared with."""
    if isinstance(term, ListOf):
        for item in term.items:
            yield from _compared(item)
    if not isinstance(term, Operation):
        return
    for operand in term.operands:
        yield from _compared(operand)
    if term.name in ("eq", "ne", "in", "not_in"):
        left, right = term.operands
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Reference) and one.kind == "pack":
                items = other.items if isinstance(other, ListOf) else (other,)
                yield from ((one.target, item.value) for item in items if isinstance(item, Literal))


def _holds(value: Any, sentinel: str) -> bool:
    if isinstance(value, (list, dict)):
        return any(_holds(item, sentinel) for item in (value if isinstance(value, list) else value.values()))
    return bool(value == sentinel)


def _mappings(node: Any) -> Iterator[Document]:
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in ("params", "choices"):
                yield from _mappings(value)
    elif isinstance(node, list):
        for item in node:
            yield from _mappings(item)
