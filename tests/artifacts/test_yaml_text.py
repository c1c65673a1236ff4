"""Composed documents as YAML."""

from __future__ import annotations

import math
from typing import Any

import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from omegaconf._utils import get_yaml_loader

from geryon.artifacts.yaml_text import yaml_text
from geryon.schema.yaml_loader import load_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.from_regex(
    r"[-+.]?[0-9._:]{0,4}([eExXob][-+]?[0-9]{0,2})?", fullmatch=True
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)


def types(value: Any) -> Any:
    """The value with its types, so that 1, 1.0 and true differ."""
    if isinstance(value, dict):
        return {key: types(item) for key, item in value.items()}
    if isinstance(value, list):
        return [types(item) for item in value]
    return type(value).__name__, repr(value)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
@example({"a": "1e-4", "b": "2020-01-01", "c": 1e-05, "d": -0.0, "e": math.inf, "f": "._", "g": "1:30", "h": "on"})
@example({"a": "x\x85y\u2028z", "b": "\x7f", "c": "\ufeff", "d": "~", "e": "", "f": "=", "g": "<<", "<<": "null"})
def test_every_reader_gets_the_same_values(value: dict[str, Any]) -> None:
    """Our loader, plain PyYAML and OmegaConf's loader give back value and type."""
    text = yaml_text(value)
    assert types(load_yaml(text, "x.yaml").plain_value()) == types(value)
    assert types(yaml.safe_load(text)) == types(value)
    assert types(yaml.load(text, Loader=get_yaml_loader())) == types(value)


def test_anchors_are_written_out() -> None:
    """One list in two places is two lists."""
    shared = [1, 2]
    assert yaml_text({"a": shared, "b": shared}) == "a: [1, 2]\nb: [1, 2]\n"


def test_every_option_stands_on_one_line() -> None:
    """Blocks down to the lists of mappings, one line an option."""
    options = [{"id": "a", "params": {"x": {"w": [1, 0.5]}}}, {"id": "on", "params": {"x": {}}}]
    document = {"schema": {"version": 4}, "select": {"packs": [{"name": "p", "options": options}]}, "tags": []}
    assert yaml_text(document).splitlines() == [
        "schema:",
        "  version: 4",
        "select:",
        "  packs:",
        "  - name: p",
        "    options:",
        "    - {id: a, params: {x: {w: [1, 0.5]}}}",
        '    - {id: "on", params: {x: {}}}',
        "tags: []",
    ]


@given(st.dictionaries(st.just("k" * 2000) | TEXT, st.lists(st.dictionaries(TEXT, VALUES, max_size=2), max_size=2)))
def test_long_keys_and_lists_of_mappings_come_back(value: dict[str, Any]) -> None:
    """Keys beyond the length of a simple key, and every mixture of block and flow."""
    text = yaml_text({"top": value, "list": [value, {"inner": [value]}]})
    expected = {"top": value, "list": [value, {"inner": [value]}]}
    assert types(yaml.safe_load(text)) == types(expected)
    assert types(load_yaml(text, "x.yaml").plain_value()) == types(expected)
