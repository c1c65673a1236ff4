"""Standard streams that are closed, full, or whose terminal has gone."""

from __future__ import annotations

import contextlib
import os
import sys


def open_missing_streams() -> None:
    """Give a process that was started with closed streams empty ones.

    The numbers of closed streams would go to the next files that are opened, and programs that are started would take
    those for their streams.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115


def abandon_stdout() -> None:
    """What Python would still flush at exit goes nowhere."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
