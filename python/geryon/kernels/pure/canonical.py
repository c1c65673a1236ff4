"""Canonical JSON and the id made of it (docs/program-format.md, "Canonical JSON")."""

from __future__ import annotations

import hashlib
from json.encoder import encode_basestring
from typing import Any

from geryon.kernels.protocol import CanonicalError

LEVELS = 200
DIGITS = 4300
_INT_END = 10**DIGITS


def canonical_json(value: object) -> bytes:
    """Canonical JSON of a plain value.

    Raises:
        CanonicalError: if it has none.
    """
    return _encode(value, 1).encode()


def config_id(canonical: bytes) -> str:
    """The first 32 hex digits of SHA-256 over these bytes."""
    return hashlib.sha256(canonical).hexdigest()[:32]


def quoted(text: str) -> str:
    """A JSON string."""
    _check_text(text)
    return encode_basestring(text)


def _encode(value: Any, level: int) -> str:
    kind = type(value)
    if kind is str:
        return quoted(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return _integer(value)
    if kind is float:
        return _float(value)
    if value is None:
        return "null"
    if kind is not list and kind is not dict:
        raise CanonicalError(f"a value of type `{kind.__name__}` has no canonical JSON")
    if level > LEVELS:
        raise CanonicalError(f"more than {LEVELS} levels of nesting have no canonical JSON")
    if kind is list:
        return "[" + ",".join([_encode(item, level + 1) for item in value]) + "]"
    for key in value:
        _check_key(key)
    return "{" + ",".join([f"{encode_basestring(key)}:{_encode(value[key], level + 1)}" for key in sorted(value)]) + "}"


def _check_key(key: object) -> None:
    if type(key) is not str:
        raise CanonicalError(f"a key of type `{type(key).__name__}` has no canonical JSON; expected a string")
    if key == "$float":
        raise CanonicalError("the key `$float` is reserved in canonical JSON")
    _check_text(key)


def _check_text(text: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CanonicalError("a string with a lone surrogate has no canonical JSON") from None


def _integer(value: int) -> str:
    if not -_INT_END < value < _INT_END:
        raise CanonicalError(f"an integer of more than {DIGITS} digits has no canonical JSON")
    return str(value)


def _float(value: float) -> str:
    if value != value:
        return '{"$float":"nan"}'
    if value in (float("inf"), float("-inf")):
        return '{"$float":"inf"}' if value > 0 else '{"$float":"-inf"}'
    return repr(value)
