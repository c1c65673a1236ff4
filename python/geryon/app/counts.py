"""Counting what an experiment gives, with its errors explained."""

from __future__ import annotations

import json
from dataclasses import dataclass

from geryon.app.experiment import Loaded
from geryon.kernels import KernelError, Sweep
from geryon.schema.output_plan import RejectsAlone

MAX_ENUMERATED = 10**7


@dataclass(frozen=True, slots=True)
class Counted:
    """How many candidates there are, and how many of them are valid."""

    candidates: int
    valid: int


def count_valid(loaded: Loaded, sweep: Sweep) -> Counted:
    """Count; at least one candidate is valid.

    Raises:
        InvalidInput: a predicate fails on some candidate, or no candidate is left.
    """
    try:
        valid = sweep.count()
    except KernelError as error:
        raise loaded.compiled.explain_kernel_error(error) from error
    if valid == 0:
        raise loaded.compiled.nothing_left(sweep)
    return Counted(sweep.candidates, valid)


def count_distinct(loaded: Loaded, sweep: Sweep, valid: int) -> int | None:
    """The number of different configurations, or None where too many would have to be enumerated."""
    if not loaded.compiled.not_apart:
        return valid
    return sweep.distinct() if valid <= MAX_ENUMERATED else None


def rejects_alone(loaded: Loaded, sweep: Sweep) -> RejectsAlone:
    """How many candidates each rule rejects if it stands alone."""
    alone = json.loads(sweep.rejects_alone())
    ids = [predicate.id for predicate in loaded.compiled.names.predicates]
    return RejectsAlone(
        include=alone["include"],
        exclude=alone["exclude"],
        predicates=dict(zip(ids, alone["predicates"], strict=True)),
    )
