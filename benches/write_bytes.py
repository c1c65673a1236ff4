"""Write the files of one directory into another: the floor that planning is compared with.

Usage: write_bytes.py SOURCE TARGET
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

BLOCK = 1 << 20


def main() -> None:
    """Copy every file through memory, flush it, and keep the tree."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True)
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as reader, copy.open("wb", buffering=0) as writer:
            while block := reader.read(BLOCK):
                writer.write(block)
            os.fsync(writer.fileno())


if __name__ == "__main__":
    main()
