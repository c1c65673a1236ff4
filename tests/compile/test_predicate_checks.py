"""Names and literals in predicates against the experiment."""

from __future__ import annotations

import json

import pytest

from geryon.compile import compile_experiment
from geryon.errors import InvalidInput, Problem
from geryon.resolve.model import Argument, Predicate, Resolved
from support.resolved import ABSENT, argument, option, pack, predicate, resolved

_PACK = pack("model", option("big", {"net.width": 64, "net.drop": ABSENT}), option("small", {"net.width": 8}))


@pytest.mark.parametrize(
    ("expression", "code", "message", "hint"),
    [
        ('pack("modle") == "big"', "unknown-pack", "there is no pack `modle`", "did you mean `model`?"),
        ("net.widht > 3", "unknown-path", "nothing sets the parameter `net.widht`", "did you mean `net.width`?"),
        (
            "net.width.x > 3",
            "unknown-path",
            "nothing sets the parameter `net.width.x`",
            "did you mean `net.width`?",
        ),
        ('has("nte.width")', "unknown-path", "nothing sets the parameter `nte.width`", "did you mean `net.width`?"),
        (
            'choice("data") == "x"',
            "unknown-choice",
            "nothing chooses from the config group `data`",
            "there are no choices",
        ),
        (
            'pack("model") == "bigg"',
            "unknown-option",
            "`bigg` is no option of pack `model`",
            "did you mean `big`?",
        ),
        (
            'pack("model") not in ["big", 8]',
            "unknown-option",
            "`8` is compared with the option of pack `model`, and ids are strings",
            "the options are `big`, `small`",
        ),
        (
            '["huge", 1] != [pack("model"), 1]',
            "unknown-option",
            "`huge` is no option of pack `model`",
            "the options are `big`, `small`",
        ),
        (
            '"tiny" in [pack("model")]',
            "unknown-option",
            "`tiny` is no option of pack `model`",
            "the options are `big`, `small`",
        ),
    ],
)
def test_names_that_mean_nothing_are_errors(expression: str, code: str, message: str, hint: str) -> None:
    """Each with the nearest name, or the names there are."""
    (problem,) = _problems(resolved(_PACK, predicates=[predicate("p", expression)]))
    assert (problem.code, problem.message, problem.hint) == (code, message, hint)


@pytest.mark.parametrize(
    "expression",
    [
        'pack("model") == "big"',
        '"bi" in pack("model")',
        "net.width > 3 or net.drop == 1",
        'has("net") and has("net.drop") and net.width in [8, 64]',
        'param("nowhere", 3) == 3',
    ],
)
def test_names_that_mean_something_are_fine(expression: str) -> None:
    """Selected, only deleted, a mapping, or with a default."""
    compiled = compile_experiment(resolved(_PACK, predicates=[predicate("p", expression)]))
    assert (len(compiled.document["predicates"]), compiled.diagnostics) == (1, ())


@pytest.mark.parametrize(
    ("expression", "arguments", "missing"),
    [
        ('pack("loss") == "l2"', (), "pack `loss`"),
        ("loss.scale > 1 and net.width > 1", (), "path `loss.scale`"),
        ('choice("data") == "x"', (), "choice `data`"),
        ('$l == "nothing of the kind"', (argument("l", "pack_id", "loss"),), "pack `loss`"),
    ],
)
def test_predicates_about_what_is_not_selected_are_inert(
    expression: str, arguments: tuple[Argument, ...], missing: str
) -> None:
    """They are not in the program, and a diagnostic says so."""
    compiled = compile_experiment(_with_unselected(predicate("p", expression, arguments)))
    assert compiled.document["predicates"] == compiled.document["nodes"] == []
    (diagnostic,) = compiled.diagnostics
    assert diagnostic.code == "inert-predicate"
    assert diagnostic.message == f"predicate `p` has no effect: this selection does not have {missing}"


@pytest.mark.parametrize(
    ("expression", "arguments"),
    [
        ('$l == "none"', (argument("l", "pack_id", "loss", "none"),)),
        ("$s > 1", (argument("s", "param", "loss.scale", 2),)),
        ('has("loss.scale")', ()),
        ("net.width > 1", (argument("l", "pack_id", "loss"),)),
    ],
)
def test_defaults_and_has_keep_a_predicate(expression: str, arguments: tuple[Argument, ...]) -> None:
    """A default serves for what is not selected, `has` is false, and an unused argument does not count."""
    compiled = compile_experiment(_with_unselected(predicate("p", expression, arguments)))
    assert len(compiled.document["predicates"]) == 1


def test_a_pack_default_is_a_literal() -> None:
    """The program of a default has no reference to the pack that is not there."""
    use = predicate("p", '$l == "none"', [argument("l", "pack_id", "loss", "none")])
    nodes = compile_experiment(_with_unselected(use)).document["nodes"]
    assert nodes == [{"op": "const", "value": ["s", "none"]}, {"op": "eq", "args": [0, 0]}]


def test_unused_arguments_are_warnings() -> None:
    """Even where they name nothing."""
    use = predicate("p", "net.width > 1", [argument("x", "param", "nowhere")])
    (diagnostic,) = compile_experiment(resolved(_PACK, predicates=[use])).diagnostics
    assert diagnostic.code == "unused-argument"
    assert diagnostic.message == "predicate `p` does not use its argument `x`"


def test_two_predicates_of_one_id_are_an_error() -> None:
    """Reported at the second, beside all else that is wrong."""
    both = [predicate("p", "net.width > 1"), predicate("p", "net.widht > 1"), predicate("q", "1 +")]
    problems = _problems(resolved(_PACK, predicates=both))
    assert [problem.code for problem in problems] == ["duplicate-predicate", "unknown-path", "expression-syntax"]


def test_equal_sub_expressions_are_one_node() -> None:
    """Also across predicates; `1`, `1.0` and `True` are three literals."""
    both = [predicate("p", "net.width * 2 > 1"), predicate("q", "net.width * 2 > 1.0 or True")]
    nodes = compile_experiment(resolved(_PACK, predicates=both)).document["nodes"]
    assert len(nodes) == len({json.dumps(node) for node in nodes})
    assert [node["op"] for node in nodes].count("mul") == 1
    assert [node["op"] for node in nodes].count("const") == 4
    assert all(argument < number for number, node in enumerate(nodes) for argument in node.get("args", []))


def _with_unselected(use: Predicate) -> Resolved:
    return resolved(
        _PACK,
        predicates=[use],
        known_packs={"loss": ["l1", "l2"]},
        known_params=["loss.scale"],
        known_choices=["data"],
    )


def _problems(experiment: Resolved) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        compile_experiment(experiment)
    return caught.value.problems
