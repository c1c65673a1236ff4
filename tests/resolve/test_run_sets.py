"""Run sets: parents, operations, and what a plan says about them."""

from __future__ import annotations

from geryon.resolve import Operation, resolve, run_set_info, run_set_names
from support.composing import COMMAND, composed, packs, resolved, written

BASE = (
    "packs: {a: {name: a, param: a, range: [0, 2]}, b: {name: b, param: b, range: [0, 1]}}\n"
    "groups: {g: [{ref: a}], h: [{ref: b}]}\n"
    "select: {groups: [g], packs: [{ref: b, name: c, priority: 5}]}\n"
    "defaults: {params: {x: 1, y: {z: 1, l: [1]}}, tags: [t]}\n"
)


def defaults(run_set: str) -> dict[str, object]:
    """The default leaves under a run set, given as YAML."""
    return written(resolved(BASE + f"run_sets: {{r: {run_set}}}\n", run_set="r").defaults.leaves)


def selected(run_set: str) -> dict[str, list[str]]:
    """The packs under a run set."""
    return packs(resolved(BASE + f"run_sets: {{r: {run_set}}}\n", run_set="r"))


def test_append_joins_lists_and_merges_mappings() -> None:
    """Everything else is replaced."""
    assert list(selected("{append: {select: {groups: [h]}}}")) == ["a", "b", "c"]
    changed = defaults("{append: {defaults: {params: {x: {q: 2}, y: {l: [2], n: null}}}}}")
    assert changed == {"x.q": 2, "y.z": 1, "y.l": [1, 2], "y.n": None}


def test_replace_merges_mappings_and_replaces_the_rest() -> None:
    """Lists are replaced whole; sections that are not named stay."""
    assert list(selected("{replace: {select: {groups: [h]}}}")) == ["b", "c"]
    assert list(selected("{replace: {select: {groups: [], packs: [{ref: a}]}}}")) == ["a"]
    assert defaults("{replace: {defaults: {params: {y: {l: [2]}}}}}") == {"x": 1, "y.z": 1, "y.l": [2]}


def test_an_empty_section_changes_nothing() -> None:
    """Null is absent, at the level of sections; in parameters it is a value."""
    assert defaults("{replace: {defaults: {params: }, select: }}") == {"x": 1, "y.z": 1, "y.l": [1]}
    assert list(selected("{replace: {select: {groups: }}}")) == ["a", "c"]


def test_append_comes_before_replace_before_patch() -> None:
    """Whatever their order in the file."""
    text = (
        "{patch_packs: {d: {name: d, param: d, range: [0, 3]}}, "
        "replace: {select: {packs: [{name: d, param: d, range: [0, 1]}]}}, append: {select: {packs: [{ref: a}]}}}"
    )
    assert selected(text) == {"a": ["0", "1"], "d": ["0", "1", "2"]}


def test_a_patch_swaps_one_entry_with_its_priority() -> None:
    """Found by its resolved name; the entry's own priority goes with it."""
    text = BASE + "run_sets: {r: {patch_packs: {c: {ref: a, name: c}}}}\n"
    found = resolved(text, run_set="r")
    assert packs(found) == {"a": ["0", "1"], "c": ["0", "1"]}
    assert {option.priority for option in found.packs[1].options} == {0}


def test_parents_are_applied_first_depth_first_each_once() -> None:
    """The order and the operations are told."""
    text = (
        COMMAND
        + BASE
        + (
            "run_sets:\n  top: {extends: [left, right], replace: {defaults: {params: {x: 9}}}}\n"
            "  left: {extends: [base]}\n  right: {extends: [base], patch_packs: {c: {ref: b, name: c}}}\n"
            "  base: {append: {defaults: {tags: [u]}, select: {groups: [h]}}}\n"
        )
    )
    document = composed(text)
    assert run_set_names(document) == ("top", "left", "right", "base")
    info = run_set_info(document, "top")
    assert info.order == ("base", "left", "right", "top")
    assert info.operations == (
        Operation("base", "append", "defaults.tags"),
        Operation("base", "append", "select.groups"),
        Operation("right", "patch_packs", "c"),
        Operation("top", "replace", "defaults.params"),
    )
    assert resolve(document, "top").defaults.tags == ("t", "u")


def test_a_run_set_may_be_a_name_alone() -> None:
    """It plans the experiment as it stands, and so does no run set."""
    document = composed(COMMAND + BASE + "run_sets:\n  r:\n")
    assert resolve(document, "r").packs == resolve(document).packs
    assert run_set_info(document, None).order == ()


def test_references_of_a_run_set_are_checked_when_it_is_planned() -> None:
    """Another may be planned beside one that refers to nothing."""
    text = BASE + "run_sets: {r: {}, bad: {extends: [none], append: {select: {groups: [none]}}}}\n"
    assert list(packs(resolved(text, run_set="r"))) == ["a", "c"]


def test_a_rule_may_know_what_only_another_run_set_selects() -> None:
    """It is inert here, and an error only where no run set knows the name."""
    text = BASE + (
        "constraints: {exclude: [{when: {extra: '0'}}]}\n"
        "run_sets: {r: {append: {select: {packs: [{name: extra, param: e, range: [0, 1]}]}}}}\n"
    )
    assert resolved(text).exclude == ()
    assert len(resolved(text, run_set="r").exclude) == 1


def test_the_founding_example() -> None:
    """A preset from a package, then the same with one pack's options replaced."""
    presets = (
        "packs: {reward: {name: reward, options: [{id: dense, params: {reward: {mode: dense}}}]}, "
        "size: {name: size, param: size, range: [0, 2]}}\ngroups: {core: [{ref: reward}, {ref: size}]}\n"
    )
    text = """
command: {program: p}
imports: [{path: presets.yaml, package: presets}]
run_sets:
  baseline:
    replace:
      select:
        groups: [presets.core]
  no_pbrs:
    extends: [baseline]
    replace:
      select:
        packs:
          - ref: presets.reward
            replace_options: true
            options:
              - id: sparse
                params:
                  reward:
                    mode: sparse
"""
    files = {"presets.yaml": presets}
    assert packs(resolved(text, files, "baseline")) == {"reward": ["dense"], "size": ["0", "1"]}
    assert packs(resolved(text, files, "no_pbrs")) == {"reward": ["sparse"], "size": ["0", "1"]}
