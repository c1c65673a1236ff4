"""The program as a document, before it is bytes (docs/program-format.md)."""

from __future__ import annotations

from typing import Any

from geryon.kernels import kernel

VERSION = 1
Document = dict[str, Any]
RuleForm = list[list[Any]]  # [[pack, [option, ...]], ...]


def empty_document() -> Document:
    """A program without packs: one candidate, no parameters."""
    return {
        "version": VERSION,
        "command": [""],
        "wandb": None,
        "has_choices": False,
        "tags": [],
        "values": [],
        "paths": [],
        "strategies": [],
        "defaults": {"writes": [], "tags": []},
        "packs": [],
        "include": [],
        "exclude": [],
        "nodes": [],
        "predicates": [],
    }


def bare_option(number: int) -> dict[str, Any]:
    """An option that writes nothing."""
    return {"id": str(number), "priority": 0, "tag": None, "writes": []}


def to_bytes(document: Document) -> bytes:
    """The program's bytes."""
    return kernel().canonical_json(document)
