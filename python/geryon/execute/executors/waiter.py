"""Waiting for child processes to end, without polling and without SIGCHLD."""

from __future__ import annotations

import contextlib
import os
import selectors
import threading
from collections import deque
from typing import Any

_WAKE = b"w"
_ENDED = b"e"


class Waiter:
    """Tells which children have ended, and leaves them as zombies until they are reaped, so that no pid is reused.

    Linux has file descriptors for processes. Elsewhere, and where none is to be had, a thread waits for each child; on
    systems without `waitid` that thread has to reap it.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._selector.register(self._read, selectors.EVENT_READ, None)
        self._descriptors: dict[int, int] = {}
        self._ended: deque[int] = deque()
        self._reaped: dict[int, tuple[int, Any]] = {}

    def add(self, pid: int) -> None:
        """Wait for this child, too."""
        try:
            descriptor = self._descriptors[pid] = os.pidfd_open(pid)
            self._selector.register(descriptor, selectors.EVENT_READ, pid)
        except (AttributeError, OSError):  # another system, an old kernel, or too many descriptors
            if pid in self._descriptors:
                os.close(self._descriptors.pop(pid))
            threading.Thread(target=self._watch, args=(pid,), daemon=True).start()

    def wait(self, timeout: float | None) -> tuple[list[int], bool]:
        """Children that have ended, each told once, and whether `wake` was called."""
        ended: list[int] = []
        woken = False
        for key, _ in self._selector.select(timeout):
            if key.data is not None:
                ended.append(key.data)
                self._selector.unregister(key.fd)
                os.close(self._descriptors.pop(key.data))
            else:
                woken = _WAKE in os.read(self._read, 4096)
        while self._ended:
            ended.append(self._ended.popleft())
        return ended, woken

    def reap(self, pid: int) -> tuple[int, Any]:
        """Wait status and resource usage of a child that has ended."""
        known = self._reaped.pop(pid, None)
        if known is not None:
            return known
        _, status, usage = os.wait4(pid, 0)
        return status, usage

    def wake(self) -> None:
        """Make `wait` return."""
        self._tell(_WAKE)

    def has_ended(self, pid: int) -> bool:
        """Whether a child has ended although `wait` has not told it yet: its thread may be late."""
        if pid in self._descriptors or not hasattr(os, "waitid"):
            return pid in self._reaped
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None

    def close(self) -> None:
        """Release the descriptors; once is enough."""
        self._selector.close()
        descriptors = (self._read, self._write, *self._descriptors.values())
        self._descriptors.clear()
        if self._read >= 0:
            self._read = self._write = -1
            for descriptor in descriptors:
                os.close(descriptor)

    def _watch(self, pid: int) -> None:
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        else:
            _, status, usage = os.wait4(pid, 0)
            self._reaped[pid] = (status, usage)
        self._ended.append(pid)
        self._tell(_ENDED)

    def _tell(self, mark: bytes) -> None:
        with contextlib.suppress(BlockingIOError):  # the pipe is full: `wait` will return anyway
            os.write(self._write, mark)
