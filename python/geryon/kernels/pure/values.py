"""Typed values of a program as Python values, and how they compare.

Python's own `==` takes `True`, `1` and `1.0` for the same and a NaN in a list for equal to itself; `same` does not.
"""

from __future__ import annotations

import struct
from typing import Any

Typed = list[Any]
_NAN = "7ff8000000000000"


def decode(typed: Typed) -> Any:
    """The Python value of a typed value: None, bool, int, float, str, list or dict."""
    kind = typed[0]
    if kind == "n":
        return None
    if kind == "i":
        return int(typed[1])
    if kind == "f":
        return struct.unpack(">d", bytes.fromhex(typed[1]))[0]
    if kind == "l":
        return [decode(item) for item in typed[1]]
    if kind == "m":
        return {key: decode(item) for key, item in typed[1]}
    return typed[1]


def encode(value: Any) -> Typed:
    """The typed value of a Python value."""
    if value is None:
        return ["n"]
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, int):
        return ["i", str(value)]
    if isinstance(value, float):
        return ["f", _NAN if value != value else struct.pack(">d", value).hex()]
    if isinstance(value, str):
        return ["s", value]
    if isinstance(value, list):
        return ["l", [encode(item) for item in value]]
    return ["m", [[key, encode(value[key])] for key in sorted(value)]]


def kind_of(value: Any) -> str:
    """`null`, `bool`, `number`, `string`, `list` or `mapping`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "list" if isinstance(value, list) else "mapping"


def same(left: Any, right: Any) -> bool:
    """`eq`: values of different kinds differ, numbers compare by exact value, NaN equals nothing."""
    kind = kind_of(left)
    if kind != kind_of(right):
        return False
    if kind == "list":
        return len(left) == len(right) and all(map(same, left, right))
    if kind == "mapping":
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right)
