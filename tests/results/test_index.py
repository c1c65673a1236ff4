"""The index over all records of a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from geryon.results.index import LineBlock, RunIndex, build_index
from geryon.results.views import batch_rows, select, status_counts
from support.records import attempt_record, config_id

COUNT = 10
BATCH = 4


def index_of(*files: Sequence[dict[str, Any] | bytes]) -> RunIndex:
    """The index of some results files, each a list of records or raw lines."""
    blocks = []
    for number, records in enumerate(files):
        lines = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in records]
        offsets = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
        rows = list(zip(range(1, len(lines) + 1), offsets, lines, strict=True))
        blocks.append(LineBlock(f"exec/results/task_{number}.jsonl", rows, list))
    return build_index(COUNT, BATCH, config_id, blocks)


def test_any_success_makes_a_configuration_complete() -> None:
    """A later failure does not undo a recorded success."""
    failed = attempt_record(3, attempt_id="b", attempt_index=1, status="failed", exit_code=1)
    index = index_of([attempt_record(3), failed])
    assert index.status(3) == "complete"
    assert index.states[3].attempts == 2


def test_latest_attempt_is_by_index_then_time_then_id() -> None:
    """The order of lines does not matter."""
    first = attempt_record(1, attempt_id="z", status="failed")
    second = attempt_record(1, attempt_id="a", attempt_index=1, status="terminated", status_reason="timeout_kill")
    for records in ([first, second], [second, first]):
        assert index_of(records).status(1) == "terminated"


def test_equal_copies_count_once() -> None:
    """A record that is there twice, in whatever key order, is one attempt."""
    copy = dict(reversed(list(attempt_record(2).items())))
    index = index_of([attempt_record(2)], [copy])
    assert (index.attempts, index.damage) == (1, [])


def test_conflicting_copies_keep_the_first() -> None:
    """Two records of one attempt that differ: the first in (file, offset) stands, the other is damage."""
    index = index_of([attempt_record(2)], [attempt_record(2, status="failed")])
    assert index.status(2) == "complete"
    assert [(row.file, row.line, row.kind) for row in index.damage] == [
        ("exec/results/task_1.jsonl", 1, "attempt_conflict")
    ]


def test_record_of_another_place_is_unknown() -> None:
    """An id that the plan does not have at that batch and line is damage."""
    wrong = [
        attempt_record(1, config_id=config_id(2)),
        attempt_record(1, batch_index=99),
        attempt_record(0, line_index=BATCH, batch_index=0, config_id=config_id(BATCH)),
    ]
    index = index_of(wrong)
    assert [row.kind for row in index.damage] == ["unknown_config"] * 3
    assert index.by_status()["missing"] == COUNT


def test_damage_is_named_by_line_and_offset() -> None:
    """Line numbers count from 1 and offsets are bytes."""
    index = index_of([attempt_record(0), b"{broken", attempt_record(1)])
    (damage,) = index.damage
    assert (damage.line, damage.offset) == (2, len(json.dumps(attempt_record(0))) + 1)
    assert index.by_status()["complete"] == 2


def test_select_takes_final_statuses_in_plan_order() -> None:
    """Missing configurations have no record and are found all the same."""
    index = index_of([attempt_record(5, status="failed"), attempt_record(0), attempt_record(2, status="failed")])
    assert select(index, ["failed"]) == [2, 5]
    assert select(index, ["missing", "failed"]) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


@given(
    st.lists(
        st.tuples(st.integers(0, COUNT - 1), st.integers(0, 3), st.sampled_from(["success", "failed", "terminated"])),
        max_size=30,
        unique_by=lambda item: item[:2],
    ),
    st.randoms(use_true_random=False),
)
def test_order_and_division_of_records_do_not_matter(attempts: list[tuple[int, int, str]], random: Any) -> None:
    """However records are spread over files and lines, the index is the same and its counts add up."""
    records = [
        attempt_record(position, attempt_index=number, attempt_id=f"{position}.{number}", status=status)
        for position, number, status in attempts
    ]
    one = index_of(records)
    random.shuffle(records)
    cut = random.randint(0, len(records))
    other = index_of(records[:cut], records[cut:])
    assert one.states == other.states
    counts = status_counts(one)
    assert counts.complete + counts.failed + counts.terminated + counts.missing == COUNT
    assert sum(row.by_status.missing for row in batch_rows(one, BATCH)) == counts.missing
    assert one.attempts == len(records)
