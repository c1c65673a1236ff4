"""The base of every model of a user's YAML file, validated straight from marked nodes.

How to use it: derive the models from `Located`, take the field types from `schema.fields` (`Text`, `Name`, `Whole`,
`Number`, `Flag`, `Items[T]`, `Table[T]`, `Raw`), and call `parse(Model, load_yaml(text, file))`. All problems of the
file come in one `InvalidInput`, each with its place. A model written for plain data (also a nested one) works too:
`parse` gives it the values without marks, and inside a `Located` model it is annotated `Plain[Model]`.
"""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import Any, ClassVar, TypeVar, Union

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from geryon.errors import Diagnostic, InvalidInput
from geryon.schema.faults import Collector, collector_of, fault, problems_of
from geryon.schema.nodes import Node

Model = TypeVar("Model", bound=BaseModel)
Self = TypeVar("Self", bound="Located")


class Located(BaseModel):
    """A mapping of a user's file; the model knows the node it was read from.

    An unknown key is reported at the key. A list, mapping or model field whose value is null counts as absent.

    Attributes:
        ignored: Keys that are left alone, with a diagnostic.
        also_near: Further names that an unknown key may be a misspelling of.
        nullable: Further keys that null makes absent.
        dashes: Whether `-` stands for `_` in keys.
        described: What such a mapping is, for messages: `an option`.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    ignored: ClassVar[frozenset[str]] = frozenset()
    also_near: ClassVar[frozenset[str]] = frozenset()
    nullable: ClassVar[frozenset[str]] = frozenset()
    dashes: ClassVar[bool] = False
    described: ClassVar[str] = "a mapping"

    _node: Node = PrivateAttr()

    @property
    def node(self) -> Node:
        """The mapping that this was read from."""
        return self._node

    @model_validator(mode="wrap")
    @classmethod
    def _read_node(cls: type[Self], value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if not isinstance(value, Node):
            return handler(value)
        if not isinstance(value.value, dict):
            raise fault("wrong-type", f"expected {cls.described}, {found(value)}", value)
        collector = collector_of(info)
        model = handler(_entries(cls, value, collector))
        model._node = value
        model.check(collector)
        return model

    def check(self, collector: Collector) -> None:
        """Add the problems that no single field can see; for models to override."""


def parse(model: type[Model], node: Node, *, unknown_keys: str = "error") -> tuple[Model, list[Diagnostic]]:
    """Validate a document.

    Args:
        model: What it should be.
        node: Its root.
        unknown_keys: `error`, or `warn` to turn unknown keys into diagnostics.

    Returns:
        The model, and what is worth telling.

    Raises:
        InvalidInput: all problems of the document, in the order of the file.
    """
    collector = Collector(unknown_keys)
    parsed = validate(model, node, collector)
    if parsed is None or collector.problems:
        raise InvalidInput(collector.sorted_problems())
    return parsed, collector.sorted_diagnostics()


def validate(model: type[Model], node: Node, collector: Collector) -> Model | None:
    """As `parse`, but adds problems and diagnostics to `collector`; None if there is no model."""
    value = node if issubclass(model, Located) else node.plain_value()
    try:
        return model.model_validate(value, context=collector)
    except ValidationError as error:
        collector.problems.extend(problems_of(error, node))
        return None


def found(node: Node) -> str:
    """`not a list` and the like: what stands there in place of what was expected."""
    if isinstance(node.value, dict):
        return "not a mapping"
    if isinstance(node.value, list):
        return "not a list"
    if node.value is None:
        return "not null"
    text = node.text or ""
    return f"not `{text if len(text) <= 60 else text[:57] + '...'}`"


def _entries(cls: type[Located], node: Node, collector: Collector) -> dict[str, Node]:
    sections = _fields(cls)
    entries: dict[str, Node] = {}
    for key, child in node.value.items():
        name = key if isinstance(key, str) else node.key_nodes[key].text or ""
        if cls.dashes:
            name = name.replace("-", "_")
        if name in sections:
            if name in entries:
                collector.add("duplicate-key", f"the key `{name}` is given twice", node.key_nodes[key])
            elif not (child.value is None and sections[name]):
                entries[name] = child
        elif name in cls.ignored:
            message = f"`{name}` counts only in the experiment's own file"
            collector.diagnose("ignored-section", message, node.key_nodes[key])
        else:
            collector.unknown_key(name, node.key_nodes[key], cls.described, [*sections, *cls.also_near])
    return entries


@cache
def _fields(cls: type[Located]) -> dict[str, bool]:
    """The keys of a model, each with whether null means that it is absent."""
    return {
        field.alias or name: name in cls.nullable or _is_section(field.annotation)
        for name, field in cls.model_fields.items()
    }


def _is_section(annotation: Any) -> bool:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _is_section(typing.get_args(annotation)[0])
    if origin is Union or origin is types.UnionType:
        return any(_is_section(part) for part in typing.get_args(annotation) if part is not type(None))
    if origin in (list, dict):
        return True
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
