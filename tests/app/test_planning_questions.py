"""validate-config, inspect-config, count and show-config."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geryon.app.count import count
from geryon.app.inspect import inspect
from geryon.app.plan import plan
from geryon.app.plan_request import PlanRequest
from geryon.app.show_config import show_planned, show_ranked
from geryon.app.validate import validate
from geryon.artifacts.reader import Plan
from geryon.errors import InvalidInput
from support.experiments import SMALL, plan_small, write_experiment
from support.trees import tree

FILE = str(SMALL / "experiment.yaml")
TWO_WAYS = (
    "{command: {program: p}, select: {packs: [{name: a, options: "
    "[{id: x, params: {k: 1}}, {id: y, params: {k: 1}}, {id: z, params: {k: 2}}]}]}}"
)
HUGE = (
    "{command: {program: p}, constraints: {predicates: [{id: few, expr: 'a + b + c + d > 396'}]}, select: {packs: ["
    + ", ".join(f"{{name: {name}, param: {name}, range: [0, 100]}}" for name in "abcd")
    + "]}}"
)
WRONG = {
    "conflict": (
        "{command: {program: p}, select: {packs: [{name: a, param: x, values: [1]}, {name: b, param: x, values: [2]}]}}"
    ),
    "predicate-error": (
        "{command: {program: p}, select: {packs: [{name: a, param: x, values: [1, s]}]}, "
        "constraints: {predicates: [{id: low, expr: 'x < 3'}]}}"
    ),
    "nothing-left": (
        "{command: {program: p}, select: {packs: [{name: a, param: x, values: [1, 2]}]}, "
        "constraints: {predicates: [{id: low, expr: 'x < 1'}]}}"
    ),
}


@pytest.mark.parametrize("code", WRONG)
def test_validate_finds_what_plan_finds(tmp_path: Path, code: str) -> None:
    """Conflicts, predicate errors, nothing left: the same problems from both, and nothing written."""
    path = write_experiment(tmp_path, WRONG[code])
    before = tree(tmp_path)
    with pytest.raises(InvalidInput) as validated:
        validate(path)
    with pytest.raises(InvalidInput) as planned:
        plan(PlanRequest(path, str(tmp_path / "out"), 1))
    assert validated.value.problems == planned.value.problems
    assert validated.value.problems[0].code == code
    assert tree(tmp_path) == before


def test_validate_says_what_there_is() -> None:
    """Counts and packs; diagnostics when asked for."""
    result = validate(FILE).result
    assert (result.candidates, result.valid) == (12, 8)
    assert [(pack.name, pack.options) for pack in result.packs] == [("model", 2), ("seed", 3), ("noise", 2)]
    assert result.diagnostics is None
    assert validate(FILE, show_diagnostics=True).result.diagnostics is not None


def test_validate_takes_a_run_set() -> None:
    """Then the counts are the run set's."""
    assert validate(FILE, "one").result.valid == 3


def test_inspect_gives_the_composed_document(tmp_path: Path) -> None:
    """The same document in JSON and, with --out, as YAML."""
    out = tmp_path / "composed.yaml"
    result = inspect(FILE, out=str(out)).result
    assert "imports" not in result.experiment
    assert json.loads(json.dumps(result.experiment)) == result.experiment
    assert inspect(str(out)).result.experiment == result.experiment


def test_count_is_exact() -> None:
    """Candidates, valid ones, configurations, and what each rule rejects alone."""
    result = count(FILE).result
    assert (result.candidates, result.valid, result.configurations) == (12, 8, 8)
    assert result.rejects_alone is not None
    assert result.rejects_alone.model_dump() == {"include": None, "exclude": [3], "predicates": {"early": 2}}
    assert (result.at_least, result.not_told_apart) == (None, [])


def test_count_leaves_out_predicates_without_effect(tmp_path: Path) -> None:
    """One that names what this selection does not have rejects nothing and is not listed."""
    text = (
        "command: {program: p}\npacks: {u: {name: u, param: z, values: [1]}}\n"
        "select: {packs: [{name: a, param: a, range: [0, 3]}]}\n"
        "constraints: {predicates: [{id: inert, expr: z > 1}, {id: low, expr: a < 2}]}\n"
    )
    result = count(write_experiment(tmp_path, text)).result
    assert (result.valid, result.rejects_alone and result.rejects_alone.predicates) == (2, {"low": 1})


def test_count_enumerates_where_packs_are_not_told_apart(tmp_path: Path) -> None:
    """Three candidates, two configurations, and the pack at fault."""
    result = count(write_experiment(tmp_path, TWO_WAYS)).result
    assert (result.valid, result.configurations, result.not_told_apart) == (3, 2, ["a"])


def test_a_timed_out_count_says_how_many_there_are_at_least(tmp_path: Path) -> None:
    """No time at all: an answer and a problem."""
    answer = count(write_experiment(tmp_path, HUGE), timeout=0)
    assert answer.result.valid is None
    assert answer.result.at_least is not None
    assert [problem.code for problem in answer.problems] == ["timeout"]


def test_a_count_within_its_time_is_the_count() -> None:
    """A time-out that is not reached changes nothing."""
    assert count(FILE, timeout=600).result == count(FILE).result


def test_a_configuration_is_the_same_by_id_and_by_rank(tmp_path: Path) -> None:
    """Planned or not: the same params and argv."""
    with Plan(plan_small(tmp_path)) as planned:
        for rank in range(planned.count):
            by_id = show_planned(planned, planned.id_at(rank)[:12])
            by_rank = show_ranked(FILE, None, rank)
            assert by_id.run_id == "small"
            assert (by_rank.rank, by_rank.run_id) == (rank, None)
            apart = {"rank", "run_id", "batch_index", "line_index"}
            assert by_id.model_dump(exclude=apart) == by_rank.model_dump(exclude=apart)


@pytest.mark.parametrize("rank", [-1, 8, 10**30])
def test_a_rank_that_is_not_there(rank: int) -> None:
    """It says how many there are."""
    with pytest.raises(InvalidInput) as error:
        show_ranked(FILE, None, rank)
    assert error.value.problems[0].code == "rank-invalid"
    assert "8" in (error.value.problems[0].hint or "")


def test_an_id_that_is_not_there(tmp_path: Path) -> None:
    """It says so."""
    with Plan(plan_small(tmp_path)) as planned, pytest.raises(InvalidInput) as error:
        show_planned(planned, "000000")
    assert error.value.problems[0].code == "config-id-unknown"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("absent.yaml", None, "file-not-found"),
        ("bytes.yaml", b"a: \xff\n", "not-utf8"),
        ("folder", None, "file-unreadable"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    """It says which file, and why."""
    (tmp_path / "folder").mkdir()
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidInput) as error:
        validate(str(tmp_path / name))
    assert error.value.problems[0].code == code
    assert error.value.problems[0].place.file == str(tmp_path / name)


def test_the_layer_that_set_each_leaf(tmp_path: Path) -> None:
    """The same for the experiment and for the run that was planned from it."""
    with Plan(plan_small(tmp_path)) as planned:
        by_id = show_planned(planned, planned.id_at(0), explain=True).layers
    by_rank = show_ranked(FILE, None, 0, explain=True).layers
    assert by_id == by_rank
    assert by_rank is not None
    assert [(leaf.path, leaf.value, leaf.pack, leaf.option) for leaf in by_rank] == [
        ("arch", '"resnet"', "model", "deep"),
        ("model.depth", "12", "model", "deep"),
        ("noise", "null", "noise", "none"),
        ("note", json.dumps('it\'s $HOME\tand, "more"'), None, None),
        ("optimizer.lr", "0.0001", None, None),
        ("seed", "0", "seed", "0"),
    ]
