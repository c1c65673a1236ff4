"""What a submitter is: it places tasks, here or in a queue; executors run the commands inside a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from geryon.artifacts.reader import Plan
from geryon.execute.effective import Effective
from geryon.execute.environment import Bootstrap
from geryon.execute.history import History
from geryon.execute.observer import Observer

Placed_co = TypeVar("Placed_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Submission:
    """What is to be placed.

    Attributes:
        plan: The run's plan.
        positions: Of the selected configurations, ascending.
        effective: The settings and where they came from.
        bootstrap: What the tasks' environment is made of.
        history: Earlier attempts.
    """

    plan: Plan
    positions: Sequence[int]
    effective: Effective
    bootstrap: Bootstrap
    history: History


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task that would be placed.

    Attributes:
        task: What stands for it in file names.
        positions: Of its configurations, ascending, done ones included.
        concurrency: Commands at the same time.
    """

    task: str
    positions: Sequence[int]
    concurrency: int


class Submitter(Protocol[Placed_co]):
    """One way to place tasks."""

    @property
    def name(self) -> str:
        """`local` or `slurm`."""

    def script(self, submission: Submission) -> list[PlannedTask]:
        """The tasks that `submit` would place; nothing is written or started.

        Raises:
            InvalidInput: the settings ask for what is not there.
        """

    def submit(self, submission: Submission, observer: Observer) -> Placed_co:
        """Place the tasks.

        Raises:
            InvalidInput: as `script`.
            RunFailure: a task could not be placed or run.
        """
