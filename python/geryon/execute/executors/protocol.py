"""What an executor is: it runs commands and says how they ended. It knows no plan, no policy and no record."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

# What may pass when other processes end or somebody makes room.
TRANSIENT = frozenset({errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT, errno.EINTR})


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command to run.

    Attributes:
        argv: The program's argument vector, its name first; never a shell line.
        program: Path of the file to execute.
        environment: All of the command's environment.
        cwd: Its working directory, absolute.
        stdout: File for its standard output; made or emptied.
        stderr: File for its standard error, or None to write both into `stdout`.
        cores: Logical CPUs to pin it to before its first instruction; empty for none.
    """

    argv: Sequence[str]
    program: str
    environment: Mapping[str, str]
    cwd: str
    stdout: str
    stderr: str | None
    cores: tuple[int, ...] = ()


class Running(Protocol):
    """A command that was started.

    Attributes:
        pid: Its process.
        tmux_session: Where a person can attach to it, or None.
    """

    @property
    def pid(self) -> int: ...
    @property
    def tmux_session(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ended, with everything that it left in its process group.

    Attributes:
        command: What `start` returned.
        exit_code: Its exit status, or None where a signal ended it.
        signal: The signal that ended it, or None.
        signalled: Whether the executor had sent it a signal before it ended.
        ended_at: When, on the monotonic clock, in seconds.
        max_rss_bytes: Largest resident memory, or None where the system does not tell.
        cpu_time_sec: User and system time of it and the descendants that were waited for, or None.
    """

    command: Running
    exit_code: int | None
    signal: int | None
    signalled: bool
    ended_at: float
    max_rss_bytes: int | None
    cpu_time_sec: float | None


class Executor(Protocol):
    """One way to run commands. All methods but `wake` are called from one thread."""

    @property
    def name(self) -> str:
        """As in the `executor` setting."""

    def start(self, spec: CommandSpec) -> Running:
        """Start a command.

        Raises:
            OSError: it was not started; an errno among `TRANSIENT` is worth another try.
        """

    def wait(self, timeout: float | None) -> list[Ended]:
        """Commands that ended, each told once: as soon as there are any, after `wake`, or after `timeout` seconds."""

    def terminate(self, command: Running, grace_sec: float) -> bool:
        """Begin to end a command's whole group: TERM now, KILL after `grace_sec`; `wait` tells when it is over.

        Returns:
            Whether a signal was sent: False for a command that has already ended, which keeps its own result.
        """

    def wake(self) -> None:
        """Make `wait` return soon; may be called from a signal handler or another thread."""

    def close(self) -> None:
        """End everything that still runs, at once, and release what the executor holds."""
