"""YAML is read as Hydra's own loader reads it, with places."""

from __future__ import annotations

import math
import string
from io import StringIO
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from omegaconf._utils import get_yaml_loader

from geryon.errors import InvalidInput
from geryon.schema import yaml_loader
from geryon.schema.nodes import Node
from geryon.schema.yaml_loader import MAX_BYTES, decode, load_yaml

FILE = "file.yaml"


def same(left: Any, right: Any) -> bool:
    """Equal in value and type, with NaN equal to itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, float) and math.isnan(left):
        return math.isnan(right)
    return bool(left == right)


def hydra_reads(text: str) -> Any:
    """What OmegaConf makes of it before it builds its own containers."""
    return yaml.load(StringIO(text), Loader=get_yaml_loader())


@given(st.text(alphabet="0123456789+-._:eExXbBonyftrueslOaIinNF~=", max_size=12).filter(str.strip))
def test_plain_scalars_are_read_as_hydra_reads_them(text: str) -> None:
    """Every plain scalar that Hydra's loader takes has the same value and type here; what it refuses is refused."""
    document = f"a: [{text}]"
    try:
        expected = hydra_reads(document)
    except (yaml.YAMLError, ValueError, IndexError):
        with pytest.raises(InvalidInput):
            load_yaml(document, FILE)
        return
    assert same(load_yaml(document, FILE).plain_value(), expected)


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=string.printable + "é漢🐉\x85")
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(string.ascii_letters), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(string.ascii_letters, min_size=1), _VALUES, min_size=1), st.booleans())
def test_documents_are_read_as_hydra_reads_them(value: dict[str, Any], flow: bool) -> None:
    """A dumped document comes back as Hydra's loader gives it."""
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    assert same(load_yaml(text, FILE).plain_value(), hydra_reads(text))


MERGES = [
    "base: &b {x: 1, y: 2}\na: {<<: *b, y: 3}\n",
    "base: &b {x: 1, y: 2}\na: {y: 3, <<: *b}\n",
    "one: &o {x: 1, y: 1}\ntwo: &t {x: 2, z: 2}\na: {<<: [*o, *t], q: 0}\n",
    "one: &o {x: 1, y: 1}\ntwo: &t {x: 2, z: 2}\na:\n  <<: *o\n  <<: *t\n",
    "one: &o {x: 1}\ntwo: &t {<<: *o, x: 2}\na: {<<: *t}\n",
    "a: {<<: {x: 1}, y: 2}\n",
    'a: {"<<": 1}\n',
    "a: &k b\n*k : 1\n",
    "a: &l [1, {b: *n}]\n".replace("*n", "2") + "c: *l\n",
]


@pytest.mark.parametrize("text", MERGES)
def test_anchors_and_merge_keys(text: str) -> None:
    """Aliases and merge keys give what Hydra's loader gives, keys in the same order."""
    assert same(load_yaml(text, FILE).plain_value(), hydra_reads(text))


TAGS = ["!!str 12", "!!int '12'", "!!float 1", "!!bool 'on'", "!!null x", "! 12", "!!str", "!!seq [1]", "!!map {a: 1}"]


@pytest.mark.parametrize("text", TAGS)
def test_safe_tags(text: str) -> None:
    """The tags of YAML's own scalars and collections are read as Hydra's loader reads them."""
    document = f"a: {text}\n"
    assert same(load_yaml(document, FILE).plain_value(), hydra_reads(document))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-4", 0.0001),
        ("1:30", 90),
        ("010", 8),
        ("08", "08"),
        ("2020-01-01", "2020-01-01"),
        ("1_000", 1000),
        ("no", False),
        ("0b11", 3),
        ("1:30.5", 90.5),
        (".inf", math.inf),
        ("1e400", math.inf),
        ("0o17", "0o17"),
    ],
)
def test_what_yaml_reads(text: str, value: object) -> None:
    """Examples of YAML 1.1 with Hydra's floats."""
    assert same(load_yaml(f"a: {text}", FILE).plain_value()["a"], value)


def walk(node: Node) -> list[Node]:
    """A node, its keys, and all below."""
    found = [node, *node.key_nodes.values()]
    if isinstance(node.value, dict):
        for child in node.value.values():
            found += walk(child)
    elif isinstance(node.value, list):
        for child in node.value:
            found += walk(child)
    return found


def test_every_part_knows_its_place() -> None:
    """Lines and columns count from 1, in code points; the path leads from the root."""
    text = "é: {ü: [🐉, b]}\nlist:\n  - x: 1\n    y: two\n"
    places = {
        (node.place.path, node.place.line, node.place.column): node.text
        for node in walk(load_yaml(text, FILE))
        if node.text is not None
    }
    assert places == {
        ("é", 1, 1): "é",
        ("é.ü", 1, 5): "ü",
        ("é.ü[0]", 1, 9): "🐉",
        ("é.ü[1]", 1, 12): "b",
        ("list", 2, 1): "list",
        ("list[0].x", 3, 5): "x",
        ("list[0].x", 3, 8): "1",
        ("list[0].y", 4, 5): "y",
        ("list[0].y", 4, 8): "two",
    }


def test_what_an_alias_stands_for_has_the_path_of_its_use() -> None:
    """Line and column of the anchor, path of the alias."""
    root = load_yaml("a: &x {b: 1}\nc: [*x]\n", FILE)
    place = root.value["c"].value[0].value["b"].place
    assert (place.line, place.column, place.path, place.source) == (1, 11, "c[0].b", "a: &x {b: 1}")


def test_text_is_as_written() -> None:
    """Plain and quoted scalars keep their text beside their value."""
    items = load_yaml("[010, 1e-4, on, 'on', ~]", FILE).value
    assert [(item.text, item.value, item.plain) for item in items] == [
        ("010", 8, True),
        ("1e-4", 0.0001, True),
        ("on", True, True),
        ("on", "on", False),
        ("~", None, True),
    ]


@pytest.mark.parametrize("text", ["a: [1, {b: c}]\n", "a: 'x", "a: [1", "- a\n  b: c\n", "a: !x 1\n", "a: @\n"])
def test_without_libyaml_the_answer_is_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values, places and messages do not depend on whether PyYAML was built with libyaml."""

    def answer() -> object:
        try:
            return [(node.value if node.text else None, node.place) for node in walk(load_yaml(text, FILE))]
        except InvalidInput as error:
            return error.problems

    fast = answer()
    monkeypatch.setattr(yaml_loader, "_FAST", None)
    assert answer() == fast


def test_a_byte_order_mark_is_passed_over() -> None:
    """As bytes and as text; columns count from behind it."""
    text = decode(b"\xef\xbb\xbfa: 1\n", FILE)
    for document in (text, "\ufeffa: 1\n"):
        assert load_yaml(document, FILE).key_nodes["a"].column == 1


def test_crlf_and_unicode_line_ends_count_as_lines() -> None:
    """The line of a place is the line that editors show, and so is its text."""
    place = load_yaml("a: 1\r\nb: 'x\u2028y'\r\nc: 2\r\n", FILE).key_nodes["c"].place
    assert place.source == "c: 2"


def test_a_large_file_is_refused() -> None:
    """Over 64 MiB is an error, for text and for bytes."""
    with pytest.raises(InvalidInput, match="larger than 64 MiB"):
        load_yaml(" " * (MAX_BYTES + 1), FILE)
    with pytest.raises(InvalidInput, match="larger than 64 MiB"):
        decode(b" " * (MAX_BYTES + 1), FILE)


def test_several_problems_come_together() -> None:
    """Tags, keys and anchors in one pass."""
    with pytest.raises(InvalidInput) as caught:
        load_yaml("a: !x 1\nb: {c: 1, c: 2}\nd: [=]\n", FILE)
    assert [problem.code for problem in caught.value.problems] == ["bad-tag", "duplicate-key", "bad-scalar"]
