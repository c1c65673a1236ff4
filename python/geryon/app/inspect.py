"""`geryon inspect-config`: the experiment after imports, definitions and selection."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from geryon.app.answer import Answer, diagnostic_rows
from geryon.app.experiment import load
from geryon.app.files import write_output
from geryon.schema.output_plan import InspectResult


def inspect(
    experiment: str, run_set: str | None = None, show_diagnostics: bool = False, out: str | None = None
) -> Answer[InspectResult]:
    """Compose an experiment.

    Args:
        experiment: Path of its file.
        run_set: The run set to apply.
        show_diagnostics: Whether the result lists the diagnostics.
        out: File to write the composed document to, as YAML.

    Raises:
        InvalidInput: the experiment is wrong, or `out` is a directory.
        RunFailure: `disk-full` or `write-failed`.
    """
    loaded = load(experiment, run_set)
    if out is not None:
        write_output(Path(out), loaded.composed_text)
    rows = diagnostic_rows(loaded.diagnostics) if show_diagnostics else None
    return Answer(InspectResult(experiment=_json_values(loaded.composed), diagnostics=rows), loaded.diagnostics)


def _json_values(value: Any) -> Any:
    """The value as JSON can hold it: NaN and infinities as canonical JSON has them, order kept."""
    if isinstance(value, dict):
        return {key: _json_values(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json_values(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": repr(value)}
    return value
