"""Selection: groups, selectors, and packs of one name."""

from __future__ import annotations

import pytest

from geryon.errors import InvalidInput
from support.composing import packs, resolved, told, written

OPTIONS = "[{id: a, params: {x: 1}}, {id: b, params: {x: 2}}, {id: c, params: {x: 3}}]"
M = f"packs: {{m: {{name: m, priority: 3, options: {OPTIONS}}}}}\n"
SETS = f"option_sets: {{s: {OPTIONS}, t: [{{id: d, params: {{y: 1}}}}]}}\n"


def priorities(text: str) -> list[int]:
    """The priority of each option of the first pack."""
    return [option.priority for option in resolved(text).packs[0].options]


def test_groups_come_first_and_nest() -> None:
    """In order, each group's selectors in place."""
    text = (
        "packs: {a: {name: a, param: a, range: [0, 1]}, b: {name: b, param: b, range: [0, 1]}}\n"
        "groups: {inner: [{ref: b}], outer: [{group: inner}, {name: c, param: c, range: [0, 1]}]}\n"
        "select: {packs: [{ref: a}, {group: inner}], groups: [outer]}\nmerge: {mode: merge}\n"
    )
    assert list(packs(resolved(text))) == ["b", "c", "a"]


def test_options_come_from_sets_then_from_the_pack() -> None:
    """In the order of the sets, filtered by their lists of ids, which keep the set's order."""
    text = SETS + (
        "select: {packs: [{name: m, options: [{id: z, params: {}}], "
        "options_from: [{ref: t}, {ref: s, include_ids: [c, a, b], exclude_ids: [b]}]}]}\n"
    )
    assert packs(resolved(text)) == {"m": ["d", "a", "c", "z"]}


def test_a_selector_adds_and_then_filters() -> None:
    """The pack's options, the selector's sets and options, then the filter."""
    text = (
        M
        + SETS
        + (
            "select: {packs: [{ref: m, name: n, options_from: [{ref: t}], options: [{id: e, params: {}}], "
            "filter: {include_ids: [e, d, a], exclude_ids: [a]}}]}\n"
        )
    )
    assert packs(resolved(text)) == {"n": ["d", "e"]}


def test_a_selector_may_replace_the_options() -> None:
    """Name and priority stay the pack's."""
    text = M + "select: {packs: [{ref: m, replace_options: true, options: [{id: e, params: {}}]}]}\n"
    assert packs(resolved(text)) == {"m": ["e"]}
    assert priorities(text) == [3]


def test_priority_is_the_selectors_or_the_packs() -> None:
    """Zero is a priority, too."""
    assert priorities(M + "select: {packs: [{ref: m}]}\n") == [3, 3, 3]
    assert priorities(M + "select: {packs: [{ref: m, priority: 0}]}\n") == [0, 0, 0]


def test_packs_of_one_name_are_joined_at_the_first() -> None:
    """Options in order, each with the priority of its own entry."""
    text = M + (
        "select: {packs: [{ref: m, filter: {include_ids: [a]}}, {name: n, param: q, range: [0, 1]}, "
        "{ref: m, priority: 7, filter: {include_ids: [b]}}]}\n"
    )
    assert packs(resolved(text)) == {"m": ["a", "b"], "n": ["0"]}
    assert priorities(text) == [3, 7]


def test_equal_options_count_once_with_the_first_priority() -> None:
    """A diagnostic says so."""
    text = M + "select: {packs: [{ref: m}, {ref: m, priority: 9}]}\n"
    assert priorities(text) == [3, 3, 3]
    assert told(resolved(text).diagnostics) == [("repeated-option", "packs.m.options[0]")]


def test_a_pack_that_is_selected_twice_counts_once() -> None:
    """Also where nothing differs, not even the priority, it is told."""
    found = resolved(M + "select: {packs: [{ref: m}, {ref: m}]}\n")
    assert packs(found) == {"m": ["a", "b", "c"]}
    assert told(found.diagnostics) == [("repeated-option", "packs.m.options[0]")]


def test_replace_options_discards_what_came_before() -> None:
    """At the place of the first; what comes after is joined."""
    text = M + (
        "select: {packs: [{ref: m}, {name: n, param: q, range: [0, 1]}, "
        "{ref: m, replace_options: true, options: [{id: a, params: {x: 9}}]}, "
        "{name: m, options: [{id: z, params: {x: 0}}]}]}\n"
    )
    assert packs(resolved(text)) == {"m": ["a", "z"], "n": ["0"]}


def test_a_pack_of_one_parameter() -> None:
    """One option a value; the id is the string, or the canonical text of anything else."""
    text = "select: {packs: [{name: m, param: a.b, values: [x, '1e-4', 1e-3, 1.0, 7, true, null, .nan, -.inf]}]}\n"
    found = resolved(text)
    assert packs(found) == {"m": ["x", "1e-4", "0.001", "1.0", "7", "true", "null", "nan", "-inf"]}
    assert written(found.packs[0].options[3].leaves) == {"a.b": 1.0}


@pytest.mark.parametrize(
    ("numbers", "ids"),
    [("[0, 3]", ["0", "1", "2"]), ("[5, 0, -2]", ["5", "3", "1"]), ("[-1, 1]", ["-1", "0"])],
)
def test_ranges_are_pythons(numbers: str, ids: list[str]) -> None:
    """Start, stop, step; the stop is left out."""
    assert packs(resolved(f"select: {{packs: [{{name: m, param: a, range: {numbers}}}]}}\n")) == {"m": ids}


def test_leaves_are_sorted_by_path() -> None:
    """Segment by segment; the sentinel is absent, an empty mapping is a leaf, choices are apart."""
    text = (
        "select: {packs: [{name: m, options: [{id: a, choices: {z/y@p: [u, v], b: 010}, "
        "params: {b: {c: 1, a: {}}, a-b: 1, a: {b: __delete__}}}]}]}\n"
    )
    option = resolved(text).packs[0].options[0]
    assert list(written(option.leaves).items()) == [("a.b", "ABSENT"), ("a-b", 1), ("b.a", {}), ("b.c", 1)]
    assert list(written(option.choices).items()) == [("b", "010"), ("z/y@p", ["u", "v"])]


def test_options_that_differ_in_their_ids_alone_are_told() -> None:
    """Equal params, choices and tag; 1 and 1.0 differ, and so do 0.0 and -0.0."""
    text = (
        "select: {packs: [{name: m, options: [{id: a, params: {x: 1}}, {id: b, params: {x: 1}}, "
        "{id: c, params: {x: 1.0}}, "
        "{id: d, params: {x: 0.0}}, {id: e, params: {x: -0.0}}, {id: f, params: {x: 1}, tag: t}]}]}\n"
    )
    found = resolved(text).diagnostics
    assert told(found) == [("equal-options", "select.packs[0].options[1]")]
    assert "`a` and `b`" in found[0].message


def test_nothing_selected_is_told() -> None:
    """The plan is one configuration, the defaults."""
    found = resolved("defaults: {params: {a: 1}}\n")
    assert found.packs == ()
    assert [each.code for each in found.diagnostics] == ["nothing-selected"]


def test_unresolved_references_of_what_nothing_selects_are_told() -> None:
    """They are no errors."""
    text = (
        "packs: {m: {name: m, options_from: [{ref: nowhere}]}}\n"
        "groups: {g: [{group: no}, {ref: none, options_from: [{ref: never}]}]}\n"
    )
    assert told(resolved(text).diagnostics)[1:] == [
        ("unresolved-reference", "packs.m.options_from[0].ref"),
        ("unresolved-reference", "groups.g[0].group"),
        ("unresolved-reference", "groups.g[1].ref"),
        ("unresolved-reference", "groups.g[1].options_from[0].ref"),
    ]


def test_several_problems_come_together() -> None:
    """Unknown names and ids of one pass, in the order of the file."""
    text = M + (
        "select: {packs: [{ref: n}, {ref: m, filter: {include_ids: [q]}}, {name: e}]}\n"
        "merge: {strategies: {zzz: error}}\n"
    )
    with pytest.raises(InvalidInput) as caught:
        resolved(text)
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["unknown-pack", "unknown-option", "empty-pack", "unknown-path"]
