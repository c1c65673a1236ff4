"""Random values through Hydra's own parser and composition: the same value and the same type come back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from geryon.hydra import encode, value_error
from support.override_vectors import typed

VALUES_PER_EXAMPLE = 50
# 10 examples of 50 values each in the quick profile, 10,000 values and more in the `ci` one
EXAMPLES = max(settings.default.max_examples, 10) if settings.default else 10

# fragments on which quoting, escaping and interpolation can stumble, besides arbitrary text
_FRAGMENTS = [
    *"'\"\\$ {}[](),:=~.-+_/@%#!&|;<>^`?*\n\t0aéZ😀",
    "${",
    "${a}",
    "\\${",
    "\\\\${a}",
    "${r:'",
    "'}",
    "${oc.env:X,'y z'}",
    '${oc.env:X,"y"}',
    "null",
    "true",
    "1e5",
    "???",
]
_KEY_CHARACTERS = "abzAZ019_/-+.$%*@?|\\()[]{}:=, \t"


def _joined(parts: list[str]) -> str:
    return "".join(parts)


def interpolations() -> st.SearchStrategy[str]:
    """Live interpolations of the accepted grammar, as a user could write them."""
    name = st.text("abZ_", min_size=1, max_size=3)
    word = st.text("abZ09_-", min_size=1, max_size=4)
    spaces = st.sampled_from(["", " ", "  "])

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        part = word | inner
        tail = st.lists(st.builds(".{}".format, part) | st.builds("[{}]".format, part), max_size=2).map(_joined)
        path = st.builds("${{{}{}{}{}{}}}".format, spaces, st.sampled_from(["", ".", ".."]), part, tail, spaces)
        bare = st.lists(st.text("aZ09_-/.:+%*@?|$ ", min_size=1, max_size=4) | inner, min_size=1, max_size=3)
        quoted = st.lists(st.text("aZ09 ,:=(){}[]#é$\n", max_size=4) | inner, max_size=2).map(_joined)
        argument = bare.map(_joined) | st.builds("'{}'".format, quoted) | st.builds('"{}"'.format, quoted)
        arguments = st.lists(argument, max_size=3).map(",".join)
        resolver = st.builds("${{{}{}:{}{}}}".format, spaces, name, arguments, spaces)
        return path | resolver

    return st.recursive(st.builds("${{{}}}".format, word), larger, max_leaves=4)


def strings() -> st.SearchStrategy[str]:
    """Text of all kinds, much of it awkward."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    awkward = st.lists(st.sampled_from(_FRAGMENTS), max_size=8).map(_joined)
    mixed = st.tuples(awkward, interpolations(), awkward).map("".join)
    return st.text(characters, max_size=20) | st.text("abc_/.:@+-09", max_size=6) | awkward | mixed


def scalars() -> st.SearchStrategy[Any]:
    """Null, booleans, numbers and strings."""
    digits = st.sampled_from([2**63, 10**40, -(10**300)])
    return st.none() | st.booleans() | st.integers() | digits | st.floats() | strings()


def carried(value: Any) -> bool:
    """Whether the planner would pass this value."""
    return value_error(value, 1) is None


def values() -> st.SearchStrategy[Any]:
    """Values that the planner would pass: scalars, lists with all that may be in them, the empty mapping."""
    scalar = scalars().filter(carried)
    key = st.text(_KEY_CHARACTERS, min_size=1, max_size=6).filter(lambda text: carried([{text: 1}]))
    nested = st.recursive(
        scalar,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(key, inner, max_size=3),
        max_leaves=6,
    )
    return scalar | st.lists(nested, max_size=5) | st.just({})


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hydra, started on a config that has no value yet."""
    directory: Path = tmp_path_factory.mktemp("conf")
    (directory / "config.yaml").write_text("old: 1\n", encoding="utf-8")
    with initialize_config_dir(str(directory), version_base=None):
        yield


@pytest.mark.usefixtures("application")
@settings(max_examples=EXAMPLES)
@given(st.lists(values(), min_size=VALUES_PER_EXAMPLE, max_size=VALUES_PER_EXAMPLE), st.sampled_from(["+", "++"]))
def test_values_come_back_from_parser_and_composition(drawn: list[Any], prefix: str) -> None:
    """What is encoded is parsed as one value, not as a sweep, and composed to an equal value of the same type."""
    overrides = [f"{prefix}p{index}={encode(value)}" for index, value in enumerate(drawn)]
    for override, value in zip(OverridesParser.create().parse_overrides(overrides), drawn, strict=True):
        assert not override.is_sweep_override()
        assert typed(override.value()) == typed(value)
    composed = OmegaConf.to_container(compose("config", overrides), resolve=False)
    assert isinstance(composed, dict)
    assert typed([composed[f"p{index}"] for index in range(len(drawn))]) == typed(drawn)


@given(scalars())
def test_the_same_value_gives_the_same_text(value: Any) -> None:
    """Encoding is a pure function, and different floats have different texts."""
    if not carried(value):
        return
    assert encode(value) == encode(value)
    if isinstance(value, float) and math.isfinite(value):
        assert typed(float(encode(value))) == typed(value)
