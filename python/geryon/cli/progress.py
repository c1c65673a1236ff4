"""Progress of planning on stderr, where that is a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress

_PHASES = {"load": "reading", "count": "counting", "write": "writing"}


def quiet() -> bool:
    """Whether the running command was given `-q`."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.params.get("quiet"))


def visible() -> bool:
    """Whether anybody could and would see a bar."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not quiet()


class PlanProgress:
    """Draws how far planning is; a terminal has room for one bar, so another one stops it first."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._task = None if progress is None else progress.add_task("reading", total=None)

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=_PHASES.get(phase, phase), completed=done, total=total)

    def stop(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def plan_progress() -> Iterator[PlanProgress]:
    """What planning tells its progress to."""
    if not visible():
        yield PlanProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield PlanProgress(progress)
