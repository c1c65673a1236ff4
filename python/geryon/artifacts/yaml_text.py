"""YAML that every reader takes for the same values: ours, Hydra's, and plain PyYAML's.

PyYAML's own emitter takes 30 microseconds a scalar, which for a pack of 100,000 options is longer than planning them;
and its block style gives each option half a page. Here a document is laid out in blocks down to the lists of
mappings, and each option stands on one line.
"""

from __future__ import annotations

import json
import re
from typing import Any

from geryon.schema.growing import garbage_kept

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
# What YAML 1.1 reads as a boolean or null.
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_MARKS = str.maketrans({"\x7f": "\\x7F", "\x85": "\\N", "\u2028": "\\L", "\u2029": "\\P", "\ufeff": "\\uFEFF"})
_UNPRINTABLE = re.compile("[\x80-\x9f\ud800-\udfff\ufffe\uffff]")
# Readers look for the colon of a key only 1024 characters far; escaped, one may take ten.
_LONGEST_KEY = 100


@garbage_kept()
def yaml_text(value: dict[str, Any]) -> str:
    """A mapping as a YAML document, keys in their order; the same value gives the same text everywhere."""
    if not _is_block(value):
        return _flow(value) + "\n"
    lines: list[str] = []
    _mapping(value, "", "", lines)
    return "\n".join(lines) + "\n"


def _mapping(value: dict[str, Any], first: str, indent: str, lines: list[str]) -> None:
    """Lines of a mapping; `first` stands before its first key in place of the indentation."""
    before = first or indent
    for key, item in value.items():
        name = f"{before}{_key(key)}"
        before = indent
        if isinstance(item, dict) and _is_block(item):
            lines.append(name)
            _mapping(item, "", indent + "  ", lines)
        elif _is_list_of_mappings(item):
            lines.append(name)
            for entry in item:
                _entry(entry, indent, lines)
        else:
            lines.append(f"{name} {_flow(item)}")


def _entry(entry: Any, indent: str, lines: list[str]) -> None:
    """A list's entry: on one line, but for a mapping that holds a list of mappings itself."""
    if isinstance(entry, dict) and _is_block(entry) and any(map(_is_list_of_mappings, entry.values())):
        _mapping(entry, f"{indent}- ", indent + "  ", lines)
    else:
        lines.append(f"{indent}- {_flow(entry)}")


def _is_block(value: dict[str, Any]) -> bool:
    """Whether a mapping can stand in block style: in flow style a key may have any length."""
    return bool(value) and all(len(key) <= _LONGEST_KEY for key in value)


def _is_list_of_mappings(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(entry, dict) and entry for entry in value)


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _float(value) if isinstance(value, float) else str(value)


def _key(key: str) -> str:
    text = _text(key)
    return f"{text}:" if len(text) <= 10 * _LONGEST_KEY else f"? {text} :"


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isascii() and "\x7f" not in quoted:
        return quoted
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04X}", quoted.translate(_MARKS))


def _float(value: float) -> str:
    text = repr(value)
    if text in ("inf", "-inf", "nan"):
        return text.replace("inf", ".inf").replace("nan", ".nan")
    # plain PyYAML reads `1e-05`, without a point, as a string
    return text if "." in text else text.replace("e", ".0e")
