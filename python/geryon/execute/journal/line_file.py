"""A JSONL file with one writer: whole lines only, also when the disk is full."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from geryon.artifacts.json_file import json_line, sync_directory


class LineFile:
    """A new file that this process alone appends to.

    Lines are kept in memory until `flush`, which writes all of them in one call. Where the system takes only a part,
    the file is cut back to its last whole line and the rest stays in memory for the next `flush`.

    Attributes:
        path: Where it is.
        lines: Whole lines in the file.
        size: Bytes in the file, ending with a whole line.
        error: Why the last `flush` did not write everything, or None.
        dirty: Whether something was written that may not survive the loss of the machine.
    """

    def __init__(self, path: Path) -> None:
        """Create the file.

        Raises:
            OSError: it cannot be made, or it exists.
        """
        self.path = path
        self.lines = 0
        self.size = 0
        self.error: OSError | None = None
        self._pending: list[bytes] = []
        self.dirty = False
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o666)
        sync_directory(path.parent)

    @property
    def unwritten(self) -> list[bytes]:
        """Lines that are in memory only."""
        return list(self._pending)

    def append(self, value: dict[str, Any]) -> None:
        """Add a line, in memory."""
        self._pending.append(json_line(value))

    def flush(self) -> bool:
        """Write what is in memory; False if some of it still is."""
        if not self._pending:
            return True
        data = b"".join(self._pending)
        self.dirty = True
        try:
            written = os.write(self._descriptor, data)
            self.error = None if written == len(data) else OSError(0, "the system took only a part of the lines")
        except OSError as error:
            written, self.error = 0, error
        if written == len(data):
            self._took(len(self._pending), written)
            return True
        self._keep_whole_lines(written)
        return False

    def sync(self) -> None:
        """Make what was written survive the loss of the machine.

        Raises:
            OSError: the device refused.
        """
        if self.dirty:
            if sys.platform == "linux":
                os.fdatasync(self._descriptor)
            else:
                os.fsync(self._descriptor)
            self.dirty = False

    def close(self) -> None:
        """Close it; what is in memory only is lost."""
        os.close(self._descriptor)

    def _took(self, lines: int, size: int) -> None:
        del self._pending[:lines]
        self.lines += lines
        self.size += size

    def _keep_whole_lines(self, written: int) -> None:
        whole, size = 0, 0
        while size + len(self._pending[whole]) <= written:
            size += len(self._pending[whole])
            whole += 1
        self._took(whole, size)
        os.ftruncate(self._descriptor, self.size)
