"""The task loop: gives free slots the next command, and records how each ended before its slot is used again."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geryon.artifacts.reader import Plan
from geryon.errors import Problem, RunFailure
from geryon.execute.attempt import Attempt, AttemptFiles
from geryon.execute.control import TaskControl
from geryon.execute.environment import TaskEnvironment
from geryon.execute.executors.protocol import TRANSIENT, Executor, Running
from geryon.execute.journal.task_journal import TaskJournal
from geryon.execute.observer import Observer
from geryon.execute.pending import Pending
from geryon.execute.policy import NEVER_FAILURES, Action, AttemptEnded, Policy, State, step

FIRST_BACK_OFF_SEC = 0.1
LONGEST_BACK_OFF_SEC = 5.0
STUCK_SEC = 1.0  # between tries to write records
MOST_REFUSALS = 10  # in a row, while nothing runs whose end could help: about 30 seconds


@dataclass(frozen=True, slots=True)
class LoopSetting:
    """What the loop works with.

    Attributes:
        environment, program: What commands are started with.
        slots: The CPUs of each command that may run at the same time.
        timeout_sec: After which a command is ended, or None.
        grace_sec: Between TERM and KILL.
        give_up_sec: How long records that cannot be written are tried again once nothing runs any more.
    """

    environment: TaskEnvironment
    program: str
    slots: Sequence[tuple[int, ...]]
    timeout_sec: float | None
    grace_sec: float
    give_up_sec: float


class TaskLoop:
    """Runs the pending work of a task.

    Attributes:
        attempts: Attempts by status.
        state: What the failure policies have seen.
    """

    def __init__(
        self,
        plan: Plan,
        pending: Pending,
        files: AttemptFiles,
        journal: TaskJournal,
        executor: Executor,
        policy: Policy,
        setting: LoopSetting,
        control: TaskControl,
        observer: Observer,
    ) -> None:
        self.attempts = {"success": 0, "failed": 0, "terminated": 0}
        self.state = State()
        self._plan = plan
        self._pending = pending
        self._files = files
        self._journal = journal
        self._executor = executor
        self._policy = policy
        self._setting = setting
        self._control = control
        self._observer = observer
        self._free = deque(setting.slots)
        self._running: dict[Running, Attempt] = {}
        self._untimed: dict[Running, Attempt] = {}  # those not timed out, in the order of their deadlines
        self._refused: Attempt | None = None  # prepared, and to be started when `_retry_at` has come
        self._refusals = 0
        self._retry_at = 0.0
        self._told = 0  # how often the running commands were told to end
        self._stuck_since: float | None = None
        self._failure: RunFailure | None = None

    @property
    def _stopping(self) -> bool:
        return self._control.requested or self._failure is not None

    def run(self) -> None:
        """Run everything, or until a policy or a signal stops the task; what is left is dropped.

        Raises:
            RunFailure: the plan is damaged, or the system kept commands from being started, or records from being
                written.
        """
        while True:
            self._obey()
            if self._journal.flush():
                self._fill()
            self._note_stuck()
            if not self._running and self._stuck_since is not None:
                if self._stopping or time.monotonic() >= self._stuck_since + self._setting.give_up_sec:
                    self._journal.check()
            elif not self._running and self._refused is None:
                break
            for ended in self._executor.wait(self._pause()):
                attempt = self._running.pop(ended.command)
                self._untimed.pop(ended.command, None)
                self._settle(attempt, self._files.ended(attempt, ended))
        self._pending.drop(by_policy=False)
        if self._failure is not None:
            raise self._failure

    def _obey(self) -> None:
        """End commands whose time is over, and all of them when the task is asked to stop."""
        deadline = self._next_deadline()
        while deadline is not None and deadline <= time.monotonic():
            running = next(iter(self._untimed))
            attempt = self._untimed.pop(running)
            if self._end(running, attempt, "timeout_kill", self._setting.grace_sec):
                timeout = self._setting.timeout_sec
                self._journal.event("timeout_kill", **attempt.place, timeout_sec=timeout)
            deadline = self._next_deadline()
        control = self._control
        wanted = control.requested + control.at_once
        if wanted > self._told:
            if self._told == 0:
                self._journal.event(
                    "interrupt", signal=control.signal, reason=control.reason, running=len(self._running)
                )
            self._told = wanted
            for running, attempt in self._running.items():
                self._end(running, attempt, control.reason, 0.0 if control.at_once else self._setting.grace_sec)
        if self._stopping and self._refused is not None:
            self._free.append(self._refused.cores)
            self._pending.give_back(self._refused.work)
            self._refused = None

    def _end(self, running: Running, attempt: Attempt, reason: str, grace_sec: float) -> bool:
        if not self._executor.terminate(running, grace_sec):
            return False
        attempt.reason = attempt.reason or reason
        return True

    def _next_deadline(self) -> float | None:
        timeout = self._setting.timeout_sec
        if timeout is None or not self._untimed:
            return None
        return next(iter(self._untimed.values())).started_at + timeout

    def _fill(self) -> None:
        """Give out work until the slots, the work or the system's patience end."""
        if self._refused is not None:
            if self._stopping or time.monotonic() < self._retry_at:
                return
            attempt, self._refused = self._refused, None
            if not self._launch(attempt):
                return
        while self._free and not self._stopping:
            work = self._pending.next()
            if work is None:
                return
            try:
                config = self._plan.config(work.position)
            except RunFailure as error:  # the plan is damaged: what runs may end
                self._pending.give_back(work)
                self._failure = error
                return
            if not self._launch(Attempt(work, config, self._free.popleft())):
                return

    def _launch(self, attempt: Attempt) -> bool:
        """Start an attempt; False if it has to wait in `_refused`."""
        try:
            if attempt.index < 0:
                self._files.prepare(attempt)
        except OSError as error:
            return self._refuse(attempt, error)
        if not attempt.announced:
            self._journal.event("command_start", **attempt.place, assigned_cores=list(attempt.cores))
            attempt.announced = True
        if not self._journal.flush():
            self._refused = attempt
            return False
        spec = self._files.spec(attempt, self._setting.program, self._setting.environment)
        self._files.started(attempt)
        try:
            attempt.running = self._executor.start(spec)
        except OSError as error:
            if error.errno in TRANSIENT:
                return self._refuse(attempt, error)
            with contextlib.suppress(OSError):
                Path(spec.stderr or spec.stdout).write_text(f"geryon: cannot start this command: {error}\n")
            self._settle(attempt, self._files.not_started(attempt))
            return True
        self._refusals = 0
        self._running[attempt.running] = attempt
        self._untimed[attempt.running] = attempt
        self._observer.started(attempt.config, attempt.index, attempt.cores)
        return True

    def _refuse(self, attempt: Attempt, error: OSError) -> bool:
        """The system cannot start it now: try again later, or give up if that is hopeless."""
        self._refused = attempt
        reason = error.strerror or str(error)
        hopeless = error.errno not in TRANSIENT or (not self._running and self._refusals >= MOST_REFUSALS)
        if hopeless:
            self._failure = RunFailure(Problem("executor-failed", f"commands cannot be started: {reason}"))
            self._obey()
            return False
        delay = min(LONGEST_BACK_OFF_SEC, FIRST_BACK_OFF_SEC * 2**self._refusals)
        self._refusals += 1
        self._retry_at = time.monotonic() + delay
        place = {**attempt.place, "attempt_index": attempt.index if attempt.index >= 0 else None}
        self._journal.event("executor_error", **place, error=reason, retry_in_sec=delay)
        return False

    def _settle(self, attempt: Attempt, record: dict[str, Any]) -> None:
        """Write down how an attempt ended, and decide what follows."""
        self._journal.record(record)
        self._journal.event(
            "command_complete",
            **attempt.place,
            **{name: record[name] for name in ("status", "status_reason", "exit_code", "signal", "duration_sec")},
        )
        self._free.append(attempt.cores)
        status, work = record["status"], attempt.work
        self.attempts[status] += 1
        event = AttemptEnded(status, record["status_reason"], work.retries_used)
        self.state, actions = step(self._policy, self.state, event)
        retry = Action.RETRY in actions and not self._stopping
        if retry:
            self._pending.retry(work, attempt.index, attempt.id)
            left = self._policy.max_retries - work.retries_used
            self._journal.event("retry_scheduled", **attempt.place, status=status, retries_left=left)
        elif event.reason in NEVER_FAILURES:
            self._pending.tally.failed += 1
        else:
            self._pending.settle(work, status == "success")
        if Action.STOP in actions:
            self._stop()
        self._observer.ended(record, retry)

    def _stop(self) -> None:
        reason = self.state.stopped
        limit = self._policy.max_failures if reason == "max_failures" else self._policy.fail_fast_threshold
        self._journal.event(
            "fail_fast_stop",
            reason=reason,
            finished=self.state.finished,
            failures=self.state.failures,
            limit=limit,
        )
        if self._refused is not None:
            self._free.append(self._refused.cores)
            self._pending.give_back(self._refused.work)
            self._refused = None
        self._pending.drop(by_policy=True)

    def _note_stuck(self) -> None:
        """Remember since when the journal has something that it cannot write."""
        if not self._journal.stuck:
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = time.monotonic()

    def _pause(self) -> float | None:
        """Seconds until something is due, or None."""
        now = time.monotonic()
        times = []
        deadline = self._next_deadline()
        if deadline is not None:
            times.append(deadline - now)
        if self._stuck_since is not None:
            times.append(STUCK_SEC)
        elif self._refused is not None:
            times.append(self._retry_at - now)
        sync_in = self._journal.sync_in
        if sync_in is not None:
            times.append(sync_in)
        return max(0.0, min(times)) if times else None
