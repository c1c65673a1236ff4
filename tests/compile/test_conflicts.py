"""Merge conflicts: which pairs they are, and that candidates must really have them."""

from __future__ import annotations

import pytest
from hypothesis import given

from geryon.compile import compile_experiment
from geryon.compile.conflicts import real_conflicts
from geryon.compile.tables import DEFAULTS, build_tables, rule_forms
from geryon.errors import InvalidInput, Problem
from geryon.resolve.model import Resolved
from support.conflict_oracle import all_conflicts
from support.resolved import ABSENT, experiments, option, pack, resolved


@given(experiments())
def test_conflicts_are_those_of_brute_force(experiment: Resolved) -> None:
    """Exactly the pairs that some passing candidate has, each once."""
    tables = build_tables(experiment)
    include, exclude = (rule_forms(rules, experiment) for rules in (experiment.include, experiment.exclude))
    found = []
    for conflict in real_conflicts(tables, include, exclude):
        members = []
        for path, number, index, _ in (conflict.left, conflict.right) if conflict.right else (conflict.left,):
            layer: tuple[str | None, str | None] = (None, None)
            if number != DEFAULTS:
                layer = (experiment.packs[number].name, experiment.packs[number].options[index].id)
            members.append((tables.key(path), *layer))
        found.append(frozenset(members))
    assert len(found) == len(set(found))
    assert set(found) == all_conflicts(experiment)


def test_a_conflict_names_both_options_and_both_values() -> None:
    """The message has path, packs, options and values; the place is the second write's."""
    problems = _conflicts(
        resolved(pack("m", option("x", {"a.b": 1})), pack("n", option("y", {"a.b": 2}), option("z", {"a.b": 1})))
    )
    assert [problem.message for problem in problems] == [
        "`a.b` is set twice: option `x` of pack `m` sets `a.b` to `1`, and option `y` of pack `n` sets `a.b` to `2`"
    ]
    assert problems[0].place.path == "params.a.b"
    assert problems[0].hint == "give one pack a higher `priority`, or rule the pair out under `constraints.exclude`"


def test_values_of_different_types_conflict() -> None:
    """`1`, `1.0` and `true` are three values."""
    experiment = resolved(
        pack("m", option("x", {"a": 1})), pack("n", option("y", {"a": 1.0}), option("z", {"a": True}))
    )
    assert len(_conflicts(experiment)) == 2


def test_excluded_pairs_are_no_conflicts() -> None:
    """A pair that no candidate holds does not stop planning."""
    packs = pack("m", option("x", {"a": 1})), pack("n", option("y", {"a": 2}), option("z"))
    compile_experiment(resolved(*packs, exclude=[{"m": ["x"], "n": ["y"]}]))
    compile_experiment(resolved(*packs, include=[{"n": ["z"]}]))


def test_a_leaf_above_a_strategy_meets_its_last_contributor_alone() -> None:
    """An option of equal priority is no conflict where a later layer always contributes after it."""
    packs = (pack("m", option("x", {"a": 1})), pack("n", option("y", {"a.b": [1]})))
    later = pack("o", option("z", {"a.b": [2]}, priority=1))
    strategies = {"a.b": "append_unique"}
    assert len(_conflicts(resolved(*packs, strategies=strategies))) == 1
    compile_experiment(resolved(*packs, later, strategies=strategies))


def test_the_strategy_error_refuses_the_defaults_as_a_first_layer() -> None:
    """Any second layer is a conflict, equal values too."""
    experiment = resolved(pack("m", option("x", {"a": 1})), defaults={"a": 1}, strategies={"a": "error"})
    assert [problem.message for problem in _conflicts(experiment)] == [
        "`a` has the strategy `error`: the defaults set `a` to `1`, and option `x` of pack `m` sets `a` to `1`"
    ]


def test_a_list_strategy_takes_lists_and_the_sentinel() -> None:
    """A single value that is no list is a conflict of the option that has it."""
    options = option("x", {"a": [1]}), option("y", {"a": 5}), option("z", {"a": ABSENT}), option("w", {"a.b": [1]})
    problems = _conflicts(resolved(pack("m", *options), strategies={"a": "set_union"}))
    assert [problem.message for problem in problems] == [
        "`a` is merged by `set_union`, which takes lists, and option `y` of pack `m` sets `a` to `5`",
        '`a` is merged by `set_union`, which takes lists, and option `w` of pack `m` sets `a` to `{"b":[1]}`',
    ]


def test_large_packs_are_compared_by_classes() -> None:
    """Options that all agree, or that are all ruled out, are not compared one by one (4 * 10^8 pairs)."""
    many = range(20_000)
    equal = [pack(name, *[option(f"{name}{index}", {"a": 1}) for index in many]) for name in ("m", "n")]
    assert not list(real_conflicts(build_tables(resolved(*equal)), [], []))
    different = [pack(name, *[option(f"{name}{index}", {"a": [name, index]}) for index in many]) for name in "mn"]
    tables = build_tables(resolved(*different))
    everything = [[0, list(many)], [1, list(many)]]
    assert not list(real_conflicts(tables, [], [everything]))


def test_an_endless_list_of_conflicts_is_cut() -> None:
    """Of more than 10,000 conflicts the rest is one problem that says so."""
    packs = [pack(name, *[option(str(index), {"a": [name, index]}) for index in range(101)]) for name in "mn"]
    problems = _conflicts(resolved(*packs))
    assert len(problems) == 10_001
    assert problems[-1].message == "there are more than 10000 conflicts: the search stopped there"


def _conflicts(experiment: Resolved) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        compile_experiment(experiment)
    assert {problem.code for problem in caught.value.problems} == {"conflict"}
    return caught.value.problems
