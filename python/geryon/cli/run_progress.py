"""Progress of a run on stderr, where that is a terminal; notices unless `-q`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from geryon.cli.problems import print_diagnostics
from geryon.cli.progress import quiet, visible
from geryon.errors import Diagnostic
from geryon.execute.observer import Observer, Silent

if TYPE_CHECKING:
    from rich.progress import Progress


class _Notices(Silent):
    """Prints what is worth telling before the first command."""

    def notice(self, diagnostic: Diagnostic) -> None:
        print_diagnostics([diagnostic], infos=True)


class _Bar(_Notices):
    """A bar over the selected configurations, drawn from `begin` on."""

    def __init__(self, progress: Progress, before: Callable[[], None]) -> None:
        self._progress = progress
        self._before = before
        self._task = progress.add_task("running", total=None)
        self._failed = 0

    def begin(self, selected: int, concurrency: int) -> None:
        self._before()
        self._failed = 0
        self._progress.reset(self._task, total=selected, description="running")
        self._progress.start()

    def ended(self, record: Mapping[str, Any], retry: bool) -> None:
        if retry:
            return
        if record["status"] != "success":
            self._failed += 1
            self._progress.update(self._task, description=f"running, {self._failed} failed")
        self._progress.advance(self._task)


def _nothing() -> None:
    pass


@contextlib.contextmanager
def run_progress(before: Callable[[], None] = _nothing) -> Iterator[Observer]:
    """An observer that draws a bar where somebody can see it.

    Args:
        before: Called before the bar is drawn: takes away another one.
    """
    if not visible():
        yield Silent() if quiet() else _Notices()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    try:
        yield _Bar(progress, before)
    finally:
        with contextlib.suppress(OSError):  # the terminal has gone: the run's outcome still counts
            progress.stop()
