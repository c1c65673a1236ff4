"""Live `${...}` in a string: the part of OmegaConf's grammar that survives Hydra's composition."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_NESTING = 8

_SPACES = re.compile(r" *")
_RESOLVER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*:")
_DOTS = re.compile(r"\.*")
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_BARE = re.compile(r"(?:[A-Za-z0-9_\-/.:+%*@?| ]|\$(?!\{))+")
_QUOTED = {quote: re.compile(r"(?:[^'\"\\$]|\$(?!\{))*") for quote in "'\""}


class MalformedError(Exception):
    """A live interpolation that Hydra or OmegaConf may refuse, or read as something else."""


def live_interpolations(text: str) -> Iterator[str]:
    """Each outermost live `${...}` of a string, from the left.

    `${` is live if an even number of backslashes stands directly before it; else it is a literal.

    Raises:
        MalformedError: One is outside the accepted subset; the message goes on from `the interpolation`.
    """
    position = text.find("${")
    while position >= 0:
        if _backslashes_before(text, position) % 2:
            end = position + 2
        else:
            end = _interpolation(text, position, 1)
            yield text[position:end]
        position = text.find("${", end)


def quotes_inside(text: str) -> frozenset[str]:
    """Which of `'` and `"` stand inside the live interpolations of a string.

    Raises:
        MalformedError: A live interpolation is outside the accepted subset.
    """
    return frozenset(quote for part in live_interpolations(text) for quote in "'\"" if quote in part)


def _backslashes_before(text: str, position: int) -> int:
    start = position
    while start > 0 and text[start - 1] == "\\":
        start -= 1
    return position - start


def _interpolation(text: str, start: int, depth: int) -> int:
    """The end of the interpolation that begins at `start`."""
    if depth > MAX_NESTING:
        raise MalformedError(f"is nested more than {MAX_NESTING} deep")
    position = _skip(_SPACES, text, start + 2)
    head = _RESOLVER.match(text, position)
    end = _arguments(text, head.end(), depth) if head else _path(text, position, depth)
    if not text.startswith("}", end):
        raise MalformedError(_what_is_wrong(text, end))
    return end + 1


def _path(text: str, position: int, depth: int) -> int:
    position = _part(text, _skip(_DOTS, text, position), depth)
    while True:
        if text.startswith(".", position):
            position = _part(text, position + 1, depth)
        elif text.startswith("[", position):
            position = _part(text, position + 1, depth)
            if not text.startswith("]", position):
                raise MalformedError("has a `[` without its `]`")
            position += 1
        else:
            return _skip(_SPACES, text, position)


def _part(text: str, position: int, depth: int) -> int:
    if text.startswith("${", position):
        return _interpolation(text, position, depth + 1)
    end = _skip(_WORD, text, position)
    if end == position:
        raise MalformedError(_what_is_wrong(text, position))
    return end


def _arguments(text: str, position: int, depth: int) -> int:
    position = _skip(_SPACES, text, position)
    if text.startswith("}", position):
        return position
    while True:
        position = _skip(_SPACES, text, _argument(text, position, depth))
        if not text.startswith(",", position):
            return position
        position = _skip(_SPACES, text, position + 1)


def _argument(text: str, start: int, depth: int) -> int:
    quote = text[start : start + 1]
    inner = _QUOTED.get(quote)
    position = _pieces(text, start if inner is None else start + 1, inner or _BARE, depth)
    if inner is not None:
        if not text.startswith(quote, position):
            raise MalformedError(_what_is_wrong(text, position))
        return position + 1
    if position == start:
        raise MalformedError(_what_is_wrong(text, position))
    return position


def _pieces(text: str, position: int, characters: re.Pattern[str], depth: int) -> int:
    while True:
        end = _skip(characters, text, position)
        if text.startswith("${", end):
            end = _interpolation(text, end, depth + 1)
        if end == position:
            return end
        position = end


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return position if found is None else found.end()


def _what_is_wrong(text: str, position: int) -> str:
    if position >= len(text):
        return "has no closing brace"
    return f"has an unexpected {text[position]!r}"
