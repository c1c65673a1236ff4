"""Which logical CPUs each slot of a task gets: a plain disjoint cut, in numeric order."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from geryon.errors import InvalidInput, Problem
from geryon.schema.setting_types import parse_cpu_list

CoreGroup = tuple[int, ...]

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def usable_cores(cpu_list: str | None, max_total: int | None) -> list[int]:
    """The logical CPUs that commands may use, ascending.

    Args:
        cpu_list: A valid cpulist to use, or None for all that this process may run on.
        max_total: How many of them to take, lowest numbers first, or None for all.

    Raises:
        InvalidInput: the list names CPUs that this process may not use.
    """
    if cpu_list is None:
        found = _own_cores()
    else:
        found = parse_cpu_list(cpu_list) or []
        refused = [cpu for cpu in found if not _may_use(cpu)]
        if refused:
            raise InvalidInput(
                Problem(
                    "cores-not-usable",
                    f"this process may not use CPU {as_cpu_list(refused)} of `cores: {cpu_list}`",
                    hint=f"it may use {as_cpu_list(_own_cores())}",
                )
            )
    return found if max_total is None else found[:max_total]


def as_cpu_list(cpus: Sequence[int]) -> str:
    """Ascending CPUs as a cpulist such as `0-3,8`."""
    ranges: list[list[int]] = []
    for cpu in cpus:
        if ranges and ranges[-1][-1] == cpu - 1:
            ranges[-1][1:] = [cpu]
        else:
            ranges.append([cpu])
    return ",".join("-".join(map(str, ends)) for ends in ranges)


def cut(cores: Sequence[int], cores_per_task: int) -> list[CoreGroup]:
    """Disjoint groups of `cores_per_task` CPUs each, as many as there are, in numeric order.

    Raises:
        InvalidInput: there are fewer CPUs than one command wants.
    """
    if cores_per_task > len(cores):
        raise InvalidInput(
            Problem(
                "too-many-cores-per-task",
                f"a command wants {cores_per_task} cores, and {len(cores)} are usable",
                hint=f"lower cores_per_task to {len(cores)} or less",
            )
        )
    count = len(cores) // cores_per_task
    return [tuple(cores[i * cores_per_task : (i + 1) * cores_per_task]) for i in range(count)]


def thread_limits(cores_per_task: int) -> dict[str, str]:
    """The variables that keep numerical libraries from starting more threads than a command has cores."""
    return dict.fromkeys(THREAD_VARIABLES, str(cores_per_task))


def _own_cores() -> list[int]:
    if sys.platform == "linux":
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _may_use(cpu: int) -> bool:
    if sys.platform != "linux":
        return cpu < (os.cpu_count() or 1)
    before = os.sched_getaffinity(0)
    if cpu in before:
        return True
    try:
        os.sched_setaffinity(0, {cpu})
    except (OSError, ValueError):
        return False
    os.sched_setaffinity(0, before)
    return True
