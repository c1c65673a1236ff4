"""Experiments given as texts: composed and resolved without a file system."""

from __future__ import annotations

from collections.abc import Mapping

from geryon.compose import Document, compose
from geryon.errors import Diagnostic
from geryon.resolve import resolve
from geryon.resolve.model import ABSENT, Leaf, Resolved

ROOT = "experiment.yaml"
COMMAND = "command: {program: p}\n"


def composed(text: str, files: Mapping[str, str] | None = None, root: str = ROOT) -> Document:
    """The document of a root file and the files it imports."""
    texts = {root: text, **(files or {})}

    def read(path: str) -> str:
        if path not in texts:
            raise FileNotFoundError(2, "No such file or directory")
        return texts[path]

    return compose(root, read)


def resolved(text: str, files: Mapping[str, str] | None = None, run_set: str | None = None) -> Resolved:
    """The same, resolved; a text without a command gets one."""
    return resolve(composed(text if "command:" in text else COMMAND + text, files), run_set)


def packs(found: Resolved) -> dict[str, list[str]]:
    """The ids of each pack's options, in order."""
    return {pack.name: [option.id for option in pack.options] for pack in found.packs}


def written(leaves: tuple[Leaf, ...]) -> dict[str, object]:
    """Leaves by dotted path."""
    return {".".join(leaf.path): "ABSENT" if leaf.value is ABSENT else leaf.value for leaf in leaves}


def told(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[str, str | None]]:
    """Code and path of each diagnostic."""
    return [(each.code, each.place.path) for each in diagnostics]
