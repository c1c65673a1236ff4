"""The composed document is an experiment that resolves to the same."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from geryon.artifacts.yaml_text import yaml_text
from geryon.errors import Place
from geryon.resolve import composed_document, resolve
from geryon.resolve.model import Resolved
from geryon.schema.nodes import Node
from support.composing import composed, resolved

_IDS = st.sampled_from(["a", "b", "010", "on", "é", "1e-4", "null"])
_LEAVES: st.SearchStrategy[Any] = st.sampled_from(
    [1, 1.0, True, None, "1e-4", "on", "__delete__", [1, {"b": [2.5]}], {}, "x: y", 1e-5, "é"]
)
_PARAMS = st.dictionaries(st.sampled_from("xyz"), _LEAVES | st.dictionaries(st.sampled_from("uv"), _LEAVES), max_size=3)


@st.composite
def _options(draw: st.DrawFn) -> dict[str, Any]:
    option: dict[str, Any] = {"id": draw(_IDS), "params": draw(_PARAMS)}
    if draw(st.booleans()):
        option["choices"] = draw(st.dictionaries(st.sampled_from(["db", "m@p"]), st.sampled_from(["q", "on"])))
    if draw(st.booleans()):
        option["tag"] = draw(_IDS)
    return option


@st.composite
def _experiments(draw: st.DrawFn) -> dict[str, Any]:
    packs: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 4))):
        options = draw(st.lists(_options(), min_size=1, max_size=3, unique_by=lambda option: option["id"]))
        for option in options:
            option["id"] = f"{number}{option['id']}"  # so that packs of one name can be joined
        packs.append({"name": draw(st.sampled_from("mn")), "priority": draw(st.integers(-1, 1)), "options": options})
    first = packs[0] if packs else None
    when = [{"when": {first["name"]: [first["options"][0]["id"]]}}] if first else []
    return {
        "command": {"program": "p", "args": draw(st.lists(_IDS, max_size=2))},
        "select": {"packs": packs},
        "defaults": {"params": draw(_PARAMS), "tags": draw(st.lists(_IDS, max_size=2))},
        "constraints": {"exclude": when, "predicates": [{"id": "p", "expr": {"eq": [1, "$$x"]}, "on_error": False}]},
        "merge": {"mode": "merge", "strategies": {}},
    }


def without_places(value: Any) -> Any:
    """A resolved experiment as plain tuples, with nothing of where it stands."""
    if isinstance(value, Place):
        return None
    if isinstance(value, Node):
        return repr(value.plain_value())
    if is_dataclass(value):
        return [without_places(getattr(value, field.name)) for field in fields(value) if field.name != "diagnostics"]
    if isinstance(value, tuple):
        return [without_places(item) for item in value]
    if isinstance(value, (frozenset, dict, list)):
        return value
    return repr(value)


def document_of(found: Resolved) -> dict[str, Any]:
    """Its composed document, as if all predicates had an effect."""
    return composed_document(found, {predicate.id for predicate in found.predicates}, ())


def again(found: Resolved) -> Resolved:
    """What its composed document resolves to."""
    return resolved(yaml_text(document_of(found)))


@given(_experiments())
def test_it_resolves_to_the_same(experiment: dict[str, Any]) -> None:
    """Packs, options, priorities, leaves with their types, rules, policy and known names."""
    found = resolved(yaml_text(experiment))
    assert without_places(again(found)) == without_places(found)


@given(_experiments())
def test_it_is_stable(experiment: dict[str, Any]) -> None:
    """The composed document of a composed document is itself."""
    document = document_of(resolved(yaml_text(experiment)))
    assert document_of(resolved(yaml_text(document))) == document


def test_imports_groups_and_run_sets_are_gone() -> None:
    """Only what is planned stands in it."""
    files = {"lib.yaml": "packs: {m: {name: m, param: x, values: [1]}}\ngroups: {g: [{ref: m}]}\n"}
    text = (
        "command: {program: p}\nimports: [{path: lib.yaml, package: l}]\n"
        "run_sets: {r: {append: {select: {groups: [l.g]}}}}\n"
    )
    document = document_of(resolve(composed(text, files), "r"))
    assert list(document) == ["schema", "command", "defaults", "select", "constraints", "merge"]
    assert document["select"] == {"packs": [{"name": "m", "priority": 0, "options": [{"id": "1", "params": {"x": 1}}]}]}


def test_what_predicates_name_and_nothing_selects_stays_known() -> None:
    """A path that `has` asks for and a pack that is an argument with a default; a predicate without effect is gone."""
    found = resolved(
        "command: {program: p}\n"
        "packs: {u: {name: unused, options: [{id: a, params: {x: {y: 1}}}, {id: b, params: {z: 1}}]}}\n"
        "constraints:\n"
        "  predicates:\n"
        "    - {id: inert, expr: z > 0}\n"
        "    - {id: asks, expr: not has('x.y')}\n"
        "    - {id: takes, args: {u: {pack_id: unused, default: a}}, expr: {eq: [$u, a]}}\n"
    )
    document = composed_document(found, {"asks", "takes"}, {("x", "y")})
    assert document["option_sets"] == {"not_selected": [{"id": "x.y", "params": {"x": {"y": None}}}]}
    options = [{"id": "a", "params": {}}, {"id": "b", "params": {}}]
    assert document["packs"] == {"not_selected_0": {"name": "unused", "options": options}}
    assert [predicate["id"] for predicate in document["constraints"]["predicates"]] == ["asks", "takes"]
    known = resolved(yaml_text(document)).known
    assert ("x", "y") in known.leaves
    assert known.packs["unused"] == {"a", "b"}
