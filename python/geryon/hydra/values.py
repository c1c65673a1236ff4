"""How a value becomes the text right of the `=`, and which values cannot.

Source: the override grammar of Hydra 1.3 (`OverrideLexer.g4`), and what composition does to its result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from geryon.hydra.interpolation import MalformedError, quotes_inside
from geryon.hydra.refusal import Refusal, Step, shown

MAX_DEPTH = 32
MAX_INTEGER_DIGITS = 4300
MAX_OVERRIDE_BYTES = 131071  # Linux refuses one argument of 131072 bytes
SLOW_LIST_ELEMENTS = 2000  # Hydra's parser is quadratic: 1 s at 5,000 elements, 4 s at 10,000

_BARE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./:@+-]*")
_WORDS = frozenset({"null", "true", "false", "inf", "nan"})
_KEY = re.compile(r"[A-Za-z0-9_/\-+.$%*@?|\\()\[\]{}:=, \t]+")
_KEY_ESCAPED = re.compile(r"[\\()\[\]{}:=, \t]")
_INTEGER_TEXT = r"(?:0|[1-9](?:_?[0-9])*)"
_DIGITS_TEXT = r"[0-9](?:_?[0-9])*"
_POINT_TEXT = rf"(?:{_INTEGER_TEXT}\.|{_INTEGER_TEXT}?\.{_DIGITS_TEXT}|{_INTEGER_TEXT})"
_NUMBER = re.compile(rf"[+-]?(?:{_POINT_TEXT}(?:[eE][+-]?{_DIGITS_TEXT})?|[iI][nN][fF]|[nN][aA][nN])")
_INTEGER_LIMIT = 10**MAX_INTEGER_DIGITS
_LITERAL = r"write `\${` for a literal `${`"


def encode(value: Any) -> str:
    """The override text of a value for which `value_error` is None: same value, same text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _encode_string(value)
    if isinstance(value, list):
        return "[" + ",".join(map(encode, value)) + "]"
    pairs = (_KEY_ESCAPED.sub(r"\\\g<0>", key) + ":" + encode(item) for key, item in value.items())
    return "{" + ",".join(pairs) + "}"


def value_error(value: Any, depth_used: int = 0) -> Refusal | None:
    """The first reason why a value cannot be passed to Hydra, or None.

    Args:
        value: null, bool, int, float, str, list, or a mapping.
        depth_used: Path segments above the value: they and the value's containers together may nest 32 deep.
    """
    return next(value_errors(value, depth_used), None)


def value_errors(value: Any, depth_used: int = 0, steps: tuple[Step, ...] = ()) -> Iterator[Refusal]:
    """All such reasons, each with the way to the part at fault."""
    if depth_used + isinstance(value, (list, dict)) > MAX_DEPTH:
        message = f"the value is nested more than {MAX_DEPTH} levels deep, the segments of its path included"
        yield Refusal("value-invalid", message, None, steps)
    elif not isinstance(value, (list, dict)):
        refusal = _scalar_error(value, steps)
        if refusal is not None:
            yield refusal
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from value_errors(item, depth_used + 1, (*steps, index))
    else:
        for key, item in value.items():
            refusal = _mapping_key_error(key, steps)
            if refusal is not None:
                yield refusal
            else:
                yield from value_errors(item, depth_used + 1, (*steps, key))


def choice_value_error(value: Any) -> Refusal | None:
    """Why this selects no option of a config group, or None.

    A choice is a string or a non-empty list of strings.
    """
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) for name in names):
        return Refusal(
            "value-invalid",
            "a choice is the name of an option or a non-empty list of names",
            "put quotes round a name that YAML reads as a number, a boolean or null",
        )
    return value_error(value)


def _scalar_error(value: Any, steps: tuple[Step, ...]) -> Refusal | None:
    if isinstance(value, str):
        return _string_error(value, steps)
    if isinstance(value, int) and abs(value) >= _INTEGER_LIMIT:
        message = f"an integer has more than {MAX_INTEGER_DIGITS} digits"
        return Refusal("value-invalid", message, "pass it as a string", steps)
    if value is not None and not isinstance(value, (int, float)):
        message = f"a value of type `{type(value).__name__}` cannot be passed to Hydra"
        hint = "use null, a boolean, a number, a string, a list or a mapping"
        return Refusal("value-invalid", message, hint, steps)
    return None


def _string_error(text: str, steps: tuple[Step, ...]) -> Refusal | None:
    if "\0" in text:
        message = f"the string {shown(text)} contains NUL, which no argument can hold"
        return Refusal("value-invalid", message, None, steps)
    if any("\ud800" <= char <= "\udfff" for char in text):
        message = f"the string {shown(text)} contains a lone surrogate, which is not Unicode text"
        return Refusal("value-invalid", message, None, steps)
    if text == "???":
        message = "the string `???` is OmegaConf's mark of a missing value, which no application can read"
        return Refusal("value-invalid", message, None, steps)
    try:
        quotes = quotes_inside(text)
    except MalformedError as error:
        message = f"the interpolation in {shown(text)} {error}"
        return Refusal("interpolation-invalid", message, _LITERAL, steps)
    if len(quotes) > 1:
        message = f"the interpolations in {shown(text)} contain both kinds of quotes"
        return Refusal("interpolation-invalid", message, f"use one kind of quotes, or {_LITERAL}", steps)
    return None


def _mapping_key_error(key: Any, steps: tuple[Step, ...]) -> Refusal | None:
    """Why this is no key of a mapping inside a list, where keys cannot be quoted, or None."""
    if not isinstance(key, str):
        message = f"the mapping key {shown(str(key))} is not a string"
        return Refusal("key-invalid", message, "put quotes round it", steps)
    if not key:
        return Refusal("key-invalid", "a mapping key inside a list is empty", None, steps)
    if not _KEY.fullmatch(key):
        return Refusal(
            "key-invalid",
            f"the mapping key {shown(key)} inside a list has a character that Hydra cannot read there",
            "quotes, `~ ! # & ; < > ^`, backticks, newlines and non-ASCII characters are not possible",
            steps,
        )
    if key.lower() in _WORDS or _NUMBER.fullmatch(key):
        return Refusal(
            "key-invalid",
            f"Hydra would read the mapping key {shown(key)} inside a list as a number, a boolean or null",
            "choose another key: these cannot be quoted",
            steps,
        )
    return None


def override_size_error(override: str) -> Refusal | None:
    """Why a whole override, `<prefix><key>=<value>`, is too long for a command line, or None."""
    # a code point has at most 4 bytes, so that short overrides need no encoding
    if len(override) * 4 <= MAX_OVERRIDE_BYTES or len(override.encode()) <= MAX_OVERRIDE_BYTES:
        return None
    key = override.partition("=")[0]
    return Refusal(
        "override-too-long",
        f"the override of {shown(key)} has more than {MAX_OVERRIDE_BYTES} bytes",
        "put the value into a file and pass the file's path",
    )


def slow_value_warning(value: Any) -> str | None:
    """The message of the diagnostic `value-slow`, for a value on which Hydra's parser takes long, or None."""
    elements = _list_elements(value)
    if elements <= SLOW_LIST_ELEMENTS:
        return None
    return f"a value has {elements} list elements: Hydra's parser takes seconds for that many at every start"


def _list_elements(value: Any) -> int:
    if isinstance(value, list):
        return len(value) + sum(map(_list_elements, value))
    if isinstance(value, dict):
        return sum(map(_list_elements, value.values()))
    return 0


def _encode_string(text: str) -> str:
    if _BARE.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quote = '"' if "'" in quotes_inside(text) else "'"
    # only backslashes that touch a quote are doubled: the lexer takes all others as they stand
    doubled = (piece + "\\" * (len(piece) - len(piece.rstrip("\\"))) for piece in text.split(quote))
    return quote + ("\\" + quote).join(doubled) + quote
