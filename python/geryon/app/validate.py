"""`geryon validate-config`: everything that `plan` would find wrong, and nothing written."""

from __future__ import annotations

from geryon.app.answer import Answer, diagnostic_rows
from geryon.app.counts import count_valid
from geryon.app.experiment import load
from geryon.kernels import kernel
from geryon.schema.output_plan import PackRow, ValidateResult


def validate(experiment: str, run_set: str | None = None, show_diagnostics: bool = False) -> Answer[ValidateResult]:
    """Prove that an experiment can be planned.

    Args:
        experiment: Path of its file.
        run_set: The run set to plan; without one, the shape of every run set is checked.
        show_diagnostics: Whether the result lists the diagnostics.

    Raises:
        InvalidInput: everything that the first stage with an error finds.
    """
    loaded = load(experiment, run_set)
    counted = count_valid(loaded, kernel().sweep(loaded.compiled.program))
    result = ValidateResult(
        candidates=counted.candidates,
        valid=counted.valid,
        packs=[PackRow(name=pack.name, options=len(pack.options)) for pack in loaded.resolved.packs],
        diagnostics=diagnostic_rows(loaded.diagnostics) if show_diagnostics else None,
    )
    return Answer(result, loaded.diagnostics)
