"""The documents of a plan beside its configurations: what it was made of, and what was found on the way."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from geryon.app.answer import diagnostic_rows
from geryon.app.experiment import Loaded
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
    return {
        "schema_version": 1,
        "files": [{"path": file.written, "sha256": file.sha256} for file in loaded.files],
        "expansion": [{"pack": pack.name, "options": len(pack.options)} for pack in loaded.resolved.packs],
        "may_override": [asdict(entry) for entry in loaded.compiled.may_override],
        "diagnostics": [row.model_dump() for row in diagnostic_rows(loaded.diagnostics)],
        "candidates": counts.candidates,
        "valid": counts.valid,
        "configurations": counts.configurations,
        "duplicates": counts.duplicates,
        "not_told_apart": list(loaded.compiled.not_apart),
        "rejects_alone": alone.model_dump(),
        "limit": limit,
    }
