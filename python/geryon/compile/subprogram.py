"""A program of some of the rules, with only the packs on which they depend."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from geryon.compile.document import Document, RuleForm

Rule = tuple[str, int]  # ("include", -1), ("exclude", n) or ("predicates", n)


def all_rules(document: Document) -> list[Rule]:
    """The rules of a program; the include list is one rule."""
    rules: list[Rule] = [("include", -1)] if document["include"] else []
    rules += [("exclude", number) for number in range(len(document["exclude"]))]
    rules += [("predicates", number) for number in range(len(document["predicates"]))]
    return rules


def with_rules(document: Document, rules: Collection[Rule]) -> Document:
    """The program with only these rules and the packs on which they depend.

    It leaves nothing iff the whole program with only these rules leaves nothing.
    """
    include = document["include"] if ("include", -1) in rules else []
    exclude = [document["exclude"][number] for kind, number in rules if kind == "exclude"]
    predicates = [document["predicates"][number] for kind, number in rules if kind == "predicates"]
    nodes = _reachable(document["nodes"], [predicate["node"] for predicate in predicates])
    packs = {pack for rule in (*include, *exclude) for pack, _ in rule}
    packs |= _packs_of_nodes(document, [document["nodes"][node] for node in nodes])
    pack_number = {pack: number for number, pack in enumerate(sorted(packs))}
    node_number = {node: number for number, node in enumerate(nodes)}
    small = dict(document)
    small["packs"] = [document["packs"][pack] for pack in sorted(packs)]
    small["include"] = [_moved_rule(rule, pack_number) for rule in include]
    small["exclude"] = [_moved_rule(rule, pack_number) for rule in exclude]
    small["nodes"] = [_moved_node(document["nodes"][node], node_number, pack_number) for node in nodes]
    small["predicates"] = [{**predicate, "node": node_number[predicate["node"]]} for predicate in predicates]
    if not predicates:
        small["packs"] = [_without_writes(pack) for pack in small["packs"]]
        small["values"], small["paths"], small["strategies"] = [], [], []
        small["defaults"] = {"writes": [], "tags": []}
    return small


def _moved_rule(rule: RuleForm, pack_number: dict[int, int]) -> RuleForm:
    return [[pack_number[pack], options] for pack, options in rule]


def _moved_node(node: dict[str, Any], node_number: dict[int, int], pack_number: dict[int, int]) -> dict[str, Any]:
    moved = dict(node)
    if "args" in node:
        moved["args"] = [node_number[argument] for argument in node["args"]]
    if node.get("default") is not None:
        moved["default"] = node_number[node["default"]]
    if "pack" in node:
        moved["pack"] = pack_number[node["pack"]]
    return moved


def _without_writes(pack: dict[str, Any]) -> dict[str, Any]:
    return {**pack, "options": [{**option, "writes": []} for option in pack["options"]]}


def _reachable(nodes: list[dict[str, Any]], roots: Iterable[int]) -> list[int]:
    found: set[int] = set()
    stack = list(roots)
    while stack:
        number = stack.pop()
        if number not in found:
            found.add(number)
            stack += nodes[number].get("args", ())
            default = nodes[number].get("default")
            if default is not None:
                stack.append(default)
    return sorted(found)


def _packs_of_nodes(document: Document, nodes: list[dict[str, Any]]) -> set[int]:
    packs = {node["pack"] for node in nodes if "pack" in node}
    wanted = {_top(document, node) for node in nodes if "segments" in node}
    if not wanted:
        return packs
    paths = {
        number
        for number, path in enumerate(document["paths"])
        if any(_at_or_below(path, choice, segments) for choice, segments in wanted)
    }
    for number, pack in enumerate(document["packs"]):
        if any(path in paths for option in pack["options"] for path, _ in option["writes"]):
            packs.add(number)
    return packs


def _top(document: Document, node: dict[str, Any]) -> tuple[bool, tuple[str, ...]]:
    """The topmost written path at or above that of a reference, else the path itself.

    What stands anywhere below it may decide whether a leaf at it survives, and so what the reference sees.
    """
    choice: bool = node.get("choice", False)
    segments: list[str] = node["segments"]
    length = len(segments)
    for path in document["paths"]:
        above: list[str] = path["segments"]
        if path["choice"] == choice and len(above) < length and segments[: len(above)] == above:
            length = len(above)
    return choice, tuple(segments[:length])


def _at_or_below(path: dict[str, Any], choice: bool, segments: tuple[str, ...]) -> bool:
    return path["choice"] == choice and tuple(path["segments"][: len(segments)]) == segments
