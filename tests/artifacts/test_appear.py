"""A run appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geryon.artifacts.appear import appearing, claim
from geryon.artifacts.json_file import replace_file, write_json
from geryon.artifacts.leftovers import leftovers
from geryon.artifacts.run_id import check_run_id, default_run_id
from geryon.artifacts.system_calls import rename_exclusive
from geryon.errors import InvalidInput, RunFailure
from support.trees import tree

NOON = datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def fill(staged: Path) -> None:
    """A small run."""
    (staged / "plan").mkdir()
    (staged / "plan" / "configs.jsonl").write_text("x\n")
    (staged / "run.json").write_text("{}")


def test_a_run_appears_at_the_end_of_the_block(tmp_path: Path) -> None:
    """Inside the block it has another, hidden name; its directories are made on the way."""
    final = tmp_path / "out" / "runs" / "a"
    with appearing(final) as staged:
        fill(staged)
        assert not final.exists()
        assert staged.name.startswith(f".a.{os.getpid()}.")
    assert tree(tmp_path / "out") == ["runs", "runs/a", "runs/a/plan", "runs/a/plan/configs.jsonl", "runs/a/run.json"]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_of_a_block_that_failed(tmp_path: Path, failure: type[BaseException]) -> None:
    """Not even the directories above."""
    with pytest.raises(failure), appearing(tmp_path / "out" / "runs" / "a") as staged:
        fill(staged)
        raise failure
    assert tree(tmp_path) == []


def test_directories_that_were_there_stay(tmp_path: Path) -> None:
    """A failure removes what it made, and nothing else."""
    (tmp_path / "out").mkdir()
    with pytest.raises(ValueError), appearing(tmp_path / "out" / "runs" / "a"):
        raise ValueError
    assert tree(tmp_path) == ["out"]


def test_a_run_that_exists_is_refused_at_once(tmp_path: Path) -> None:
    """Before anything is built."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "run.json").write_text("{}")
    with pytest.raises(InvalidInput) as error, appearing(tmp_path / "a"):
        pytest.fail("the block was entered")
    assert error.value.problems[0].code == "run-exists"
    assert tree(tmp_path) == ["a", "a/run.json"]


def test_a_run_that_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    """Of two planners with one name, one wins and the other says so."""
    with pytest.raises(InvalidInput) as error, appearing(tmp_path / "a") as staged:
        fill(staged)
        (tmp_path / "a").mkdir()
    assert error.value.problems[0].code == "run-exists"
    assert tree(tmp_path) == ["a"]


def test_a_full_disk_is_a_clear_failure(tmp_path: Path) -> None:
    """/dev/full answers as a full disk does."""
    with pytest.raises(RunFailure) as error, appearing(tmp_path / "a") as staged:
        fill(staged)
        with open("/dev/full", "w") as file:
            file.write("x")
    assert error.value.problems[0].code == "disk-full"
    assert tree(tmp_path) == []


@pytest.mark.parametrize("out", ["file", "file/below", "link"])
def test_an_output_directory_that_cannot_be(tmp_path: Path, out: str) -> None:
    """A path through a file, or through a link to nothing, is refused, and nothing is made."""
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "nothing" / "there")
    before = tree(tmp_path)
    with pytest.raises(InvalidInput) as error, appearing(tmp_path / out / "runs" / "a"):
        pytest.fail("the block was entered")
    assert error.value.problems[0].code == "output-unwritable"
    assert tree(tmp_path) == before


def test_claiming_by_mkdir_gives_the_same_run(tmp_path: Path) -> None:
    """Where no exclusive rename exists."""
    staged = tmp_path / ".staged"
    staged.mkdir()
    fill(staged)
    claim(staged, tmp_path / "a")
    assert tree(tmp_path) == ["a", "a/plan", "a/plan/configs.jsonl", "a/run.json"]
    staged.mkdir()
    with pytest.raises(FileExistsError):
        claim(staged, tmp_path / "a")


def test_the_exclusive_rename_replaces_nothing(tmp_path: Path) -> None:
    """Not even an empty directory, which a plain rename would replace."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with contextlib.suppress(FileExistsError):
        assert not rename_exclusive(tmp_path / "a", tmp_path / "b")
    assert tree(tmp_path) == ["a", "b"]


def test_leftovers_tell_the_dead_from_the_living(tmp_path: Path) -> None:
    """A planner that was killed is dead although its process id may be in use again."""
    script = (
        "import os, signal, sys, pathlib\n"
        "from geryon.artifacts.appear import appearing\n"
        "with appearing(pathlib.Path(sys.argv[1])) as staged:\n"
        "    (staged / 'plan').mkdir()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    runs = tmp_path / "runs"
    ended = subprocess.run([sys.executable, "-c", script, str(runs / "killed")], check=False)
    assert ended.returncode == -signal.SIGKILL
    with pytest.raises(KeyboardInterrupt), appearing(runs / "living"):
        assert [(left.run_id, left.dead) for left in leftovers(runs)] == [("killed", True), ("living", False)]
        raise KeyboardInterrupt
    assert [(left.run_id, left.dead) for left in leftovers(runs)] == [("killed", True)]
    assert leftovers(tmp_path / "absent") == []


def test_a_leftover_that_cannot_be_looked_at_counts_as_living(tmp_path: Path) -> None:
    """Another user's planner in a shared directory: nobody else can tell whether it is dead."""
    script = (
        "import os, pathlib\n"
        "from geryon.artifacts.leftovers import leftovers\n"
        "if os.geteuid() == 0:\n"
        "    os.setuid(65534)\n"
        "print([left.dead for left in leftovers(pathlib.Path('.'))])\n"
    )
    tmp_path.chmod(0o755)
    with pytest.raises(KeyboardInterrupt), appearing(tmp_path / "a") as staged:
        staged.chmod(0)
        told = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
        staged.chmod(0o700)
        assert told.stdout == "[False]\n"
        raise KeyboardInterrupt


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """And a failure leaves the old one and nothing else."""
    path = tmp_path / "a.json"
    write_json(path, {"b": 1, "a": [1.0, "ä"]})
    assert path.read_bytes() == '{"a":[1.0,"ä"],"b":1}\n'.encode()
    with pytest.raises(TypeError):
        replace_file(path, "text")  # type: ignore[arg-type]
    assert tree(tmp_path) == ["a.json"]


@given(st.from_regex(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}", fullmatch=True))
def test_good_run_ids_pass(run_id: str) -> None:
    """1 to 128 of the allowed characters, no leading dot."""
    assert check_run_id(run_id) == run_id


@pytest.mark.parametrize("run_id", ["", ".a", ".", "..", "a/b", "a\n", "a b", "ä", "a" * 129, "a\0", "-\u0661"])
def test_bad_run_ids_are_refused(run_id: str) -> None:
    """Matched as a whole, by ASCII."""
    with pytest.raises(InvalidInput) as error:
        check_run_id(run_id)
    assert error.value.problems[0].code == "run-id-invalid"


def test_the_default_run_id_counts_on(tmp_path: Path) -> None:
    """The stamp, the run set, and a number where that exists."""
    assert default_run_id(NOON, None, lambda run_id: False) == "run_20300102T030405Z"
    taken = {"run_20300102T030405Z_small", "run_20300102T030405Z_small_2"}
    assert default_run_id(NOON, "small", taken.__contains__) == "run_20300102T030405Z_small_3"
