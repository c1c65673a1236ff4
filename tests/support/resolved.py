"""Resolved experiments for tests, written by hand or drawn at random."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from geryon.errors import Place
from geryon.resolve.model import (
    ABSENT,
    Argument,
    Command,
    Condition,
    Defaults,
    Known,
    Leaf,
    MergePolicy,
    Option,
    Pack,
    Predicate,
    Resolved,
    Rule,
    Strategy,
)
from geryon.schema.nodes import Node, Source

__all__ = [
    "ABSENT",
    "When",
    "argument",
    "experiments",
    "leaves",
    "option",
    "pack",
    "place",
    "predicate",
    "resolved",
    "rule",
]

When = Mapping[str, Sequence[str]]


def leaves(params: Mapping[str, Any]) -> tuple[Leaf, ...]:
    """Leaves of `{"a.b": value}`; the value ABSENT is the sentinel."""
    found = [Leaf(tuple(key.split(".")), value, place(f"params.{key}")) for key, value in params.items()]
    return tuple(sorted(found, key=lambda leaf: leaf.path))


def option(
    name: str,
    params: Mapping[str, Any] | None = None,
    choices: Mapping[str, Any] | None = None,
    tag: str | None = None,
    priority: int = 0,
) -> Option:
    """An option; params as in `leaves`."""
    chosen = tuple(Leaf((key,), value, place(f"choices.{key}")) for key, value in sorted((choices or {}).items()))
    return Option(name, leaves(params or {}), chosen, tag, priority, place(f"options.{name}"))


def pack(name: str, *options: Option) -> Pack:
    """A pack."""
    return Pack(name, options, place(f"packs.{name}"))


def rule(when: When, number: int = 0) -> Rule:
    """A rule of lists of ids."""
    conditions = tuple(
        Condition(name, tuple(ids), place(f"when.{name}"), tuple(place(f"when.{name}") for _ in ids))
        for name, ids in when.items()
    )
    return Rule(conditions, place(f"constraints.exclude[{number}]"))


def predicate(name: str, expression: str, arguments: Sequence[Argument] = (), on_error: str = "error") -> Predicate:
    """A predicate in the string form."""
    source = Source("experiment.yaml", [expression])
    node = Node(expression, source, 1, 1, ("expr",), expression, True)
    return Predicate(name, tuple(arguments), node, on_error, place(f"predicates.{name}"))


def argument(name: str, kind: str, target: str, *default: Any) -> Argument:
    """An argument, with a default if one is given."""
    return Argument(name, kind, target, default[0] if default else None, bool(default), place(f"args.{name}"))


def resolved(
    *packs: Pack,
    defaults: Mapping[str, Any] | None = None,
    default_choices: Mapping[str, Any] | None = None,
    tags: Iterable[str] = (),
    include: Iterable[When] = (),
    exclude: Iterable[When] = (),
    predicates: Iterable[Predicate] = (),
    mode: str = "merge",
    strategies: Mapping[str, str] | None = None,
    command: Command | None = None,
    known_packs: Mapping[str, Iterable[str]] | None = None,
    known_params: Iterable[str] = (),
    known_choices: Iterable[str] = (),
) -> Resolved:
    """An experiment of these packs; `known_*` is what the document has beside the selection."""
    lowest = Defaults(leaves(defaults or {}), option("", choices=default_choices).choices, tuple(tags))
    layers: list[Defaults | Option] = [lowest, *(one for item in packs for one in item.options)]
    written = [leaf for layer in layers for leaf in layer.leaves]
    valued = {leaf.path for leaf in written if leaf.value is not ABSENT}
    ids = {item.name: frozenset(one.id for one in item.options) for item in packs}
    ids.update({name: frozenset(each) for name, each in (known_packs or {}).items()})
    chosen = {leaf.path[0] for layer in layers for leaf in layer.choices}
    return Resolved(
        command=command or Command("python", ("train.py",)),
        defaults=lowest,
        packs=packs,
        include=tuple(rule(when, number) for number, when in enumerate(include)),
        exclude=tuple(rule(when, number) for number, when in enumerate(exclude)),
        predicates=tuple(predicates),
        merge=MergePolicy(
            mode,
            "__delete__",
            tuple(
                Strategy(tuple(key.split(".")), kind, place(f"merge.strategies.{key}"))
                for key, kind in (strategies or {}).items()
            ),
        ),
        known=Known(
            ids,
            frozenset(valued | {tuple(key.split(".")) for key in known_params}),
            frozenset({leaf.path for leaf in written} - valued),
            frozenset(chosen | set(known_choices)),
        ),
    )


def place(path: str) -> Place:
    """A place that only has a path."""
    return Place("experiment.yaml", None, None, path)


_PATHS = ("a", "a.b", "a.b.c", "a.d", "e", "e.f")
_VALUES: tuple[Any, ...] = (1, 1.0, True, None, "x", [1], [1, 2], [2, 1.0], {}, {}, ABSENT, ABSENT)
_KINDS = ("error", "replace", "deep_merge", "append_unique", "set_union")


@st.composite
def params_of(draw: st.DrawFn, most: int = 3) -> dict[str, Any]:
    """Leaves that are a tree: none stands below another."""
    chosen = draw(st.lists(st.sampled_from(_PATHS), max_size=most, unique=True))
    kept: dict[str, Any] = {}
    for key in sorted(chosen):
        if not any(key.startswith(other + ".") for other in kept):
            kept[key] = draw(st.sampled_from(_VALUES))
    return kept


@st.composite
def options_of(draw: st.DrawFn, name: str) -> Option:
    """An option of up to three leaves, perhaps a choice and a tag."""
    choices = draw(st.dictionaries(st.sampled_from(("model", "data")), st.sampled_from(("r", "s")), max_size=1))
    tag = draw(st.sampled_from((None, None, "t", "u", "v w")))
    return option(name, draw(params_of()), choices, tag, draw(st.integers(-1, 1)))


@st.composite
def whens(draw: st.DrawFn, packs: Sequence[Pack]) -> When:
    """The conditions of a rule over some packs."""
    chosen = draw(st.lists(st.sampled_from(packs), min_size=1, max_size=2, unique_by=lambda item: item.name))
    return {
        item.name: draw(st.lists(st.sampled_from([one.id for one in item.options]), min_size=1, unique=True))
        for item in chosen
    }


@st.composite
def strategies_of(draw: st.DrawFn) -> dict[str, str]:
    """Strategies of which only `deep_merge` stands above another."""
    chosen = draw(st.dictionaries(st.sampled_from(_PATHS), st.sampled_from(_KINDS), max_size=2))
    kept: dict[str, str] = {}
    for key in sorted(chosen):
        if not any(key.startswith(other + ".") and kind != "deep_merge" for other, kind in kept.items()):
            kept[key] = chosen[key]
    return kept


@st.composite
def experiments(draw: st.DrawFn, most_packs: int = 4, predicates: Sequence[str] = ()) -> Resolved:
    """A small experiment; it may have conflicts.

    Args:
        draw: Hypothesis' own.
        most_packs: Largest number of packs.
        predicates: Expressions to choose from.
    """
    packs = [
        pack(f"p{number}", *[draw(options_of(f"o{index}")) for index in range(draw(st.integers(1, 3)))])
        for number in range(draw(st.integers(1, most_packs)))
    ]
    chosen = draw(st.lists(st.sampled_from(predicates), unique=True, max_size=3)) if predicates else []
    return resolved(
        *packs,
        defaults=draw(params_of()),
        tags=draw(st.lists(st.sampled_from(("t", "z")), max_size=1)),
        include=draw(st.lists(whens(packs), max_size=2)),
        exclude=draw(st.lists(whens(packs), max_size=3)),
        predicates=[predicate(f"q{number}", text) for number, text in enumerate(chosen)],
        mode=draw(st.sampled_from(("merge", "merge", "none"))),
        strategies=draw(strategies_of()),
        known_params=_PATHS,
    )
