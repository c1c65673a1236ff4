"""An experiment from its file to its program: the one place where all use cases read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from geryon.app.files import FileReader
from geryon.app.together import together
from geryon.artifacts.yaml_text import yaml_text
from geryon.compile.experiment import Compiled, compile_experiment
from geryon.compose import Document, File, compose
from geryon.errors import Diagnostic, InvalidInput, Place, Problem
from geryon.resolve import RunSetInfo, composed_document, resolve, run_set_info, run_set_names
from geryon.resolve.model import Resolved


@dataclass(frozen=True)
class Loaded:
    """One experiment, or one run set of it, ready to be planned.

    Attributes:
        path: The experiment file, as the user wrote it.
        files: Every file read, the experiment's own first.
        snapshot: The experiment file's bytes.
        run_set_info: The run set, and what it changed.
        resolved: Ordered packs, constraints and policy.
        compiled: The program, and what explains its errors.
        diagnostics: Of all stages, in their order.
    """

    path: str
    files: tuple[File, ...]
    snapshot: bytes
    run_set_info: RunSetInfo
    resolved: Resolved
    compiled: Compiled
    diagnostics: tuple[Diagnostic, ...]

    @property
    def run_set(self) -> str | None:
        """Name of the run set."""
        return self.run_set_info.name

    @cached_property
    def composed(self) -> dict[str, Any]:
        """The document after imports, definitions and selection."""
        document = self.compiled.document
        return composed_document(
            self.resolved,
            {predicate["id"] for predicate in document["predicates"]},
            {tuple(node["segments"]) for node in document["nodes"] if node["op"] == "has"},
        )

    @cached_property
    def composed_text(self) -> bytes:
        """The same as YAML."""
        return yaml_text(self.composed).encode()

    @property
    def run_set_document(self) -> dict[str, Any]:
        """What stands in plan/run_set.json."""
        info = self.run_set_info
        return {
            "schema_version": 1,
            "name": info.name,
            "order": list(info.order),
            "operations": [asdict(operation) for operation in info.operations],
        }

    @property
    def documents_bytes(self) -> int:
        """About how large the plan's files are that list no configurations."""
        return len(self.snapshot) + len(self.composed_text) + 4096


def load(path: str, run_set: str | None) -> Loaded:
    """Read, compose, resolve and compile an experiment.

    Args:
        path: Its file, as the user wrote it.
        run_set: The run set to apply.

    Raises:
        InvalidInput: everything that the first stage with a problem finds.
    """
    document, snapshot = _read(path)
    return _loaded(path, document, snapshot, run_set)


def load_run_sets(path: str) -> list[Loaded]:
    """The same for each run set of an experiment, in file order.

    Raises:
        InvalidInput: what is wrong with any of them, or `no-run-sets`.
    """
    document, snapshot = _read(path)
    names = run_set_names(document)
    if not names:
        place = Place(file=path)
        raise InvalidInput(
            Problem("no-run-sets", f"`{path}` has no run sets", place, "plan it without `--all-run-sets`")
        )
    return together(names, lambda name: name, lambda name: _loaded(path, document, snapshot, name))


def _read(path: str) -> tuple[Document, bytes]:
    reader = FileReader()
    document = compose(path, reader)
    return document, reader.contents[document.files[0].path]


def _loaded(path: str, document: Document, snapshot: bytes, run_set: str | None) -> Loaded:
    resolved = resolve(document, run_set)
    compiled = compile_experiment(resolved)
    return Loaded(
        path=path,
        files=document.files,
        snapshot=snapshot,
        run_set_info=run_set_info(document, run_set),
        resolved=resolved,
        compiled=compiled,
        diagnostics=(*document.diagnostics, *resolved.diagnostics, *compiled.diagnostics),
    )
