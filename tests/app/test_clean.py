"""clean: what is removed, and above all what is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from geryon.app.clean import What, clean, clean_stale
from geryon.artifacts.appear import appearing
from geryon.artifacts.layout import RunLayout
from geryon.errors import InvalidInput
from support.rows import ids_of, write_run
from support.trees import tree


@pytest.fixture
def run(tmp_path: Path) -> RunLayout:
    """A run with an exec directory that links to a directory outside, and no records."""
    layout = RunLayout(tmp_path / "runs" / "a")
    write_run(layout.root, ids_of(5), 2)
    layout.results.mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").write_text("kept")
    (layout.exec / "link").symlink_to(tmp_path / "outside")
    return layout


def add_record(layout: RunLayout) -> None:
    """Something that looks like a record."""
    (layout.results / "task_local_0_x.jsonl").write_text("{}\n")


@pytest.mark.parametrize(("what", "left"), [("plan", ["exec", "run.json"]), ("exec", ["plan", "run.json"])])
def test_a_part_is_removed(run: RunLayout, what: What, left: list[str]) -> None:
    """The other part and run.json stay; a link is removed, not what it points to."""
    result = clean(run.root, what)
    assert result.removed == [str(run.root / what)]
    assert sorted(path.name for path in run.root.iterdir()) == left
    assert (run.root.parent.parent / "outside" / "kept").read_text() == "kept"


def test_all_is_removed(run: RunLayout) -> None:
    """Nothing of the run is left beside its siblings."""
    write_run(run.root.parent / "b", ids_of(2), 2)
    add_record(run)
    assert clean(run.root, "all").bytes > 0
    assert [path.name for path in run.root.parent.iterdir()] == ["b"]
    assert (run.root.parent.parent / "outside" / "kept").read_text() == "kept"


@pytest.mark.parametrize("what", ["plan", "exec", "all"])
def test_a_dry_run_removes_nothing(run: RunLayout, what: What) -> None:
    """It says what would be removed, and how much that is."""
    before = tree(run.root)
    dry = clean(run.root, what, dry_run=True)
    assert tree(run.root) == before
    done = clean(run.root, what)
    assert (dry.removed, dry.bytes) == (done.removed, done.bytes)


def test_a_plan_with_records_is_kept(run: RunLayout) -> None:
    """Unless it is confirmed."""
    add_record(run)
    with pytest.raises(InvalidInput) as error:
        clean(run.root, "plan")
    assert error.value.problems[0].code == "records-exist"
    assert run.configs.exists()
    clean(run.root, "plan", despite_records=True)
    assert not run.plan.exists()


def test_nothing_to_remove_is_fine(run: RunLayout) -> None:
    """Twice is once."""
    clean(run.root, "exec")
    result = clean(run.root, "exec")
    assert (result.removed, result.bytes) == ([], 0)


@pytest.mark.parametrize("what", ["plan", "exec", "all"])
def test_what_is_no_run_is_never_touched(tmp_path: Path, what: What) -> None:
    """A directory without run.json may be anything."""
    (tmp_path / "plan").mkdir()
    (tmp_path / "exec").mkdir()
    with pytest.raises(InvalidInput) as error:
        clean(tmp_path, what)
    assert error.value.problems[0].code == "not-a-run"
    assert tree(tmp_path) == ["exec", "plan"]


def test_a_link_to_a_run_is_not_followed(run: RunLayout, tmp_path: Path) -> None:
    """The hint names the run itself."""
    (tmp_path / "link").symlink_to(run.root)
    with pytest.raises(InvalidInput) as error:
        clean(tmp_path / "link", "all")
    assert error.value.problems[0].code == "run-is-a-link"
    assert str(run.root) in (error.value.problems[0].hint or "")
    assert run.run_json.exists()


@pytest.mark.parametrize("part", ["plan", "exec"])
def test_a_part_that_is_a_link_loses_the_link(run: RunLayout, tmp_path: Path, part: What) -> None:
    """What it points to is outside the run."""
    clean(run.root, part)
    (run.root / part).symlink_to(tmp_path / "outside")
    assert clean(run.root, part).removed == [str(run.root / part)]
    assert (tmp_path / "outside" / "kept").exists()
    assert not (run.root / part).is_symlink()


def test_stale_removes_what_dead_planners_left(run: RunLayout) -> None:
    """And neither a run, nor a plan that is being built, nor a directory of another name."""
    runs = run.root.parent
    script = (
        "import os, pathlib, sys\n"
        "from geryon.artifacts.appear import appearing\n"
        "runs = pathlib.Path(sys.argv[1])\n"
        "with appearing(runs / 'killed') as staged:\n"
        "    (staged / 'plan').mkdir()\n"
        "    (runs / 'killed' / 'plan').mkdir(parents=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(runs)], check=False)
    (runs / ".other.1.x").mkdir()
    with pytest.raises(KeyboardInterrupt), appearing(runs / "living") as living:
        dry = clean_stale(runs, dry_run=True)
        assert len(dry.removed) == 2
        assert clean_stale(runs).removed == dry.removed
        assert sorted(path.name for path in runs.iterdir()) == sorted([".other.1.x", "a", living.name])
        raise KeyboardInterrupt
    assert clean_stale(runs).removed == []


def test_stale_leaves_a_name_that_a_living_planner_has_claimed(run: RunLayout) -> None:
    """Where there is no exclusive rename, although a dead planner was at the same run before."""
    runs = run.root.parent
    script = (
        "import os, pathlib, sys\n"
        "from geryon.artifacts.appear import appearing\n"
        "with appearing(pathlib.Path(sys.argv[1])) as staged:\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(runs / "again")], check=False)
    with pytest.raises(KeyboardInterrupt), appearing(runs / "again"):
        (runs / "again" / "plan").mkdir(parents=True)
        assert len(clean_stale(runs).removed) == 1
        assert (runs / "again" / "plan").is_dir()
        raise KeyboardInterrupt
