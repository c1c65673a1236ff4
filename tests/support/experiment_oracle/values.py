"""Values as experiment files have them: canonical JSON, sameness, and the leaves of a mapping."""

from __future__ import annotations

import hashlib
import json
from typing import Any

Path = tuple[str, ...]
Document = dict[str, Any]


class Absent:
    """What the delete sentinel stands for."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


def canonical(value: Any) -> str:
    """Canonical JSON."""
    return json.dumps(_finite(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: Any) -> str:
    """The first 32 hex digits of SHA-256 over the canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:32]


def same(left: Any, right: Any) -> bool:
    """Whether two leaves are one value: `1`, `1.0` and `true` are three."""
    if left is ABSENT or right is ABSENT:
        return left is right
    return canonical(left) == canonical(right)


def leaves(params: Document, sentinel: str) -> dict[Path, Any]:
    """Every leaf of a parameter mapping by its path; an empty mapping below the top is one."""
    found: dict[Path, Any] = {}
    for key, value in params.items():
        if isinstance(value, dict) and value:
            found.update({(key, *path): leaf for path, leaf in leaves(value, sentinel).items()})
        else:
            found[key,] = ABSENT if value == sentinel and isinstance(value, str) else value
    return found


def tree(found: dict[Path, Any]) -> Document:
    """The mapping of which these are the leaves."""
    root: Document = {}
    for path, value in found.items():
        place = root
        for segment in path[:-1]:
            place = place.setdefault(segment, {})
        place[path[-1]] = value
    return root


def within(path: Path, top: Path) -> bool:
    """Whether a path is another or stands below it."""
    return path[: len(top)] == top


def _finite(value: Any) -> Any:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return {"$float": repr(value)}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return value
