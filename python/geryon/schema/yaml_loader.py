"""YAML text as a tree of marked nodes, read as Hydra reads it, within limits that no file can make hang."""

from __future__ import annotations

import re
from typing import Any

import yaml

from geryon.errors import InvalidInput, Place, Problem
from geryon.schema.growing import garbage_kept
from geryon.schema.nodes import Node, Source
from geryon.schema.yaml_compose import Composer

MAX_BYTES = 64 * 2**20

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NON_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FAST: Any = getattr(yaml, "CSafeLoader", None)
_SECOND_OPINION_CHARS = 2**20
_ENDS = ("end of stream", "stream end")
_HINTS = (
    ("`\\t`", "indent with spaces, not with tabs"),
    ("cannot start any token", "put the text in quotes"),
    ("mapping values are not allowed", "put a text that contains `: ` in quotes"),
    ("expected <block end>", "check the indentation of this line and those above it"),
    ("could not find expected `:`", "write `key: value`"),
    ("<stream end>", "close the bracket"),
    ("unexpected end of stream", "close the quotes"),
)


def load_yaml(text: str, file: str) -> Node:
    """Read one document.

    As OmegaConf's loader does: YAML 1.1 with `1e-4` as a float, no timestamps, merge keys, duplicate keys refused, safe
    tags only.

    Args:
        text: The file's content.
        file: Its path, for places.

    Raises:
        InvalidInput: the text is no YAML, has no or several documents, or breaks a limit.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES or (len(text) * 4 > MAX_BYTES and len(text.encode("utf-8", "replace")) > MAX_BYTES):
        raise InvalidInput(too_large(file))
    source = Source(file, _LINE_END.split(text))
    strange = _NON_PRINTABLE.search(text)
    if strange is not None:
        raise InvalidInput(_strange_character(text, strange.start(), source))
    with garbage_kept():
        try:
            root = Composer(source).compose(yaml.parse(text, Loader=_FAST or yaml.SafeLoader))
        except yaml.YAMLError as error:
            root = _second_opinion(text, source, error)
    if root is None or root.value is None:
        raise InvalidInput(Problem("empty-file", f"`{file}` is empty", Place(file)))
    return root


def decode(data: bytes | str, file: str) -> str:
    """The text of a file as read.

    Raises:
        InvalidInput: it is not UTF-8, or over 64 MiB.
    """
    if isinstance(data, str):
        return data
    if len(data) > MAX_BYTES:
        raise InvalidInput(too_large(file))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = _line_and_column(before, len(before))
        byte = data[error.start]
        hint = "save the file as UTF-8"
        problem = Problem("not-utf8", f"the byte 0x{byte:02x} is not UTF-8", Place(file, line, column), hint)
        raise InvalidInput(problem) from None


def too_large(file: str) -> Problem:
    """The problem of a file over the limit."""
    return Problem("file-too-large", f"`{file}` is larger than {MAX_BYTES // 2**20} MiB", Place(file))


def _second_opinion(text: str, source: Source, error: yaml.YAMLError) -> Node | None:
    """What PyYAML, which Hydra uses, makes of a text that libyaml refused; its messages are the same everywhere."""
    if _FAST is not None and len(text) <= _SECOND_OPINION_CHARS:
        try:
            return Composer(source).compose(yaml.parse(text, Loader=yaml.SafeLoader))
        except yaml.YAMLError as second:
            error = second
        except (ValueError, OverflowError):
            pass  # an escape beyond Unicode: PyYAML has no message for it, libyaml has
    raise InvalidInput(_syntax_problem(error, source)) from None


def _syntax_problem(error: yaml.YAMLError, source: Source) -> Problem:
    what = getattr(error, "problem", None) or str(error)
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    if any(end in what for end in _ENDS):
        marks.reverse()  # what was never closed is of more use than the end of the file
    mark = marks[0] or marks[1]
    context = getattr(error, "context", None)
    message = re.sub(r"'([^']+)'", r"`\1`", f"{context}: {what}" if context else what)
    hint = next((hint for part, hint in _HINTS if part in message), None)
    if mark is None:
        return Problem("yaml-syntax", message, Place(source.file), hint)
    line = min(mark.line, len(source.lines) - 1)
    place = Place(source.file, line + 1, mark.column + 1, None, source.lines[line])
    return Problem("yaml-syntax", message, place, hint)


def _strange_character(text: str, index: int, source: Source) -> Problem:
    line, column = _line_and_column(text, index)
    return Problem(
        "yaml-syntax",
        f"the character U+{ord(text[index]):04X} cannot stand in a YAML file",
        Place(source.file, line, column),
        "write it as an escape in double quotes",
    )


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    lines = _LINE_END.split(text[:index])
    return len(lines), len(lines[-1]) + 1
