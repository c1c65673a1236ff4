"""Whether a plan fits the disk, before a byte of it is written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from geryon.artifacts.index_format import ENTRY, POSITION
from geryon.errors import Place, Problem
from geryon.kernels import Chunk

_BATCH_LINE_BYTES = 90
# What is written besides the configurations: a handful of small files.
_OTHER_FILES = 12


@dataclass(frozen=True, slots=True)
class PlanSize:
    """What a plan needs of a disk, estimated.

    Attributes:
        bytes: Size of its files, in bytes.
        files: Number of its files.
    """

    bytes: int
    files: int

    def __add__(self, other: PlanSize) -> PlanSize:
        return PlanSize(self.bytes + other.bytes, self.files + other.files)


def estimate(
    sample: Chunk | None, configurations: int, batches: int, batch_files: bool, documents_bytes: int
) -> PlanSize:
    """The size of a plan, from some rendered rows of it.

    Args:
        sample: Its first configurations; None where there are none.
        configurations: How many there will be, at most.
        batches: How many batches that makes.
        batch_files: Whether the files of commands are written.
        documents_bytes: Size of the files besides those that list configurations.
    """
    total = documents_bytes + batches * _BATCH_LINE_BYTES
    if sample is not None and sample.rows:
        rendered = len(sample.configs) + len(sample.manifest) + len(sample.csv)
        if batch_files:
            rendered += len(sample.commands)
        total += -(-rendered * configurations // sample.rows)
    total += (ENTRY.size + POSITION.size) * configurations
    return PlanSize(total, _OTHER_FILES + (batches if batch_files else 0))


def room_problem(out: Path, size: PlanSize) -> Problem | None:
    """What to say when a plan would not fit where `out` lies, or None when it would, or the system cannot tell."""
    path = out
    while not path.exists() and path != path.parent:
        path = path.parent
    try:
        disk = os.statvfs(path)
    except OSError:
        return None
    free = disk.f_bavail * disk.f_frsize
    # A file takes whole blocks; half a block each is what the last ones leave unused on average.
    needed = size.bytes + size.files * disk.f_frsize // 2
    if disk.f_blocks and needed > free:
        message = f"the plan needs about {_amount(needed)} and `{path}` has {_amount(free)} left"
    elif disk.f_files and size.files > disk.f_favail:
        message = f"the plan needs {size.files} files and `{path}` has room for {disk.f_favail}"
    else:
        return None
    return Problem(
        "disk-full",
        message,
        Place(file=str(out)),
        "choose another `--out`, plan less with `--limit`, or leave the batch files out with `--no-batch-files`",
    )


def _amount(size: int) -> str:
    value = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"
