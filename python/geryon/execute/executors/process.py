"""The process executor: commands are children of this process, each in a session of its own."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from geryon.execute.executors.protocol import CommandSpec, Ended, Running
from geryon.execute.executors.waiter import Waiter

# What a command left in its group is no child of ours and nobody tells when it is gone: it is looked for so often.
_LOOK_EVERY_SEC = 0.02
# A killed process is gone at once, unless it hangs in the kernel: then nothing can end it.
_GIVE_UP_SEC = 1.0
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_OUTPUT_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC


@dataclass(slots=True, eq=False)
class Child:
    """A command that was started.

    Attributes:
        process: For Popen's own bookkeeping.
        pid: Process, session and group.
        signalled: Whether it was sent a signal.
        kill_at: When the group is killed, on the monotonic clock; None while nothing was asked.
        ended: How it ended, once it has; its group may live on.
    """

    process: subprocess.Popen[bytes]
    pid: int
    tmux_session: None = None
    signalled: bool = False
    kill_at: float | None = None
    ended: Ended | None = None


class ProcessExecutor:
    """Runs commands as children, pinned where the system can do that."""

    name = "process"

    def __init__(self) -> None:
        self._waiter = Waiter()
        self._running: dict[int, Child] = {}
        self._ending: dict[int, Child] = {}  # those of them with a `kill_at`
        self._done: list[Ended] = []
        self._woken = False

    def start(self, spec: CommandSpec) -> Child:
        """Start a command.

        Raises:
            OSError: it was not started.
        """
        stdout = os.open(spec.stdout, _OUTPUT_FLAGS, 0o666)
        try:
            stderr = stdout if spec.stderr is None else os.open(spec.stderr, _OUTPUT_FLAGS, 0o666)
            try:
                child = self._spawn(spec, stdout, stderr)
            finally:
                if stderr != stdout:
                    os.close(stderr)
        finally:
            os.close(stdout)
        self._running[child.pid] = child
        self._waiter.add(child.pid)
        return child

    def wait(self, timeout: float | None) -> list[Ended]:
        """Commands that ended, or nothing after `timeout` seconds or `wake`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            now = time.monotonic()
            self._press(now)
            if self._done or self._woken or (deadline is not None and now >= deadline):
                done, self._done, self._woken = self._done, [], False
                return done
            self._collect(self._pause(now, deadline))

    def terminate(self, command: Running, grace_sec: float) -> bool:
        """TERM the group now and KILL it after `grace_sec`; False if the command has already ended."""
        self._collect(0)
        child = self._running.get(command.pid)
        if child is None or child is not command or child.ended is not None or self._waiter.has_ended(child.pid):
            return False
        kill_at = time.monotonic() + grace_sec
        if child.kill_at is None and not _signal_group(child.pid, signal.SIGTERM):
            return False
        child.signalled = True
        self._end_by(child, kill_at if child.kill_at is None else min(kill_at, child.kill_at))
        return True

    def wake(self) -> None:
        """Make `wait` return."""
        self._waiter.wake()

    def close(self) -> None:
        """Kill what still runs and release everything."""
        for child in self._running.values():
            self._end_by(child, 0.0)
        while self._running:
            self._press(time.monotonic())
            self._collect(_LOOK_EVERY_SEC)
        self._waiter.close()

    def _spawn(self, spec: CommandSpec, stdout: int, stderr: int) -> Child:
        before = _pin(spec.cores)
        try:
            process = subprocess.Popen(
                spec.argv,
                executable=spec.program,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=spec.cwd,
                env=spec.environment,
                start_new_session=True,
            )
        finally:
            _restore(before)
        return Child(process, process.pid)

    def _collect(self, timeout: float | None) -> None:
        pids, woken = self._waiter.wait(timeout)
        self._woken = self._woken or woken
        for pid in pids:
            self._reap(self._running[pid])

    def _reap(self, child: Child) -> None:
        """Take the result of a child that ended. Its group is signalled first: as a zombie it still owns its number."""
        if child.kill_at is None:
            _signal_group(child.pid, signal.SIGKILL)
        status, usage = self._waiter.reap(child.pid)
        code = os.waitstatus_to_exitcode(status)
        child.process.returncode = code
        child.ended = Ended(
            command=child,
            exit_code=code if code >= 0 else None,
            signal=-code if code < 0 else None,
            signalled=child.signalled,
            ended_at=time.monotonic(),
            max_rss_bytes=_max_rss(usage),
            cpu_time_sec=round(usage.ru_utime + usage.ru_stime, 6),
        )
        if _group_lives(child.pid):
            if child.kill_at is None:
                self._end_by(child, 0.0)
        else:
            self._finish(child)

    def _press(self, now: float) -> None:
        """Kill the groups whose time is up, and finish the commands whose groups are gone."""
        for child in list(self._ending.values()):
            if child.ended is not None and not _group_lives(child.pid):
                self._finish(child)
            elif child.kill_at is not None and now >= child.kill_at:
                _signal_group(child.pid, signal.SIGKILL)
                if child.ended is not None and now >= child.ended.ended_at + _GIVE_UP_SEC:
                    self._finish(child)

    def _pause(self, now: float, deadline: float | None) -> float | None:
        """Seconds until something has to be looked at, or None for no end."""
        times = [] if deadline is None else [deadline]
        for child in self._ending.values():
            if child.kill_at is not None:
                looking = child.ended is not None or now >= child.kill_at
                times.append(now + _LOOK_EVERY_SEC if looking else child.kill_at)
        return max(0.0, min(times) - now) if times else None

    def _end_by(self, child: Child, kill_at: float) -> None:
        child.kill_at = kill_at
        self._ending[child.pid] = child

    def _finish(self, child: Child) -> None:
        del self._running[child.pid]
        self._ending.pop(child.pid, None)
        assert child.ended is not None
        self._done.append(child.ended)


def _pin(cores: tuple[int, ...]) -> set[int] | None:
    """Pin this thread, so that what it spawns is pinned from its first instruction; returns what to restore."""
    if not cores or sys.platform != "linux":
        return None
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    return before


def _restore(before: set[int] | None) -> None:
    if before is not None and sys.platform == "linux":
        os.sched_setaffinity(0, before)


def _signal_group(group: int, number: int) -> bool:
    """Send a signal to a group; False if there is none any more (macOS: EPERM where only zombies are left)."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _group_lives(group: int) -> bool:
    """Whether anything in a group runs. Zombies that nobody reaps (a container without an init) do not count."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return sys.platform != "linux" or any(_runs_in(group, name) for name in os.listdir("/proc") if name.isdecimal())


def _runs_in(group: int, pid: str) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            fields = stat.read().rpartition(b")")[2].split()
    except OSError:  # no process, or one that has just gone
        return False
    return int(fields[2]) == group and fields[0] not in (b"Z", b"X")


def _max_rss(usage: Any) -> int | None:
    """Peak memory, or None where it may be this process's own: Linux hands the spawner's peak on to the child."""
    peak: int = usage.ru_maxrss
    if peak <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        return None
    return peak * _RSS_UNIT
