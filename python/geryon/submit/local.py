"""The local submitter: one task with everything that was selected, run in this process."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from geryon.errors import Diagnostic
from geryon.execute.control import TaskControl
from geryon.execute.cores import CoreGroup, cut, usable_cores
from geryon.execute.effective import BUILT_IN, Effective
from geryon.execute.executors.process import ProcessExecutor
from geryon.execute.identity import TaskIdentity
from geryon.execute.observer import Observer
from geryon.execute.task import TaskOutcome, TaskSpec, run_task
from geryon.schema.settings import RunSettings
from geryon.submit.protocol import PlannedTask, Submission

TASK = "0"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class LocalSubmitter:
    """Runs a submission here and now."""

    name = "local"

    def script(self, submission: Submission) -> list[PlannedTask]:
        """The one task.

        Raises:
            InvalidInput: a command wants more cores than there are, or cores that this process may not use.
        """
        slots, _ = core_slots(submission.effective.settings)
        return [PlannedTask(TASK, submission.positions, len(slots))]

    def submit(self, submission: Submission, observer: Observer) -> TaskOutcome:
        """Run the task; SIGINT, SIGTERM and SIGHUP end it in order, a second signal at once.

        Raises:
            InvalidInput: as `script`.
            RunFailure: as `run_task`.
        """
        settings = submission.effective.settings
        slots, free = core_slots(settings)
        for diagnostic in _concurrency_notes(submission.effective, len(slots), free):
            observer.notice(diagnostic)
        info = submission.plan.info
        spec = TaskSpec(
            plan=submission.plan,
            positions=submission.positions,
            settings=settings,
            bootstrap=submission.bootstrap,
            slots=slots,
            identity=TaskIdentity(info.run_id, info.run_uid, task=TASK),
            history=submission.history,
        )
        control = TaskControl()
        with stopped_by_signals(control):
            return run_task(spec, ProcessExecutor(), control, observer)


def core_slots(settings: RunSettings) -> tuple[list[CoreGroup], int]:
    """The core group of each slot, and how many groups stay free.

    Raises:
        InvalidInput: a command wants more cores than there are, or cores that this process may not use.
    """
    groups = cut(usable_cores(settings.cores, settings.max_total_cores), settings.cores_per_task)
    used = min(settings.max_concurrent_tasks, len(groups))
    return groups[:used], len(groups) - used


@contextlib.contextmanager
def stopped_by_signals(control: TaskControl) -> Iterator[None]:
    """Inside the block the signals that end a process stop the task instead.

    A signal that is ignored stays ignored (nohup). Outside the main thread, which alone gets signals, nothing is
    changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        control.stop(number)

    before = {number: signal.getsignal(number) for number in SIGNALS}
    replaced = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in replaced:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in replaced:
            signal.signal(number, before[number])


def _concurrency_notes(effective: Effective, used: int, free: int) -> Iterator[Diagnostic]:
    wanted = effective.settings.max_concurrent_tasks
    if used < wanted:
        yield Diagnostic(
            "concurrency-lowered",
            f"at most {used} commands run at the same time, not {wanted}: there are cores for no more",
        )
    elif free and effective.origins["max_concurrent_tasks"] == BUILT_IN:
        stay = "core group stays" if free == 1 else "core groups stay"
        yield Diagnostic(
            "cores-free", f"one command runs at a time, and {free} {stay} free; --max-concurrent-tasks uses more"
        )
