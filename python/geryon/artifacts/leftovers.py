"""What planners that were killed left behind, told from what living ones are building."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

_STAGING = re.compile(r"\.(?P<run_id>[A-Za-z0-9._-]+)\.(?P<pid>[0-9]+)\.(?P<host>[0-9a-f]{8})[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A hidden directory in which a run was being built.

    Attributes:
        path: The directory.
        run_id: The run that it was to become.
        dead: Whether its planner is gone, as far as this host can tell (another host's never is).
    """

    path: Path
    run_id: str
    dead: bool


def staging_name(run_id: str) -> str:
    """A new name `.<run_id>.<pid>.<nonce>`; the nonce is 8 digits for the host and 8 random ones."""
    return f".{run_id}.{os.getpid()}.{_host()}{secrets.token_hex(4)}"


def leftovers(runs: Path) -> list[Leftover]:
    """The hidden directories of planners, dead or alive, sorted by name; none where `runs` is no directory."""
    try:
        names = sorted(os.listdir(runs))
    except OSError:
        return []
    found = []
    for name in names:
        match = _STAGING.fullmatch(name)
        path = runs / name
        if match and path.is_dir() and not path.is_symlink():
            dead = match["host"] == _host() and not _in_use(path, int(match["pid"]))
            found.append(Leftover(path, match["run_id"], dead))
    return found


def claimed_only(final: Path) -> bool:
    """Whether a run's directory is no more than the name that a dead planner had claimed."""
    if final.is_symlink() or not final.is_dir():
        return False
    return set(os.listdir(final)) <= {"plan"}


def _in_use(path: Path, pid: int) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        # Another user's, or moved to its name just now.
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    except OSError:
        return _alive(pid)
    finally:
        os.close(descriptor)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _host() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
