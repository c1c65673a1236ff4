"""The results files of a run as blocks of lines; the only module here that opens files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from geryon.artifacts.layout import RunLayout
from geryon.artifacts.reader import Plan
from geryon.results.index import LineBlock, RunIndex, build_index
from geryon.results.line import MAX_LINE_BYTES, Damage

_READ_BYTES = 1 << 20


def read_results(plan: Plan) -> RunIndex:
    """One streaming pass over all records of a run."""
    layout = plan.layout
    return build_index(plan.count, plan.batch_size, plan.id_at, result_blocks(layout))


def result_files(layout: RunLayout) -> list[Path]:
    """The results files, sorted by name."""
    return sorted(layout.results.glob("task_*.jsonl"))


def result_blocks(layout: RunLayout) -> Iterator[LineBlock]:
    """Each results file as its lines, in order of name; a block is to be read before the next is taken."""
    for path in result_files(layout):
        file = _File(path, path.relative_to(layout.root).as_posix(), _recorded_bytes(layout, path))
        yield LineBlock(file.name, file.lines(), file.damage)


class _File:
    """One results file; `damage` is known once `lines` is exhausted."""

    def __init__(self, path: Path, name: str, recorded: int | None) -> None:
        self.path = path
        self.name = name
        self._recorded = recorded
        self._size = 0
        self._lines = 0
        self._tail = 0

    def lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Whole lines in order; what follows the last LF is the tail."""
        offset = 0
        with self.path.open("rb", buffering=_READ_BYTES) as stream:
            while line := stream.readline(MAX_LINE_BYTES + 2):
                start = offset
                offset += len(line)
                while not line.endswith(b"\n") and len(line) > MAX_LINE_BYTES:
                    rest = stream.readline(_READ_BYTES)
                    if not rest:
                        break
                    offset += len(rest)
                    line = line[: MAX_LINE_BYTES + 1] + (b"\n" if rest.endswith(b"\n") else b"")
                if not line.endswith(b"\n"):
                    self._tail = offset - start
                    break
                self._lines += 1
                yield self._lines, start, line[:-1]
        self._size = offset

    def damage(self) -> list[Damage]:
        """`truncated` where the writer recorded more than is here, else `torn_tail` for an open line."""
        if self._recorded is not None and self._size < self._recorded:
            return [Damage(self.name, self._lines + 1, self._size, "truncated")]
        if self._tail:
            return [Damage(self.name, self._lines + 1, self._size - self._tail, "torn_tail")]
        return []


def _recorded_bytes(layout: RunLayout, results: Path) -> int | None:
    """The length that the task's `task_end` event gives for its results file, if it got that far."""
    events = layout.batch_logs / results.stem / "task.events.jsonl"
    try:
        with events.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - 4096))
            last = stream.read().rstrip(b"\n").rsplit(b"\n", 1)[-1]
        event = json.loads(last)
    except (OSError, ValueError):
        return None
    if isinstance(event, dict) and event.get("event") == "task_end":
        size = event.get("result_bytes")
        return size if isinstance(size, int) else None
    return None
