"""A run that is going to be planned: counted, named and measured, before anything is written."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from geryon.app.counts import Counted, count_distinct, count_valid
from geryon.app.experiment import Loaded
from geryon.app.plan_request import PlanRequest
from geryon.artifacts.appear import check_free
from geryon.artifacts.disk import PlanSize, estimate
from geryon.artifacts.leftovers import leftovers
from geryon.artifacts.run_id import check_run_id, default_run_id
from geryon.errors import InvalidInput, Place, Problem
from geryon.kernels import Sweep, kernel

_SAMPLE_ROWS = 256


@dataclass(frozen=True, slots=True)
class Draft:
    """One run set, ready to be written.

    Attributes:
        loaded: The experiment.
        sweep: Its candidates.
        counted: How many there are.
        expected: Configurations at most: valid candidates, or the limit.
        run_id: The run's name.
        final: The run's root.
        size: What it needs of the disk.
    """

    loaded: Loaded
    sweep: Sweep
    counted: Counted
    expected: int
    run_id: str
    final: Path
    size: PlanSize

    def batches(self, request: PlanRequest) -> int:
        """Number of batches at most."""
        return -(-self.expected // request.batch_size)

    def configurations(self, request: PlanRequest) -> int | None:
        """The exact number of configurations, or None where too many would have to be enumerated."""
        distinct = count_distinct(self.loaded, self.sweep, self.counted.valid)
        return None if distinct is None else min(self.expected, distinct)


def named_anew(draft: Draft, request: PlanRequest, now: datetime) -> Draft:
    """The same under the default name that is free by now."""
    run_id = run_name(request, draft.loaded.run_set, now)
    return replace(draft, run_id=run_id, final=Path(request.out, "runs", run_id))


def run_name(request: PlanRequest, run_set: str | None, now: datetime) -> str:
    """The id of the run of one run set.

    Raises:
        InvalidInput: `run-id-invalid`, or `run-exists` for a name that the user gave.
    """
    runs = Path(request.out, "runs")
    if request.run_id is None:
        return default_run_id(now, run_set, _taken(runs))
    suffix = f"_{run_set}" if request.all_run_sets and run_set is not None else ""
    run_id = check_run_id(request.run_id + suffix)
    check_free(runs / run_id)
    return run_id


def make_draft(request: PlanRequest, loaded: Loaded, run_id: str) -> Draft:
    """Count, and measure by rendering some rows.

    Raises:
        InvalidInput: a predicate fails, nothing is left, or there are too many configurations.
    """
    sweep = kernel().sweep(loaded.compiled.program)
    counted = count_valid(loaded, sweep)
    expected = counted.valid if request.limit is None else min(counted.valid, request.limit)
    if expected > request.max_configs:
        raise InvalidInput(
            Problem(
                "too-many-configurations",
                f"the plan would have {expected} configurations, more than the {request.max_configs} allowed",
                Place(file=request.experiment),
                "constrain the experiment, take the first ones with `--limit`, or raise `--max-configs`",
            )
        )
    sample = sweep.render(run_id, request.batch_size, False).next(min(_SAMPLE_ROWS, expected))
    batches = -(-expected // request.batch_size)
    size = estimate(sample, expected, batches, request.batch_files, loaded.documents_bytes)
    return Draft(loaded, sweep, counted, expected, run_id, Path(request.out, "runs", run_id), size)


def _taken(runs: Path) -> Callable[[str], bool]:
    """Whether a name is a run's, or of one that is being built just now."""
    building = {leftover.run_id for leftover in leftovers(runs)}
    return lambda run_id: run_id in building or os.path.lexists(runs / run_id)
