"""Small files written whole: canonical JSON and text that is either there completely or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from geryon.kernels import kernel


def json_line(value: Any) -> bytes:
    """Canonical JSON of a plain value, and LF: a line of a JSONL file, or a whole JSON file."""
    return kernel().canonical_json(value) + b"\n"


def write_json(path: Path, value: Any) -> int:
    """Replace a file by the canonical JSON of a value, durably; returns its size in bytes.

    Raises:
        OSError: the file could not be written; what was there before stays.
    """
    return replace_file(path, json_line(value))


def replace_file(path: Path, data: bytes) -> int:
    """Give a file this content, durably: it holds the old bytes or the new ones, never a mixture.

    Raises:
        OSError: the file could not be written; what was there before stays.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(unfinished, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)
    return len(data)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
