"""Directories as lists of paths."""

from __future__ import annotations

from pathlib import Path


def tree(root: Path) -> list[str]:
    """All paths below a directory, relative to it."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))
