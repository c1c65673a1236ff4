"""Experiment files through the whole planning pipeline, judged by brute force from the rules of the format."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings

from geryon.app.experiment import load
from geryon.errors import InvalidInput
from geryon.kernels.protocol import Kernel
from support.experiment_oracle import judge
from support.experiment_oracle.values import Document
from support.experiment_text import write_files
from support.planned_experiments import Outcome, expected, outcomes
from support.random_experiments import Case, cases

_EXAMPLES = {"dev": 150, "ci": 2000, "long": 50_000}[os.environ.get("HYPOTHESIS_PROFILE", "dev")]
NEW = "brand new"


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
        assert found.agrees(wanted), f"{found} is not {wanted}"


@settings(max_examples=_EXAMPLES // 10)
@given(case=cases())
def test_spelling_changes_nothing(case: Case, directory: Path, kernels: list[Kernel]) -> None:
    """The order of keys, YAML's styles and the form of a predicate change no plan and no error."""
    assert _planned(case, directory, kernels, 2) == _planned(case, directory, kernels, 3)


@settings(max_examples=_EXAMPLES // 10)
@given(case=cases())
def test_names_of_definitions_change_nothing(case: Case, directory: Path, kernels: list[Kernel]) -> None:
    """Another name for a definition, used or not, changes no plan and no error."""
    document: Document = {key: _renamed(value) for key, value in case.document.items()}
    for section in ("packs", "option_sets", "groups"):
        document[section] = {f"{name}_2": value for name, value in document.get(section, {}).items()}
    assert _planned(Case(document, case.run_set), directory, kernels, 1) == _planned(case, directory, kernels, 1)


@settings(max_examples=_EXAMPLES // 20, suppress_health_check=[HealthCheck.filter_too_much])
@given(case=cases())
def test_a_new_option_of_the_last_pack_keeps_what_was_there(case: Case, directory: Path, kernels: list[Kernel]) -> None:
    """Earlier configurations keep their ids and their order."""
    grown = _with_an_option_more(case)
    if grown is None:
        reject()
    before, after = _planned(case, directory, kernels, 1), _planned(grown, directory, kernels, 1)
    assume(before[0].stage == after[0].stage == "planned")
    for old, new in zip(before, after, strict=True):
        assert [options for options in new.options if NEW not in options.values()] == old.options
        added = {line["config_id"] for line in map(json.loads, new.lines) if NEW in line["selected_options"].values()}
        ids = [json.loads(line)["config_id"] for line in new.lines]
        assert [each for each in ids if each not in added] == [json.loads(line)["config_id"] for line in old.lines]


@settings(max_examples=_EXAMPLES // 10)
@given(case=cases())
def test_the_composed_document_plans_the_same(case: Case, directory: Path, kernels: list[Kernel]) -> None:
    """What `inspect-config` prints, and a plan keeps, is an experiment of its own."""
    path = write_files(case.document, Random(1), directory)
    try:
        text = load(str(path), case.run_set).composed_text
    except InvalidInput:
        reject()
    composed = directory / "composed.yaml"
    composed.write_bytes(text)
    assert outcomes(composed, None, kernels) == outcomes(path, case.run_set, kernels)


def _renamed(part: Any) -> Any:
    """A copy in which every reference of a selector has the new name; what else a document holds is left alone."""
    if isinstance(part, list):
        return [_renamed(item) for item in part]
    if not isinstance(part, dict):
        return part
    copied: Document = {}
    for key, value in part.items():
        if key in ("ref", "group") and isinstance(value, str):
            copied[key] = f"{value}_2"
        elif key == "groups" and isinstance(value, list):
            copied[key] = [f"{name}_2" for name in value]
        else:
            copied[key] = value if key in ("params", "choices", "constraints", "merge") else _renamed(value)
    return copied


def _with_an_option_more(case: Case) -> Case | None:
    """The same experiment with one more option in its last pack, or None where that has no plain list of options."""
    document = copy.deepcopy(case.document)
    entries = document.get("select", {}).get("packs", [])
    entry = entries[-1] if entries else {}
    if "ref" in entry and "options" not in entry:
        entry = {} if "filter" in entry else document["packs"][entry["ref"]]
    if case.run_set is not None or not entry.get("options"):
        return None
    entry["options"].append({"id": NEW, "params": {}, "tag": NEW})
    return Case(document, None)


def _planned(case: Case, directory: Path, kernels: list[Kernel], seed: int) -> list[Outcome]:
    """The case through the pipeline, written as the seed has it."""
    return outcomes(write_files(case.document, Random(seed), directory), case.run_set, kernels)


def _kernel(core: str) -> Kernel:
    if core == "python":
        from geryon.kernels.pure import PythonKernel

        return PythonKernel()
    from geryon.kernels.rust import RustKernel

    return RustKernel()
