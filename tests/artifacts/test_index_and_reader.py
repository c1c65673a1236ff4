"""configs.idx and the plan reader."""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geryon.artifacts.index_format import id_order
from geryon.artifacts.index_writer import IndexWriter
from geryon.artifacts.layout import RunLayout
from geryon.artifacts.reader import Plan
from geryon.errors import GeryonError, InvalidInput, RunFailure
from support.rows import ids_of, write_run


def code_of(error: pytest.ExceptionInfo[GeryonError]) -> str:
    """The code of the first problem."""
    return error.value.problems[0].code


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=60))
def test_id_order_is_a_stable_sort(ids: list[bytes]) -> None:
    """The order is the one that sorting the positions by id gives."""
    assert list(id_order(b"".join(ids))) == sorted(range(len(ids)), key=lambda position: ids[position])


def test_the_file_is_what_the_documentation_says(tmp_path: Path) -> None:
    """Header, entries and order stand where docs/plan-index.md says."""
    ids = ids_of(10)
    write_run(tmp_path / "run", ids, 4)
    layout = RunLayout(tmp_path / "run")
    index, configs = layout.index.read_bytes(), layout.configs.read_bytes()
    header = struct.unpack_from("<8sIIQQQ32s", index)
    assert header == (b"GERYIDX\n", 1, 72, 10, 4, len(configs), hashlib.sha256(configs).digest())
    offset = 0
    for position, line in enumerate(configs.splitlines(keepends=True)):
        assert struct.unpack_from("<Q16s", index, 72 + 24 * position) == (offset, ids[position])
        offset += len(line)
    order = struct.unpack_from("<10I", index, 72 + 240)
    assert list(order) == sorted(range(10), key=lambda position: ids[position])
    assert len(index) == 72 + 28 * 10


def test_the_example_of_the_documentation_reads_it(tmp_path: Path) -> None:
    """The block of docs/plan-index.md, run as it stands."""
    write_run(tmp_path / "outputs" / "runs" / "RUN_ID", ids_of(10), 4)
    page = Path(__file__).parents[2] / "docs" / "plan-index.md"
    example = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    subprocess.run([sys.executable, "-c", example], check=True, cwd=tmp_path)


def test_memory_stays_below_40_bytes_a_configuration(tmp_path: Path) -> None:
    """However many there are."""
    count, at_once = 100_000, 10_000
    chunks = [(bytes(2 * at_once), struct.pack("<I", 2) * at_once, os.urandom(16 * at_once))] * (count // at_once)
    tracemalloc.start()
    try:
        writer = IndexWriter(tmp_path / "configs.idx", 10)
        for chunk in chunks:
            writer.add(*chunk)
        writer.finish()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    constant = 100 * at_once  # what is built of one chunk
    assert peak < constant + 40 * count


def test_the_plan_digest_is_over_batch_size_and_ids(tmp_path: Path) -> None:
    """The digest can be computed from the documented parts."""
    ids = ids_of(7)
    rows = write_run(tmp_path / "run", ids, 3)
    assert rows.plan_digest == hashlib.sha256(struct.pack("<Q", 3) + b"".join(ids)).hexdigest()


@pytest.mark.parametrize(("count", "batch_size"), [(0, 5), (1, 1), (5, 5), (6, 5), (5000, 7)])
def test_every_way_to_a_configuration_agrees(tmp_path: Path, count: int, batch_size: int) -> None:
    """By position, by id and in a row: the same configurations."""
    ids = ids_of(count)
    write_run(tmp_path / "run", ids, batch_size)
    with Plan(tmp_path / "run") as plan:
        assert (plan.count, plan.batch_size, plan.batch_count) == (count, batch_size, -(-count // batch_size))
        assert list(plan.ids()) == [digest.hex() for digest in ids]
        listed = list(plan.configs())
        assert [config.params["x"] for config in listed] == list(range(count))
        for position in range(0, count, 97):
            assert plan.config(position) == listed[position]
            assert plan.id_at(position) == ids[position].hex()
            assert plan.position(ids[position].hex()) == position


@pytest.mark.parametrize("position", [-1, 3])
def test_a_position_outside_is_an_index_error(tmp_path: Path, position: int) -> None:
    """There is no counting from the end."""
    write_run(tmp_path / "run", ids_of(3), 2)
    with Plan(tmp_path / "run") as plan:
        with pytest.raises(IndexError):
            plan.config(position)
        with pytest.raises(IndexError):
            plan.id_at(position)


def test_a_unique_prefix_stands_for_an_id(tmp_path: Path) -> None:
    """Six digits are enough where one id begins so; where two do, more are asked for."""
    ids = [bytes.fromhex(text.ljust(32, "0")) for text in ("abcdef1", "abcdef2", "abcdee", "ffffff")]
    write_run(tmp_path / "run", ids, 2)
    with Plan(tmp_path / "run") as plan:
        assert plan.position("abcdef1") == 0
        assert plan.position("abcdee") == 2
        assert plan.position("ffffff") == 3
        with pytest.raises(InvalidInput) as error:
            plan.position("abcdef")
        assert code_of(error) == "config-id-ambiguous"


@pytest.mark.parametrize("text", ["abc", "", "ABCDEF", "abcdeg", "0" * 33, "abcdef\n", "../../x"])
def test_what_is_no_id_is_refused(tmp_path: Path, text: str) -> None:
    """Fewer than 6 digits, more than 32, or others than 0-9 a-f."""
    write_run(tmp_path / "run", ids_of(3), 2)
    with Plan(tmp_path / "run") as plan, pytest.raises(InvalidInput) as error:
        plan.position(text)
    assert code_of(error) == "config-id-invalid"


@pytest.mark.parametrize("text", ["000000", "ffffff", "f" * 32])
def test_an_unknown_id_is_said_to_be_unknown(tmp_path: Path, text: str) -> None:
    """Before the first, after the last."""
    write_run(tmp_path / "run", ids_of(3), 2)
    with Plan(tmp_path / "run") as plan, pytest.raises(InvalidInput) as error:
        plan.position(text)
    assert code_of(error) == "config-id-unknown"


def test_a_directory_without_run_json_is_no_run(tmp_path: Path) -> None:
    """Also a path that is not there, and a file."""
    (tmp_path / "file").write_text("")
    for name in ("", "absent", "file"):
        with pytest.raises(InvalidInput) as error:
            Plan(tmp_path / name)
        assert code_of(error) == "not-a-run"
        assert error.value.problems[0].hint


def test_a_damaged_run_json_is_a_clear_failure(tmp_path: Path) -> None:
    """It says which file."""
    (tmp_path / "run.json").write_text('{"run_id": 3}')
    with pytest.raises(RunFailure) as error:
        Plan(tmp_path)
    assert code_of(error) == "run-damaged"
    assert "run.json" in error.value.problems[0].message


def test_a_removed_plan_is_said_to_be_missing(tmp_path: Path) -> None:
    """run.json alone is a run whose plan was cleaned."""
    write_run(tmp_path / "run", ids_of(3), 2)
    RunLayout(tmp_path / "run").configs.unlink()
    with pytest.raises(InvalidInput) as error:
        Plan(tmp_path / "run")
    assert code_of(error) == "plan-missing"


@pytest.mark.parametrize("damage", ["removed", "empty", "cut", "longer", "magic", "version", "count", "batch size"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, damage: str) -> None:
    """With the bytes it had, whatever had happened to it."""
    ids = ids_of(9)
    write_run(tmp_path / "run", ids, 4)
    path = RunLayout(tmp_path / "run").index
    good = path.read_bytes()
    bad = {
        "removed": None,
        "empty": b"",
        "cut": good[:-1],
        "longer": good + b"x",
        "magic": b"X" + good[1:],
        "version": good[:8] + b"\2" + good[9:],
        "count": good[:16] + b"\x08" + good[17:],
        "batch size": good[:24] + b"\x05" + good[25:],
    }[damage]
    path.unlink() if bad is None else path.write_bytes(bad)
    with Plan(tmp_path / "run") as plan:
        assert plan.config(8).config_id == ids[8].hex()
    assert path.read_bytes() == good
    assert sorted(os.listdir(path.parent)) == sorted(
        ["batches", "batches.jsonl", "configs.idx", "configs.jsonl", "manifest.csv", "manifest.jsonl"]
    )


@pytest.mark.parametrize("damage", ["offset", "id", "order", "order beyond the end"])
def test_damage_inside_the_index_is_mended_when_it_is_met(tmp_path: Path, damage: str) -> None:
    """Every configuration is found by position and by id, and the file has its bytes again."""
    ids = ids_of(9)
    write_run(tmp_path / "run", ids, 4)
    path = RunLayout(tmp_path / "run").index
    good = path.read_bytes()
    order = 72 + 24 * 9
    start, bad = {
        "offset": (72 + 24 * 5, b"\1"),
        "id": (72 + 24 * 5 + 8, b"other id"),
        "order": (order, good[order + 16 : order + 36] + good[order : order + 16]),
        "order beyond the end": (order, b"\xff" * 36),
    }[damage]
    path.write_bytes(good[:start] + bad + good[start + len(bad) :])
    with Plan(tmp_path / "run") as plan:
        assert [config.config_id for config in plan.configs()] == [digest.hex() for digest in ids]
        assert [plan.position(digest.hex()) for digest in ids] == list(range(9))
    assert path.read_bytes() == good


@pytest.mark.parametrize("damage", ["cut", "appended", "swapped", "not json", "another id"])
def test_damaged_configurations_are_never_taken_for_a_plan(tmp_path: Path, damage: str) -> None:
    """A configs.jsonl that is not the one that was planned is refused when it is opened or when it is read."""
    write_run(tmp_path / "run", ids_of(3), 2)
    path = RunLayout(tmp_path / "run").configs
    lines = path.read_bytes().splitlines(keepends=True)
    lines = {
        "cut": [lines[0], lines[1], lines[2][:-5]],
        "appended": [*lines, lines[0]],
        "swapped": [lines[1], lines[0], lines[2]],
        "not json": [lines[0], b"{" * (len(lines[1]) - 1) + b"\n", lines[2]],
        "another id": [lines[0].replace(b'"config_id":"', b'"config_id":"0')[:-2] + b"\n", lines[1], lines[2]],
    }[damage]
    path.write_bytes(b"".join(lines))
    with pytest.raises(RunFailure) as error, Plan(tmp_path / "run") as plan:
        list(plan.configs())
    assert code_of(error) == "plan-damaged"
