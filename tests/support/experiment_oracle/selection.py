"""From a document to the ordered packs of its product: run sets, groups, selectors, filters, packs of one name."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from support.experiment_oracle.values import Document, canonical


@dataclass(frozen=True)
class Option:
    """One option, with the priority of the entry that it came from."""

    id: str
    params: Document
    choices: Document
    tag: str | None
    priority: int

    @property
    def content(self) -> str:
        """What makes two options of one id the same."""
        return canonical([self.params, self.choices, self.tag])


@dataclass(frozen=True)
class Pack:
    """One pack of the product."""

    name: str
    options: list[Option]


def with_run_set(document: Document, name: str | None, faults: set[str]) -> Document:
    """The document that a run set plans; a patch that fits no one entry is a fault."""
    if name is None:
        return document
    planned = copy.deepcopy(document)
    for each in _parents_first(document["run_sets"], name, []):
        one = document["run_sets"][each]
        for verb, concatenate in (("append", True), ("replace", False)):
            planned.update(_merged(planned, one.get(verb, {}), concatenate))
        for patched, replacement in one.get("patch_packs", {}).items():
            entries = planned["select"]["packs"]
            names = [None if "group" in entry else _name(planned, entry) for entry in entries]
            if names.count(patched) == 1:
                entries[names.index(patched)] = replacement
            else:
                faults.add("patch-ambiguous" if patched in names else "unknown-pack")
    return planned


def selected_packs(document: Document, faults: set[str]) -> list[Pack]:
    """The packs in order; what is wrong with them goes to `faults` as problem codes."""
    select = document.get("select") or {}
    selectors = [one for ref in select.get("groups", ()) for one in _of_group(document, ref)]
    selectors += [one for entry in select.get("packs", ()) for one in _flat(document, entry)]
    merges = (document.get("merge") or {}).get("mode") == "merge"
    given: dict[str, list[Option]] = {}
    for selector in selectors:
        name = _name(document, selector)
        if name in given and not merges:
            faults.add("duplicate-pack")
        if merges and selector.get("replace_options"):
            given[name] = []
        options = _options(document, selector, faults)
        if not options:  # of each selector by itself, whatever another one of that name gives
            faults.add("empty-pack")
        given.setdefault(name, []).extend(options)
    return [Pack(name, _once(options, faults)) for name, options in given.items()]


def _parents_first(run_sets: Document, name: str, done: list[str]) -> list[str]:
    for parent in run_sets[name].get("extends", ()):
        _parents_first(run_sets, parent, done)
    if name not in done:
        done.append(name)
    return done


def _merged(old: Any, new: Any, concatenate: bool) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merged(old.get(key), value, concatenate) for key, value in new.items()}}
    if concatenate and isinstance(old, list) and isinstance(new, list):
        return old + new
    return new


def _of_group(document: Document, ref: str) -> Iterator[Document]:
    for entry in document["groups"][ref]:
        yield from _flat(document, entry)


def _flat(document: Document, selector: Document) -> Iterator[Document]:
    if "group" in selector:
        yield from _of_group(document, selector["group"])
    else:
        yield selector


def _name(document: Document, selector: Document) -> str:
    name: str = selector["name"] if "name" in selector else document["packs"][selector["ref"]]["name"]
    return name


def _options(document: Document, selector: Document, faults: set[str]) -> list[Option]:
    """What one entry gives."""
    written: list[Document] = []
    priority = selector.get("priority", 0)
    if "ref" in selector:
        pack = document["packs"][selector["ref"]]
        priority = selector.get("priority", pack.get("priority", 0))
        if not selector.get("replace_options"):
            written += _written(document, pack, faults)
    written += _written(document, selector, faults)
    options = [Option(one["id"], one["params"], one.get("choices") or {}, one.get("tag"), priority) for one in written]
    return _filtered(_once(options, faults), selector.get("filter") or {}, faults)


def _written(document: Document, pack: Document, faults: set[str]) -> list[Document]:
    """The options of a pack or selector as they are written."""
    if "param" in pack:
        values = pack["values"] if "values" in pack else range(*pack["range"])
        return [_short(pack["param"].split("."), value) for value in values]
    found: list[Document] = []
    for source in pack.get("options_from", ()):
        found += _filtered(document["option_sets"][source["ref"]], source, faults)
    return [*found, *pack.get("options", [])]


def _short(path: list[str], value: Any) -> Document:
    params: Any = value
    for segment in reversed(path):
        params = {segment: params}
    return {"id": value if isinstance(value, str) else canonical(value), "params": params}


def _once(options: list[Option], faults: set[str]) -> list[Option]:
    kept: dict[str, Option] = {}
    for option in options:
        if option.content != kept.setdefault(option.id, option).content:
            faults.add("duplicate-option")
    return list(kept.values())


def _filtered(options: list[Any], limits: Document, faults: set[str]) -> list[Any]:
    """Of options or written options, those that the ids let through."""

    def id_of(one: Any) -> str:
        name: str = one.id if isinstance(one, Option) else one["id"]
        return name

    include, exclude = limits.get("include_ids"), limits.get("exclude_ids", [])
    if not {id_of(one) for one in options}.issuperset([*(include or []), *exclude]):
        faults.add("unknown-option")
    return [one for one in options if (include is None or id_of(one) in include) and id_of(one) not in exclude]
