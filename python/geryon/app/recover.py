"""`geryon recover`: select configurations to run again, and run them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geryon.app.answer import Answer
from geryon.app.rerun import rerun
from geryon.app.run_local import run_local
from geryon.app.run_request import RunRequest, local_settings
from geryon.artifacts.reader import Plan
from geryon.execute.observer import Observer
from geryon.schema.output_results import AttemptCounts
from geryon.schema.output_run import RunAttempts, RunConfigurations, RunResult


def recover(
    plan: Plan,
    statuses: Sequence[str],
    config_ids: Sequence[str],
    request: RunRequest,
    observer: Observer | None = None,
) -> Answer[RunResult]:
    """Write a retry file and run what it names; with nothing to run again nothing is written.

    Args:
        plan: The run.
        statuses: Final statuses of configurations to run again.
        config_ids: Further configurations.
        request: How to run; its own `config_id` and `retry_file` do not count.
        observer: Told what happens.

    Raises:
        InvalidInput: as `rerun` and `run_local`; settings are checked before the file is written.
        RunFailure: as `run_local`.
    """
    _, diagnostics = local_settings(request)
    retry_file = rerun(plan, statuses, config_ids).retry_file
    if retry_file is None:
        return Answer(_nothing(plan), diagnostics)
    answer = run_local(plan, replace(request, config_id=(), retry_file=retry_file), observer)
    answer.result.retry_file = retry_file
    return answer


def _nothing(plan: Plan) -> RunResult:
    return RunResult(
        run_id=plan.info.run_id,
        run_root=str(plan.layout.root),
        attempts=RunAttempts(by_status=AttemptCounts()),
        configurations=RunConfigurations(complete=0, failed=0, missing=0),
        stopped_by=None,
        signal=None,
    )
