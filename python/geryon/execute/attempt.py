"""One attempt: its directories, its command, and the record of how it ended."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geryon.artifacts.layout import RunLayout
from geryon.execute.clock import timestamp
from geryon.execute.environment import TaskEnvironment
from geryon.execute.executors.protocol import CommandSpec, Ended, Running
from geryon.execute.identity import TaskIdentity
from geryon.execute.pending import Work
from geryon.hydra.rundir import run_dir_override
from geryon.schema.plan import PlannedConfig

# What the command of an attempt that could not be started left: nothing.
_NO_RESULT: Mapping[str, Any] = {"exit_code": None, "signal": None, "max_rss_bytes": None, "cpu_time_sec": None}


@dataclass(slots=True)
class Attempt:
    """An attempt that is about to be started or runs.

    Attributes:
        work: What it is an attempt at.
        config: Its configuration.
        cores: The CPUs of its slot.
        id: Unlike that of any other attempt.
        index: Counts the attempts at this configuration; known once it has directories.
        stem: Its place below cmd_logs and workdirs.
        argv: The command with its last override; empty until it has directories.
        announced: Whether `command_start` is on disk.
        running: What the executor started.
        reason: Why geryon is ending it, or None.
    """

    work: Work
    config: PlannedConfig
    cores: tuple[int, ...]
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    index: int = -1
    stem: str = ""
    argv: list[str] = field(default_factory=list)
    announced: bool = False
    running: Running | None = None
    reason: str | None = None
    started_ns: int = 0
    started_at: float = 0.0

    @property
    def place(self) -> dict[str, Any]:
        """What its events say of it."""
        return {
            "batch_index": self.config.batch_index,
            "line_index": self.config.line_index,
            "config_id": self.config.config_id,
            "attempt_id": self.id,
            "attempt_index": self.index,
        }


class AttemptFiles:
    """Makes the directories of attempts, their commands and their records."""

    def __init__(
        self, layout: RunLayout, identity: TaskIdentity, cwd: str, hydra: bool, logs: str, executor: str
    ) -> None:
        """Prepare for one task.

        Args:
            layout: Of the run.
            identity: Of the task.
            cwd: Where commands run.
            hydra: Whether commands take `hydra.run.dir`.
            logs: `split`, `merged` or `failed_only`.
            executor: Its name, for records.
        """
        self._layout = layout
        self._root = os.path.abspath(layout.root)
        self._identity = identity
        self._cwd = cwd
        self._hydra = hydra
        self._logs = logs
        self._executor = executor
        self._batches: set[int] = set()

    def prepare(self, attempt: Attempt) -> None:
        """Make the attempt's working directory, which settles its index, and its argv.

        A directory that is there belongs to an attempt whose end was never recorded: its index is passed over.

        Raises:
            OSError: a directory cannot be made.
        """
        config = attempt.config
        if config.batch_index not in self._batches:
            batch = f"b{config.batch_index:06d}"
            (self._layout.workdirs / batch).mkdir(parents=True, exist_ok=True)
            (self._layout.cmd_logs / batch).mkdir(parents=True, exist_ok=True)
            self._batches.add(config.batch_index)
        index = attempt.work.next_index
        while True:
            stem = self._layout.attempt_stem(config.batch_index, config.line_index, index)
            try:
                os.mkdir(f"{self._root}/exec/workdirs/{stem}")
            except FileExistsError:
                index += 1
            else:
                break
        attempt.index, attempt.stem = index, stem
        attempt.argv = list(config.command)
        if self._hydra:
            attempt.argv.append(run_dir_override(f"{self._root}/exec/workdirs/{stem}"))

    def spec(self, attempt: Attempt, program: str, environment: TaskEnvironment) -> CommandSpec:
        """What the executor is to start."""
        workdir = f"{self._root}/exec/workdirs/{attempt.stem}"
        output = f"{self._root}/exec/cmd_logs/{attempt.stem}"
        return CommandSpec(
            argv=attempt.argv,
            program=program,
            environment=environment.for_command(
                self._identity, attempt.config, attempt.id, workdir, self._cwd, attempt.cores
            ),
            cwd=self._cwd,
            stdout=f"{output}.out",
            stderr=None if self._logs == "merged" else f"{output}.err",
            cores=attempt.cores,
        )

    def started(self, attempt: Attempt) -> None:
        """Note the time at which the attempt is started."""
        attempt.started_ns = time.time_ns()
        attempt.started_at = time.monotonic()

    def ended(self, attempt: Attempt, ended: Ended) -> dict[str, Any]:
        """The record of an attempt whose command ended."""
        if ended.signalled:
            status, reason = "terminated", attempt.reason or "signal"
        elif ended.signal is not None:
            status, reason = "terminated", "signal"
        else:
            status, reason = ("success" if ended.exit_code == 0 else "failed"), None
        outcome = {
            "exit_code": ended.exit_code,
            "signal": ended.signal,
            "max_rss_bytes": ended.max_rss_bytes,
            "cpu_time_sec": ended.cpu_time_sec,
        }
        return self._record(attempt, ended.ended_at, status, reason, outcome)

    def not_started(self, attempt: Attempt) -> dict[str, Any]:
        """The record of an attempt whose command the system refused to start."""
        return self._record(attempt, time.monotonic(), "failed", "spawn_error", _NO_RESULT)

    def _record(
        self, attempt: Attempt, ended_at: float, status: str, reason: str | None, outcome: Mapping[str, Any]
    ) -> dict[str, Any]:
        identity, config, running = self._identity, attempt.config, attempt.running
        duration = max(0.0, ended_at - attempt.started_at)
        stdout, stderr = self._outputs(attempt, status)
        return {
            "schema_version": 1,
            "run_id": identity.run_id,
            "config_id": config.config_id,
            "batch_index": config.batch_index,
            "line_index": config.line_index,
            "attempt_id": attempt.id,
            "attempt_index": attempt.index,
            "parent_attempt_id": attempt.work.parent,
            "hostname": identity.hostname,
            "pid": None if running is None else running.pid,
            "tmux_session": None if running is None else running.tmux_session,
            "job_id": identity.job_id,
            "array_task_id": identity.array_task_id,
            "submission_id": identity.submission_id,
            "start_time": timestamp(attempt.started_ns),
            # by the monotonic clock, so that an attempt never ends before it starts
            "end_time": timestamp(attempt.started_ns + int(duration * 1e9)),
            "duration_sec": round(duration, 6),
            "status": status,
            "status_reason": reason,
            "stdout_path": stdout,
            "stderr_path": stderr,
            "workdir": f"exec/workdirs/{attempt.stem}",
            "command": attempt.argv,
            "executor": self._executor,
            "assigned_cores": list(attempt.cores),
            "assigned_gpus": [],
            "selected_options": config.selected_options,
            **outcome,
        }

    def _outputs(self, attempt: Attempt, status: str) -> tuple[str | None, str | None]:
        """Where the output is, relative to the run's root; under `failed_only` that of a success goes."""
        output = f"exec/cmd_logs/{attempt.stem}"
        if self._logs == "merged":
            return f"{output}.out", f"{output}.out"
        if self._logs == "failed_only" and status == "success":
            for suffix in ("out", "err"):
                (self._layout.root / f"{output}.{suffix}").unlink(missing_ok=True)
            return None, None
        return f"{output}.out", f"{output}.err"
