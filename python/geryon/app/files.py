"""Reads the files of an experiment, shows their paths, and writes what the user wants in a file."""

from __future__ import annotations

import os
from pathlib import Path

from geryon.artifacts.appear import write_failure
from geryon.artifacts.json_file import replace_file
from geryon.errors import InvalidInput, Place, Problem
from geryon.schema.yaml_loader import MAX_BYTES


class FileReader:
    """Gives the bytes of files.

    Attributes:
        contents: What was read, by path.
    """

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def __call__(self, path: str) -> bytes:
        """The bytes of a file, cut a little above what is allowed.

        Raises:
            InvalidInput: `file-not-found` or `file-unreadable`.
        """
        try:
            with open(path, "rb") as file:
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError as error:
            folder = os.path.dirname(path) or "."
            hint = "check the path" if os.path.isdir(folder) else f"there is no directory `{folder}`"
            raise InvalidInput(Problem("file-not-found", f"there is no file `{path}`", Place(path), hint)) from error
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise InvalidInput(Problem("file-unreadable", f"`{path}` cannot be read: {reason}", Place(path))) from error
        self.contents[path] = data
        return data


def printable(path: str) -> str:
    """A path as text: bytes that are no UTF-8 are shown, since JSON cannot hold them."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def write_output(target: Path, data: bytes) -> None:
    """Write a file that the user named, whole or not at all; a link stays, and a device or pipe is written to.

    Raises:
        InvalidInput: `output-is-a-directory`.
        RunFailure: `disk-full` or `write-failed`.
    """
    if target.is_dir():
        place = Place(file=str(target))
        raise InvalidInput(
            Problem("output-is-a-directory", f"`{target}` is a directory", place, "name the file to write")
        )
    try:
        if target.is_file() or not target.exists():
            replace_file(Path(os.path.realpath(target)), data)
        else:
            target.write_bytes(data)
    except OSError as error:
        raise write_failure(error, target) from error
