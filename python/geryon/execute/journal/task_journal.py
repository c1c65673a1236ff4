"""The files that a task writes: its results, its events, and the output of its environment's scripts."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geryon.artifacts.layout import RunLayout
from geryon.errors import Problem, RunFailure
from geryon.execute.clock import now
from geryon.execute.identity import TaskIdentity
from geryon.execute.journal.line_file import LineFile

SYNC_EVERY_SEC = 1.0


class RecordsNotWritten(RunFailure):
    """A task gave up writing its records.

    Attributes:
        records: The lines that are on no disk, canonical JSON with LF.
    """

    def __init__(self, path: Path, cause: OSError | None, records: list[bytes]) -> None:
        self.records = records
        what = f"{len(records)} attempt records" if records else "the last lines of this task"
        super().__init__(
            Problem(
                "records-not-written",
                f"{what} could not be written to `{path}`: {_reason(cause)}",
                hint="make room, then run again; attempts that are not recorded run again",
            )
        )


class TaskJournal:
    """Results and events of one task.

    Attributes:
        results: The attempt records.
        log_directory: exec/batch_logs/task_<job>_<task>_<nonce>.
    """

    def __init__(self, layout: RunLayout, identity: TaskIdentity, clock: Callable[[], float] = time.monotonic) -> None:
        """Make the files.

        Raises:
            RunFailure: one of them cannot be made.
        """
        self.log_directory = layout.batch_logs / identity.stem
        self._common = {
            "schema_version": 1,
            "run_id": identity.run_id,
            "job_id": identity.job_id,
            "array_task_id": identity.array_task_id,
            "submission_id": identity.submission_id,
        }
        self._clock = clock
        self._sync_at: float | None = None
        self._sync_error: OSError | None = None
        try:
            layout.results.mkdir(parents=True, exist_ok=True)
            self.log_directory.mkdir(parents=True)
            self.results = LineFile(layout.results / f"{identity.stem}.jsonl")
            self._events = LineFile(self.log_directory / "task.events.jsonl")
        except OSError as error:
            raise RunFailure(Problem("journal-failed", f"cannot make the task's files: {_reason(error)}")) from error

    @property
    def sync_in(self) -> float | None:
        """Seconds until `flush` should be called again, or None."""
        return None if self._sync_at is None else max(0.0, self._sync_at - self._clock())

    @property
    def stuck(self) -> bool:
        """Whether the last attempt to write, or to make durable, failed."""
        return self._cause is not None

    @property
    def _cause(self) -> OSError | None:
        return self.results.error or self._events.error or self._sync_error

    def record(self, record: dict[str, Any]) -> None:
        """Add an attempt record, in memory."""
        self.results.append(record)

    def event(self, event: str, **fields: Any) -> None:
        """Add an event, in memory."""
        self._events.append({**self._common, "event": event, "time": now(), **fields})

    def flush(self) -> bool:
        """Write both files, records first, and once a second make them durable; False if that failed."""
        written = self.results.flush() and self._events.flush()
        if not (self.results.dirty or self._events.dirty):
            return written
        if self._sync_at is None:
            self._sync_at = self._clock() + SYNC_EVERY_SEC
        elif self._clock() >= self._sync_at:
            return self._sync() and written
        return written

    def end(self, **fields: Any) -> None:
        """Write the last event, make everything durable and close.

        Raises:
            RecordsNotWritten: some records are on no disk.
        """
        try:
            if self.results.flush():
                self.event("task_end", **fields, result_records=self.results.lines, result_bytes=self.results.size)
                self._events.flush()
            self._sync()
            self.check()
        finally:
            self.close()

    def check(self) -> None:
        """Complain if something is on no disk.

        Raises:
            RecordsNotWritten: with the records that are in memory only.
        """
        if self.stuck or self.results.unwritten:
            raise RecordsNotWritten(self.results.path, self._cause, self.results.unwritten)

    def close(self) -> None:
        """Close both files."""
        self.results.close()
        self._events.close()

    def _sync(self) -> bool:
        self._sync_at = None
        try:
            self.results.sync()
            self._events.sync()
        except OSError as error:
            self._sync_error = error
            self._sync_at = self._clock() + SYNC_EVERY_SEC
            return False
        self._sync_error = None
        return True


def _reason(error: OSError | None) -> str:
    return "unknown" if error is None else (error.strerror or str(error))
