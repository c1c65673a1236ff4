"""Options, packs, and the selectors that choose them: the shape of every place where a pack may stand."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, ValidationInfo, WithJsonSchema

from geryon.schema.base import Located, found
from geryon.schema.faults import Collector, collector_of, fault
from geryon.schema.fields import Filled, FilledItems, Flag, Items, Name, PlacedName, as_items, as_whole
from geryon.schema.nodes import Node

MAX_RANGE = 10**6
MAX_INTEGER = 2**53 - 1


def _deferred(kind: str) -> PlainValidator:
    """A field stays a node; `compose` checks it, for only the layers above know what Hydra can carry."""

    def note(value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, Node):
            collector_of(info).deferred.append((kind, value))
        return value

    return PlainValidator(note)


def _range(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, Node):
        return value
    numbers = [as_whole(item, info) for item in as_items(value)]
    if len(numbers) not in (2, 3):
        message = f"expected `[start, stop]` or `[start, stop, step]`, not {len(numbers)} numbers"
        raise fault("wrong-value", message, value)
    if any(abs(number) > MAX_INTEGER for number in numbers):
        raise fault("wrong-value", "the numbers of a range stay below 2^53", value)
    if len(numbers) == 3 and numbers[2] == 0:
        raise fault("wrong-value", "the step of a range is not 0", value.value[2])
    # not len(): that overflows
    start, stop, step = (*numbers, 1)[:3]
    if (stop - start) // step > MAX_RANGE:
        raise fault("range-too-long", f"the range has more than {MAX_RANGE} values", value)
    return numbers


def _selector_kind(value: Any) -> str:
    if isinstance(value, Node):
        if not isinstance(value.value, dict):
            hint = f"write `{{ref: {value.text}}}`" if isinstance(value.value, str) else None
            raise fault("wrong-type", f"expected a pack, a `ref` or a `group`, {found(value)}", value, hint)
        keys = value.value
        if "group" in keys:
            return "group"
        if "ref" in keys:
            return "ref"
        return pack_kind(value)
    return "pack"


def pack_kind(value: Any) -> str:
    """`shorthand` or `pack`: which of the two forms of a pack a node has."""
    keys = value.value if isinstance(value, Node) and isinstance(value.value, dict) else ()
    if "options" in keys or "options_from" in keys:
        return "pack"
    return "shorthand" if any(key in keys for key in ("param", "values", "range")) else "pack"


Priority = Annotated[int, BeforeValidator(as_whole), Field(ge=-MAX_INTEGER, le=MAX_INTEGER)]
Params = Annotated[Node, _deferred("params"), WithJsonSchema({"type": "object"})]
Choices = Annotated[Node, _deferred("choices"), WithJsonSchema({"type": "object"})]
Parameter = Annotated[Node, _deferred("param"), WithJsonSchema({"type": "string"})]
Candidate = Annotated[Node, _deferred("value"), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})]


class Option(Located):
    """One value of a pack: what it writes."""

    described: ClassVar[str] = "an option"
    nullable: ClassVar[frozenset[str]] = frozenset({"choices"})

    id: Name
    params: Params
    choices: Choices | None = None
    tag: Filled | None = None


class OptionsFrom(Located):
    """Options taken from an option set."""

    described: ClassVar[str] = "an entry of `options_from`"

    ref: PlacedName
    include_ids: FilledItems[PlacedName] | None = None
    exclude_ids: FilledItems[PlacedName] | None = None


class Pack(Located):
    """A pack: one dimension of the product."""

    described: ClassVar[str] = "a pack"
    also_near: ClassVar[frozenset[str]] = frozenset({"ref", "group", "param", "values", "range"})

    name: Name
    priority: Priority = 0
    options_from: Items[OptionsFrom] = []
    options: Items[Option] = []


class Shorthand(Located):
    """A pack of one parameter: one option a value."""

    described: ClassVar[str] = "a pack of one `param`"

    name: Name
    priority: Priority = 0
    param: Parameter
    values: Annotated[list[Candidate], BeforeValidator(as_items)] | None = None
    range: Annotated[list[int], BeforeValidator(_range)] | None = None

    def check(self, collector: Collector) -> None:
        """There are either values or a range."""
        if self.values is None and self.range is None:
            hint = "add `values: [...]` or `range: [start, stop]`"
            collector.add("missing-key", "the key `values` or `range` is missing", self.node, hint)
        elif self.values is not None and self.range is not None:
            keys = [self.node.key_nodes[key] for key in ("values", "range")]
            later = max(keys, key=lambda key: (key.line, key.column))
            collector.add("conflicting-keys", "`values` and `range` exclude each other", later, "remove one of them")


class Filter(Located):
    """Which options of a selected pack stay."""

    described: ClassVar[str] = "`filter`"

    include_ids: FilledItems[PlacedName] | None = None
    exclude_ids: FilledItems[PlacedName] | None = None


class RefSelector(Located):
    """A pack by reference, perhaps changed."""

    described: ClassVar[str] = "a selector with `ref`"

    ref: PlacedName
    name: Name | None = None
    priority: Priority | None = None
    replace_options: Flag = False
    options_from: Items[OptionsFrom] = []
    options: Items[Option] = []
    filter: Filter | None = None


class GroupSelector(Located):
    """All selectors of a group."""

    described: ClassVar[str] = "a selector with `group`"

    group: PlacedName


AnyPack = Annotated[
    Annotated[Pack, Tag("pack")] | Annotated[Shorthand, Tag("shorthand")],
    Discriminator(pack_kind),
]
Selector = Annotated[
    Annotated[Pack, Tag("pack")]
    | Annotated[Shorthand, Tag("shorthand")]
    | Annotated[RefSelector, Tag("ref")]
    | Annotated[GroupSelector, Tag("group")],
    Discriminator(_selector_kind),
]
