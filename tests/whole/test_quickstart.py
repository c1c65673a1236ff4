"""The quickstart as a user runs it: one YAML file, 24 finished runs of a real Hydra application."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf

from geryon.artifacts.reader import Plan
from support.geryon_command import geryon, geryon_json

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a finished run of the quickstart, in a copy."""
    work = tmp_path_factory.mktemp("quickstart work") / "copy"
    shutil.copytree(QUICKSTART, work, ignore=shutil.ignore_patterns("outputs", "__pycache__"))
    done = geryon(
        "launch", "-q", "--experiment", "./experiment.yaml", "--out", "./outputs", "--batch-size", "8",
        "--backend", "local", "--profile", "local_fast", "--profiles-file", "./profiles.yaml",
        cwd=work,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    root = work / done.stdout.strip()
    assert root.is_dir()
    return root


def test_status_says_24_complete(launched: Path) -> None:
    """Nothing failed, nothing is missing, nothing is damaged, nothing runs."""
    status = geryon_json("status", "--run", str(launched), "--strict-jsonl")
    assert status["by_status"] == {"complete": 24, "failed": 0, "terminated": 0, "missing": 0}
    assert (status["totals"]["configurations"], status["totals"]["attempts"]) == (24, 24)
    assert (status["corrupt"], status["torn"], status["running"]) == ([], [], 0)


def planned_leaves(tree: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """Every leaf of a planned mapping with its dotted path."""
    found: list[tuple[str, Any]] = []
    for key, value in tree.items():
        path = f"{above}{key}"
        if isinstance(value, dict) and value:
            found += planned_leaves(value, f"{path}.")
        else:
            found.append((path, value))
    return found


def test_every_application_saw_the_planned_values(launched: Path) -> None:
    """What Hydra stored of each run equals the plan by value and by type."""
    with Plan(launched) as plan:
        for config in plan.configs():
            stem = plan.layout.attempt_stem(config.batch_index, config.line_index, 0)
            directory = plan.layout.workdirs / stem
            seen = OmegaConf.load(directory / ".hydra" / "config.yaml")
            leaves = planned_leaves(config.params)
            assert leaves
            for path, value in leaves:
                found = OmegaConf.select(seen, path)
                assert (type(found), found) == (type(value), value), (config.config_id, path)
            assert OmegaConf.select(seen, "optimizer.name") == config.choices["optimizer"]
            assert set(json.loads((directory / "metrics.json").read_text())) == {"loss_before", "loss_after"}


def test_groups_reports_and_summary(launched: Path) -> None:
    """The questions of the founding document get answers on a finished run."""
    grouped = geryon_json("status", "--run", str(launched), "--by-pack", "optimizer")
    assert sum(group["by_status"]["complete"] for group in grouped["groups"]) == 24
    out = launched.parent / "report.md"
    assert geryon("report", "--run", str(launched), "--format", "markdown", "--out", str(out)).returncode == 0
    assert "## Slowest configurations" in out.read_text()
    collected = geryon_json("collect", "--run", str(launched))
    assert collected["configurations"]["complete"] == 24
    assert json.loads((launched / "exec/results/summary.json").read_text())["attempts"]["total"] == 24


def test_running_again_starts_nothing(launched: Path) -> None:
    """Under resume a recorded success is not repeated."""
    done = geryon("run-local", "--run", str(launched), "--format", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["attempts"]["by_status"] == {"success": 0, "failed": 0, "terminated": 0}
    assert answer["configurations"]["complete"] == 24


def test_nothing_to_recover(launched: Path) -> None:
    """Recover and rerun say so, write nothing and exit with 0."""
    for command in ("recover", "rerun"):
        done = geryon(command, "--run", str(launched))
        assert (done.returncode, done.stdout) == (0, "nothing to run again\n"), done.stderr
    assert not (launched / "exec/retries").exists()


def test_unknown_pack_is_an_error_with_a_guess(launched: Path) -> None:
    """--by-pack takes only packs of the run."""
    done = geryon("status", "--run", str(launched), "--by-pack", "optimiser")
    assert done.returncode == 2
    assert "did you mean `optimizer`?" in done.stderr
