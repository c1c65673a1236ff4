"""The files below a directory, one at a time: a plan may have a million batch files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def files_below(directory: Path | str) -> Iterator[os.DirEntry[str]]:
    """What stands below a directory and is no directory, links among it; links are not followed."""
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from files_below(entry.path)
            else:
                yield entry


def bytes_below(directory: Path) -> int:
    """Size of these files, in bytes."""
    return sum(entry.stat(follow_symlinks=False).st_size for entry in files_below(directory))
