"""Experiment files through the whole planning pipeline, judged by brute force from the rules of the format."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from geryon.kernels.protocol import Kernel
from support.experiment_oracle import judge
from support.experiment_oracle.selection import selected_packs
from support.experiment_text import experiment_text
from support.planned_experiments import Outcome, expected, outcomes
from support.random_experiments import Case, cases

_EXAMPLES = {"dev": 150, "ci": 2000, "long": 50_000}[os.environ.get("HYPOTHESIS_PROFILE", "dev")]


@pytest.fixture(scope="module")
def kernels(cores: list[str]) -> list[Kernel]:
    """All cores at once, so that an experiment is read only once."""
    return [_kernel(core) for core in cores]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the experiment files stand."""
    return tmp_path_factory.mktemp("experiments")


@settings(max_examples=_EXAMPLES)
@given(case=cases())
def test_a_plan_is_what_the_rules_say(case: Case, directory: Path, kernels: list[Kernel]) -> None:
    """Rows, ids, commands, duplicates, conflicts and errors are those of brute force, on each core."""
    wanted = expected(judge(case.document, case.run_set))
    for found in _planned(case, directory, kernels, 1):
        if wanted.stage == "invalid":
            assert found.stage == "invalid"
            assert found.codes <= wanted.codes
        else:
            assert found == wanted


@settings(max_examples=_EXAMPLES // 10)
@given(case=cases())
def test_spelling_changes_nothing(case: Case, directory: Path, kernels: list[Kernel]) -> None:
    """The order of keys, YAML's styles and the form of a predicate change no plan and no error."""
    assert _planned(case, directory, kernels, 2) == _planned(case, directory, kernels, 3)


@settings(max_examples=_EXAMPLES // 10)
@given(case=cases())
def test_names_of_definitions_change_nothing(case: Case, directory: Path, kernels: list[Kernel]) -> None:
    """Another name for a definition, used or not, changes no plan and no error."""
    document = _renamed(case.document)
    for section in ("packs", "option_sets", "groups"):
        document[section] = {f"{name}_2": value for name, value in document.get(section, {}).items()}
    renamed = Case(document, case.run_set)
    assert _planned(renamed, directory, kernels, 1) == _planned(case, directory, kernels, 1)


@settings(max_examples=_EXAMPLES // 10, suppress_health_check=[HealthCheck.filter_too_much])
@given(case=cases())
def test_a_new_option_of_the_last_pack_keeps_what_was_there(case: Case, directory: Path, kernels: list[Kernel]) -> None:
    """Earlier configurations keep their ids and their order."""
    document = copy.deepcopy(case.document)
    packs = document.get("select", {}).get("packs", [])
    assume(case.run_set is None and packs and packs[-1].get("options") and "filter" not in packs[-1])
    packs[-1]["options"].append({"id": "new", "params": {}, "tag": "new"})
    (before, *_), (after, *_) = (_planned(one, directory, kernels, 1) for one in (case, Case(document, None)))
    last = selected_packs(document, set())[-1].name
    assume(last == packs[-1].get("name") and before.stage == after.stage == "planned")
    kept = [line for line in map(json.loads, after.lines) if line["selected_options"][last] != "new"]
    earlier = [json.loads(line) for line in before.lines]
    assert [line["config_id"] for line in kept] == [line["config_id"] for line in earlier]


def _renamed(part: Any) -> Any:
    """A copy in which every reference of a selector has the new name; what else a document holds is left alone."""
    if isinstance(part, list):
        return [_renamed(item) for item in part]
    if not isinstance(part, dict):
        return part
    copied: dict[str, Any] = {}
    for key, value in part.items():
        if key in ("ref", "group") and isinstance(value, str):
            copied[key] = f"{value}_2"
        elif key == "groups" and isinstance(value, list):
            copied[key] = [f"{name}_2" for name in value]
        else:
            copied[key] = value if key in ("params", "choices", "constraints", "merge") else _renamed(value)
    return copied


def _planned(case: Case, directory: Path, kernels: list[Kernel], seed: int) -> list[Outcome]:
    """The case through the pipeline, written as the seed has it."""
    path = directory / "experiment.yaml"
    path.write_text(experiment_text(case.document, Random(seed)), encoding="utf-8")
    return outcomes(path, case.run_set, kernels)


def _kernel(core: str) -> Kernel:
    if core == "python":
        from geryon.kernels.pure import PythonKernel

        return PythonKernel()
    from geryon.kernels.rust import RustKernel

    return RustKernel()
