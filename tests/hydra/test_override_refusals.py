"""What is refused at validation, how it is said, and where in the value it stands."""

from __future__ import annotations

from typing import Any

import pytest

from geryon.errors import InvalidInput
from geryon.hydra import (
    choice_key_error,
    choice_value_error,
    encode,
    key_error,
    override_size_error,
    run_dir_override,
    shown,
    slow_value_warning,
    value_error,
    value_errors,
)


@pytest.mark.parametrize(
    "path",
    [
        ("hydra",),
        ("hydra", "mode"),
        ("hydra", "run"),
        ("hydra", "run", "dir"),
        ("hydra", "run", "dir", "x"),
        ("hydra", "sweep"),
        ("hydra", "sweep", "dir"),
        ("hydra", "sweep", "subdir"),
    ],
)
def test_the_planner_owns_the_run_directory(path: tuple[str, ...]) -> None:
    """Parameters that would move a run's directory, or replace all of Hydra's settings, are reserved."""
    refusal = key_error(path)
    assert refusal is not None
    assert refusal.code == "key-reserved"


@pytest.mark.parametrize("path", [("hydra", "job", "chdir"), ("hydra", "run_dir"), ("my", "hydra")])
def test_other_hydra_settings_are_parameters(path: tuple[str, ...]) -> None:
    """The rest of Hydra's configuration can be swept."""
    assert key_error(path) is None


@pytest.mark.parametrize("segment", ["model/size", "db@pkg"])
def test_a_group_among_the_parameters_points_to_choices(segment: str) -> None:
    """`/` and `@` belong to config groups."""
    refusal = key_error((segment,))
    assert refusal is not None
    assert refusal.hint is not None
    assert "`choices`" in refusal.hint


@pytest.mark.parametrize("key", ["db@", "db@_here_", "db@_global_", "a/b/c@x.0.y", "db@$x", "hydra/launcher"])
def test_a_group_may_name_its_package(key: str) -> None:
    """The package is empty or a dotted path."""
    assert choice_key_error(key) is None


@pytest.mark.parametrize(
    "key", ["", "/db", "db/", "a//b", "$db", "1db", "a.b", "db@1", "db@a..b", "db@a@b", "db@a/b", "db\n", "é", "+db"]
)
def test_what_names_no_group_is_refused(key: str) -> None:
    """Anything that Hydra's grammar would read otherwise, or not at all."""
    refusal = choice_key_error(key)
    assert refusal is not None
    assert refusal.code == "key-invalid"


def test_the_group_hydra_is_reserved() -> None:
    """`hydra=...` would replace the settings of Hydra itself."""
    refusal = choice_key_error("hydra")
    assert refusal is not None
    assert refusal.code == "key-reserved"


@pytest.mark.parametrize("value", [None, True, 1, 1.5, [], ["a", 1], {}, {"a": "b"}, [["a"]]])
def test_a_choice_is_a_name_or_names(value: Any) -> None:
    """Hydra takes a string or a list of strings for a group."""
    assert choice_value_error(value) is not None


def test_a_choice_is_a_string_that_can_be_carried() -> None:
    """The rules for strings hold for the names of options too."""
    refusal = choice_value_error(["ok", "a\0"])
    assert refusal is not None
    assert refusal.steps == (1,)


def test_all_refusals_of_a_value_come_with_their_steps() -> None:
    """Each says which list index or mapping key leads to it."""
    value = ["fine", ["???"], {"a": "${", "1": 2}, 10**4300]
    assert [(error.code, error.steps) for error in value_errors(value)] == [
        ("value-invalid", (1, 0)),
        ("interpolation-invalid", (2, "a")),
        ("key-invalid", (2,)),
        ("value-invalid", (3,)),
    ]


@pytest.mark.parametrize("value", [b"x", {1}, (1,), object(), [1, complex(1)], [{1: 2}], [{None: 2}]])
def test_values_of_other_types_are_refused(value: Any) -> None:
    """Only what YAML's safe scalars, lists and mappings give can be carried."""
    assert value_error(value) is not None


def test_the_largest_integer_has_4300_digits() -> None:
    """Python reads no more digits than that from text."""
    assert value_error(10**4300 - 1) is None
    assert value_error(1 - 10**4300) is None
    assert value_error(-(10**4300)) is not None


@pytest.mark.parametrize(
    ("value", "segments", "fits"),
    [(1, 32, True), (1, 33, False), ({}, 31, True), ({}, 32, False), ([[1]], 30, True), ([[1]], 31, False)],
)
def test_path_and_containers_nest_32_deep_together(value: Any, segments: int, fits: bool) -> None:
    """Hydra itself dies of a recursion error somewhat later."""
    assert (value_error(value, segments) is None) == fits


def test_deep_nesting_is_refused_and_not_followed() -> None:
    """A value far deeper than Python's stack gives a refusal."""
    value: Any = []
    for _ in range(100_000):
        value = [value]
    refusal = value_error(value)
    assert refusal is not None
    assert len(refusal.steps) == 32


def test_an_override_has_at_most_131071_bytes() -> None:
    """Bytes of UTF-8 count, not characters."""
    assert override_size_error("a=" + "x" * 131069) is None
    assert override_size_error("a=" + "x" * 131070) is not None
    assert override_size_error("a='" + "é" * 65533 + "'") is None
    assert override_size_error("a='" + "é" * 65534 + "'") is not None


def test_long_lists_are_worth_a_warning() -> None:
    """All elements of nested lists count together."""
    assert slow_value_warning([0] * 2000) is None
    assert slow_value_warning([[0] * 1000, {"a": [0] * 999}]) is not None
    assert slow_value_warning("x" * 5000) is None


@pytest.mark.parametrize("depth", [8, 9])
def test_interpolations_nest_eight_deep(depth: int) -> None:
    """One deeper is refused."""
    refusal = value_error("${" * depth + "a" + "}" * depth)
    assert (refusal is None) == (depth == 8)


def test_a_malformed_interpolation_can_be_made_literal() -> None:
    """The hint says how to write `${` as text."""
    refusal = value_error("cost ${")
    assert refusal is not None
    assert refusal.code == "interpolation-invalid"
    assert refusal.hint is not None
    assert r"\${" in refusal.hint
    assert value_error(r"cost \${") is None


@pytest.mark.parametrize("path", ["/runs/${x}", r"/runs/\${x}", "/runs/a${", "/runs/a\0", "/runs/\udce9"])
def test_a_run_directory_that_cannot_be_carried_is_refused(path: str) -> None:
    """`${`, escaped or not, NUL, and bytes that are no UTF-8."""
    with pytest.raises(InvalidInput) as caught:
        run_dir_override(path)
    assert [problem.code for problem in caught.value.problems] == ["run-dir-invalid"]


def test_a_long_run_of_backslashes_takes_linear_work() -> None:
    """Doubling looks at each backslash once, even where no quote follows."""
    assert encode("\\" * 200_000 + "x") == "'" + "\\" * 200_000 + "x'"


def test_text_in_messages_is_short_and_visible() -> None:
    """Control characters are escaped, long text is cut."""
    assert shown("a\nb\0é") == "`a\\nb\\x00é`"
    assert shown("x" * 100) == "`" + "x" * 57 + "...`"
