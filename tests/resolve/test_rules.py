"""Rules, strategies and the known names: what has an effect, what is inert, what is an error."""

from __future__ import annotations

from geryon.resolve.model import Strategy
from support.composing import packs, resolved, told

BASE = (
    "packs: {m: {name: m, options: [{id: a, params: {x: {y: 1}}}, {id: b, params: {x: {y: 2}}}]}, "
    "n: {name: n, options: [{id: c, params: {z: 1, gone: __delete__}, choices: {db: q}}]}}\n"
    "select: {packs: [{ref: m}]}\n"
)


def test_ids_of_a_rule() -> None:
    """One id or a list, each once, with its place."""
    rule = resolved(BASE + "constraints: {exclude: [{when: {m: [b, a, b]}}, {when: {m: a}}]}\n").exclude
    assert [[condition.ids for condition in each.when] for each in rule] == [[("b", "a")], [("a",)]]
    assert rule[1].when[0].id_places[0].path == "constraints.exclude[1].when.m"


def test_a_rule_that_names_an_unselected_pack_is_inert() -> None:
    """With a diagnostic; the other rules stay."""
    found = resolved(BASE + "constraints: {include: [{when: {n: c, m: a}}, {when: {m: b}}]}\n")
    assert [rule.when[0].ids for rule in found.include] == [("b",)]
    assert told(found.diagnostics) == [("inert-rule", "constraints.include[0]")]


def test_a_strategy_of_an_unselected_path_is_inert() -> None:
    """Also of a path that is only deleted; a mapping above a leaf is a path."""
    found = resolved(BASE + "merge: {strategies: {x: replace, z: error, gone: error}}\n")
    assert [(each.path, each.kind) for each in found.merge.strategies] == [(("x",), "replace")]
    assert told(found.diagnostics) == [
        ("inert-strategy", "merge.strategies.z"),
        ("inert-strategy", "merge.strategies.gone"),
    ]


def test_deep_merge_may_stand_above_a_strategy() -> None:
    """Alone of all kinds."""
    found = resolved(BASE + "merge: {strategies: {x: deep_merge, x.y: error}}\n").merge.strategies
    assert found == (
        Strategy(("x",), "deep_merge", found[0].place),
        Strategy(("x", "y"), "error", found[1].place),
    )


def test_merging_is_the_default() -> None:
    """Mode, sentinel and strategies of an experiment that says nothing."""
    policy = resolved(BASE).merge
    assert (policy.mode, policy.delete_sentinel, policy.strategies) == ("merge", "__delete__", ())


def test_known_names_are_those_of_the_whole_document() -> None:
    """Definitions, inline packs, renaming selectors and run sets; deleted paths apart."""
    text = BASE + (
        "option_sets: {s: [{id: e, params: {set: 1}}]}\n"
        "groups: {g: [{ref: m, name: renamed, options_from: [{ref: s}]}, {name: inline, param: i, range: [0, 2]}]}\n"
        "run_sets: {r: {append: {defaults: {params: {from_r: 1}, choices: {group: k}}}, "
        "patch_packs: {m: {ref: m, options: [{id: f, params: {patched: 1}}]}}}}\n"
    )
    known = resolved(text).known
    assert {name: set(ids) for name, ids in known.packs.items()} == {
        "m": {"a", "b", "f"},
        "n": {"c"},
        "renamed": {"a", "b", "e"},
        "inline": {"0", "1"},
    }
    assert known.leaves == {("x", "y"), ("z",), ("set",), ("i",), ("from_r",), ("patched",)}
    assert known.deleted == {("gone",)}
    assert known.choices == {"db", "group"}


def test_predicates_are_passed_on_as_written() -> None:
    """Arguments with their defaults, null among them, and `false` for errors."""
    text = BASE + (
        "constraints: {predicates: [{id: p, expr: {gt: [$a, 1]}, on_error: false, "
        "args: {a: {param: x.y, default: null}, b: {pack_id: m}, c: {choice: db, default: [1]}}}]}\n"
    )
    predicate = resolved(text).predicates[0]
    assert (predicate.id, predicate.on_error, predicate.expr.plain_value()) == ("p", "false", {"gt": ["$a", 1]})
    assert [(each.name, each.kind, each.target, each.default, each.has_default) for each in predicate.args] == [
        ("a", "param", "x.y", None, True),
        ("b", "pack_id", "m", None, False),
        ("c", "choice", "db", [1], True),
    ]


def test_a_parameter_below_a_choice_is_no_clash() -> None:
    """`model=resnet` and `model.width=64` go together; a deleted leaf clashes with nothing."""
    text = (
        "defaults: {choices: {model: resnet}, params: {model: {width: 64}}}\n"
        "select: {packs: [{name: m, options: [{id: a, params: {model: __delete__}}]}]}\n"
    )
    assert packs(resolved(text)) == {"m": ["a"]}


def test_the_command() -> None:
    """Arguments as written, and what stands before keys; a prefix that nothing uses is told."""
    text = (
        "command: {program: p, args: [010, on], cwd: d, hydra: false, "
        "overrides: {prefix: +, prefixes: {a.b: '', none: ++}, wandb: true}}\ndefaults: {params: {a: {b: 1}}}\n"
    )
    found = resolved(text)
    command = found.command
    assert (command.program, command.args, command.cwd, command.hydra) == ("p", ("010", "on"), "d", False)
    assert (command.prefix, command.prefixes, command.wandb) == ("+", {"a.b": "", "none": "++"}, True)
    assert ("unused-prefix", "command.overrides.prefixes.none") in told(found.diagnostics)
