"""The plain cut of CPUs into groups."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geryon.errors import InvalidInput
from geryon.execute.cores import as_cpu_list, cut, thread_limits, usable_cores
from geryon.schema.setting_types import parse_cpu_list

CORES = st.sets(st.integers(0, 300), min_size=1).map(sorted)


@given(CORES, st.integers(1, 16))
def test_groups_are_disjoint_full_and_as_many_as_possible(cores: list[int], size: int) -> None:
    """In numeric order, each of the asked size; too large a size is an error."""
    if size > len(cores):
        with pytest.raises(InvalidInput) as caught:
            cut(cores, size)
        assert caught.value.problems[0].code == "too-many-cores-per-task"
        return
    groups = cut(cores, size)
    assert len(groups) == len(cores) // size
    assert all(len(group) == size for group in groups)
    assert [core for group in groups for core in group] == cores[: len(groups) * size]


@given(CORES)
def test_cpulists_are_read_as_they_are_written(cores: list[int]) -> None:
    """A list of the single numbers, in any form of ranges, is that set."""
    assert parse_cpu_list(",".join(map(str, cores))) == cores
    assert parse_cpu_list(as_cpu_list(cores)) == cores
    ranges = [f"{core}-{core + 2}" for core in cores]
    assert parse_cpu_list(", ".join(ranges)) == sorted({core + i for core in cores for i in range(3)})


@pytest.mark.parametrize("text", ["", "a", "1-", "-1", "3-1", "1,,2", "1;2", "1-2-3", "0x1", "1.5", "1-999999"])
def test_what_is_no_cpulist(text: str) -> None:
    """Anything else is none."""
    assert parse_cpu_list(text) is None


def test_max_total_cores_takes_the_lowest() -> None:
    """A cap cuts from the end."""
    own = usable_cores(None, None)
    assert usable_cores(None, 1) == own[:1]
    assert usable_cores(None, 10**6) == own


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has affinity masks")
def test_without_a_list_the_affinity_mask_counts() -> None:
    """What a job's cpuset or taskset left is what is used."""
    mask = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {max(mask)})
        assert usable_cores(None, None) == [max(mask)]
    finally:
        os.sched_setaffinity(0, mask)


def test_cpus_that_are_not_there_are_refused() -> None:
    """With their numbers; what is there is in the hint. The mask is as before."""
    before = usable_cores(None, None)
    with pytest.raises(InvalidInput) as caught:
        usable_cores(f"{before[0]},99998-99999", None)
    problem = caught.value.problems[0]
    assert problem.code == "cores-not-usable"
    assert "99998-99999" in problem.message
    assert usable_cores(None, None) == before


def test_thread_limits_name_every_library() -> None:
    """All six variables, with the core count."""
    assert set(thread_limits(3).values()) == {"3"}
    assert len(thread_limits(3)) == 6
