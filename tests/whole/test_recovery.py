"""Failures, reports about them, and the ways back: rerun, recover, retry files, explicit ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.geryon_command import geryon, geryon_json

EXPERIMENT = """\
command: {program: python, args: [job.py], cwd: ., hydra: false}
select:
  packs:
    - name: mode
      options:
        - {id: good, params: {mode: good}}
        - {id: bad, params: {mode: bad}}
        - {id: killed, params: {mode: killed}}
    - {name: seed, param: seed, range: [0, 3]}
"""
JOB = """\
import os, pathlib, signal, sys

mode = dict(word.split("=", 1) for word in sys.argv[1:])["mode"]
if mode != "good" and not pathlib.Path("mended").exists():
    print("Traceback: could not open /data/part-17.bin at line 42", file=sys.stderr)
    if mode == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.exit(7)
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of nine configurations: three succeed, three exit with 7, three kill themselves."""
    (tmp_path / "experiment.yaml").write_text(EXPERIMENT)
    (tmp_path / "job.py").write_text(JOB)
    done = geryon("launch", "-q", "--experiment", "experiment.yaml", "--batch-size", "2", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    return tmp_path / done.stdout.strip()


def statuses(run: Path) -> dict[str, int]:
    """Configurations by final status."""
    counts: dict[str, int] = geryon_json("status", "--run", str(run))["by_status"]
    return counts


def test_failures_are_data_not_errors(run: Path) -> None:
    """Status, report and collect exit with 0 whatever the configurations' state."""
    assert statuses(run) == {"complete": 3, "failed": 3, "terminated": 3, "missing": 0}
    collected = geryon_json("collect", "--run", str(run))
    assert len(collected["failed_config_ids"]) == 6
    assert collected["attempts"]["by_status"] == {"success": 3, "failed": 3, "terminated": 3}


def test_report_groups_failures_by_cause(run: Path) -> None:
    """Exit code, signal and the last line of stderr, with paths and numbers folded."""
    report = geryon_json("report", "--run", str(run), "--by-pack", "mode")
    causes: list[dict[str, Any]] = report["causes"]
    assert {(cause["status"], cause["exit_code"], cause["signal"], cause["count"]) for cause in causes} == {
        ("failed", 7, None, 3),
        ("terminated", None, 9, 3),
    }
    assert {cause["last_error"] for cause in causes} == {"Traceback: could not open <path> at line #"}
    assert {group["options"]["mode"]: group["by_status"]["complete"] for group in report["groups"]} == {
        "good": 3,
        "bad": 0,
        "killed": 0,
    }
    for form in ("table", "markdown"):
        text = geryon("report", "--run", str(run), "--format", form, "--by-pack", "mode").stdout
        assert "could not open <path>" in text


def test_command_of_the_report_runs_one_configuration_again(run: Path) -> None:
    """The slowest configurations come with a command that works as it is printed."""
    command = geryon_json("report", "--run", str(run))["slowest"][0]["command"]
    assert command.startswith("geryon run-local --run ")
    (run.parents[2] / "mended").touch()
    assert geryon(*command.split()[1:]).returncode == 0


def test_recover_runs_what_failed_and_only_that(run: Path) -> None:
    """One step; afterwards the failed ones are complete, the killed ones as before."""
    (run.parents[2] / "mended").touch()
    answer = geryon_json("recover", "--run", str(run), "--status", "failed", "--backend", "local")
    assert answer["configurations"] == {"complete": 3, "failed": 0, "missing": 0}
    assert statuses(run) == {"complete": 6, "failed": 0, "terminated": 3, "missing": 0}
    retry = json.loads(Path(answer["retry_file"]).read_text())
    assert len(retry["config_ids"]) == 3


def test_two_steps_do_the_same(run: Path) -> None:
    """Rerun writes the selection, run-local takes it."""
    (run.parents[2] / "mended").touch()
    selected = geryon_json("rerun", "--run", str(run), "--status", "failed,terminated")
    assert len(selected["config_ids"]) == 6
    ran = geryon("run-local", "--run", str(run), "--retry-file", selected["retry_file"])
    assert ran.returncode == 0, ran.stderr
    assert statuses(run)["complete"] == 9


def test_run_local_again_runs_all_that_has_no_success(run: Path) -> None:
    """Resume is the default, and attempts are numbered on."""
    (run.parents[2] / "mended").touch()
    answer = geryon_json("run-local", "--run", str(run), "--max-concurrent-tasks", "2")
    assert answer["attempts"]["by_status"] == {"success": 6, "failed": 0, "terminated": 0}
    records = [json.loads(line) for path in run.glob("exec/results/task_*") for line in path.read_text().splitlines()]
    again = [record for record in records if record["attempt_index"] == 1]
    first = {record["attempt_id"]: record for record in records}
    assert len(again) == 6
    assert all(first[record["parent_attempt_id"]]["config_id"] == record["config_id"] for record in again)


def test_explicit_ids_by_prefix(run: Path) -> None:
    """A unique prefix of six digits names a configuration."""
    failed = geryon_json("collect", "--run", str(run))["failed_config_ids"]
    (run.parents[2] / "mended").touch()
    ran = geryon("run-local", "--run", str(run), "--config-id", failed[0][:8], "--config-id", failed[1])
    assert ran.returncode == 0, ran.stderr
    assert statuses(run)["complete"] == 5


def test_damaged_records_are_survived_and_under_strict_an_error(run: Path) -> None:
    """One broken line: its configuration counts as missing, strict mode names file, line and byte."""
    path = next(run.glob("exec/results/task_*.jsonl"))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b'"status"', b'"statu"') + b"".join(lines[2:]))
    assert sum(statuses(run).values()) == 9
    assert statuses(run)["missing"] == 1
    for command in ("status", "report", "collect"):
        done = geryon(command, "--run", str(run), "--strict-jsonl", "--format", "json")
        document = json.loads(done.stdout)
        assert (done.returncode, document["ok"]) == (1, False)
        damage = {"file": str(path.relative_to(run)), "line": 2, "offset": len(lines[0]), "kind": "missing:status"}
        assert damage in document["corrupt"]
        assert document["errors"][0]["code"] == "corrupt-record"
    assert not (run / "exec/results/summary.json").exists()


def test_retries_of_the_policy_are_attempts_of_one_run(tmp_path: Path) -> None:
    """max_retries gives a failing configuration further attempts, and the events say so."""
    (tmp_path / "experiment.yaml").write_text(EXPERIMENT)
    (tmp_path / "job.py").write_text(JOB)
    (tmp_path / "profiles.yaml").write_text("profiles: {p: {defaults: {run_local: {max_retries: 2}}}}\n")
    done = geryon("launch", "-q", "--experiment", "experiment.yaml", "--profile", "p", cwd=tmp_path)
    assert done.returncode == 3
    run = tmp_path / done.stdout.strip()
    status = geryon_json("status", "--run", str(run))
    assert (status["totals"]["attempts"], status["totals"]["retries"]) == (3 + 6 * 3, 12)
    events = [
        json.loads(line)
        for path in run.glob("exec/batch_logs/*/task.events.jsonl")
        for line in path.read_text().splitlines()
    ]
    assert sum(event["event"] == "retry_scheduled" for event in events) == 12
