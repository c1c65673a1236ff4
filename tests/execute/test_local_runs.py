"""Local runs with real commands: records, events, files, order, retries, policies, resume."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from geryon.app.run_local import preview_local, run_local
from geryon.app.run_request import RunRequest
from geryon.errors import Diagnostic, InvalidInput, RunFailure
from geryon.execute.cores import usable_cores
from geryon.execute.observer import Silent
from geryon.kernels import kernel
from geryon.results import read_results
from geryon.schema.events import EVENT
from geryon.schema.record import AttemptRecord
from support.runs import events, make_run, output, python, records, run, shell

TWO_CPUS = usable_cores(None, 2)


def names(plan: Any, *keep: str) -> list[str]:
    """The events of a run by name, or only some of them."""
    return [event["event"] for event in events(plan) if not keep or event["event"] in keep]


def test_every_kind_of_end(tmp_path: Path) -> None:
    """Success, exit code, a signal of others, a time-out: each in its record, each record and event as documented."""
    plan = make_run(tmp_path / "r", shell("exit 0", "exit 3", "kill -9 $$", "sleep 600"))
    result = run(plan, command_timeout_sec=0.3, kill_grace_sec=5)
    found = [(r["status"], r["status_reason"], r["exit_code"], r["signal"]) for r in records(plan)]
    assert found == [
        ("success", None, 0, None),
        ("failed", None, 3, None),
        ("terminated", "signal", None, 9),
        ("terminated", "timeout_kill", None, 15),
    ]
    assert result.attempts.by_status.model_dump() == {"success": 1, "failed": 1, "terminated": 2}
    assert result.configurations.model_dump() == {"complete": 1, "failed": 3, "missing": 0}
    assert (result.stopped_by, result.exit_code) == (None, 3)
    for record in records(plan):
        AttemptRecord.model_validate(record)
    for event in events(plan):
        EVENT.validate_python(event)
    index = read_results(plan)
    assert (index.attempts, index.damage) == (4, [])


def test_a_record_says_what_ran_where(tmp_path: Path) -> None:
    """Paths are relative to the run's root, the command is the argv that ran, times are ordered."""
    plan = make_run(tmp_path / "r", shell("echo out; echo err >&2"), hydra=True)
    assert run(plan, cores_per_task=1).exit_code == 0
    (record,) = records(plan)
    workdir = tmp_path / "r" / "exec" / "workdirs" / "b000000" / "l0000_a0"
    assert record["command"] == ["sh", "-c", "echo out; echo err >&2", f"hydra.run.dir={workdir}"]
    assert tmp_path / "r" / record["workdir"] == workdir
    assert workdir.is_dir()
    assert (record["stdout_path"], record["stderr_path"]) == (
        "exec/cmd_logs/b000000/l0000_a0.out",
        "exec/cmd_logs/b000000/l0000_a0.err",
    )
    assert (output(plan, record), output(plan, record, "stderr_path")) == ("out\n", "err\n")
    assert record["start_time"] <= record["end_time"]
    assert (record["executor"], record["attempt_index"], record["parent_attempt_id"]) == ("process", 0, None)
    assert record["selected_options"] == {"x": "0"}
    (path,) = plan.layout.results.iterdir()
    assert path.name.startswith("task_local_0_")
    assert (plan.layout.batch_logs / path.stem / "task.events.jsonl").exists()
    assert path.read_bytes() == b"".join(_canonical(line) for line in path.read_bytes().splitlines())


def _canonical(line: bytes) -> bytes:
    return kernel().canonical_json(json.loads(line)) + b"\n"


def test_a_relative_root_gives_absolute_workdirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--run ./outputs/runs/x` works from anywhere, whatever the commands' cwd."""
    monkeypatch.chdir(tmp_path)
    program = "import os, sys; print(os.environ['GERYON_WORKDIR'], sys.argv[1])"
    plan = make_run(Path("r"), python(program), hydra=True, cwd=Path("/"))
    run(plan)
    workdir = tmp_path / "r" / "exec" / "workdirs" / "b000000" / "l0000_a0"
    assert output(plan, records(plan)[0]).split() == [str(workdir), f"hydra.run.dir={workdir}"]


def test_cwd_is_the_plans(tmp_path: Path) -> None:
    """Commands run where run.json says, and PWD agrees."""
    (tmp_path / "there").mkdir()
    plan = make_run(tmp_path / "r", python("import os; print(os.getcwd(), os.environ['PWD'])"), cwd=tmp_path / "there")
    run(plan)
    assert output(plan, records(plan)[0]).split() == [str(tmp_path / "there")] * 2


@pytest.mark.parametrize("logs", ["split", "merged", "failed_only"])
def test_logs(tmp_path: Path, logs: str) -> None:
    """Apart, in one file, or only of what did not succeed."""
    plan = make_run(tmp_path / "r", shell("echo a; echo b >&2", "echo c; echo d >&2; exit 1"))
    run(plan, logs=logs)
    good, bad = records(plan)
    files = sorted(path.name for path in (plan.layout.cmd_logs / "b000000").iterdir())
    if logs == "merged":
        assert files == ["l0000_a0.out", "l0001_a0.out"]
        assert output(plan, bad) == output(plan, bad, "stderr_path") == "c\nd\n"
    else:
        assert (output(plan, bad), output(plan, bad, "stderr_path")) == ("c\n", "d\n")
        kept = ["l0001_a0.err", "l0001_a0.out"]
        assert files == (kept if logs == "failed_only" else ["l0000_a0.err", "l0000_a0.out", *kept])
        assert (good["stdout_path"] is None) == (logs == "failed_only")


@pytest.mark.skipif(sys.platform != "linux" or len(TWO_CPUS) < 2, reason="needs two CPUs to pin to")
def test_commands_are_pinned_to_disjoint_cores(tmp_path: Path) -> None:
    """Each command may run on its slot's cores only, and knows them."""
    program = (
        "import os; print(sorted(os.sched_getaffinity(0)), os.environ['GERYON_ASSIGNED_CORES'],"
        " os.environ['OMP_NUM_THREADS'])"
    )
    plan = make_run(tmp_path / "r", python(*[program] * 6))
    run(plan, max_concurrent_tasks=2)
    used = set()
    for record in records(plan):
        (core,) = record["assigned_cores"]
        assert output(plan, record) == f"[{core}] {core} 1\n"
        used.add(core)
    assert len(used) == 2


def test_retries_continue_the_chain(tmp_path: Path) -> None:
    """Each retry has its own directory and points at its parent; the last one counts."""
    script = 'case "$GERYON_WORKDIR" in *a2) exit 0;; *) exit 1;; esac'
    plan = make_run(tmp_path / "r", shell(script, "exit 1"))
    result = run(plan, max_retries=2)
    first = [r for r in records(plan) if r["line_index"] == 0]
    assert [r["attempt_index"] for r in first] == [0, 1, 2]
    assert [r["parent_attempt_id"] for r in first] == [None, first[0]["attempt_id"], first[1]["attempt_id"]]
    assert [r["status"] for r in first] == ["failed", "failed", "success"]
    assert result.configurations.model_dump() == {"complete": 1, "failed": 1, "missing": 0}
    assert names(plan, "retry_scheduled") == ["retry_scheduled"] * 4


@pytest.mark.skipif(len(TWO_CPUS) < 2, reason="needs two CPUs")
def test_batches_are_no_barriers(tmp_path: Path) -> None:
    """A command of the next batch runs while one of the last still does: it is the one that lets that one end."""
    plan = make_run(tmp_path / "r", shell("while [ ! -e go ]; do sleep 0.01; done", "true", ": > go", "true"))
    assert run(plan, max_concurrent_tasks=2, command_timeout_sec=60).exit_code == 0
    order = [(e["event"], e["batch_index"]) for e in events(plan) if e["event"].startswith("batch_")]
    assert order.index(("batch_start", 1)) < order.index(("batch_end", 0))


def test_resume_skips_what_succeeded(tmp_path: Path) -> None:
    """A second run starts only what has no success; indices and parents go on; a third has nothing to do."""
    plan = make_run(tmp_path / "r", shell("exit 0", "test -e fixed", "exit 0", "exit 0"), batch_size=2)
    assert run(plan).exit_code == 3
    (tmp_path / "r" / "fixed").touch()
    result = run(plan)
    assert result.attempts.by_status.success == 1
    assert (result.configurations.complete, result.exit_code) == (4, 0)
    again = [r for r in records(plan) if r["line_index"] == 1 and r["batch_index"] == 0]
    assert [(r["attempt_index"], r["status"]) for r in again] == [(0, "failed"), (1, "success")]
    assert again[1]["parent_attempt_id"] == again[0]["attempt_id"]
    assert run(plan).attempts.by_status.model_dump() == {"success": 0, "failed": 0, "terminated": 0}
    last = ["task_start", *["batch_filter", "batch_skipped"] * 2, "task_end"]
    assert names(plan)[-len(last) :] == last


def test_without_resume_everything_runs_again(tmp_path: Path) -> None:
    """`--no-resume`: further attempts of what succeeded."""
    plan = make_run(tmp_path / "r", shell("exit 0"))
    run(plan)
    run(plan, resume=False)
    assert [r["attempt_index"] for r in records(plan)] == [0, 1]


def test_a_directory_of_an_unrecorded_attempt_is_passed_over(tmp_path: Path) -> None:
    """Where a runner died, its attempts left directories and no record: an index is never used twice."""
    plan = make_run(tmp_path / "r", shell("exit 0"))
    lost = plan.layout.workdirs / "b000000" / "l0000_a0"
    lost.mkdir(parents=True)
    run(plan)
    (record,) = records(plan)
    assert (record["attempt_index"], record["workdir"]) == (1, "exec/workdirs/b000000/l0000_a1")


def test_max_failures_stops_and_drops(tmp_path: Path) -> None:
    """Pending configurations stay missing; begun and untouched batches are told apart."""
    plan = make_run(tmp_path / "r", shell(*["exit 1"] * 9), batch_size=3)
    result = run(plan, max_failures=4)
    assert result.stopped_by == "max_failures"
    assert result.configurations.model_dump() == {"complete": 0, "failed": 4, "missing": 5}
    assert result.exit_code == 3
    assert len(records(plan)) == 4
    tail = [e for e in events(plan) if e["event"].startswith(("fail_fast", "batch_skipped"))]
    assert [(e["event"], e.get("dropped")) for e in tail] == [
        ("fail_fast_stop", None),
        ("fail_fast_drop_pending", 2),
        ("batch_skipped_fail_fast", 3),
    ]
    ends = [e for e in events(plan) if e["event"] == "batch_end"]
    assert [(e["failed"], e["dropped"]) for e in ends] == [(3, 0), (1, 2)]


def test_fail_fast_threshold(tmp_path: Path) -> None:
    """At the rate, after the minimum."""
    plan = make_run(tmp_path / "r", shell("exit 1", *["exit 0"] * 9))
    result = run(plan, fail_fast_threshold="20%")
    assert (result.stopped_by, result.configurations.complete) == ("fail_fast_threshold", 4)


def test_selection(tmp_path: Path) -> None:
    """Batches and ids restrict; unknown ones are all told before anything is written."""
    plan = make_run(tmp_path / "r", shell(*["exit 0"] * 6), batch_size=2)
    ids = [plan.id_at(position) for position in range(6)]
    request = RunRequest(batch_index=[1, 2], config_id=[ids[0], ids[3][:8], ids[4]])
    assert [row.config_id for row in preview_local(plan, request).result.would_run] == [ids[3], ids[4]]
    run_local(plan, request)
    assert [(r["batch_index"], r["line_index"]) for r in records(plan)] == [(1, 1), (2, 0)]
    with pytest.raises(InvalidInput) as caught:
        run_local(plan, RunRequest(batch_index=[7, -1], config_id=["abc", "f" * 32], retry_file="none.json"))
    assert [problem.code for problem in caught.value.problems] == [
        "unknown-batch", "unknown-batch", "config-id-invalid", "config-id-unknown", "file-not-found",
    ]  # fmt: skip


def test_a_retry_file_of_this_run_restricts(tmp_path: Path) -> None:
    """One of another run, or none at all, is refused."""
    plan = make_run(tmp_path / "r", shell("exit 0", "exit 0"))
    path = tmp_path / "retry.json"
    text = '{"schema_version": 1, "run_id": "%s", "created_at": "x", "statuses": [], "config_ids": ["%s"]}'
    path.write_text(text % ("r", plan.id_at(1)))
    run_local(plan, RunRequest(retry_file=str(path)))
    assert [r["line_index"] for r in records(plan)] == [1]
    for content, code in ((text % ("other", plan.id_at(1)), "retry-file-of-another-run"), ("{}", "retry-file-invalid")):
        path.write_text(content)
        with pytest.raises(InvalidInput) as caught:
            run_local(plan, RunRequest(retry_file=str(path)))
        assert caught.value.problems[0].code == code


def test_preview_writes_nothing(tmp_path: Path) -> None:
    """It shows what would run, and leaves no exec directory."""
    plan = make_run(tmp_path / "r", shell("exit 0", "exit 1", "exit 0"), batch_size=2)
    preview = preview_local(plan, RunRequest()).result
    assert (preview.selected, preview.complete, preview.batches, len(preview.would_run)) == (3, 0, 2, 3)
    assert not plan.layout.exec.exists()
    run(plan)
    preview = preview_local(plan, RunRequest()).result
    assert (preview.complete, [row.attempts_before for row in preview.would_run]) == (2, [1])


@pytest.mark.parametrize("program", ["no-such-program-xyz", "./no-such-program", "/nonexistent/program"])
def test_a_missing_program_fails_before_any_command(tmp_path: Path, program: str) -> None:
    """No record, exit code 1, and the name in the message."""
    plan = make_run(tmp_path / "r", [[program]] * 3)
    with pytest.raises(RunFailure) as caught:
        run(plan)
    assert caught.value.problems[0].code == "program-missing"
    assert f"`{program}`" in caught.value.problems[0].message
    assert records(plan) == []
    assert names(plan) == ["task_end"]


def test_a_missing_cwd_fails_before_any_command(tmp_path: Path) -> None:
    """Also before env_script."""
    plan = make_run(tmp_path / "r", shell("true"), cwd=tmp_path / "gone")
    with pytest.raises(RunFailure) as caught:
        run(plan, env_setup_cmds=["false"])
    assert caught.value.problems[0].code == "cwd-missing"


def test_a_program_relative_to_cwd_and_one_from_the_scripts_path(tmp_path: Path) -> None:
    """Programs are found where the commands will look."""
    tool = tmp_path / "bin" / "tool"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho $0")
    tool.chmod(0o755)
    plan = make_run(tmp_path / "a", [["./bin/tool"]], cwd=tmp_path)
    assert run(plan).exit_code == 0
    plan = make_run(tmp_path / "b", [["tool"]])
    with pytest.raises(RunFailure):
        run(plan)
    assert run(plan, env_setup_cmds=[f"PATH={tool.parent}:$PATH"]).exit_code == 0


def test_a_program_that_the_system_refuses_is_a_spawn_error(tmp_path: Path) -> None:
    """Recorded as failed, with the reason in its stderr, and retried like other failures."""
    program = tmp_path / "program"
    program.write_text("no program")
    program.chmod(0o755)
    plan = make_run(tmp_path / "r", [[str(program)], [str(program)]])
    result = run(plan, max_retries=1)
    assert result.configurations.failed == 2
    found = records(plan)
    assert {(r["status"], r["status_reason"], r["exit_code"], r["pid"]) for r in found} == {
        ("failed", "spawn_error", None, None)
    }
    assert len(found) == 4
    assert "Exec format error" in output(plan, found[0], "stderr_path")
    for record in found:
        AttemptRecord.model_validate(record)


def test_a_failing_env_script_fails_the_task(tmp_path: Path) -> None:
    """Before any command; the task's files say what happened."""
    plan = make_run(tmp_path / "r", shell("true"))
    with pytest.raises(RunFailure) as caught:
        run(plan, env_setup_cmds=["echo why >&2; false"])
    assert caught.value.problems[0].code == "env-script-failed"
    assert records(plan) == []
    (log,) = plan.layout.batch_logs.glob("*/task.stderr.log")
    assert log.read_text() == "why\n"


def test_secrets_are_on_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values of env, --env and env_script reach the commands and no file below the run."""
    script = tmp_path / "boot.sh"
    script.write_text("export FROM_SCRIPT=ge${EMPTY}heim-script")
    monkeypatch.setenv("INHERITED", "geheim-inherited")
    profiles = tmp_path / "profiles.yaml"
    profiles.write_text(f"profiles: {{p: {{env: {{FROM_PROFILE: geheim-profile}}, env_script: {script}}}}}")
    program = (
        "import hashlib, os; print([hashlib.sha256(os.environ[n].encode()).hexdigest() for n in"
        " ('FROM_SCRIPT', 'INHERITED', 'FROM_PROFILE', 'FROM_OPTION', 'FROM_LINE')])"
    )
    plan = make_run(tmp_path / "r", python(program))
    flags = {"env": ["FROM_OPTION=geheim-option"], "env_setup_cmds": ["export FROM_LINE=geheim-line"]}
    request = RunRequest(profile="p", profiles_file=str(profiles), flags=flags)
    assert run_local(plan, request).result.exit_code == 0
    files = [path for path in plan.layout.root.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path for path in files if b"geheim" in path.read_bytes()]


def test_more_cores_than_there_are_is_refused(tmp_path: Path) -> None:
    """Exit code 2, before anything is written."""
    plan = make_run(tmp_path / "r", shell("true"))
    with pytest.raises(InvalidInput):
        run(plan, cores_per_task=10**5)
    assert not plan.layout.exec.exists()


class Watching(Silent):
    """An observer that remembers."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def notice(self, diagnostic: Diagnostic) -> None:
        """Remember it."""
        self.seen.append(diagnostic.code)

    def ended(self, record: Any, retry: bool) -> None:
        """Remember it."""
        self.seen.append((record["status"], retry))


def test_the_observer_is_told(tmp_path: Path) -> None:
    """That concurrency was lowered, and each end."""
    plan = make_run(tmp_path / "r", shell("exit 0", "exit 1"))
    watching = Watching()
    flags = {"max_concurrent_tasks": 2, "max_total_cores": 1, "max_retries": 1}
    run_local(plan, RunRequest(flags=flags), watching)
    assert watching.seen == ["concurrency-lowered", ("success", False), ("failed", True), ("failed", False)]


@pytest.mark.skipif(len(TWO_CPUS) < 2, reason="needs two CPUs")
def test_free_core_groups_are_told_once_where_nobody_chose(tmp_path: Path) -> None:
    """The built-in one command at a time leaves groups free; who asked for it knows."""
    plan = make_run(tmp_path / "r", shell("exit 0"))
    watching = Watching()
    run_local(plan, RunRequest(), watching)
    assert watching.seen[0] == "cores-free"
    watching = Watching()
    run_local(plan, RunRequest(flags={"max_concurrent_tasks": 1}), watching)
    assert watching.seen == []


def test_task_end_counts_the_records(tmp_path: Path) -> None:
    """The last event says how much the results file holds."""
    plan = make_run(tmp_path / "r", shell("exit 0", "exit 1"))
    run(plan)
    end = events(plan)[-1]
    (path,) = plan.layout.results.glob("task_*.jsonl")
    assert (end["event"], end["result_records"], end["result_bytes"]) == ("task_end", 2, path.stat().st_size)
    assert (end["succeeded"], end["failed"], end["dropped"]) == (1, 1, 0)
