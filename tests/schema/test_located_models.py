"""Models that are read from marked nodes."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, Field

from geryon.errors import InvalidInput
from geryon.schema.base import Located, parse
from geryon.schema.experiment import Experiment, Library
from geryon.schema.fields import Flag, Items, Name, Number, OneOrMore, Plain, Table, Text, Whole
from geryon.schema.yaml_loader import load_yaml


class Inner(Located):
    """A nested one."""

    described: ClassVar[str] = "an inner part"

    size: Whole = 1


class Settings(BaseModel):
    """A model for plain data."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(ge=1)


class Outer(Located):
    """All field types."""

    dashes: ClassVar[bool] = True
    described: ClassVar[str] = "an outer part"

    name: Name
    words: Items[Text] = []
    one: OneOrMore[Text] = []
    ratio: Number = 0.5
    on: Flag = False
    table: Table[Inner] = {}
    inner_part: Inner | None = None
    settings: Plain[Settings] | None = None


def read(text: str) -> Outer:
    """The model of a text."""
    return parse(Outer, load_yaml(text, "x.yaml"))[0]


def codes(text: str) -> list[tuple[str, int | None, int | None]]:
    """Code, line and column of each problem."""
    with pytest.raises(InvalidInput) as caught:
        read(text)
    return [(each.code, each.place.line, each.place.column) for each in caught.value.problems]


def test_strings_are_taken_as_written() -> None:
    """What YAML reads as a number or a boolean is the text where a string is expected, in keys too."""
    model = read("name: 010\nwords: [on, 1e-4, 1:30]\none: no\ntable: {on: {size: 2}, 010: {}}\n")
    assert (model.name, model.words, model.one) == ("010", ["on", "1e-4", "1:30"], ["no"])
    assert {name: part.size for name, part in model.table.items()} == {"on": 2, "010": 1}


def test_keys_may_be_read_as_booleans() -> None:
    """The field `on` is found although YAML reads its key as true."""
    assert read("name: a\non: true\n").on is True


def test_a_model_knows_its_node() -> None:
    """Its own place, and the places of its entries."""
    model = read("name: a\ninner_part:\n  size: 3\n")
    assert model.inner_part is not None
    assert model.inner_part.node.place.path == "inner_part"
    assert model.inner_part.node.value["size"].place.line == 3


def test_an_empty_section_is_absent() -> None:
    """Null stands for the default of lists, mappings and models; elsewhere it is an error."""
    assert read("name: a\nwords:\ntable: ~\ninner_part: null\n").model_dump() == read("name: a\n").model_dump()
    assert codes("name: a\nratio: null\n") == [("wrong-type", 2, 8)]


def test_dashes_and_underscores() -> None:
    """Either, where the model says so; both at once is a duplicate."""
    assert read("name: a\ninner-part: {}\n").inner_part is not None
    assert codes("name: a\ninner-part: {}\ninner_part: {}\n") == [("duplicate-key", 3, 1)]


def test_all_problems_come_in_the_order_of_the_file() -> None:
    """Unknown keys, missing keys and wrong types together."""
    text = "words: [[a], b]\nratoi: 1\non: 1\ntable: {a: {size: x, sice: 1}}\nsettings: {limit: 0, more: 1}\n"
    assert codes(text) == [
        ("missing-key", 1, 1),
        ("wrong-type", 1, 9),
        ("unknown-key", 2, 1),
        ("wrong-type", 3, 5),
        ("wrong-type", 4, 19),
        ("unknown-key", 4, 22),
        ("wrong-value", 5, 19),
        ("unknown-key", 5, 22),
    ]


def test_unknown_keys_may_be_warnings() -> None:
    """At every level; the rest is read as if they were not there."""
    node = load_yaml("name: a\nnmae: b\ninner_part: {sice: 1}\n", "x.yaml")
    model, diagnostics = parse(Outer, node, unknown_keys="warn")
    assert model.model_dump() == read("name: a\ninner_part: {}\n").model_dump()
    assert [(each.code, each.place.path) for each in diagnostics] == [
        ("unknown-key", "nmae"),
        ("unknown-key", "inner_part.sice"),
    ]


def test_unexpected_readings_are_told() -> None:
    """Where a number is expected, `1:30` is 90, and a warning says so."""
    model, diagnostics = parse(Outer, load_yaml("name: 1:30\nratio: 1:30\n", "x.yaml"))
    assert model.ratio == 90
    assert [(each.code, each.place.line) for each in diagnostics] == [("yaml-reading", 2)]
    assert "`1:30` as 90" in diagnostics[0].message


def test_a_node_is_shown_in_short() -> None:
    """Whatever stands below it: validation errors show their context."""
    node = load_yaml("a: [" + "[1, 2], " * 1000 + "]\n", "x.yaml")
    assert repr(node.value["a"]) == "<Node x.yaml:1:4 a>"


def test_experiments_have_a_json_schema() -> None:
    """The models describe themselves for editors."""
    for model in (Experiment, Library):
        schema = json.loads(json.dumps(model.model_json_schema()))
        assert "option_sets" in schema["properties"]
