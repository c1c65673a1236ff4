"""A run appears whole or not at all.

It is built in `runs/.<run_id>.<pid>.<nonce>/`, flushed, and moved to `runs/<run_id>` by one rename that never
replaces anything. Where the file system lacks that rename, `mkdir` claims the name and `run.json` is moved in last: a
directory without `run.json` is no run. The hidden directory is locked while its planner lives, so that what a killed
planner left can be told from what a living one is building.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from geryon.artifacts.file_tree import files_below
from geryon.artifacts.json_file import sync_directory
from geryon.artifacts.leftovers import staging_name
from geryon.artifacts.system_calls import rename_exclusive, sync_file_system
from geryon.errors import GeryonError, InvalidInput, Place, Problem, RunFailure

_MANY_FILES = 64


def check_free(final: Path) -> None:
    """Refuse a run that exists.

    Raises:
        InvalidInput: `run-exists`.
    """
    if os.path.lexists(final):
        raise InvalidInput(_exists(final))


@contextlib.contextmanager
def appearing(final: Path) -> Iterator[Path]:
    """Build a run inside the block, in the directory that is given; at the block's end it appears as `final`.

    On any failure in the block, an interrupt included, nothing is left, neither the run nor directories above it
    that were not there before.

    Raises:
        InvalidInput: `run-exists`, or `output-unwritable` where the directory cannot be made.
        RunFailure: `disk-full` or `write-failed`, while writing.
    """
    runs = final.parent
    staged = runs / staging_name(final.name)
    made: list[Path] = []
    done = False
    try:
        lock = _begin(runs, staged, final, made)
        try:
            yield staged
            _flush(staged)
            _move(staged, final)
            done = True
            for parent in {runs, *(path.parent for path in made)}:
                sync_directory(parent)
        except FileExistsError as error:
            raise InvalidInput(_exists(final)) from error
        except OSError as error:
            raise write_failure(error, final) from error
        finally:
            os.close(lock)
    finally:
        if not done:
            shutil.rmtree(staged, ignore_errors=True)
            for path in reversed(made):
                with contextlib.suppress(OSError):
                    path.rmdir()


def write_failure(error: OSError, path: Path) -> RunFailure:
    """What to say of a write that failed: `disk-full` or `write-failed`."""
    return RunFailure(_problem(error, path, "write-failed", "nothing of it was left behind"))


def _begin(runs: Path, staged: Path, final: Path, made: list[Path]) -> int:
    """Make the hidden directory and lock it; what had to be made above it goes into `made`."""
    try:
        missing = []
        path = runs
        while not os.path.lexists(path):
            missing.append(path)
            path = path.parent
        for path in reversed(missing):
            with contextlib.suppress(FileExistsError):
                path.mkdir()
                made.append(path)
        check_free(final)
        staged.mkdir()
        lock = os.open(staged, os.O_RDONLY | os.O_DIRECTORY)
    except GeryonError:
        raise
    except OSError as error:
        raise InvalidInput(
            _problem(error, runs, "output-unwritable", "choose another directory with `--out`")
        ) from error
    # NFS refuses to lock a directory; then `leftovers` goes by the process id.
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def _flush(root: Path) -> None:
    """Make everything below a directory durable."""
    # One flush of the file system is far cheaper than one for each of thousands of batch files.
    many = next(itertools.islice(files_below(root), _MANY_FILES, None), None) is not None
    if many and sync_file_system(root):
        return
    for file in files_below(root):
        descriptor = os.open(file.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for path, _, _ in os.walk(root, topdown=False):
        sync_directory(Path(path))


def _move(staged: Path, final: Path) -> None:
    if not rename_exclusive(staged, final):
        claim(staged, final)


def claim(staged: Path, final: Path) -> None:
    """Move a finished run to its name where there is no exclusive rename: mkdir claims it, `run.json` goes last.

    Raises:
        FileExistsError: the name is taken.
        OSError: it could not be moved; the name is free again.
    """
    final.mkdir()
    try:
        for name in sorted(os.listdir(staged), key=lambda name: (name == "run.json", name)):
            os.rename(staged / name, final / name)
        sync_directory(final)
    except BaseException:
        shutil.rmtree(final, ignore_errors=True)
        raise
    staged.rmdir()


def _exists(final: Path) -> Problem:
    if (final / "run.json").exists():
        message, hint = f"the run `{final}` exists", "choose another `--run-id`, or remove it with `geryon clean`"
    else:
        message = f"`{final}` exists and is no run: it has no `run.json`"
        hint = "choose another `--run-id`, or remove what a killed planner left with `geryon clean --stale`"
    return Problem("run-exists", message, Place(file=str(final)), hint)


def _problem(error: OSError, path: Path, code: str, hint: str) -> Problem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(
            "disk-full",
            f"`{path}` could not be written: {(error.strerror or str(error)).lower()}",
            Place(file=str(path)),
            "make room, or choose another directory with `--out`",
        )
    where = path if error.filename is None else Path(os.fsdecode(error.filename))
    if where.name.startswith(f".{path.name}."):  # the unfinished file that was to become it
        where = path
    reason = (error.strerror or str(error)).lower()
    return Problem(code, f"`{where}` cannot be written: {reason}", Place(file=str(path)), hint)
