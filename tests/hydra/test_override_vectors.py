"""The encoder against the shared vectors, and the vectors against Hydra's own parser."""

from __future__ import annotations

from typing import Any

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from geryon.hydra import (
    choice_key_error,
    choice_value_error,
    encode,
    key_error,
    run_dir_override,
    value_error,
)
from support.override_vectors import typed, vectors


@pytest.mark.parametrize("case", vectors("cases"), ids=lambda case: repr(case["override"])[:40])
def test_a_parameter_becomes_the_expected_override(case: dict[str, Any]) -> None:
    """Key and value are accepted, give exactly this text, and Hydra reads the same value back."""
    path = tuple(case["key"].split("."))
    assert key_error(path) is None
    assert value_error(case["value"], len(path)) is None
    assert case["key"] + "=" + encode(case["value"]) == case["override"]
    parsed = OverridesParser.create().parse_override(case["override"])
    assert parsed.key_or_group == case["key"]
    assert typed(parsed.value()) == typed(case["value"])
    assert not parsed.is_sweep_override()


@pytest.mark.parametrize("case", vectors("group_cases"), ids=lambda case: case["override"])
def test_a_choice_becomes_the_expected_override(case: dict[str, Any]) -> None:
    """A group's key, with its prefix before it, and its value."""
    assert choice_key_error(case["key"].lstrip("+")) is None
    assert choice_value_error(case["value"]) is None
    assert case["key"] + "=" + encode(case["value"]) == case["override"]


@pytest.mark.parametrize("case", vectors("prefix_cases"), ids=lambda case: case["override"])
def test_a_prefix_stands_before_the_key(case: dict[str, Any]) -> None:
    """A prefix changes nothing else in the override."""
    assert key_error(tuple(case["key"].split("."))) is None
    assert case["prefix"] + case["key"] + "=" + encode(case["value"]) == case["override"]


@pytest.mark.parametrize("case", vectors("run_dir_cases"), ids=lambda case: case["override"])
def test_the_run_directory_becomes_the_expected_override(case: dict[str, Any]) -> None:
    """Spaces, quotes and other special characters of a path are carried."""
    assert run_dir_override(case["path"]) == case["override"]


@pytest.mark.parametrize("case", vectors("refused_values"), ids=lambda case: repr(case["value"])[:40])
def test_a_value_that_hydra_cannot_carry_is_refused(case: dict[str, Any]) -> None:
    """The reasons are in the vectors."""
    assert value_error(case["value"], 1) is not None


@pytest.mark.parametrize("case", vectors("refused_keys"), ids=lambda case: repr(case["path"])[:40])
def test_a_key_that_hydra_cannot_parse_is_refused(case: dict[str, Any]) -> None:
    """The reasons are in the vectors."""
    refusal = key_error(tuple(case["path"]))
    assert refusal is not None
    assert refusal.code == "key-invalid"
