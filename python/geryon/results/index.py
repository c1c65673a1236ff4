"""What all attempt records together say about each configuration of a plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Literal

from geryon.results.line import Damage, read_line

FinalStatus = Literal["complete", "failed", "terminated", "missing"]
FINAL_STATUSES: tuple[FinalStatus, ...] = ("complete", "failed", "terminated", "missing")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is kept of an attempt: enough to order it, and to say how it ended and where its output is."""

    attempt_index: int
    end_time: str
    attempt_id: str
    status: str
    reason: str | None
    exit_code: int | None
    signal: int | None
    start_time: str
    duration_sec: float
    cpu_time_sec: float | None
    hostname: str
    stdout_path: str | None
    stderr_path: str | None

    @property
    def order(self) -> tuple[int, str, str]:
        """Latest is greatest."""
        return (self.attempt_index, self.end_time, self.attempt_id)


@dataclass(slots=True)
class ConfigState:
    """The attempts at one configuration, summed up.

    Attributes:
        attempts: How many are recorded.
        success: Whether any succeeded.
        latest: The attempt with the greatest `order`.
    """

    attempts: int
    success: bool
    latest: Attempt

    @property
    def status(self) -> FinalStatus:
        """Complete with any success, else how the latest attempt ended."""
        if self.success:
            return "complete"
        return "failed" if self.latest.status == "failed" else "terminated"


@dataclass(frozen=True, slots=True)
class LineBlock:
    """The lines of one results file.

    Attributes:
        file: Path relative to the run's root.
        lines: (line number, byte offset, bytes without LF), in file order, whole lines only.
        damage: What is wrong with the file as a whole: `torn_tail`, `truncated`.
    """

    file: str
    lines: Iterable[tuple[int, int, bytes]]
    damage: Callable[[], list[Damage]]


@dataclass(slots=True)
class RunIndex:
    """Per configuration what was recorded, and all that is damaged.

    Attributes:
        count: Configurations in the plan.
        states: Position in the plan -> state, for those with at least one attempt.
        attempts_by_status: Attempts per `success`, `failed`, `terminated`.
        damage: Damaged lines and files in (file, offset) order.
        attempt_ids: Attempt id -> 16-byte digest of its record.
    """

    count: int
    states: dict[int, ConfigState] = field(default_factory=dict)
    attempts_by_status: dict[str, int] = field(default_factory=lambda: {"success": 0, "failed": 0, "terminated": 0})
    damage: list[Damage] = field(default_factory=list)
    attempt_ids: dict[str, bytes] = field(default_factory=dict)

    @property
    def attempts(self) -> int:
        """Number of recorded attempts."""
        return sum(self.attempts_by_status.values())

    @property
    def corrupt(self) -> list[Damage]:
        """The damage that strict mode refuses: all of it but torn tails."""
        return [damage for damage in self.damage if damage.kind != "torn_tail"]

    def status(self, position: int) -> FinalStatus:
        """How that configuration stands."""
        state = self.states.get(position)
        return "missing" if state is None else state.status

    def by_status(self) -> dict[FinalStatus, int]:
        """Configurations per final status."""
        counts = dict.fromkeys(FINAL_STATUSES, 0)
        for state in self.states.values():
            counts[state.status] += 1
        counts["missing"] = self.count - len(self.states)
        return counts

    def add(self, position: int, record: dict[str, Any]) -> bool:
        """Count one record; False if another record with its attempt id says something else."""
        digest = blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=16).digest()
        known = self.attempt_ids.setdefault(record["attempt_id"], digest)
        if known is not digest:
            return known == digest
        attempt = Attempt(
            attempt_index=record["attempt_index"],
            end_time=record["end_time"],
            attempt_id=record["attempt_id"],
            status=record["status"],
            reason=record["status_reason"],
            exit_code=record["exit_code"],
            signal=record["signal"],
            start_time=record["start_time"],
            duration_sec=record["duration_sec"],
            cpu_time_sec=record["cpu_time_sec"],
            hostname=record["hostname"],
            stdout_path=record["stdout_path"],
            stderr_path=record["stderr_path"],
        )
        self.attempts_by_status[attempt.status] += 1
        success = attempt.status == "success"
        state = self.states.get(position)
        if state is None:
            self.states[position] = ConfigState(1, success, attempt)
        else:
            state.attempts += 1
            state.success = state.success or success
            if attempt.order > state.latest.order:
                state.latest = attempt
        return True


def build_index(count: int, batch_size: int, id_at: Callable[[int], str], blocks: Iterable[LineBlock]) -> RunIndex:
    """Read every line once, in (file, offset) order.

    Args:
        count: Configurations in the plan.
        batch_size: Configurations a batch.
        id_at: The configuration id at a position of the plan.
        blocks: The results files, sorted by name.
    """
    index = RunIndex(count)
    for block in blocks:
        for number, offset, line in block.lines:
            record = read_line(line)
            if isinstance(record, str):
                index.damage.append(Damage(block.file, number, offset, record))
                continue
            position = _position(record, count, batch_size, id_at)
            if position is None:
                index.damage.append(Damage(block.file, number, offset, "unknown_config"))
            elif not index.add(position, record):
                index.damage.append(Damage(block.file, number, offset, "attempt_conflict"))
        index.damage.extend(block.damage())
    return index


def _position(record: dict[str, Any], count: int, batch_size: int, id_at: Callable[[int], str]) -> int | None:
    line_index = record["line_index"]
    position: int = record["batch_index"] * batch_size + line_index
    if line_index >= batch_size or position >= count or id_at(position) != record["config_id"]:
        return None
    return position
