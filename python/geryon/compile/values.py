"""The value pool: every distinct value of a program once, in the three forms that the kernels read."""

from __future__ import annotations

import math
import struct
from typing import Any

from geryon.hydra.values import encode
from geryon.kernels import kernel
from geryon.resolve.model import ABSENT

ABSENT_INDEX = -1
_NAN_BITS = "7ff8000000000000"


def typed(value: Any) -> list[Any]:
    """A value in the program's typed form, in which no two types can be mixed up."""
    if value is None:
        return ["n"]
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, int):
        return ["i", str(value)]
    if isinstance(value, float):
        return ["f", _NAN_BITS if math.isnan(value) else struct.pack(">d", value).hex()]
    if isinstance(value, str):
        return ["s", value]
    if isinstance(value, list):
        return ["l", [typed(item) for item in value]]
    return ["m", [[key, typed(value[key])] for key in sorted(value)]]


def untyped(form: list[Any]) -> Any:
    """The plain value of a typed form."""
    kind = form[0]
    if kind == "n":
        return None
    if kind == "i":
        return int(form[1])
    if kind == "f":
        return struct.unpack(">d", bytes.fromhex(form[1]))[0]
    if kind == "l":
        return [untyped(item) for item in form[1]]
    if kind == "m":
        return {key: untyped(item) for key, item in form[1]}
    return form[1]


def value_key(value: Any) -> tuple[Any, ...]:
    """A hashable key: equal iff the canonical JSON is (so `1`, `1.0` and `True` all differ, and `-0.0` from `0.0`)."""
    if isinstance(value, (list, dict)):
        return "json", kernel().canonical_json(value)
    if isinstance(value, float):
        return "float", repr(value)
    return type(value).__name__, value


class ValuePool:
    """Distinct values, numbered in order of first use.

    Attributes:
        entries: The program's `values` list.
        plain: The values themselves, at the same numbers.
    """

    def __init__(self, with_elements: bool) -> None:
        """With `with_elements`, the elements of every list are values too (list strategies need them)."""
        self.entries: list[dict[str, Any]] = []
        self.plain: list[Any] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._with_elements = with_elements

    def add(self, value: Any) -> int:
        """The number of that value, `ABSENT_INDEX` for absent."""
        if value is ABSENT:
            return ABSENT_INDEX
        key = value_key(value)
        number = self._numbers.get(key)
        if number is None:
            entry: dict[str, Any] = {
                "value": typed(value),
                "json": kernel().canonical_json(value).decode(),
                "token": encode(value),
            }
            if self._with_elements and isinstance(value, list):
                entry["elements"] = [self.add(item) for item in value]
            number = self._numbers[key] = len(self.entries)
            self.entries.append(entry)
            self.plain.append(value)
        return number

    def text(self, number: int) -> str:
        """The value as messages show it: canonical JSON, cut where it is long."""
        return shorten(self.entries[number]["json"]) if number != ABSENT_INDEX else "absent"


def shorten(text: str, limit: int = 80) -> str:
    """That text, or its beginning and an ellipsis."""
    return text if len(text) <= limit else text[: limit - 3] + "..."
