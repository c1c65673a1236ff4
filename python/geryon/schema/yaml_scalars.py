"""What a plain YAML scalar means: the rules of Hydra's loader.

Source: `omegaconf._utils.get_yaml_loader`, a `yaml.SafeLoader` (YAML 1.1) with a wider regular expression for floats
and without timestamps.
"""

from __future__ import annotations

import re

import yaml

Scalar = bool | int | float | str | None

PREFIX = "tag:yaml.org,2002:"
STR, MERGE = PREFIX + "str", PREFIX + "merge"
MAX_DIGITS = 4300

_FLOAT = re.compile(
    r"""(?:[-+]?[0-9]+(?:_[0-9]+)*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
      |[-+]?[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+)
      |\.[0-9]+(?:_[0-9]+)*(?:[eE][-+][0-9]+)?
      |[-+]?[0-9]+(?:_[0-9]+)*(?::[0-5]?[0-9])+\.[0-9_]*
      |[-+]?\.(?:inf|Inf|INF)
      |\.(?:nan|NaN|NAN))$""",
    re.VERBOSE,
)
_BOOLEANS = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False}


class BadScalar(ValueError):
    """A scalar that its tag cannot hold; the text is the message."""


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    table = {
        first: [(tag, pattern) for tag, pattern in pairs if tag != PREFIX + "timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    for first in "-+0123456789.":
        table.setdefault(first, []).append((PREFIX + "float", _FLOAT))
    return table


_RESOLVERS = _resolvers()


def plain_tag(text: str) -> str:
    """The tag of an unquoted scalar."""
    for tag, pattern in _RESOLVERS.get(text[:1], ()):
        if pattern.match(text):
            return tag
    return STR


def construct(tag: str, text: str) -> Scalar:
    """The value of a scalar.

    Raises:
        BadScalar: the text is no value of that tag, or the tag is not a safe one.
    """
    if tag == STR:
        return text
    kind = tag.removeprefix(PREFIX)
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    if kind in ("int", "float"):
        try:
            return _integer(text) if kind == "int" else _float(text)
        except (ValueError, IndexError, OverflowError):
            if sum(map(str.isdigit, text)) > MAX_DIGITS:
                raise BadScalar(f"a number has more than {MAX_DIGITS} digits") from None
    if kind in ("bool", "int", "float"):
        raise BadScalar(f"`{text}` is no `!!{kind}`")
    if kind in ("merge", "value"):
        raise BadScalar(f"`{text}` has a meaning of its own in YAML; put it in quotes")
    raise BadScalar(refused(tag))


def refused(tag: str) -> str:
    """The message for a tag that is not accepted."""
    shown = "!!" + tag.removeprefix(PREFIX) if tag.startswith(PREFIX) else tag
    return f"the tag `{shown}` is not accepted"


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    sign = -1 if digits[0] == "-" else 1
    if digits[0] in "+-":
        digits = digits[1:]
    if digits.startswith("0b"):
        return sign * int(digits[2:], 2)
    if digits.startswith("0x"):
        return sign * int(digits[2:], 16)
    if digits[0] == "0":
        return sign * int(digits, 8)
    if len(digits) > MAX_DIGITS:
        raise ValueError
    value = 0
    for part in digits.split(":"):
        value = value * 60 + int(part)
    return sign * value


def _float(text: str) -> float:
    digits = text.replace("_", "").lower()
    sign = -1.0 if digits[0] == "-" else 1.0
    if digits[0] in "+-":
        digits = digits[1:]
    if digits == ".inf":
        return sign * float("inf")
    if digits == ".nan":
        return float("nan")
    if ":" not in digits:
        return sign * float(digits)
    if len(digits) > MAX_DIGITS:
        raise ValueError
    # smallest digit first, in the order of PyYAML's own sum, so that rounding agrees
    value, base = 0.0, 1
    for part in reversed(digits.split(":")):
        value += float(part) * base
        base *= 60
    return sign * value
