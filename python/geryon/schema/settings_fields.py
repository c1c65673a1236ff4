"""The fields of a settings model as plain descriptions, from which command-line options and documents are made."""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from geryon.schema.settings import RunSettings

Kind = Literal["flag", "int", "float", "text", "choice", "list", "mapping"]

# Comma strings on the command line; the other lists are repeated options, because their items may hold commas.
_COMMA_LISTS = frozenset({"retry_on_status", "gpus", "mail_type"})


@dataclass(frozen=True, slots=True)
class SettingField:
    """One field of a settings model.

    Attributes:
        name: Its name in Python and, with `-` or `_`, in a profile.
        kind: What its values are. A `list` is an option that is repeated; a `mapping` a repeated NAME=VALUE; a value of
            kind `text` may still be checked further (a rate, a cpulist, a comma list).
        choices: What a `choice` may be.
        nullable: Whether null (not set) is a value.
        default: The built-in value.
        description: One phrase for help and documents.
    """

    name: str
    kind: Kind
    choices: tuple[str, ...]
    nullable: bool
    default: Any
    description: str

    @property
    def option(self) -> str:
        """`--cores-per-task` for `cores_per_task`."""
        return "--" + self.name.replace("_", "-")


def settings_fields(model: type[BaseModel] = RunSettings) -> tuple[SettingField, ...]:
    """Describe every field of a settings model, in declared order."""
    return tuple(
        _describe(name, info.rebuild_annotation(), info.get_default(call_default_factory=True), info.description)
        for name, info in model.model_fields.items()
    )


def _describe(name: str, annotation: Any, default: Any, description: str | None) -> SettingField:
    members, choices, nullable = _members(annotation)
    kind: Kind
    if choices and not members:
        kind = "choice"
    elif name in _COMMA_LISTS or choices:
        kind = "text"
    else:
        kind = _KINDS[members[0]] if name != "fail_fast_threshold" else "text"
    return SettingField(name, kind, choices if kind == "choice" else (), nullable, default, description or "")


_KINDS: dict[type, Kind] = {
    bool: "flag", int: "int", float: "float", str: "text", list: "list", dict: "mapping",
}  # fmt: skip


def _members(annotation: Any) -> tuple[list[type], tuple[str, ...], bool]:
    """The plain types, the literal choices, and whether None is among them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin is Literal:
        return [], tuple(get_args(annotation)), False
    if origin in (Union, types.UnionType):
        parts = [_members(part) for part in get_args(annotation)]
        return (
            [member for part in parts for member in part[0]],
            tuple(choice for part in parts for choice in part[1]),
            any(part[2] for part in parts),
        )
    if annotation is type(None):
        return [], (), True
    return [origin or annotation], (), False
