"""Options of a file as options of the product: leaves, the delete sentinel, and the shorthand of one parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geryon.compose.document import AnyPack
from geryon.compose.parameters import choice_entries, choice_value, leaves
from geryon.hydra import encode
from geryon.kernels import kernel
from geryon.resolve.findings import Findings
from geryon.resolve.model import ABSENT, Defaults, Leaf, Option
from geryon.schema import experiment as schema
from geryon.schema import packs
from geryon.schema.nodes import Node


class Converter:
    """Turns options into leaves, each definition once."""

    def __init__(self, sentinel: str, findings: Findings) -> None:
        """Args: the text that stands for "absent", and where problems go."""
        self._sentinel = sentinel
        self._findings = findings
        self._options: dict[int, Option] = {}
        self._packs: dict[int, tuple[Option, ...]] = {}

    def option(self, option: packs.Option) -> Option:
        """An option as written, at priority 0."""
        known = self._options.get(id(option))
        if known is None:
            choices = () if option.choices is None else self.choices(option.choices)
            known = Option(option.id, self.params(option.params), choices, option.tag, 0, option.node.place)
            self._options[id(option)] = known
        return known

    def options_of(self, pack: AnyPack) -> tuple[Option, ...]:
        """The options that stand in a pack itself."""
        known = self._packs.get(id(pack))
        if known is None:
            if isinstance(pack, packs.Shorthand):
                known = self._shorthand(pack)
            else:
                known = tuple(map(self.option, pack.options))
            self._packs[id(pack)] = known
        return known

    def defaults(self, defaults: schema.Defaults | None) -> Defaults:
        """The lowest layer."""
        if defaults is None:
            return Defaults()
        params = () if defaults.params is None else self.params(defaults.params)
        choices = () if defaults.choices is None else self.choices(defaults.choices)
        return Defaults(params, choices, tuple(defaults.tags))

    def params(self, node: Node) -> tuple[Leaf, ...]:
        """The leaves of a `params` mapping, sorted by path."""
        found = [Leaf(path, self._value(leaf), leaf.place) for path, leaf in leaves(node)]
        if len(found) > 1:
            found.sort(key=lambda leaf: leaf.path)
        return tuple(found)

    def choices(self, node: Node) -> tuple[Leaf, ...]:
        """The leaves of a `choices` mapping, sorted by key."""
        found = []
        for key, child in choice_entries(node):
            value = choice_value(child)
            if isinstance(child.value, list):
                self._refuse_sentinel(value, child)
            found.append(Leaf((key,), ABSENT if value == self._sentinel else value, child.place))
        return tuple(sorted(found, key=lambda leaf: leaf.path))

    def _value(self, node: Node) -> Any:
        value = node.plain_value()
        if isinstance(value, list):
            self._refuse_sentinel(value, node)
            return value
        return ABSENT if isinstance(value, str) and value == self._sentinel else value

    def _refuse_sentinel(self, value: Any, node: Node) -> None:
        if _contains(value, self._sentinel):
            message = f"the delete sentinel `{self._sentinel}` stands inside a list"
            hint = "delete the whole list, or name another sentinel"
            self._findings.add("sentinel-in-list", message, node.place, hint)

    def _shorthand(self, pack: packs.Shorthand) -> tuple[Option, ...]:
        path = tuple((pack.param.text or "").split("."))
        if pack.range is not None:
            place = pack.node.value["range"].place
            return tuple(
                Option(str(number), (Leaf(path, number, place),), (), None, 0, place) for number in range(*pack.range)
            )
        options = []
        for node in pack.values or ():
            value = self._value(node)
            options.append(Option(option_id(node.value), (Leaf(path, value, node.place),), (), None, 0, node.place))
        return tuple(options)


def option_id(value: Any) -> str:
    """The id of an option that is one value: the string itself, else the value's canonical text."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return encode(value)
    return kernel().canonical_json(value).decode()


def content(option: Option) -> tuple[Any, ...]:
    """What an option is apart from its id and priority: equal for two options iff params, choices and tag are."""
    return (_leaf_content(option.leaves), _leaf_content(option.choices), option.tag)


def _leaf_content(leaves: Sequence[Leaf]) -> tuple[Any, ...]:
    return tuple((leaf.path, _identity(leaf.value)) for leaf in leaves)


def _identity(value: Any) -> Any:
    """A hashable that is equal for two values iff their canonical JSON is."""
    if isinstance(value, (list, dict)):
        return kernel().canonical_json(value)
    if isinstance(value, str):
        return value
    return (type(value), repr(value))


def _contains(value: Any, text: str) -> bool:
    if isinstance(value, list):
        return any(_contains(item, text) for item in value)
    if isinstance(value, dict):
        return any(_contains(item, text) for item in value.values())
    return isinstance(value, str) and value == text
