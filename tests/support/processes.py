"""Looking at processes from tests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_SEC = 30.0


def wait_until(condition: Callable[[], bool]) -> None:
    """Return once it holds; fail if it never does."""
    give_up = time.monotonic() + PATIENCE_SEC
    while not condition():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.005)


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return not Path("/proc/self").exists()
