"""The work of a task in order: configurations batch by batch, with retries first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from geryon.execute.history import History

Emit = Callable[..., Any]


@dataclass(slots=True)
class Work:
    """A configuration that is to run.

    Attributes:
        position: In the plan.
        retries_used: Retries that it has had in this task.
        next_index: Attempt index to use next.
        parent: Id of the attempt before, or None.
    """

    position: int
    retries_used: int = 0
    next_index: int = 0
    parent: str | None = None


@dataclass(slots=True)
class Tally:
    """How the configurations of a task ended.

    Attributes:
        succeeded: Those that succeeded in this task.
        already: Those not run, or not run any more, that had succeeded before.
        failed: Those whose last attempt did not succeed.
        dropped_failed, dropped_missing: Those not run any more, with and without attempts before.
    """

    succeeded: int = 0
    already: int = 0
    failed: int = 0
    dropped_failed: int = 0
    dropped_missing: int = 0

    @property
    def dropped(self) -> int:
        """Those not run any more."""
        return self.dropped_failed + self.dropped_missing


@dataclass(slots=True)
class _OpenBatch:
    remaining: int
    succeeded: int = 0
    failed: int = 0
    dropped: int = 0


@dataclass(slots=True)
class Pending:
    """The work that is left. Batches are no barriers: the next batch begins when the last one has nothing to give out.

    Attributes:
        positions: Of the selected configurations, ascending.
        count: Configurations of the plan.
        batch_size: Of the plan.
        history: Earlier attempts.
        resume: Whether configurations that succeeded are skipped.
        emit: Takes the events of batches.
        tally: How configurations ended so far.
    """

    positions: Sequence[int]
    count: int
    batch_size: int
    history: History
    resume: bool
    emit: Emit
    tally: Tally = field(default_factory=Tally)
    _batches: Iterator[tuple[int, list[int]]] = field(init=False)
    _todo: deque[int] = field(default_factory=deque)
    _retries: deque[Work] = field(default_factory=deque)
    _open: dict[int, _OpenBatch] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._batches = self._filtered()

    def next(self) -> Work | None:
        """The next configuration to run, retries first; None when nothing is left."""
        if self._retries:
            return self._retries.popleft()
        while not self._todo:
            batch = next(self._batches, None)
            if batch is None:
                return None
            index, positions = batch
            self._open[index] = _OpenBatch(len(positions))
            self._todo.extend(positions)
            self.emit("batch_start", batch_index=index, configurations=len(positions))
        position = self._todo.popleft()
        return Work(
            position,
            next_index=self.history.next_index(position),
            parent=self.history.last_attempt_id(position),
        )

    def retry(self, work: Work, attempt_index: int, attempt_id: str) -> None:
        """Run it again, before everything else."""
        work.retries_used += 1
        work.next_index = attempt_index + 1
        work.parent = attempt_id
        self._retries.append(work)

    def give_back(self, work: Work) -> None:
        """Take back a configuration that could not be started."""
        self._retries.appendleft(work)

    def settle(self, work: Work, succeeded: bool) -> None:
        """A configuration has ended for good."""
        if succeeded:
            self.tally.succeeded += 1
        else:
            self.tally.failed += 1
        index = work.position // self.batch_size
        batch = self._open[index]
        batch.succeeded += succeeded
        batch.failed += not succeeded
        self._close(index, batch, 1)

    def drop(self, by_policy: bool) -> None:
        """Give up everything that is left; with `by_policy` events say so."""
        dropped: dict[int, int] = {}
        for work in self._retries:
            self._count_dropped(work.position, work.next_index)
            index = work.position // self.batch_size
            dropped[index] = dropped.get(index, 0) + 1
        for position in self._todo:
            self._count_dropped(position, self.history.next_index(position))
            index = position // self.batch_size
            dropped[index] = dropped.get(index, 0) + 1
        self._retries.clear()
        self._todo.clear()
        if by_policy:
            for index, count in dropped.items():
                self.emit("fail_fast_drop_pending", batch_index=index, dropped=count)
                batch = self._open[index]
                batch.dropped += count
                self._close(index, batch, count)
        for index, positions in self._batches:
            for position in positions:
                self._count_dropped(position, self.history.next_index(position))
            if by_policy:
                self.emit("batch_skipped_fail_fast", batch_index=index, dropped=len(positions))

    def _close(self, index: int, batch: _OpenBatch, ended: int) -> None:
        batch.remaining -= ended
        if batch.remaining == 0:
            del self._open[index]
            self.emit(
                "batch_end",
                batch_index=index,
                succeeded=batch.succeeded,
                failed=batch.failed,
                dropped=batch.dropped,
            )

    def _count_dropped(self, position: int, next_index: int) -> None:
        if self.history.succeeded(position):
            self.tally.already += 1
        elif next_index > 0:
            self.tally.dropped_failed += 1
        else:
            self.tally.dropped_missing += 1

    def _filtered(self) -> Iterator[tuple[int, list[int]]]:
        """Batches with the positions that are left to run; batches with none are told and passed over."""
        for index, group in groupby(self.positions, lambda position: position // self.batch_size):
            selected = list(group)
            left = selected
            if self.resume:
                left = [position for position in selected if not self.history.succeeded(position)]
            already = len(selected) - len(left)
            self.tally.already += already
            if len(left) < min(self.batch_size, self.count - index * self.batch_size):
                self.emit("batch_filter", batch_index=index, selected=len(selected), already_succeeded=already)
            if left:
                yield index, left
            else:
                self.emit("batch_skipped", batch_index=index)
