"""What composition gives: the root file's model, and every definition of all files by its qualified name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from geryon.errors import Diagnostic
from geryon.schema.experiment import Experiment
from geryon.schema.nodes import Node
from geryon.schema.packs import GroupSelector, Option, Pack, RefSelector, Shorthand

AnyPack = Pack | Shorthand
Selector = Pack | Shorthand | RefSelector | GroupSelector
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class File:
    """One file read.

    Attributes:
        written: Its path as the user wrote it, on the command line or in an import.
        path: The same joined lexically to the importing file: what was read.
        sha256: Hex digits of the SHA-256 of its bytes.
        text: Its content.
    """

    written: str
    path: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Definition(Generic[T]):
    """A named part of a file.

    Attributes:
        name: Its qualified name.
        package: The package that its own references are looked up in.
        key: Where its name stands.
        value: What was defined.
    """

    name: str
    package: str | None
    key: Node
    value: T


@dataclass(slots=True)
class Registry:
    """All definitions by qualified name; the three kinds have names of their own."""

    option_sets: dict[str, Definition[list[Option]]] = field(default_factory=dict)
    packs: dict[str, Definition[AnyPack]] = field(default_factory=dict)
    groups: dict[str, Definition[list[Selector]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """An experiment after imports.

    Attributes:
        experiment: The root file.
        files: Every file read, the root first, each once.
        registry: All definitions.
        diagnostics: What loading and validation had to tell.
    """

    experiment: Experiment
    files: tuple[File, ...]
    registry: Registry
    diagnostics: tuple[Diagnostic, ...]


def qualified(name: str, package: str | None) -> str:
    """The qualified name of a definition."""
    if name.startswith("/"):
        return name[1:]
    return name if package is None else f"{package}.{name}"


def absolute(reference: str, package: str | None) -> str:
    """The qualified name that a reference means where it stands."""
    if reference.startswith("/"):
        return reference[1:]
    return reference if package is None or "." in reference else f"{package}.{reference}"
