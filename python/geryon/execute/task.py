"""One task from end to end: its files, its environment, its loop, its last event."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geryon import __version__
from geryon.artifacts.layout import RunLayout
from geryon.artifacts.reader import Plan
from geryon.errors import Problem, RunFailure
from geryon.execute.attempt import AttemptFiles
from geryon.execute.control import TaskControl
from geryon.execute.environment import Bootstrap, TaskEnvironment, prepare_environment
from geryon.execute.executors.protocol import Executor
from geryon.execute.history import History
from geryon.execute.identity import TaskIdentity
from geryon.execute.journal.task_journal import TaskJournal
from geryon.execute.loop import LoopSetting, TaskLoop
from geryon.execute.observer import Observer
from geryon.execute.pending import Pending, Tally
from geryon.execute.policy import Policy
from geryon.schema.settings import RunSettings

GIVE_UP_SEC = 10.0
_NO_ATTEMPTS = {"success": 0, "failed": 0, "terminated": 0}


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """What a task is given.

    Attributes:
        plan: The run's plan.
        positions: Of the selected configurations, ascending.
        settings: What it obeys.
        bootstrap: What its environment is made of.
        slots: The CPUs of each command that may run at the same time.
        identity: Who it is.
        history: Earlier attempts.
        give_up_sec: How long records that cannot be written are tried again after the last command.
    """

    plan: Plan
    positions: Sequence[int]
    settings: RunSettings
    bootstrap: Bootstrap
    slots: Sequence[tuple[int, ...]]
    identity: TaskIdentity
    history: History
    give_up_sec: float = GIVE_UP_SEC

    @property
    def layout(self) -> RunLayout:
        """Where the run is."""
        return self.plan.layout

    def left(self) -> int | None:
        """The first selected position that has to run, or None."""
        if not self.settings.resume:
            return self.positions[0] if self.positions else None
        return next((position for position in self.positions if not self.history.succeeded(position)), None)


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """How a task ended.

    Attributes:
        tally: Its configurations.
        attempts: Its attempts by status.
        stopped_by: `max_failures`, `fail_fast_threshold`, `interrupted`, `walltime`, `preempted` or None.
        signal: The signal that interrupted it, or None.
    """

    tally: Tally
    attempts: Mapping[str, int]
    stopped_by: str | None
    signal: int | None


def run_task(spec: TaskSpec, executor: Executor, control: TaskControl, observer: Observer) -> TaskOutcome:
    """Run the selected configurations; the executor is closed afterwards.

    Raises:
        RunFailure: the environment, the program or the directory is missing before any command; or the system kept
            commands from being started or records from being written.
    """
    with contextlib.closing(executor):
        journal = TaskJournal(spec.layout, spec.identity)
        pending = Pending(
            positions=spec.positions,
            count=spec.plan.count,
            batch_size=spec.plan.batch_size,
            history=spec.history,
            resume=spec.settings.resume,
            emit=journal.event,
        )
        stopped_by: str | None = "failure"
        control.attach(executor.wake)
        try:
            outcome = _run(spec, pending, journal, executor, control, observer)
            stopped_by = outcome.stopped_by
            return outcome
        finally:
            control.detach()
            tally = pending.tally
            journal.end(stopped_by=stopped_by, succeeded=tally.succeeded, failed=tally.failed, dropped=tally.dropped)


def _run(
    spec: TaskSpec,
    pending: Pending,
    journal: TaskJournal,
    executor: Executor,
    control: TaskControl,
    observer: Observer,
) -> TaskOutcome:
    setting = _loop_setting(spec, journal, control)
    _announce(spec, journal, executor)
    observer.begin(len(spec.positions), len(spec.slots))
    if setting is None:  # stopped while its environment was made
        pending.drop(by_policy=False)
        return TaskOutcome(pending.tally, _NO_ATTEMPTS, control.reason, control.signal)
    loop = _loop(spec, pending, journal, executor, setting, control, observer)
    loop.run()
    stopped_by = control.reason if control.requested else loop.state.stopped
    return TaskOutcome(pending.tally, loop.attempts, stopped_by, control.signal)


def find_program(name: str, cwd: str, path: str | None) -> str:
    """The file that a command's first word stands for, as a shell would find it in `cwd`.

    Raises:
        RunFailure: there is no such program.
    """
    found = shutil.which(os.path.join(cwd, name) if "/" in name else name, path=path)
    if found is None:
        where = f"in `{cwd}`" if "/" in name else "on the commands' PATH"
        raise RunFailure(
            Problem(
                "program-missing",
                f"there is no program `{name}` {where}",
                hint="install it, or let env_script put it on PATH",
            )
        )
    return os.path.abspath(found)


def _loop_setting(spec: TaskSpec, journal: TaskJournal, control: TaskControl) -> LoopSetting | None:
    """Environment and program, or None where nothing is to run or the task was stopped."""
    first = spec.left()
    cwd = spec.plan.info.cwd
    environment: TaskEnvironment | None = TaskEnvironment({})
    program = ""
    if first is not None:
        if not Path(cwd).is_dir():
            raise RunFailure(
                Problem("cwd-missing", f"the commands' directory `{cwd}` does not exist", hint="make it, or plan again")
            )
        environment = prepare_environment(spec.bootstrap, cwd, journal.log_directory, lambda: control.requested)
        if environment is not None:
            name = spec.plan.config(first).command[0]
            program = find_program(name, cwd, environment.base.get("PATH", os.defpath))
    if environment is None:
        return None
    settings = spec.settings
    return LoopSetting(
        environment=environment,
        program=program,
        slots=spec.slots,
        timeout_sec=settings.command_timeout_sec,
        grace_sec=settings.kill_grace_sec,
        give_up_sec=spec.give_up_sec,
    )


def _announce(spec: TaskSpec, journal: TaskJournal, executor: Executor) -> None:
    journal.event(
        "task_start",
        hostname=spec.identity.hostname,
        pid=spec.identity.pid,
        geryon_version=__version__,
        executor=executor.name,
        concurrency=len(spec.slots),
        core_groups=[list(slot) for slot in spec.slots],
        selected=len(spec.positions),
    )


def _loop(
    spec: TaskSpec,
    pending: Pending,
    journal: TaskJournal,
    executor: Executor,
    setting: LoopSetting,
    control: TaskControl,
    observer: Observer,
) -> TaskLoop:
    settings, info = spec.settings, spec.plan.info
    files = AttemptFiles(spec.layout, spec.identity, info.cwd, info.hydra, settings.logs, executor.name)
    policy = Policy(
        max_retries=settings.max_retries,
        retry_on_status=frozenset(settings.retry_on_status),
        max_failures=settings.max_failures,
        fail_fast_threshold=settings.fail_fast_threshold,
        fail_fast_min=settings.fail_fast_min,
    )
    return TaskLoop(spec.plan, pending, files, journal, executor, policy, setting, control, observer)
