"""The proof that no two candidates can have one id, pack by pack.

If every pack is told apart, no set of ids has to be kept while planning. A pack is told apart if its options differ
pairwise in what only this pack decides: the effective subtrees at its own roots with the defaults filled in, its own
choices, and tags that nothing else has. These are rendered by the kernel, from a program of this pack alone.
"""

from __future__ import annotations

from typing import Any

from geryon.compile.document import Document, empty_document, to_bytes
from geryon.compile.tables import LIST_KINDS, Tables
from geryon.kernels import kernel

_SHARED = -2  # stands where a pack's number stands, for several packs


def not_told_apart(tables: Tables, document: Document) -> tuple[str, ...]:
    """The names of the packs that are not told apart; if there is none, no duplicates are possible.

    Args:
        tables: The experiment in numbers.
        document: Its program.
    """
    own_paths = _own_roots(tables)
    own_tags = _own_tags(document)
    names = []
    for number, pack in enumerate(document["packs"]):
        options = len(pack["options"])
        if options > 1 and not _differ_in_leaves(tables, number, own_paths[number]):
            alone = _pack_alone(tables, document, number, own_paths[number], own_tags[number])
            if kernel().sweep(to_bytes(alone)).distinct() < options:
                names.append(pack["name"])
    return tuple(names)


def _differ_in_leaves(tables: Tables, number: int, roots: set[int]) -> bool:
    """The quick answer to most packs: whether the leaves that every option writes there are enough.

    Such a leaf is in the result as it was written, because nothing but the defaults could change it; lists that are
    folded, and `{}`, may come out as something else.
    """
    plain = [
        {
            path: value
            for path, value in writes
            if value >= 0
            and not tables.is_empty_mapping(value)
            and tables.strategies.get(tables.governed[path]) not in LIST_KINDS
            and _is_inside(tables, path, roots)
        }
        for writes in tables.packs[number]
    ]
    common = sorted(set(plain[0]).intersection(*plain[1:]))
    return len({tuple(leaves[path] for path in common) for leaves in plain}) == len(plain)


def _is_inside(tables: Tables, path: int, roots: set[int]) -> bool:
    return path in roots or not roots.isdisjoint(tables.ancestors[path])


def _own_roots(tables: Tables) -> list[set[int]]:
    """For each pack the topmost paths that it writes, if no other pack writes at, above or below them."""
    written = [_written_paths(tables, number) for number in range(len(tables.packs))]
    at: dict[int, int] = {}
    below: dict[int, int] = {}
    for number, paths in enumerate(written):
        for path in paths:
            at[path] = number if at.get(path, number) == number else _SHARED
            for above in tables.ancestors[path]:
                below[above] = number if below.get(above, number) == number else _SHARED
    roots = []
    for number, paths in enumerate(written):
        top = {path for path in paths if not paths.intersection(tables.ancestors[path])}
        roots.append(
            {
                path
                for path in top
                if at[path] == number
                and below.get(path, number) == number
                and not any(above in at for above in tables.ancestors[path])
            }
        )
    return roots


def _written_paths(tables: Tables, pack: int) -> set[int]:
    """Where a pack writes; below a strategy's path counts as at it."""
    paths = {path for writes in tables.packs[pack] for path, _ in writes}
    return {tables.governed[path] if tables.governed[path] >= 0 else path for path in paths}


def _own_tags(document: Document) -> list[set[int]]:
    holders: dict[int, int] = dict.fromkeys(document["defaults"]["tags"], _SHARED)
    for number, pack in enumerate(document["packs"]):
        for option in pack["options"]:
            tag = option["tag"]
            if tag is not None:
                holders[tag] = number if holders.get(tag, number) == number else _SHARED
    own: list[set[int]] = [set() for _ in document["packs"]]
    for tag, number in holders.items():
        if number != _SHARED:
            own[number].add(tag)
    return own


def _pack_alone(tables: Tables, document: Document, number: int, roots: set[int], tags: set[int]) -> Document:
    """A program of that pack alone, of its own paths and tags alone."""
    values = _Values(document["values"])

    def inside(writes: list[Any]) -> list[Any]:
        return [[path, values.keep(value)] for path, value in writes if _is_inside(tables, path, roots)]

    alone = empty_document()
    alone["has_choices"] = document["has_choices"]
    alone["tags"] = document["tags"]
    alone["paths"] = document["paths"]
    alone["strategies"] = document["strategies"]
    alone["defaults"] = {"writes": inside(document["defaults"]["writes"]), "tags": []}
    pack = document["packs"][number]
    options = [
        {**option, "tag": option["tag"] if option["tag"] in tags else None, "writes": inside(option["writes"])}
        for option in pack["options"]
    ]
    alone["packs"] = [{"name": pack["name"], "options": options}]
    alone["values"] = values.kept
    return alone


class _Values:
    """The values that are still used, numbered anew."""

    def __init__(self, values: list[Any]) -> None:
        self.kept: list[Any] = []
        self._values = values
        self._numbers: dict[int, int] = {}

    def keep(self, value: int) -> int:
        if value < 0:
            return value
        if value not in self._numbers:
            self._numbers[value] = len(self.kept)
            self.kept.append(None)
            entry = dict(self._values[value])
            if "elements" in entry:
                entry["elements"] = [self.keep(element) for element in entry["elements"]]
            self.kept[self._numbers[value]] = entry
        return self._numbers[value]
