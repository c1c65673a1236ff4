"""`geryon launch`: plan an experiment and run what was planned."""

from __future__ import annotations

from pathlib import Path

from geryon.app.answer import Answer
from geryon.app.plan import plan as make_plan
from geryon.app.plan_request import PlanRequest, Progress
from geryon.app.run_local import run_local
from geryon.app.run_request import RunRequest, local_settings
from geryon.artifacts.reader import Plan
from geryon.execute.observer import Observer
from geryon.schema.output_run import LaunchResult, RunResult
from geryon.submit.local import core_slots


def launch(
    plan_request: PlanRequest,
    run_request: RunRequest,
    progress: Progress | None = None,
    observer: Observer | None = None,
) -> Answer[LaunchResult]:
    """Plan, then run each planned run in turn; an interrupt ends the sequence.

    Args:
        plan_request: What to plan; under `dry_run` nothing is run.
        run_request: How to run it.
        progress: Told how far planning is.
        observer: Told what happens in the runs.

    Raises:
        InvalidInput: the experiment, the request, a profile or a setting is wrong; nothing was written.
        RunFailure: as `plan` and `run_local`.
    """
    found, _ = local_settings(run_request)
    core_slots(found.settings)
    planned = make_plan(plan_request, progress)
    diagnostics = list(planned.diagnostics)
    runs: list[RunResult] = []
    for one in [] if plan_request.dry_run else planned.result.runs:
        with Plan(Path(one.run_root)) as plan:
            answer = run_local(plan, run_request, observer)
        diagnostics.extend(note for note in answer.diagnostics if note not in diagnostics)
        runs.append(answer.result)
        if answer.result.signal is not None:
            break
    only = runs[0] if len(planned.result.runs) == 1 and runs else None
    return Answer(LaunchResult(plan=planned.result, run=only, runs=runs), tuple(diagnostics))
