"""Results files as they are found on disk: whole, torn, cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geryon.artifacts.layout import RunLayout
from geryon.results.line import MAX_LINE_BYTES, Damage
from geryon.results.reader import result_blocks

NAME = "exec/results/task_local_0_ab.jsonl"


@pytest.fixture
def layout(tmp_path: Path) -> RunLayout:
    """An empty run with a place for results."""
    layout = RunLayout(tmp_path)
    layout.results.mkdir(parents=True)
    return layout


def read(layout: RunLayout, data: bytes) -> tuple[list[tuple[int, int, bytes]], list[Damage]]:
    """Lines and damage of one results file with this content."""
    (layout.root / NAME).write_bytes(data)
    (block,) = result_blocks(layout)
    lines = list(block.lines)
    return lines, block.damage()


def end_event(layout: RunLayout, size: int) -> None:
    """A task_end event that says how long the results file is."""
    directory = layout.batch_logs / "task_local_0_ab"
    directory.mkdir(parents=True)
    events = [{"event": "task_start"}, {"event": "task_end", "result_bytes": size, "result_records": 1}]
    (directory / "task.events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))


def test_whole_lines_with_their_offsets(layout: RunLayout) -> None:
    """Lines come without LF, numbered from 1, with the byte offset of their start."""
    assert read(layout, b"one\n\nthree\n") == ([(1, 0, b"one"), (2, 4, b""), (3, 5, b"three")], [])


def test_unterminated_line_is_a_torn_tail(layout: RunLayout) -> None:
    """What follows the last LF was not recorded."""
    assert read(layout, b"one\n{half") == ([(1, 0, b"one")], [Damage(NAME, 2, 4, "torn_tail")])


def test_tail_of_nuls_is_a_torn_tail(layout: RunLayout) -> None:
    """What a file system leaves after a crash is no record."""
    assert read(layout, b"one\n\0\0\0\0")[1] == [Damage(NAME, 2, 4, "torn_tail")]


def test_shorter_than_its_task_end_says_is_truncated(layout: RunLayout) -> None:
    """Records that its writer counted are gone: damage at the place where the file ends."""
    end_event(layout, 10)
    assert read(layout, b"one\nhal")[1] == [Damage(NAME, 2, 7, "truncated")]
    assert read(layout, b"one\n")[1] == [Damage(NAME, 2, 4, "truncated")]


def test_as_long_as_its_task_end_says_is_sound(layout: RunLayout) -> None:
    """The recorded length is the length of the file."""
    end_event(layout, 4)
    assert read(layout, b"one\n")[1] == []


@pytest.mark.parametrize("extra", [0, 1, 2, 5, (1 << 20) + 3])
def test_long_lines_keep_line_numbers_and_offsets(layout: RunLayout, extra: int) -> None:
    """A line beyond the limit is cut in memory, and the next one is where it was."""
    size = MAX_LINE_BYTES + extra
    lines, damage = read(layout, b"x" * size + b"\nnext\n")
    assert [(number, offset) for number, offset, _ in lines] == [(1, 0), (2, size + 1)]
    assert (len(lines[0][2]) > MAX_LINE_BYTES) == (extra > 0)
    assert damage == []


def test_files_come_in_order_of_name(layout: RunLayout) -> None:
    """So that which of two conflicting copies stands does not depend on the directory."""
    for name in ("task_b.jsonl", "task_a.jsonl", "summary.json"):
        (layout.results / name).write_text("x\n")
    assert [block.file for block in result_blocks(layout)] == [
        "exec/results/task_a.jsonl",
        "exec/results/task_b.jsonl",
    ]
