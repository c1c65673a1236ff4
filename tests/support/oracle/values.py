"""Typed values, their canonical JSON, and equality."""

from __future__ import annotations

import json
import math
import struct
from fractions import Fraction
from typing import Any

Document = dict[str, Any]
Candidate = tuple[int, ...]


def plain(typed: list[Any]) -> Any:
    """The Python value of a typed value."""
    match typed:
        case ["n"]:
            return None
        case ["i", digits]:
            return int(digits)
        case ["f", bits]:
            return struct.unpack(">d", int(bits, 16).to_bytes(8, "big"))[0]
        case ["l", items]:
            return [plain(item) for item in items]
        case ["m", pairs]:
            return {key: plain(item) for key, item in pairs}
        case [_, value]:
            return value
    raise AssertionError(typed)


def typed(value: Any) -> list[Any]:
    """The typed value of a Python value."""
    if type(value) is float:
        return ["f", f"{int.from_bytes(struct.pack('>d', value), 'big'):016x}" if value == value else "7ff8" + "0" * 12]
    if type(value) is list:
        return ["l", [typed(item) for item in value]]
    if type(value) is dict:
        return ["m", sorted([key, typed(item)] for key, item in value.items())]
    if value is None:
        return ["n"]
    return [{bool: "b", int: "i", str: "s"}[type(value)], str(value) if type(value) is int else value]


def canonical(value: Any) -> str:
    """Canonical JSON by the standard library; floats that JSON lacks become mappings first."""

    def shown(value: Any) -> Any:
        if type(value) is float and not math.isfinite(value):
            return {"$float": str(value)}
        if type(value) is list:
            return [shown(item) for item in value]
        return {key: shown(item) for key, item in value.items()} if type(value) is dict else value

    return json.dumps(shown(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def kind(value: Any) -> str:
    names = {bool: "bool", int: "number", float: "number", str: "string", list: "list", dict: "mapping"}
    return names.get(type(value), "null")


def exact(number: Any) -> Any:
    """A number in a form that compares exactly; a NaN equals nothing in either form."""
    return number if type(number) is float and not math.isfinite(number) else Fraction(number)


def equal(left: Any, right: Any) -> bool:
    """Whether two values are `eq`."""
    if kind(left) != kind(right):
        return False
    if kind(left) == "number":
        return bool(exact(left) == exact(right))
    if kind(left) == "list":
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if kind(left) == "mapping":
        return set(left) == set(right) and all(equal(left[key], right[key]) for key in left)
    return bool(left == right)
