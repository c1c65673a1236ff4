"""The words of a string expression, one at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from geryon.hydra.refusal import shown
from geryon.hydra.values import MAX_INTEGER_DIGITS

_SPACE = re.compile(r"[ \t\r\n]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_ARGUMENT = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_FLOAT = re.compile(r"(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+")
_INTEGER = re.compile(r"[0-9]+")
_SYMBOL = re.compile(r"\*\*|//|==|!=|<=|>=|[-+*/%<>()\[\],]")
_PLAIN = {"'": re.compile(r"[^'\\\n]*"), '"': re.compile(r'[^"\\\n]*')}
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "a": "\a", "v": "\v"}
_CODE = {"x": re.compile("[0-9A-Fa-f]{2}"), "u": re.compile("[0-9A-Fa-f]{4}"), "U": re.compile("[0-9A-Fa-f]{8}")}
_HINTS = {
    "=": "write `==` to compare",
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`, or `!=`",
    "^": "write `**` for a power",
    "{": "mappings cannot be written in an expression",
    "#": "an expression has no comments",
    "$": "an argument is `$` and a name",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression.

    Attributes:
        kind: `name`, `argument`, `number`, `string`, `symbol` or `end`.
        text: A symbol or a name as it is written, an argument without its dollar.
        value: The value of a number or a string.
        offset: Where it begins in the text.
    """

    kind: str
    text: str
    offset: int
    value: int | float | str | None = None

    def is_word(self, text: str) -> bool:
        """Whether it is that symbol or that bare word."""
        return self.text == text and self.kind in ("symbol", "name")

    def shown(self) -> str:
        """How a message names it."""
        return {
            "end": "the end of the expression",
            "argument": shown("$" + self.text),
        }.get(self.kind, shown(self.text))


Fail = Callable[[str, int, "str | None"], NoReturn]


class Tokens:
    """Reads the words of a text as they are asked for, so that nothing beyond an error is looked at.

    Attributes:
        current: The word at hand.
    """

    def __init__(self, text: str, fail: Fail) -> None:
        self._text = text
        self._fail = fail
        self._position = 0
        self._ahead: Token | None = None
        self.current = self._read()

    def advance(self) -> Token:
        """Go on to the next word; returns the one that was at hand."""
        token = self.current
        self.current = self.ahead()
        self._ahead = None
        return token

    def ahead(self) -> Token:
        """The word after the one at hand."""
        if self._ahead is None:
            self._ahead = self._read()
        return self._ahead

    def _read(self) -> Token:
        text = self._text
        start = _end(_SPACE, text, self._position)
        if start == len(text):
            return Token("end", "", start)
        if text[start] in _PLAIN:
            return self._string(start)
        if found := _ARGUMENT.match(text, start):
            token = Token("argument", found[1], start)
        elif found := _FLOAT.match(text, start):
            token = Token("number", found[0], start, float(found[0]))
        elif found := _INTEGER.match(text, start):
            token = Token("number", found[0], start, self._integer(found[0], start))
        elif found := _NAME.match(text, start):
            token = Token("name", found[0], start)
        elif found := _SYMBOL.match(text, start):
            token = Token("symbol", found[0], start)
        else:
            self._fail(f"unexpected character {shown(text[start])}", start, _HINTS.get(text[start]))
        self._position = found.end()
        self._check_end(token)
        return token

    def _check_end(self, token: Token) -> None:
        """Refuse what would read as two words without a space: `1a`, `0x1F`, `1_000`, `a.0`, `r'x'`."""
        after = self._text[self._position : self._position + 1]
        if token.kind == "number" and (after.isalnum() or after in ("_", ".")):
            hint = 'numbers are decimal, without `_`; a key that begins with a digit needs `param("...")`'
            self._fail(f"unexpected {shown(after)} after the number {shown(token.text)}", self._position, hint)
        if token.kind == "name" and after == ".":
            hint = 'write `param("...")` for a path whose keys are no names'
            self._fail(f"unexpected `.` after {shown(token.text)}", self._position, hint)
        if token.kind == "name" and after in ("'", '"'):
            self._fail(f"a string cannot have the prefix {shown(token.text)}", token.offset, None)

    def _integer(self, text: str, start: int) -> int:
        if len(text) > MAX_INTEGER_DIGITS:
            self._fail(f"an integer has more than {MAX_INTEGER_DIGITS} digits", start, None)
        if text[0] == "0" and len(text) > 1:
            self._fail(f"the integer {shown(text)} begins with a zero", start, "write it without leading zeros")
        return int(text)

    def _string(self, start: int) -> Token:
        text, quote = self._text, self._text[start]
        parts: list[str] = []
        position = start + 1
        while True:
            end = _end(_PLAIN[quote], text, position)
            parts.append(text[position:end])
            after = text[end : end + 1]
            if after == quote:
                break
            if after != "\\":
                self._fail("a string has no closing quote", start, None)
            part, position = self._escape(end)
            parts.append(part)
        self._position = end + 1
        return Token("string", text[start : end + 1], start, "".join(parts))

    def _escape(self, start: int) -> tuple[str, int]:
        """What the escape at `start` stands for, and where it ends."""
        letter = self._text[start + 1 : start + 2]
        if letter in _ESCAPES:
            return _ESCAPES[letter], start + 2
        code = _CODE[letter].match(self._text, start + 2) if letter in _CODE else None
        if code is None or int(code[0], 16) > 0x10FFFF:
            self._fail(f"unknown escape {shown(chr(92) + letter)} in a string", start, r"write `\\` for a backslash")
        return chr(int(code[0], 16)), code.end()


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return position if found is None else found.end()
