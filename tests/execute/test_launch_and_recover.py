"""`launch` and `recover` as use cases: planning, selecting and running together."""

from __future__ import annotations

from pathlib import Path

import pytest

from geryon.app.launch import launch
from geryon.app.plan_request import PlanRequest
from geryon.app.recover import recover
from geryon.app.run_request import RunRequest
from geryon.artifacts.reader import Plan
from geryon.errors import InvalidInput
from support.runs import make_run, records, run, shell

EXPERIMENT = """
schema: {version: 4}
command: {program: sh, args: [-c, 'echo "$@"', sh], hydra: true}
packs: {seed: {name: seed, param: seed, range: [0, 3]}}
select: {packs: [{ref: seed}]}
run_sets: {one: {}, two: {}}
"""


def request(tmp_path: Path, **options: bool | str) -> PlanRequest:
    """Plan the experiment above into `out`."""
    (tmp_path / "experiment.yaml").write_text(EXPERIMENT)
    return PlanRequest(str(tmp_path / "experiment.yaml"), str(tmp_path / "out"), 2, **options)  # type: ignore[arg-type]


def test_launch_plans_and_runs(tmp_path: Path) -> None:
    """Every planned configuration has succeeded, with its own run directory as the last override."""
    result = launch(request(tmp_path, run_id="r"), RunRequest()).result
    assert result.run is not None
    assert (result.run.configurations.complete, result.exit_code) == (3, 0)
    with Plan(tmp_path / "out" / "runs" / "r") as plan:
        for position, record in enumerate(records(plan)):
            workdir = plan.layout.root / record["workdir"]
            assert record["command"] == [*plan.config(position).command, f"hydra.run.dir={workdir}"]


def test_launch_runs_each_run_set(tmp_path: Path) -> None:
    """Several runs, in their order; then there is no single one."""
    result = launch(request(tmp_path, run_id="r", all_run_sets=True), RunRequest()).result
    assert result.run is None
    assert [one.run_id for one in result.runs] == ["r_one", "r_two"]


def test_launch_under_dry_run_writes_nothing(tmp_path: Path) -> None:
    """Neither a plan nor a record."""
    result = launch(request(tmp_path, dry_run=True), RunRequest()).result
    assert (result.run, result.runs, result.plan.dry_run) == (None, [], True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("flags", [{"executor": "tmux"}, {"cores_per_task": 10**5}, {"cores": "x"}])
def test_launch_checks_settings_before_it_plans(tmp_path: Path, flags: dict[str, object]) -> None:
    """A wrong setting leaves no plan behind."""
    with pytest.raises(InvalidInput):
        launch(request(tmp_path), RunRequest(flags=flags))
    assert not (tmp_path / "out").exists()


def test_recover_runs_what_failed_and_only_that(tmp_path: Path) -> None:
    """The retry file is written and told; the exit code is of the selection."""
    plan = make_run(tmp_path / "r", shell("test -e fixed", "exit 0", "test -e fixed"))
    run(plan, max_failures=1)
    (tmp_path / "r" / "fixed").touch()
    result = recover(plan, ["failed"], [], RunRequest()).result
    assert result.retry_file is not None
    assert Path(result.retry_file).parent == plan.layout.retries
    assert (result.configurations.model_dump(), result.exit_code) == ({"complete": 1, "failed": 0, "missing": 0}, 0)
    assert [record["line_index"] for record in records(plan)] == [0, 0]


def test_recover_with_nothing_to_do_writes_nothing(tmp_path: Path) -> None:
    """Exit code 0, no file."""
    plan = make_run(tmp_path / "r", shell("exit 0"))
    run(plan)
    result = recover(plan, ["failed", "terminated", "missing"], [], RunRequest()).result
    assert (result.retry_file, result.exit_code) == (None, 0)
    assert not plan.layout.retries.exists()


def test_recover_checks_settings_before_it_writes(tmp_path: Path) -> None:
    """A wrong setting leaves no retry file."""
    plan = make_run(tmp_path / "r", shell("exit 1"))
    run(plan)
    with pytest.raises(InvalidInput):
        recover(plan, ["failed"], [], RunRequest(flags={"executor": "tmux"}))
    assert not plan.layout.retries.exists()
