"""The leaves of a candidate, merged write by write."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from support.oracle.values import Candidate, Document, plain


@dataclass(frozen=True)
class Leaf:
    """A merged leaf; `absent` ones exist only on the way."""

    value: Any
    token: str
    absent: bool = False


def is_prefix(shorter: tuple[Any, ...], longer: tuple[Any, ...]) -> bool:
    return longer[: len(shorter)] == shorter


def leaves(document: Document, options: Candidate) -> dict[tuple[Any, ...], Leaf]:
    """The merged leaves by path; a path begins with False for a choice and True for a parameter."""
    layers = [document["defaults"]["writes"]]
    chosen = [pack["options"][option] for pack, option in zip(document["packs"], options, strict=True)]
    layers += [option["writes"] for option in sorted(chosen, key=lambda option: option["priority"])]
    named = [[(path_of(document, path), value) for path, value in layer] for layer in layers]
    for strategy in document["strategies"]:
        named = with_strategy(document, named, path_of(document, strategy["path"]), strategy["kind"])
    survivors: dict[tuple[Any, ...], Leaf] = {}
    for path, written in [write for layer in reversed(named) for write in layer]:
        leaf = written if isinstance(written, Leaf) else leaf_of(document, written)
        if not any(collide(path, leaf, other, survivors[other]) for other in survivors):
            survivors[path] = leaf
    left = {path: leaf for path, leaf in survivors.items() if not leaf.absent}
    return {
        path: leaf
        for path, leaf in sorted(left.items())
        if leaf.value != {} or not any(path != other and is_prefix(path, other) for other in left)
    }


def path_of(document: Document, index: int) -> tuple[Any, ...]:
    path = document["paths"][index]
    return (not path["choice"], *path["segments"])


def leaf_of(document: Document, index: int) -> Leaf:
    if index == -1:
        return Leaf(None, "", absent=True)
    return Leaf(plain(document["values"][index]["value"]), document["values"][index]["token"])


def collide(path: tuple[Any, ...], leaf: Leaf, other: tuple[Any, ...], surviving: Leaf) -> bool:
    if path == other:
        return True
    shorter, value, longer = (path, leaf, other) if len(path) < len(other) else (other, surviving, path)
    return is_prefix(shorter, longer) and (value.absent or value.value != {})


def with_strategy(document: Document, layers: list[Any], top: tuple[Any, ...], name: str) -> list[Any]:
    """The layers with everything at or below `top` replaced by one result in the last layer that contributed."""
    inside = [[write for write in layer if is_prefix(top, write[0])] for layer in layers]
    rest = [[write for write in layer if not is_prefix(top, write[0])] for layer in layers]
    if name != "replace":
        inside = [[(p, v) for p, v in layer if p == top and (v == -1 or is_list(document, v))] for layer in inside]
    contributing = [number for number, layer in enumerate(inside) if layer]
    if contributing and name == "replace":
        rest[contributing[-1]] += inside[contributing[-1]]
    elif contributing:
        items: list[int] = []
        for _, value in itertools.chain(*inside):
            items = [] if value == -1 else list(dict.fromkeys(items + document["values"][value]["elements"]))
        found = [document["values"][item] for item in items]
        if name == "set_union":
            found.sort(key=lambda item: item["json"].encode())
        folded = Leaf([plain(item["value"]) for item in found], "[" + ",".join(item["token"] for item in found) + "]")
        absent = inside[contributing[-1]][0][1] == -1
        rest[contributing[-1]].append((top, Leaf(None, "", absent=True) if absent else folded))
    return rest


def is_list(document: Document, value: int) -> bool:
    return bool(document["values"][value]["value"][0] == "l")
