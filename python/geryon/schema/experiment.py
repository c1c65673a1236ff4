"""Experiment files, schema v4: the shape of every section. What the names in them refer to is settled by `resolve`."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from geryon.schema.base import Located
from geryon.schema.faults import Collector, fault, key_of
from geryon.schema.fields import (
    Filled,
    Flag,
    Items,
    Name,
    OneOrMore,
    PlacedName,
    Raw,
    Table,
    Text,
    as_items,
    as_table,
    as_text,
    as_whole,
)
from geryon.schema.nodes import Node
from geryon.schema.packs import AnyPack, Choices, GroupSelector, Option, Params, Selector

VERSION = 4
ARGUMENT_KINDS = ("pack_id", "param", "choice")
RUN_SET_NAME = r"[A-Za-z0-9._-]+"


def _version(value: Any, info: ValidationInfo) -> Any:
    number = as_whole(value, info)
    if isinstance(value, Node) and number != VERSION:
        message = f"schema version `{value.text}` is not supported; this geryon reads version {VERSION}"
        raise fault("unsupported-version", message, value, f"write `version: {VERSION}`")
    return number


def _on_error(value: Any) -> Any:
    return "false" if isinstance(value, Node) and value.value is False else as_text(value)


class SchemaSection(Located):
    """How the file is read."""

    described: ClassVar[str] = "`schema`"

    version: Annotated[Literal[4], BeforeValidator(_version)] = 4
    unknown_key_behavior: Annotated[Literal["error", "warn"], BeforeValidator(as_text)] = "error"


class Import(Located):
    """Another file whose definitions are used."""

    described: ClassVar[str] = "an import"

    path: Filled
    package: Name | None = None

    def check(self, collector: Collector) -> None:
        """A package is a name or a dotted path of names."""
        if self.package is not None and ("/" in self.package or "" in self.package.split(".")):
            message = f"`{self.package}` is not the name of a package"
            collector.add("bad-name", message, self.node.value["package"], "write a name without `/`")


class Overrides(Located):
    """What stands before override keys."""

    described: ClassVar[str] = "`overrides`"

    prefix: Annotated[Literal["", "+", "++"], BeforeValidator(as_text)] = ""
    prefixes: Table[Annotated[Literal["", "+", "++"], BeforeValidator(as_text)]] = {}
    wandb: Flag = False


class Command(Located):
    """What is run."""

    described: ClassVar[str] = "`command`"

    program: Filled
    args: Items[Text] = []
    cwd: Filled | None = None
    hydra: Flag = True
    overrides: Overrides | None = None


class Defaults(Located):
    """The lowest layer of every configuration."""

    described: ClassVar[str] = "`defaults`"
    nullable: ClassVar[frozenset[str]] = frozenset({"params", "choices"})

    params: Params | None = None
    choices: Choices | None = None
    tags: Items[Filled] = []


def _conditions(value: Any, info: ValidationInfo) -> Any:
    table = as_table(value, info)
    if isinstance(value, Node) and not value.value:
        raise fault("empty-when", "`when` names no pack", value, "write `when: {pack: id}`")
    return table


class Rule(Located):
    """An include or exclude rule."""

    described: ClassVar[str] = "a rule"

    when: Annotated[dict[str, OneOrMore[PlacedName]], BeforeValidator(_conditions)]


class Argument(Located):
    """A named argument of a predicate."""

    described: ClassVar[str] = "an argument"

    pack_id: PlacedName | None = None
    param: PlacedName | None = None
    choice: PlacedName | None = None
    default: Annotated[Node, PlainValidator(lambda value: value), WithJsonSchema({})] | None = None

    @property
    def target(self) -> tuple[str, Node]:
        """The kind of the reference, and what it refers to."""
        return next((kind, node) for kind in ARGUMENT_KINDS if (node := getattr(self, kind)) is not None)

    def check(self, collector: Collector) -> None:
        """There is exactly one reference."""
        given = [kind for kind in ARGUMENT_KINDS if getattr(self, kind) is not None]
        if not given:
            message = "the key `pack_id`, `param` or `choice` is missing"
            collector.add("missing-key", message, self.node, "say what the argument stands for")
        for kind in given[1:]:
            message = f"`{given[0]}` and `{kind}` exclude each other"
            collector.add("conflicting-keys", message, self.node.key_nodes[kind], "remove one of them")
        if self.param is not None and "" in (self.param.text or "").split("."):
            collector.add("bad-path", f"`{self.param.text}` is not a dotted path", self.param)


class Predicate(Located):
    """A condition on candidates."""

    described: ClassVar[str] = "a predicate"

    id: Name
    args: Table[Argument] = {}
    expr: Raw
    on_error: Annotated[
        Literal["error", "false"], BeforeValidator(_on_error), WithJsonSchema({"enum": ["error", False]})
    ] = "error"


class Constraints(Located):
    """Which candidates are valid."""

    described: ClassVar[str] = "`constraints`"

    include: Items[Rule] = []
    exclude: Items[Rule] = []
    predicates: Items[Predicate] = []


StrategyKind = Literal["error", "replace", "deep_merge", "append_unique", "set_union"]


class Merge(Located):
    """How layers meet."""

    described: ClassVar[str] = "`merge`"

    mode: Annotated[Literal["none", "merge"], BeforeValidator(as_text)] = "merge"
    delete_sentinel: Filled = "__delete__"
    strategies: Table[Annotated[StrategyKind, BeforeValidator(as_text)]] = {}

    def check(self, collector: Collector) -> None:
        """The keys of `strategies` are dotted paths."""
        for path in self.strategies:
            key = key_of(self.node.value["strategies"], path)
            if key is not None and "" in path.split("."):
                collector.add("bad-path", f"`{path}` is not a dotted path", key, "write segments joined by dots")


class Select(Located):
    """What enters the product, in order."""

    described: ClassVar[str] = "`select`"

    groups: Items[PlacedName] = []
    packs: Items[Selector] = []


class Sections(Located):
    """The sections that a run set may touch."""

    described: ClassVar[str] = "an operation of a run set"

    select: Select | None = None
    defaults: Defaults | None = None
    constraints: Constraints | None = None
    merge: Merge | None = None


class RunSet(Located):
    """A named variant of the experiment."""

    described: ClassVar[str] = "a run set"

    extends: Items[PlacedName] = []
    append: Sections | None = None
    replace: Sections | None = None
    patch_packs: Table[Selector] = {}

    def check(self, collector: Collector) -> None:
        """A pack is replaced by a pack."""
        for selector in self.patch_packs.values():
            if isinstance(selector, GroupSelector):
                message = "a group cannot take the place of a pack"
                collector.add("wrong-type", message, selector.node, "write a pack or `{ref: pack}`")


class Library(Located):
    """The part of an imported file that counts."""

    described: ClassVar[str] = "an imported file"
    ignored: ClassVar[frozenset[str]] = frozenset({"command", "select", "defaults", "constraints", "merge", "run_sets"})

    schema_: SchemaSection | None = Field(default=None, alias="schema")
    imports: Items[Import] = []
    option_sets: Table[Annotated[list[Option], BeforeValidator(as_items)]] = {}
    packs: Table[AnyPack] = {}
    groups: Table[Annotated[list[Selector], BeforeValidator(as_items)]] = {}


def _run_sets(value: Any, info: ValidationInfo) -> Any:
    """A run set that is null, a name with nothing below it, is one without operations."""
    table = as_table(value, info)
    if not isinstance(value, Node):
        return table
    empty = {name for name, node in table.items() if node.value is None}
    return {name: {} if name in empty else node for name, node in table.items()}


class Experiment(Library):
    """The root file."""

    described: ClassVar[str] = "an experiment"
    ignored: ClassVar[frozenset[str]] = frozenset()

    command: Command
    select: Select | None = None
    defaults: Defaults | None = None
    constraints: Constraints | None = None
    merge: Merge | None = None
    run_sets: Annotated[dict[str, RunSet], BeforeValidator(_run_sets)] = {}

    def check(self, collector: Collector) -> None:
        """Run sets give names to runs."""
        for name in self.run_sets:
            key = key_of(self.node.value["run_sets"], name)
            if key is not None and not re.fullmatch(RUN_SET_NAME, name):
                message = f"`{name}` is not the name of a run set"
                collector.add("bad-name", message, key, "a name is made of `A-Z a-z 0-9 . _ -`")
