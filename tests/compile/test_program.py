"""The program: its form, its limits, and what it means."""

from __future__ import annotations

import json
import random
import struct
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geryon.compile import Override, compile_experiment
from geryon.errors import InvalidInput
from geryon.kernels import KernelError, kernel
from geryon.resolve.model import Command, Resolved
from support.conflict_oracle import passing
from support.resolved import ABSENT, experiments, option, pack, resolved

_EXPRESSIONS = (
    "e == 1",
    'has("a.b") or has("e")',
    'pack("p0") != "o1"',
    'param("a.b", 0) in [0, 1]',
    "not (a.d == [1])",
    'len(param("e", [])) < 2',
)


@given(experiments())
def test_without_predicates_the_rows_are_what_passes(experiment: Resolved) -> None:
    """A program's valid candidates, in order, are those that pass include and exclude."""
    try:
        compiled = compile_experiment(experiment)
    except InvalidInput:
        assume(False)
    expected = list(passing(experiment))
    rows = kernel().sweep(compiled.program).rows(0, 10**6)
    assert rows == b"".join(struct.pack(f"<{len(row)}I", *row) for row in expected)


@given(experiments(predicates=_EXPRESSIONS), st.randoms())
def test_the_order_of_predicates_changes_no_valid_set(experiment: Resolved, chance: random.Random) -> None:
    """Any order leaves the same rows, or errs on the same candidate."""
    shuffled = list(experiment.predicates)
    chance.shuffle(shuffled)
    assert _outcome(experiment) == _outcome(replace(experiment, predicates=tuple(shuffled)))


@given(experiments(predicates=_EXPRESSIONS))
def test_compiling_twice_gives_the_same_bytes(experiment: Resolved) -> None:
    """The program is a function of the experiment."""
    try:
        program = compile_experiment(experiment).program
    except InvalidInput:
        assume(False)
    assert compile_experiment(experiment).program == program
    assert kernel().canonical_json(json.loads(program)) == program


def test_choices_come_first_and_paths_are_sorted_by_segment() -> None:
    """By code point within each segment, not by dotted text."""
    experiment = resolved(
        pack("m", option("x", {"a.b": 1, "a-b": 2, "a0": 3}, {"z": "r"}), option("y", {"B": ABSENT})),
        command=Command("python", ("-m", "app"), prefix="+", prefixes={"a-b": "", "z": "++"}),
    )
    document = compile_experiment(experiment).document
    assert [path["key"] for path in document["paths"]] == ["++z=", "+B=", "+a.b=", "a-b=", "+a0="]
    assert document["command"] == ["python", "-m", "app"]
    assert document["has_choices"] is True
    assert [write[1] for write in document["packs"][0]["options"][1]["writes"]] == [-1]


def test_wandb_overrides_have_keys_with_prefixes_and_tags_have_names() -> None:
    """The prefix of other overrides stands before them too."""
    command = Command("app", (), prefix="+", prefixes={"wandb.tags": "++"}, wandb=True)
    document = compile_experiment(resolved(pack("m", option("x", tag="a b/é")), command=command)).document
    assert document["wandb"] == {"name": "+wandb.name=", "tags": "++wandb.tags="}
    assert document["tags"] == [{"tag": "a b/é", "name": "a_b__", "token": "'a b/é'"}]


def test_strategies_of_the_program_are_those_of_single_values() -> None:
    """`error` is checked and then the same as `replace`; `deep_merge` is no strategy of the kernels."""
    kinds = {"a": "deep_merge", "a.b": "error", "c": "set_union"}
    document = compile_experiment(resolved(pack("m", option("x", {"c": [[1], {"k": 1}]})), strategies=kinds)).document
    keys = [path["key"] for path in document["paths"]]
    assert [(keys[each["path"]], each["kind"]) for each in document["strategies"]] == [
        ("a.b=", "replace"),
        ("c=", "set_union"),
    ]
    assert [value.get("elements") for value in document["values"]] == [None, [0], None, [1, 2]]


def test_an_override_that_no_command_line_holds_is_an_error() -> None:
    """At its leaf; a list made of two that fit is at its strategy."""
    long = ["x" * 70_000]
    packs = (
        pack("m", option("x", {"a": "y" * 131_072, "b": long}), option("z")),
        pack("n", option("y", {"b": ["y" * 70_000]})),
    )
    with pytest.raises(InvalidInput) as caught:
        compile_experiment(resolved(*packs, strategies={"b": "append_unique"}))
    problems = caught.value.problems
    assert [(problem.code, problem.place.path) for problem in problems] == [
        ("override-too-long", "params.a"),
        ("override-too-long", "merge.strategies.b"),
    ]


def test_long_lists_are_warnings() -> None:
    """One list, and a list that a strategy may make."""
    half = [list(range(start, start + 1500)) for start in (0, 1500)]
    packs = (
        pack("m", option("x", {"a": list(range(2001)), "b": half[0]})),
        pack("n", option("y", {"b": half[1]})),
    )
    compiled = compile_experiment(resolved(*packs, strategies={"b": "set_union"}))
    assert [(item.code, item.place.path) for item in compiled.diagnostics] == [
        ("value-slow", "params.a"),
        ("value-slow", "merge.strategies.b"),
    ]


def test_products_of_two_to_the_127_are_refused() -> None:
    """And smaller ones are not."""
    packs = [pack(f"p{number}", option("x"), option("y")) for number in range(127)]
    with pytest.raises(InvalidInput) as caught:
        compile_experiment(resolved(*packs))
    assert [problem.code for problem in caught.value.problems] == ["too-many-candidates"]
    compile_experiment(resolved(*packs[1:]))


def test_which_pack_may_override_which() -> None:
    """Over other packs by priority, over the defaults always, through mappings and strategies."""
    packs = (
        pack("low", option("x", {"a.b": 1, "s.t": 1, "l": [1]}, {"model": "r"})),
        pack(
            "high",
            option("x", {"a": 2, "s": 2, "e": {}}, {"model": "s"}, priority=1),
            option("y", {"e": 3}, priority=1),
        ),
        pack("last", option("x", {"s.u": 1, "l": ABSENT}, priority=2)),
    )
    compiled = compile_experiment(
        resolved(*packs, defaults={"e": 3, "l": [0]}, strategies={"s": "replace", "l": "append_unique"})
    )
    assert compiled.may_override == (
        Override("high", "low", "model", True),
        Override("high", "low", "a.b", False),
        Override("high", None, "e", False),
        Override("high", "low", "s", False),
        Override("last", None, "l", False),
        Override("last", "low", "l", False),
        Override("last", "low", "s", False),
        Override("last", "high", "s", False),
    )


def _outcome(experiment: Resolved) -> object:
    try:
        compiled = compile_experiment(experiment)
    except InvalidInput as error:
        return sorted(problem.message for problem in error.problems)
    try:
        return kernel().sweep(compiled.program).rows(0, 10**6)
    except KernelError as error:
        return json.loads(error.data)["options"]
