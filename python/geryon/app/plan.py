"""`geryon plan`: from an experiment file to runs on disk."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from geryon.app.answer import Answer
from geryon.app.experiment import Loaded, load, load_run_sets
from geryon.app.interrupt import ending_cleanly
from geryon.app.plan_draft import Draft, make_draft, named_anew, run_name
from geryon.app.plan_request import PlanRequest, Progress, check_request
from geryon.app.plan_write import write_run
from geryon.app.together import together
from geryon.artifacts.disk import PlanSize, room_problem
from geryon.errors import Diagnostic, InvalidInput
from geryon.kernels import core_choice
from geryon.schema.output_plan import PlannedRun, PlanResult


def plan(request: PlanRequest, progress: Progress | None = None) -> Answer[PlanResult]:
    """Plan an experiment; all run sets are found right before the first is written.

    Args:
        request: What to plan, and where.
        progress: Told how far it is.

    Raises:
        InvalidInput: the experiment or the request is wrong; nothing was written.
        RunFailure: a run could not be written; nothing of that run was left, and runs written before it stay.
    """
    tell: Progress = progress or (lambda phase, done, total: None)
    check_request(request)
    tell("load", 0, None)
    if request.all_run_sets:
        loaded = load_run_sets(request.experiment)
    else:
        loaded = [load(request.experiment, request.run_set)]
    now = datetime.now(timezone.utc)
    drafts = _drafts(request, loaded, now, tell)
    if request.dry_run:
        runs = [_would_be(draft, request) for draft in drafts]
    else:
        runs = []
        with ending_cleanly():
            for draft in drafts:
                runs.append(_written(draft, request, now, tell))
    return Answer(PlanResult(runs=runs, dry_run=request.dry_run), _diagnostics(loaded))


def _drafts(request: PlanRequest, loaded: list[Loaded], now: datetime, tell: Progress) -> list[Draft]:
    names = together(loaded, lambda one: one.run_set, lambda one: run_name(request, one.run_set, now))
    entries = list(enumerate(zip(loaded, names, strict=True)))

    def draft(entry: tuple[int, tuple[Loaded, str]]) -> Draft:
        number, (one, run_id) = entry
        tell("count", number, len(entries))
        return make_draft(request, one, run_id)

    drafts = together(entries, lambda entry: entry[1][0].run_set, draft)
    total = sum((draft.size for draft in drafts), PlanSize(0, 0))
    problem = room_problem(Path(request.out), total)
    if problem is not None:
        raise InvalidInput(problem)
    return drafts


def _written(draft: Draft, request: PlanRequest, now: datetime, tell: Progress) -> PlannedRun:
    """Write a run; one that nobody named gives way to another planner's that took its name meanwhile."""
    if request.run_id is not None:
        return write_run(draft, request, tell)
    while True:
        draft = named_anew(draft, request, now)
        try:
            return write_run(draft, request, tell)
        except InvalidInput as error:
            if error.problems[0].code != "run-exists":
                raise


def _would_be(draft: Draft, request: PlanRequest) -> PlannedRun:
    configurations = draft.configurations(request)
    return PlannedRun(
        run_id=draft.run_id,
        run_root=str(draft.final),
        run_set=draft.loaded.run_set,
        candidates=draft.counted.candidates,
        valid=draft.counted.valid,
        total_configs=configurations,
        total_batches=None if configurations is None else -(-configurations // request.batch_size),
        bytes=draft.size.bytes,
        core=core_choice()[0],
    )


def _diagnostics(loaded: list[Loaded]) -> tuple[Diagnostic, ...]:
    """Those of all run sets, each once."""
    return tuple(dict.fromkeys(diagnostic for one in loaded for diagnostic in one.diagnostics))
