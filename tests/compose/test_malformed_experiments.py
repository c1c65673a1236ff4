"""The table of malformed experiments: each gives its code, file, line, column, path and hint."""

from __future__ import annotations

import pytest

from support.malformed import Malformed, problems_of
from support.malformed.table import ALL


def test_the_table_is_large() -> None:
    """At least 150 cases."""
    assert len(ALL) >= 150


@pytest.mark.parametrize("malformed", ALL, ids=lambda malformed: malformed.code)
def test_each_gives_its_one_problem_at_its_place(malformed: Malformed) -> None:
    """The code, the place and the hint; and no other problem that follows from it."""
    problems = problems_of(malformed)
    assert [problem.code for problem in problems] == [malformed.code, *malformed.others], problems
    first = problems[0]
    file, line, column = malformed.place
    assert first.place.file == file, first
    assert (first.place.line, first.place.column) == (line, column), first
    assert first.place.path == malformed.path, first
    assert malformed.message in first.message, first
    if malformed.hint is not None:
        assert malformed.hint in (first.hint or ""), first
    assert not first.message.endswith("."), first
