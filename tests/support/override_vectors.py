"""The shared override vectors, and values that can be compared by type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent.parent / "data" / "hydra-overrides.json"


def vectors(section: str) -> list[dict[str, Any]]:
    """The entries of one section, with real values in place of `$float`, `$int` and `$codepoints`."""
    entries: list[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))[section]
    return [{key: revived(value) for key, value in entry.items()} for entry in entries]


def revived(value: Any) -> Any:
    """A JSON value of the vectors as the Python value it stands for."""
    if isinstance(value, list):
        return [revived(item) for item in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["$float"]:
        return float(value["$float"])
    if list(value) == ["$int"]:
        return int(value["$int"])
    if list(value) == ["$codepoints"]:
        return "".join(map(chr, value["$codepoints"]))
    return {key: revived(item) for key, item in value.items()}


def typed(value: Any) -> Any:
    """A value in a form in which `1`, `1.0`, `True` and `0.0`, `-0.0` differ and NaN equals itself."""
    if isinstance(value, list):
        return ["list", [typed(item) for item in value]]
    if isinstance(value, dict):
        return ["mapping", [[key, typed(item)] for key, item in value.items()]]
    return [type(value).__name__, repr(value)]
