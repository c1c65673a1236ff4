"""How a task is asked to stop: by a signal handler, or from another thread."""

from __future__ import annotations

from collections.abc import Callable


class TaskControl:
    """The request to stop a task; once made it stays.

    Attributes:
        signal: The first signal that asked, or None while nobody did.
        reason: What the ended attempts' records say: `interrupted`, `walltime` or `preempted`.
        at_once: Whether a second signal asked to kill without grace.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self.reason = "interrupted"
        self.at_once = False
        self._wake: Callable[[], None] = lambda: None

    @property
    def requested(self) -> bool:
        """Whether the task was asked to stop."""
        return self.signal is not None

    def stop(self, signal: int, reason: str = "interrupted") -> None:
        """Ask once: end the commands with grace. Ask again: kill them now."""
        if self.signal is None:
            self.signal, self.reason = signal, reason
        else:
            self.at_once = True
        self._wake()

    def attach(self, wake: Callable[[], None]) -> None:
        """Have `wake` called at each request."""
        self._wake = wake

    def detach(self) -> None:
        """Forget `wake`."""
        self._wake = lambda: None
