"""The files that list configurations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geryon.artifacts.layout import RunLayout
from geryon.artifacts.plan_writer import batch_name, csv_header, write_rows
from support.rows import ListRenderer, ids_of, write_run


@pytest.mark.parametrize(
    ("batches", "first", "last"),
    [
        (1, "batch_000.txt", "batch_000.txt"),
        (1000, "batch_000.txt", "batch_999.txt"),
        (1001, "batch_0000.txt", "batch_1000.txt"),
        (100_000, "batch_00000.txt", "batch_99999.txt"),
    ],
)
def test_batch_names_sort_as_their_numbers_do(batches: int, first: str, last: str) -> None:
    """Three digits, and as many as the last one needs."""
    assert (batch_name(0, batches), batch_name(batches - 1, batches)) == (first, last)


def test_commands_are_spread_over_batches(tmp_path: Path) -> None:
    """Each batch file holds its batch's commands in order, the last one what is left."""
    write_run(tmp_path / "run", ids_of(11), 4)
    layout = RunLayout(tmp_path / "run")
    texts = [path.read_text() for path in sorted(layout.batch_dir.iterdir())]
    assert [text.count("\n") for text in texts] == [4, 4, 3]
    assert "".join(texts) == "".join(f"program x={number}\n" for number in range(11))
    rows = [json.loads(line) for line in layout.batches.read_text().splitlines()]
    assert rows == [
        {"batch_index": 0, "path": "batches/batch_000.txt", "num_commands": 4, "first_line": 0},
        {"batch_index": 1, "path": "batches/batch_001.txt", "num_commands": 4, "first_line": 4},
        {"batch_index": 2, "path": "batches/batch_002.txt", "num_commands": 3, "first_line": 8},
    ]


def test_batch_size_beyond_a_chunk(tmp_path: Path) -> None:
    """A batch may be larger than what is rendered at once."""
    write_run(tmp_path / "run", ids_of(10_000), 9_999)
    texts = [path.read_text() for path in sorted(RunLayout(tmp_path / "run").batch_dir.iterdir())]
    assert [text.count("\n") for text in texts] == [9_999, 1]


def test_names_are_shortened_where_duplicates_left_fewer_batches(tmp_path: Path) -> None:
    """The width follows from the number of batches there are, not from the number that was expected."""
    layout = RunLayout(tmp_path / "run")
    layout.plan.mkdir(parents=True)
    rows = write_rows(layout, ListRenderer(ids_of(3), 1), 1, 2000, has_choices=False)
    assert rows.batches == 3
    assert sorted(path.name for path in layout.batch_dir.iterdir()) == [f"batch_00{n}.txt" for n in range(3)]


def test_batch_files_can_be_left_out(tmp_path: Path) -> None:
    """Then there is no batches directory; batches.jsonl still lists the batches."""
    write_run(tmp_path / "run", ids_of(3), 2, batch_files=False)
    layout = RunLayout(tmp_path / "run")
    assert not layout.batch_dir.exists()
    assert layout.batches.read_text().count("\n") == 2


def test_no_more_than_expected_is_written(tmp_path: Path) -> None:
    """A limit stops the renderer."""
    layout = RunLayout(tmp_path / "run")
    layout.plan.mkdir(parents=True)
    rows = write_rows(layout, ListRenderer(ids_of(100), 10), 10, 70, has_choices=False)
    assert (rows.configurations, rows.batches) == (70, 7)
    assert layout.configs.read_text().count("\n") == 70


def test_the_table_has_a_header() -> None:
    """With choices only where the plan has any."""
    assert csv_header(False) == b"id,wandb_name,tags,params\n"
    assert csv_header(True) == b"id,wandb_name,tags,params,choices\n"
