"""The proof that no two candidates have one id."""

from __future__ import annotations

from hypothesis import assume, given

from geryon.compile import compile_experiment
from geryon.errors import InvalidInput
from geryon.kernels import kernel
from geryon.resolve.model import Resolved
from support.resolved import ABSENT, experiments, option, pack, resolved


@given(experiments())
def test_told_apart_means_no_duplicates(experiment: Resolved) -> None:
    """The proof is never wrong: all ids of such an experiment are distinct."""
    try:
        compiled = compile_experiment(experiment)
    except InvalidInput:
        assume(False)
    sweep = kernel().sweep(compiled.program)
    if not compiled.not_apart:
        assert sweep.distinct() == sweep.count()


def test_a_pack_with_its_own_parameter_is_told_apart() -> None:
    """Two packs with paths of their own."""
    packs = pack("m", option("x", {"a": 1}), option("y", {"a": 2})), pack("n", option("x", {"b": 1}), option("y"))
    assert compile_experiment(resolved(*packs)).not_apart == ()


def test_a_shared_path_tells_nothing_apart() -> None:
    """What two packs write may hide one of them."""
    packs = (
        pack("m", option("x", {"a": 1}), option("y", {"a": 2})),
        pack("n", option("x", {"a": 3}, priority=1), option("y", {"a": 3}, priority=1)),
    )
    assert compile_experiment(resolved(*packs)).not_apart == ("m", "n")


def test_defaults_are_filled_in() -> None:
    """Writing what the defaults say, and writing nothing, are the same."""
    packs = pack("m", option("x", {"a": 1}), option("y"))
    assert compile_experiment(resolved(packs, defaults={"a": 1})).not_apart == ("m",)
    assert compile_experiment(resolved(packs, defaults={"a": 2})).not_apart == ()


def test_the_sentinel_differs_from_the_default_it_deletes() -> None:
    """Absent is one value, and is nothing where there was nothing."""
    packs = pack("m", option("x", {"a": ABSENT}), option("y"))
    assert compile_experiment(resolved(packs, defaults={"a": 1})).not_apart == ()
    assert compile_experiment(resolved(packs)).not_apart == ("m",)


def test_tags_of_others_do_not_tell_apart() -> None:
    """A tag that the defaults have too is no difference; a tag of one's own is."""
    packs = pack("m", option("x", tag="t"), option("y"))
    assert compile_experiment(resolved(packs)).not_apart == ()
    assert compile_experiment(resolved(packs, tags=["t"])).not_apart == ("m",)


def test_choices_tell_apart() -> None:
    """A choice that no other pack makes."""
    packs = pack("m", option("x", choices={"model": "r"}), option("y", choices={"model": "s"}))
    assert compile_experiment(resolved(packs)).not_apart == ()


def test_a_list_strategy_may_make_two_options_one() -> None:
    """A set union with the defaults swallows what they already have."""
    packs = pack("m", option("x", {"a": [1]}), option("y", {"a": [1, 1]}))
    assert compile_experiment(resolved(packs)).not_apart == ()
    assert compile_experiment(resolved(packs, strategies={"a": "set_union"})).not_apart == ("m",)
