"""A JSONL file with one writer, also on a disk that is full."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geryon.execute.journal.line_file import LineFile


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=20)), max_size=4)))
def test_what_is_flushed_is_there_in_order(tmp_path: Path, writes: list[list[dict[str, object]]]) -> None:
    """Whole canonical lines; counts and size agree with the file."""
    path = tmp_path / "lines.jsonl"
    path.unlink(missing_ok=True)
    file = LineFile(path)
    for lines in writes:
        for line in lines:
            file.append(line)
        assert file.flush()
        file.sync()
    file.close()
    written = path.read_bytes().splitlines(keepends=True)
    assert [json.loads(line) for line in written] == [line for lines in writes for line in lines]
    assert (file.lines, file.size) == (len(written), path.stat().st_size)


def test_nothing_is_written_before_flush(tmp_path: Path) -> None:
    """Lines wait in memory."""
    file = LineFile(tmp_path / "lines.jsonl")
    file.append({"a": 1})
    assert (tmp_path / "lines.jsonl").read_bytes() == b""
    assert file.unwritten == [b'{"a":1}\n']
    file.close()


def test_an_existing_file_is_never_opened(tmp_path: Path) -> None:
    """One writer a file."""
    (tmp_path / "lines.jsonl").touch()
    with pytest.raises(FileExistsError):
        LineFile(tmp_path / "lines.jsonl")


def test_a_full_disk_keeps_whole_lines_and_the_rest_in_memory(small_disk: Path) -> None:
    """The file is cut back to its last whole line; once there is room everything follows, in order, once."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 48_000)
    file = LineFile(small_disk / "lines.jsonl")
    lines = [{"number": number, "text": "y" * 1000} for number in range(30)]
    for line in lines:
        file.append(line)
    assert not file.flush()
    assert file.error is not None
    content = (small_disk / "lines.jsonl").read_bytes()
    assert (file.lines, file.size) == (content.count(b"\n"), len(content))
    assert content.endswith(b"\n")
    assert len(file.unwritten) == 30 - file.lines > 0
    assert not file.flush()
    ballast.unlink()
    assert file.flush()
    assert file.error is None
    file.close()
    assert [json.loads(line) for line in (small_disk / "lines.jsonl").read_bytes().splitlines()] == lines
