"""The documents of a plan beside its configurations: what it was made of, and what was found on the way."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from geryon.app.answer import diagnostic_rows
from geryon.app.experiment import Loaded
from geryon.app.files import printable
from geryon.compose import File
from geryon.schema.output_plan import RejectsAlone
from geryon.schema.plan import PlanCounts


def diagnostics_document(loaded: Loaded, counts: PlanCounts, alone: RejectsAlone, limit: int | None) -> dict[str, Any]:
    """plan/diagnostics.json: a function of the files and the flags alone.

    Args:
        loaded: The experiment.
        counts: What planning found.
        alone: How many candidates each rule rejects alone.
        limit: Of `--limit`.
    """
    names = portable_names(loaded.files)
    rows = diagnostic_rows(loaded.diagnostics)
    for row in rows:
        row.file = names.get(row.file or "", row.file)
    own, *imported = loaded.files
    return {
        "schema_version": 1,
        "files": [
            {"path": path, "sha256": file.sha256}
            for path, file in [(names[own.path], own), *((printable(file.written), file) for file in imported)]
        ],
        "expansion": [{"pack": pack.name, "options": len(pack.options)} for pack in loaded.resolved.packs],
        "may_override": [asdict(entry) for entry in loaded.compiled.may_override],
        "diagnostics": [row.model_dump() for row in rows],
        "candidates": counts.candidates,
        "valid": counts.valid,
        "configurations": counts.configurations,
        "duplicates": counts.duplicates,
        "not_told_apart": list(loaded.compiled.not_apart),
        "rejects_alone": alone.model_dump(),
        "limit": limit,
    }


def portable_names(files: Sequence[File]) -> dict[str, str]:
    """For each file read its path as seen from the experiment's directory, whatever way the experiment was given.

    Args:
        files: The experiment's own first, each import after a file that imports it.
    """
    names = {files[0].path: posixpath.basename(files[0].path)}
    for file in files[1:]:
        for importer, name in names.items():
            if posixpath.normpath(posixpath.join(posixpath.dirname(importer), file.written)) == file.path:
                names[file.path] = posixpath.normpath(posixpath.join(posixpath.dirname(name), file.written))
                break
    return {path: printable(name) for path, name in names.items()}
