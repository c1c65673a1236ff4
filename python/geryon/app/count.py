"""`geryon count`: how many configurations an experiment gives, without planning it."""

from __future__ import annotations

import time

from geryon.app.answer import Answer
from geryon.app.counts import count_distinct, rejects_alone
from geryon.app.experiment import Loaded, load
from geryon.errors import Place, Problem
from geryon.kernels import KernelError, Sweep, kernel
from geryon.schema.output_plan import CountResult

_STEPS_AT_ONCE = 20_000


def count(experiment: str, run_set: str | None = None, timeout: float | None = None) -> Answer[CountResult]:
    """Count candidates, valid ones and configurations.

    Args:
        experiment: Path of its file.
        run_set: The run set to count.
        timeout: Seconds after which to say only how many were found; None: as long as it takes.

    Raises:
        InvalidInput: the experiment is wrong, or a predicate fails on some candidate.
    """
    loaded = load(experiment, run_set)
    sweep = kernel().sweep(loaded.compiled.program)
    try:
        found, complete = (sweep.count(), True) if timeout is None else _count_until(sweep, timeout)
    except KernelError as error:
        raise loaded.compiled.explain_kernel_error(error) from error
    if not complete:
        return _timed_out(loaded, sweep, found, timeout)
    result = CountResult(
        candidates=sweep.candidates,
        valid=found,
        configurations=count_distinct(loaded, sweep, found),
        method="walk",
        rejects_alone=rejects_alone(loaded, sweep),
        not_told_apart=list(loaded.compiled.not_apart),
    )
    return Answer(result, loaded.diagnostics)


def _count_until(sweep: Sweep, timeout: float) -> tuple[int, bool]:
    end = time.monotonic() + timeout
    counter = sweep.counter()
    while not counter.advance(_STEPS_AT_ONCE):
        if time.monotonic() >= end:
            return counter.valid, False
    return counter.valid, True


def _timed_out(loaded: Loaded, sweep: Sweep, found: int, timeout: float | None) -> Answer[CountResult]:
    result = CountResult(
        candidates=sweep.candidates,
        valid=None,
        at_least=found,
        configurations=None,
        method="walk",
        rejects_alone=None,
        not_told_apart=list(loaded.compiled.not_apart),
    )
    problem = Problem(
        "timeout",
        f"counting took longer than {timeout:g} seconds; at least {found} candidates are valid",
        Place(file=loaded.path),
        "give it longer with `--timeout`, or simpler constraints",
    )
    return Answer(result, loaded.diagnostics, (problem,))
