"""The verdict on one line of a results file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geryon.results.line import MAX_LINE_BYTES, read_line
from support.records import attempt_record

SOUND = json.dumps(attempt_record(), sort_keys=True, separators=(",", ":")).encode()


def changed(**changes: Any) -> bytes:
    return json.dumps(attempt_record(**changes)).encode()


def without(field: str) -> bytes:
    record = attempt_record()
    del record[field]
    return json.dumps(record).encode()


def nested(depth: int) -> bytes:
    return SOUND[:-1] + b',"x":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


DAMAGE = [
    (SOUND + b" " * MAX_LINE_BYTES, "too_long"),
    (SOUND + b"\0", "nul"),
    (b"\0\xff", "nul"),
    (SOUND.replace(b'"node"', b'"\xff"'), "utf8"),
    (SOUND.replace(b'"node"', b'"\xed\xa0\x80"'), "utf8"),
    (nested(65), "depth"),
    (b"[" * 70, "depth"),
    (b"", "syntax"),
    (b"  \r", "syntax"),
    (b"\xef\xbb\xbf" + SOUND, "syntax"),
    (SOUND[:-1], "syntax"),
    (SOUND.replace(b'"node"', b'"\\ud800"'), "syntax"),
    (SOUND.replace(b"1.0", b"NaN"), "syntax"),
    (SOUND.replace(b"1.0", b"-Infinity"), "syntax"),
    (SOUND.replace(b'"pid":7', b'"pid":07'), "syntax"),
    (b'{"a":1' + b"0" * 70 + b"}", "number"),
    (b'{"a":1e999}', "number"),
    (b'{"a":[1e999]} x', "number"),
    (SOUND + SOUND, "trailing"),
    (SOUND + b"x", "trailing"),
    (b"[1]", "not_object"),
    (b"7", "not_object"),
    (b'"text"', "not_object"),
    (SOUND[:-1] + b',"pid":7}', "duplicate_key"),
    (SOUND[:-1] + b',"x":[{"a":1,"a":1}]}', "duplicate_key"),
    (changed(schema_version=2), "version"),
    (changed(schema_version=True), "version"),
    (changed(schema_version=1.0), "version"),
    (without("schema_version"), "missing:schema_version"),
    (without("workdir"), "missing:workdir"),
    (b"{}", "missing:array_task_id"),
    (changed(status="done"), "type:status"),
    (changed(status=[]), "type:status"),
    (changed(end_time="2026-01-01 00:00:00"), "type:end_time"),
    (changed(end_time="2026-01-01T00:00:01.000000Z\n"), "type:end_time"),
    (changed(batch_index=-1), "type:batch_index"),
    (changed(batch_index=True), "type:batch_index"),
    (changed(duration_sec=-0.5), "type:duration_sec"),
    (changed(command=["a", 1]), "type:command"),
    (changed(assigned_cores=[True]), "type:assigned_cores"),
    (changed(selected_options={"p": 1}), "type:selected_options"),
    (changed(status="x", pid="x"), "type:pid"),
]


@pytest.mark.parametrize(("line", "kind"), DAMAGE, ids=[f"{n}-{kind}" for n, (_, kind) in enumerate(DAMAGE)])
def test_damage_has_the_first_kind_that_fits(line: bytes, kind: str) -> None:
    """A damaged line is told by exactly one kind, the first of the documented order."""
    assert read_line(line) == kind


def test_sound_line_is_its_record() -> None:
    """A record as the writer makes it comes back whole."""
    assert read_line(SOUND) == attempt_record()


def test_white_space_and_unknown_fields_are_allowed() -> None:
    """CR and blanks around the object, and fields of a later version, are no damage."""
    assert isinstance(read_line(b" \t" + changed(later=1) + b"\r"), dict)


def test_depth_counts_outside_strings_only() -> None:
    """Brackets inside strings are text."""
    assert isinstance(read_line(changed(hostname="[" * 100 + '\\"' + "{" * 100)), dict)
    assert isinstance(read_line(nested(64)), dict)


@given(st.binary(max_size=200))
def test_any_bytes_have_a_verdict(line: bytes) -> None:
    """No line of bytes raises."""
    assert isinstance(read_line(line), (str, dict))


@given(st.integers(0, len(SOUND) - 1), st.integers(0, 255))
def test_one_changed_byte_never_raises(at: int, byte: int) -> None:
    """A record with one byte changed is a record or has a kind of damage."""
    assert isinstance(read_line(SOUND[:at] + bytes([byte]) + SOUND[at + 1 :]), (str, dict))
