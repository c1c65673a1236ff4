"""Planning, from the file to the run on disk."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from geryon.app.plan import plan
from geryon.app.plan_request import PlanRequest
from geryon.artifacts.layout import RunLayout
from geryon.artifacts.reader import Plan
from geryon.errors import GeryonError, InvalidInput, RunFailure
from support.experiments import SMALL, plan_small, working_directory, write_experiment
from support.trees import tree

SWEEP = "{command: {program: p}, select: {packs: [{name: x, param: x, range: [0, %d]}]}}"


def codes(error: pytest.ExceptionInfo[GeryonError]) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in error.value.problems]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> RunLayout:
    """The small experiment's run."""
    return plan_small(tmp_path_factory.mktemp("small"))


def test_the_plan_is_the_golden_one(planned: RunLayout) -> None:
    """Byte for byte; a change of a plan's bytes is a decision, and is made here."""
    golden = SMALL / "plan"
    assert tree(planned.plan) == tree(golden)
    for path in sorted(golden.rglob("*")):
        if path.is_file():
            assert (planned.plan / path.relative_to(golden)).read_bytes() == path.read_bytes(), path.name


def test_the_same_files_give_the_same_plan_elsewhere(planned: RunLayout, tmp_path: Path) -> None:
    """Another directory, locale, time zone and hash seed; only run.json differs."""
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("plan"))
    script = (
        "from geryon.app.plan import plan, PlanRequest\n"
        "plan(PlanRequest('experiment.yaml', 'out', 4, run_id='small'))\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Kathmandu"}
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path, env=environment)
    again = RunLayout(tmp_path / "out" / "runs" / "small")
    assert tree(again.plan) == tree(planned.plan)
    for path in planned.plan.rglob("*"):
        if path.is_file():
            assert (again.plan / path.relative_to(planned.plan)).read_bytes() == path.read_bytes(), path.name


def test_all_files_tell_the_same(planned: RunLayout) -> None:
    """configs.jsonl, both manifests, the batches and the index agree, read by other tools."""
    configs = [json.loads(line) for line in planned.configs.read_text().splitlines()]
    with Plan(planned) as opened:
        assert [config.model_dump() for config in opened.configs()] == configs
    manifest = [json.loads(line) for line in planned.manifest_jsonl.read_text().splitlines()]
    with open(planned.manifest_csv, newline="") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == ["id", "wandb_name", "tags", "params", "choices"]
    assert len(configs) == len(manifest) == len(table)
    for config, entry, row in zip(configs, manifest, table, strict=True):
        assert entry["id"] == row["id"] == config["config_id"]
        assert entry["wandb_name"] == row["wandb_name"] == config["wandb_name"]
        for field in ("tags", "params", "choices"):
            assert entry[field] == json.loads(row[field]) == config[field]
    batches = [json.loads(line) for line in planned.batches.read_text().splitlines()]
    assert [batch["first_line"] for batch in batches] == list(range(0, len(configs), 4))
    assert sum(batch["num_commands"] for batch in batches) == len(configs)
    assert all((planned.plan / batch["path"]).is_file() for batch in batches)


def test_bash_reads_each_command_back(planned: RunLayout, tmp_path: Path) -> None:
    """A batch file is a bash script; its lines are the planned argv, quoting and all."""
    (tmp_path / "python").write_text('#!/bin/bash\nprintf "%s\\0" python "$@"; printf "\\n"\n')
    (tmp_path / "python").chmod(0o755)
    seen = b""
    for path in sorted(planned.batch_dir.iterdir()):
        environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        seen += subprocess.run(["bash", path], check=True, capture_output=True, env=environment).stdout
    with Plan(planned) as opened:
        expected = [config.command for config in opened.configs()]
    assert [line.decode().split("\0")[:-1] for line in seen.split(b"\n")[:-1]] == expected


def test_an_id_is_the_hash_of_what_is_planned(planned: RunLayout) -> None:
    """The documented recipe gives every id."""
    for line in planned.configs.read_text().splitlines():
        config = json.loads(line)
        parts = {name: config[name] for name in ("choices", "params", "tags")}
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert config["config_id"] == hashlib.sha256(text.encode()).hexdigest()[:32]


def test_run_json_says_who_the_run_is(planned: RunLayout) -> None:
    """Counts, digests and versions; the only file with a time."""
    info = json.loads(planned.run_json.read_text())
    assert info["run_id"] == "small"
    assert info["counts"] == {"candidates": 12, "valid": 8, "configurations": 8, "duplicates": 0, "batches": 2}
    assert info["batch_size"] == 4
    assert len(bytes.fromhex(info["run_uid"])) == 16
    assert len(bytes.fromhex(info["command_digest"])) == 32
    assert os.path.isabs(info["cwd"])


def test_the_composed_document_plans_the_same(planned: RunLayout, tmp_path: Path) -> None:
    """composed.yaml is an experiment of its own, without imports."""
    plan(PlanRequest(str(planned.composed), str(tmp_path), 4, run_id="small"))
    again = RunLayout(tmp_path / "runs" / "small")
    assert again.configs.read_bytes() == planned.configs.read_bytes()


def test_the_files_read_are_listed_with_their_hashes(planned: RunLayout) -> None:
    """As they are written in the experiment, and the snapshot is the root file."""
    diagnostics = json.loads(planned.diagnostics.read_text())
    assert [file["path"] for file in diagnostics["files"]] == ["experiment.yaml", "models.yaml"]
    for file in diagnostics["files"]:
        assert file["sha256"] == hashlib.sha256((SMALL / file["path"]).read_bytes()).hexdigest()
    assert planned.snapshot.read_bytes() == (SMALL / "experiment.yaml").read_bytes()
    assert isinstance(yaml.safe_load(planned.composed.read_text()), dict)


@pytest.mark.parametrize("directory", ["here", "elsewhere/deep"])
def test_the_plan_does_not_say_where_the_experiment_is(tmp_path: Path, directory: str) -> None:
    """Given by an absolute path, through another directory or from beside it: the same bytes."""
    folder = tmp_path / directory
    (folder / "parts").mkdir(parents=True)
    shared = tmp_path / "shared.yaml"
    shared.write_text("schema: {unknown_key_behavior: warn}\nbogus: 1\n")
    (folder / "parts" / "one.yaml").write_text("imports: [{path: two.yaml}]\ncommand: {program: p}\n")
    (folder / "parts" / "two.yaml").write_text("command: {program: p}\n")
    text = "imports: [{path: ./parts/one.yaml}, {path: %s}]\ncommand: {program: p}\ndefaults: {params: {a: 1:30}}\n"
    write_experiment(folder, text % shared)
    written = {}
    for number, (cwd, path) in enumerate(
        [
            (tmp_path, str(folder / "experiment.yaml")),
            (folder, "experiment.yaml"),
            (folder / "parts", "../experiment.yaml"),
        ]
    ):
        with working_directory(cwd):
            plan(PlanRequest(path, str(tmp_path / str(number)), 4, run_id="r"))
        written[path] = (tmp_path / str(number) / "runs" / "r" / "plan" / "diagnostics.json").read_bytes()
    assert len(set(written.values())) == 1
    found = json.loads(written["experiment.yaml"])
    places = {row["code"]: row["file"] for row in found["diagnostics"]}
    assert places["yaml-reading"] == "experiment.yaml"
    assert places["unknown-key"] == str(shared)
    assert [file["path"] for file in found["files"]] == ["experiment.yaml", "./parts/one.yaml", "two.yaml", str(shared)]
    assert "parts/two.yaml" in {row["file"] for row in found["diagnostics"]}


def test_duplicates_are_dropped_and_counted(tmp_path: Path) -> None:
    """Two options with equal content give one configuration."""
    path = write_experiment(
        tmp_path,
        "{command: {program: p}, select: {packs: [{name: a, options: "
        "[{id: x, params: {k: 1}}, {id: y, params: {k: 1}}, {id: z, params: {k: 2}}]}]}}",
    )
    dry = plan(PlanRequest(path, str(tmp_path), 1, run_id="a", dry_run=True)).result.runs[0]
    answer = plan(PlanRequest(path, str(tmp_path), 1, run_id="a")).result.runs[0]
    assert (answer.valid, answer.total_configs, answer.total_batches) == (3, 2, 2)
    assert (dry.valid, dry.total_configs, dry.total_batches) == (3, 2, 2)
    counts = json.loads(RunLayout(Path(answer.run_root)).run_json.read_text())["counts"]
    assert (counts["configurations"], counts["duplicates"]) == (2, 1)


def test_a_limit_takes_the_first(tmp_path: Path) -> None:
    """And says so in diagnostics.json."""
    path = write_experiment(tmp_path, SWEEP % 100)
    run = plan(PlanRequest(path, str(tmp_path), 3, run_id="a", limit=7)).result.runs[0]
    with Plan(Path(run.run_root)) as opened:
        assert [config.params["x"] for config in opened.configs()] == list(range(7))
        assert json.loads(opened.layout.diagnostics.read_text())["limit"] == 7


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """It says what would be there."""
    path = write_experiment(tmp_path, SWEEP % 10)
    before = tree(tmp_path)
    run = plan(PlanRequest(path, str(tmp_path / "out"), 4, run_id="a", dry_run=True)).result.runs[0]
    assert (run.total_configs, run.total_batches, run.run_root) == (10, 3, str(tmp_path / "out" / "runs" / "a"))
    assert run.bytes > 1000
    assert tree(tmp_path) == before


def test_the_estimate_is_near_the_truth(tmp_path: Path) -> None:
    """Within a tenth, for rows of similar length."""
    path = write_experiment(tmp_path, SWEEP % 3000)
    dry = plan(PlanRequest(path, str(tmp_path), 50, run_id="a", dry_run=True)).result.runs[0]
    run = plan(PlanRequest(path, str(tmp_path), 50, run_id="a")).result.runs[0]
    assert run.bytes == pytest.approx(dry.bytes, rel=0.1)


def test_all_run_sets_are_planned_in_file_order(tmp_path: Path) -> None:
    """Each into its own run, named after it."""
    layout = plan_small(tmp_path, all_run_sets=True)
    runs = [path.name for path in sorted(layout.root.parent.iterdir())]
    assert runs == ["small_one", "small_two"]
    for name, tags in (("one", "small"), ("two", "second")):
        run = RunLayout(layout.root.parent / f"small_{name}")
        assert json.loads(run.run_json.read_text())["run_set"] == name
        assert json.loads(run.run_set.read_text())["name"] == name
        with Plan(run) as opened:
            assert all(config.params["seed"] == 0 and tags in config.tags for config in opened.configs())


def test_no_run_set_is_written_when_one_is_wrong(tmp_path: Path) -> None:
    """All are validated before the first."""
    path = write_experiment(
        tmp_path,
        "{command: {program: p}, select: {packs: [{name: x, param: x, range: [0, 3]}]}, run_sets: {"
        "good: {append: {defaults: {tags: [a]}}}, "
        "bad: {append: {constraints: {predicates: [{id: never, expr: 'x > 9'}]}}}}}",
    )
    before = tree(tmp_path)
    with pytest.raises(InvalidInput) as error:
        plan(PlanRequest(path, str(tmp_path / "out"), 4, all_run_sets=True))
    assert codes(error) == ["nothing-left"]
    assert error.value.problems[0].message.endswith("(run set `bad`)")
    assert tree(tmp_path) == before


def test_all_run_sets_of_an_experiment_without_any(tmp_path: Path) -> None:
    """There is nothing to plan then."""
    with pytest.raises(InvalidInput) as error:
        plan(PlanRequest(write_experiment(tmp_path, SWEEP % 3), str(tmp_path), 4, all_run_sets=True))
    assert codes(error) == ["no-run-sets"]


def test_what_is_wrong_with_every_run_set_is_told_once(tmp_path: Path) -> None:
    """Without naming them."""
    path = write_experiment(
        tmp_path,
        "{command: {program: p}, select: {packs: [{ref: absent}]}, "
        "run_sets: {a: {append: {defaults: {tags: [a]}}}, b: {append: {defaults: {tags: [b]}}}}}",
    )
    with pytest.raises(InvalidInput) as error:
        plan(PlanRequest(path, str(tmp_path), 4, all_run_sets=True))
    assert len(error.value.problems) == 1
    assert "run set" not in error.value.problems[0].message


@pytest.mark.parametrize("run_id", ["a/b", ".a", "", "a" * 129])
def test_a_bad_run_id_writes_nothing(tmp_path: Path, run_id: str) -> None:
    """Whatever the experiment is."""
    path = write_experiment(tmp_path, SWEEP % 3)
    before = tree(tmp_path)
    with pytest.raises(InvalidInput) as error:
        plan(PlanRequest(path, str(tmp_path / "out"), 4, run_id=run_id))
    assert codes(error) == ["run-id-invalid"]
    assert tree(tmp_path) == before


def test_an_existing_run_is_not_touched(tmp_path: Path) -> None:
    """Planned again under its name: an error, and every byte stays."""
    layout = plan_small(tmp_path)
    before = {path: path.read_bytes() for path in layout.root.rglob("*") if path.is_file()}
    with pytest.raises(InvalidInput) as error:
        plan_small(tmp_path)
    assert codes(error) == ["run-exists"]
    assert {path: path.read_bytes() for path in layout.root.rglob("*") if path.is_file()} == before


def test_the_default_name_is_made_of_time_and_run_set(tmp_path: Path) -> None:
    """And two plans in one second get two names."""
    path = write_experiment(tmp_path, SWEEP % 3)
    names = [plan(PlanRequest(path, str(tmp_path), 4)).result.runs[0].run_id for _ in range(2)]
    assert len(set(names)) == 2
    assert all(name.startswith("run_2") for name in names)


def test_a_default_name_that_is_taken_meanwhile_is_changed(tmp_path: Path) -> None:
    """Two planners that began in one second both get a run; a name that the user gave is an error as ever."""
    path = write_experiment(tmp_path, SWEEP % 3)

    def take(phase: str, done: int, total: int | None) -> None:
        # what another planner does while this one writes
        for run in (tmp_path / "runs").glob(".*"):
            if not list((tmp_path / "runs").glob("run_*")) or request.run_id:
                (tmp_path / "runs" / run.name.removeprefix(".").split(".")[0]).mkdir(exist_ok=True)

    request = PlanRequest(path, str(tmp_path), 2)
    assert plan(request, take).result.runs[0].run_id.endswith("_2")
    request = replace(request, run_id="mine")
    with pytest.raises(InvalidInput) as error:
        plan(request, take)
    assert codes(error) == ["run-exists"]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems take UTF-8 only")
def test_a_path_that_is_no_utf8_is_shown(tmp_path: Path) -> None:
    """Also where a diagnostic names it: JSON could not hold its bytes."""
    path = os.fsdecode(bytes(tmp_path) + b"/e\xff.yaml")
    Path(path).write_text("{command: {program: p}, defaults: {params: {a: 1:30}}}")
    plan(PlanRequest(path, str(tmp_path), 2, run_id="r"))
    found = json.loads((tmp_path / "runs" / "r" / "plan" / "diagnostics.json").read_bytes())
    assert {row["file"] for row in found["diagnostics"]} == {"e\\xff.yaml"}
    assert found["files"][0]["path"] == "e\\xff.yaml"


def test_all_wrong_options_are_told_together(tmp_path: Path) -> None:
    """One pass over the request."""
    with pytest.raises(InvalidInput) as error:
        plan(PlanRequest("absent.yaml", str(tmp_path), 0, run_id=".", limit=0, run_set="a", all_run_sets=True))
    assert codes(error) == ["option-invalid", "option-invalid", "option-invalid", "run-id-invalid"]


def test_too_many_configurations_are_refused(tmp_path: Path) -> None:
    """Unless a limit takes few enough of them."""
    path = write_experiment(tmp_path, SWEEP % 100)
    with pytest.raises(InvalidInput) as error:
        plan(PlanRequest(path, str(tmp_path / "out"), 4, max_configs=99))
    assert codes(error) == ["too-many-configurations"]
    assert not (tmp_path / "out").exists()
    assert plan(PlanRequest(path, str(tmp_path), 4, max_configs=99, limit=99)).result.runs[0].total_configs == 99


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_an_output_path_through_a_file(tmp_path: Path, out: str) -> None:
    """A clear error, and the file stays."""
    path = write_experiment(tmp_path, SWEEP % 3)
    (tmp_path / "file").write_text("text")
    with pytest.raises(InvalidInput) as error:
        plan(PlanRequest(path, str(tmp_path / out), 4))
    assert codes(error) == ["output-unwritable"]
    assert (tmp_path / "file").read_text() == "text"


def test_the_progress_is_told(tmp_path: Path) -> None:
    """Phases in order, and the last figure is the whole."""
    path = write_experiment(tmp_path, SWEEP % 300)
    told: list[tuple[str, int, int | None]] = []
    plan(PlanRequest(path, str(tmp_path), 4), lambda phase, done, total: told.append((phase, done, total)))
    assert list(dict.fromkeys(phase for phase, _, _ in told)) == ["load", "count", "write"]
    assert told[-1] == ("write", 300, 300)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_planner_that_is_ended_leaves_no_run(tmp_path: Path, sent: signal.Signals) -> None:
    """At most a hidden directory after kill -9, nothing after the others; the name can be planned afterwards."""
    path = write_experiment(tmp_path, SWEEP % 3000)
    script = (
        "import os, sys\n"
        "from geryon.app.plan import plan, PlanRequest\n"
        "def progress(phase, done, total):\n"
        "    if phase == 'write':\n"
        f"        os.kill(os.getpid(), {int(sent)})\n"
        "plan(PlanRequest(sys.argv[1], sys.argv[2], 4, run_id='a'), progress)\n"
    )
    out = tmp_path / "out"
    ended = subprocess.run([sys.executable, "-c", script, path, str(out)], check=False, stderr=subprocess.DEVNULL)
    expected = {signal.SIGTERM: 128 + sent, signal.SIGHUP: 128 + sent}.get(sent, -sent)
    assert ended.returncode == expected
    left = list((out / "runs").iterdir()) if out.exists() else []
    assert [entry.name.split(".")[1] for entry in left] == (["a"] if sent == signal.SIGKILL else [])
    assert plan(PlanRequest(path, str(out), 4, run_id="a")).result.runs[0].run_id == "a"


def mount_small(directory: Path, options: str) -> bool:
    """Mount a tmpfs there; False where that is not allowed."""
    if os.geteuid() != 0 or sys.platform != "linux":
        return False
    command = ["mount", "-t", "tmpfs", "-o", options, "none", str(directory)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_a_plan_that_does_not_fit_is_refused_before_writing(tmp_path: Path) -> None:
    """The disk has less room than the estimate."""
    path = write_experiment(tmp_path, SWEEP % 20_000)
    out = tmp_path / "disk"
    out.mkdir()
    if not mount_small(out, "size=1m"):
        pytest.skip("no tmpfs can be mounted here")
    try:
        with pytest.raises(InvalidInput) as error:
            plan(PlanRequest(path, str(out), 100))
        assert codes(error) == ["disk-full"]
        assert error.value.problems[0].hint
        assert tree(out) == []
    finally:
        subprocess.run(["umount", str(out)], check=True)


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(tmp_path: Path) -> None:
    """The estimate passed, and then something else took the room."""
    path = write_experiment(tmp_path, SWEEP % 20_000)
    out = tmp_path / "disk"
    out.mkdir()
    if not mount_small(out, "size=64m"):
        pytest.skip("no tmpfs can be mounted here")

    def fill(phase: str, done: int, total: int | None) -> None:
        if phase == "write" and not (out / "filler").exists():
            with open(out / "filler", "wb") as file:
                room = os.statvfs(out)
                os.posix_fallocate(file.fileno(), 0, (room.f_bavail - 8) * room.f_frsize)

    try:
        with pytest.raises(RunFailure) as error:
            plan(PlanRequest(path, str(out), 100, run_id="a"), fill)
        assert codes(error) == ["disk-full"]
        assert tree(out) == ["filler"]
    finally:
        subprocess.run(["umount", str(out)], check=True)


def test_a_read_only_disk_is_a_clear_error(tmp_path: Path) -> None:
    """Nothing can be made there."""
    path = write_experiment(tmp_path, SWEEP % 3)
    out = tmp_path / "disk"
    out.mkdir()
    if not mount_small(out, "size=1m,ro"):
        pytest.skip("no tmpfs can be mounted here")
    try:
        with pytest.raises(InvalidInput) as error:
            plan(PlanRequest(path, str(out), 100))
        assert codes(error) == ["output-unwritable"]
        assert "read-only" in error.value.problems[0].message
    finally:
        subprocess.run(["umount", str(out)], check=True)
