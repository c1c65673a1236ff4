"""Messages about predicates that err, and about nothing left."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

from geryon.compile import Compiled, compile_experiment
from geryon.compile.document import to_bytes
from geryon.compile.subprogram import all_rules, with_rules
from geryon.errors import InvalidInput, Problem
from geryon.kernels import KernelError, kernel
from geryon.resolve.model import Resolved
from support.resolved import When, experiments, option, pack, predicate, resolved

_PACKS = (
    pack("m", option("x", {"a": 1, "b": "s", "c": {}}), option("y", {"a": 0, "b": "t", "d.e": 1})),
    pack("n", option("z", {"l": [1]}, priority=1)),
)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("a + b > 1", '(`type`) with m=`x`, n=`z`: `add` cannot take `1` and `"s"`'),
        ("a + 1", "(`type`) with m=`x`, n=`z`: the whole expression is `2`, neither true nor false"),
        ("len(l)", "(`type`) with m=`x`, n=`z`: the whole expression is `1`, neither true nor false"),
        ("-b", '(`type`) with m=`x`, n=`z`: `neg` cannot take `"s"`'),
        ("not a", "(`type`) with m=`x`, n=`z`: `not` cannot take `1`"),
        ("b", '(`type`) with m=`x`, n=`z`: the whole expression is `"s"`, neither true nor false'),
        ("d.e == 1", "(`missing`) with m=`x`, n=`z`: `d.e` is not set"),
        ("d == 1 or a == 1", "(`not_a_leaf`) with m=`y`, n=`z`: `d` is a mapping"),
        ("1 / a > 0", "(`zero_division`) with m=`y`, n=`z`: `div` of `1` and `0` divides by zero"),
        (
            "2 ** 127 > a",
            "(`overflow`) with m=`x`, n=`z`: `pow` of `2` and `127` has an operand or a result outside of "
            "+-(2^127 - 1)",
        ),
        (
            "a * 1e308 * 10 > 1",
            "(`not_finite`) with m=`x`, n=`z`: `mul` of `1`, `1e+308` and `10` is not a finite number",
        ),
    ],
)
def test_an_erring_candidate_is_explained(expression: str, message: str) -> None:
    """Predicate, kind, selected options, operands, and a next step."""
    problem = _error(resolved(*_PACKS, predicates=[predicate("p", expression)]))
    assert problem.code == "predicate-error"
    assert problem.message == "predicate `p` is an error " + message
    assert problem.hint


def test_the_place_is_inside_the_expression_of_the_predicate_that_errs() -> None:
    """Also where an earlier predicate shares the sub-expression."""
    both = [predicate("p", "a == 0 or a + b > 1", on_error="false"), predicate("q", "a == 5 or     a + b > 1")]
    problem = _error(resolved(*_PACKS, predicates=[both[1]]))
    assert (problem.place.line, problem.place.column) == (1, 17)
    both = [predicate("p", "a == 0 or a + b > 1 or True"), both[1]]
    assert "`q`" in _error(resolved(*_PACKS, predicates=both)).message
    assert _error(resolved(*_PACKS, predicates=both)).place.column == 17


def test_nothing_left_shows_counts_and_a_smallest_set() -> None:
    """Neither rule alone, and not the third one, which rejects the most."""
    problem = _nothing(
        resolved(
            pack("m", option("x", {"a": 1}), option("y", {"a": 2})),
            pack("n", *[option(str(number), {"b": number}) for number in range(4)]),
            exclude=[{"m": ["x"]}, {"n": ["0", "1", "2"]}],
            predicates=[predicate("p", "a == 1"), predicate("q", "b != 1")],
        )
    )
    assert problem.code == "nothing-left"
    assert problem.message == (
        "no configuration is left of 8 candidates: alone, `constraints.exclude[0]` rejects 4, "
        "`constraints.exclude[1]` rejects 6, predicate `p` rejects 4, predicate `q` rejects 2"
    )
    assert problem.hint == (
        "`constraints.exclude[0]` and predicate `p` together leave nothing, and no smaller set of rules does: "
        "relax one of them"
    )
    assert problem.place.path == "constraints.exclude[0]"


def test_one_rule_may_leave_nothing_alone() -> None:
    """The include list is one rule."""
    include: list[When] = [{"m": ["x"]}]
    experiment = resolved(
        pack("m", option("x"), option("y")),
        include=include,
        exclude=[{"m": ["x"]}],
        predicates=[predicate("p", "1 > 2")],
    )
    assert _nothing(experiment).hint == "predicate `p` leaves nothing alone: relax it"


def test_a_search_that_takes_too_long_says_so() -> None:
    """A remainder over twenty packs cannot be decided by a short walk."""
    packs = [pack(f"p{number}", option("x", {f"a{number}": 0}), option("y", {f"a{number}": 2})) for number in range(20)]
    total = " + ".join(f"a{number}" for number in range(20))
    compiled = compile_experiment(
        resolved(*packs, predicates=[predicate(f"p{even}", f"({total}) % {even} == 1") for even in (2, 4)])
    )
    problem = compiled.nothing_left(kernel().sweep(compiled.program)).problems[0]
    assert problem.message.endswith("predicate `p4` rejects an uncounted number")
    assert problem.hint == "which rules together leave nothing was not searched to the end: it would take too long"


@settings(max_examples=30)
@given(experiments(predicates=("e == 1", 'has("a.b")', "a.b.c == 1", 'pack("p0") == "o0"', 'param("a", 1) == 1')))
def test_a_program_of_some_rules_leaves_as_much_of_the_product(experiment: Resolved) -> None:
    """Leaving out packs on which no rule depends changes the share of valid candidates in nothing."""
    compiled = _compiled(experiment)
    for rule in all_rules(compiled.document):
        whole = {**compiled.document, "include": [], "exclude": [], "predicates": []}
        whole[rule[0]] = compiled.document["include"] if rule[1] < 0 else [compiled.document[rule[0]][rule[1]]]
        assert _share(whole) == _share(with_rules(compiled.document, [rule]))


def _share(document: dict[str, object]) -> float | str:
    sweep = kernel().sweep(to_bytes(document))
    try:
        return sweep.count() / sweep.candidates
    except KernelError:
        return "error"


def _compiled(experiment: Resolved) -> Compiled:
    try:
        return compile_experiment(experiment)
    except InvalidInput:
        assume(False)
        raise


def _error(experiment: Resolved) -> Problem:
    compiled = compile_experiment(experiment)
    with pytest.raises(KernelError) as caught:
        kernel().sweep(compiled.program).count()
    (problem,) = compiled.explain_kernel_error(caught.value).problems
    return problem


def _nothing(experiment: Resolved) -> Problem:
    compiled = compile_experiment(experiment)
    sweep = kernel().sweep(compiled.program)
    assert sweep.count() == 0
    (problem,) = compiled.nothing_left(sweep).problems
    return problem
