"""The verdict on one line of a results file: a record, or the first kind of damage that it has."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from geryon.schema.record import STATUSES, TIME_PATTERN

MAX_LINE_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 64
MAX_NUMBER_BYTES = 64

_TIME = re.compile(TIME_PATTERN)
_WHITE = " \t\r"


@dataclass(frozen=True, slots=True)
class Damage:
    """A line, or a whole file, that is not as its writer left it.

    Attributes:
        file: Path relative to the run's root.
        line: Line number, from 1.
        offset: Byte offset of the line's start; for `truncated`, where the file ends.
        kind: What is wrong, such as `syntax` or `missing:status`.
    """

    file: str
    line: int
    offset: int
    kind: str


class _Bad(Exception):
    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def read_line(line: bytes) -> dict[str, Any] | str:
    """The record on this line (without its LF), or the kind of damage.

    The kinds that need the plan or other lines (`unknown_config`, `attempt_conflict`) are the index's.
    """
    try:
        record = _object(_text(line))
        _check_fields(record)
    except _Bad as bad:
        return bad.kind
    return record


def _text(line: bytes) -> str:
    if len(line) > MAX_LINE_BYTES:
        raise _Bad("too_long")
    if b"\0" in line:
        raise _Bad("nul")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise _Bad("utf8") from None
    if _depth(line) > MAX_DEPTH:
        raise _Bad("depth")
    return text


def _depth(line: bytes) -> int:
    """Deepest nesting of brackets outside strings, counted bytewise."""
    if line.count(b"[") + line.count(b"{") <= MAX_DEPTH:
        return 0
    deepest = depth = 0
    in_string = escaped = False
    for byte in line:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


class _Duplicate(dict[str, Any]):
    """Marks an object that had a key twice."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    return value if len(value) == len(pairs) else _Duplicate(value)


class _Number(float):
    """A number that is refused, kept as a value so that a later syntax error still comes first."""


def _integer(text: str) -> Any:
    return _Number() if len(text) > MAX_NUMBER_BYTES else int(text)


def _float(text: str) -> Any:
    value = float(text)
    return _Number() if len(text) > MAX_NUMBER_BYTES or value in (float("inf"), float("-inf")) else value


def _constant(_text: str) -> Any:
    raise _Bad("syntax")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_constant,
)


def _object(text: str) -> dict[str, Any]:
    body = text.strip(_WHITE)
    try:
        value, end = _DECODER.raw_decode(body)
    except (ValueError, RecursionError):
        raise _Bad("syntax") from None
    flaws = _flaws(value)
    if "syntax" in flaws:
        raise _Bad("syntax")
    if "number" in flaws:
        raise _Bad("number")
    if end != len(body):
        raise _Bad("trailing" if isinstance(value, dict) else "syntax")
    if not isinstance(value, dict):
        raise _Bad("not_object")
    if "duplicate" in flaws:
        raise _Bad("duplicate_key")
    return value


def _flaws(value: Any) -> set[str]:
    """Which of `syntax` (a lone surrogate), `number` and `duplicate` occur anywhere in the value."""
    found: set[str] = set()
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if not item.isascii() and any("\ud800" <= char <= "\udfff" for char in item):
                found.add("syntax")
        elif isinstance(item, _Number):
            found.add("number")
        elif isinstance(item, dict):
            if isinstance(item, _Duplicate):
                found.add("duplicate")
            stack.extend(item)
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return found


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_int(value) and value >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _is_text_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_int_list(value: Any) -> bool:
    return isinstance(value, list) and all(_is_int(item) for item in value)


def _is_text_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _or_null(check: Any) -> Any:
    return lambda value: value is None or check(value)


# In canonical (sorted) order, which is the order in which damage is looked for.
_FIELDS: dict[str, Any] = dict(
    sorted(
        {
            "run_id": _is_text,
            "config_id": _is_text,
            "batch_index": _is_count,
            "line_index": _is_count,
            "attempt_id": _is_text,
            "attempt_index": _is_count,
            "parent_attempt_id": _or_null(_is_text),
            "hostname": _is_text,
            "pid": _or_null(_is_int),
            "tmux_session": _or_null(_is_text),
            "job_id": _or_null(_is_text),
            "array_task_id": _or_null(_is_text),
            "submission_id": _or_null(_is_text),
            "start_time": _is_time,
            "end_time": _is_time,
            "duration_sec": lambda value: _is_number(value) and value >= 0,
            "exit_code": _or_null(_is_int),
            "signal": _or_null(_is_int),
            "status": lambda value: value in STATUSES,
            "status_reason": _or_null(_is_text),
            "stdout_path": _or_null(_is_text),
            "stderr_path": _or_null(_is_text),
            "workdir": _or_null(_is_text),
            "command": _is_text_list,
            "executor": _is_text,
            "assigned_cores": _is_int_list,
            "assigned_gpus": _is_text_list,
            "max_rss_bytes": _or_null(_is_int),
            "cpu_time_sec": _or_null(_is_number),
            "selected_options": _is_text_map,
        }.items()
    )
)


_NAMES = frozenset(_FIELDS) | {"schema_version"}


def _check_fields(record: dict[str, Any]) -> None:
    version = record.get("schema_version", 1)
    if not (_is_int(version) and version == 1):
        raise _Bad("version")
    if not record.keys() >= _NAMES:
        raise _Bad(f"missing:{min(_NAMES - record.keys())}")
    for name, check in _FIELDS.items():
        if not check(record[name]):
            raise _Bad(f"type:{name}")
