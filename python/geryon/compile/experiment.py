"""One resolved experiment to one program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from geryon.compile.conflicts import find_conflicts
from geryon.compile.document import Document, empty_document, to_bytes
from geryon.compile.explain import explain_kernel_error
from geryon.compile.names import Names
from geryon.compile.nothing_left import nothing_left
from geryon.compile.overriding import Override, overrides
from geryon.compile.predicates import CompiledPredicates, compile_predicates
from geryon.compile.sizes import candidate_problems, override_findings, override_keys, wandb_key
from geryon.compile.tables import Tables, build_tables, rule_forms
from geryon.compile.told_apart import not_told_apart
from geryon.errors import Diagnostic, InvalidInput
from geryon.hydra.values import encode
from geryon.kernels import KernelError, Sweep
from geryon.resolve.model import Resolved
from geryon.schema.growing import garbage_kept

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True, slots=True)
class Compiled:
    """What planning needs of one experiment.

    Attributes:
        program: The program, for `kernel().sweep` (docs/program-format.md).
        not_apart: Names of the packs that are not told apart; if empty, no two valid candidates have one id.
        diagnostics: Warnings found while compiling.
        may_override: Which pack may override which path of which other pack, or of the defaults.
        document: The program before it was bytes; not to be changed.
        names: Places of the program's rules.
    """

    program: bytes
    not_apart: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    may_override: tuple[Override, ...]
    document: Document
    names: Names

    def explain_kernel_error(self, error: KernelError) -> InvalidInput:
        """The `predicate-error` behind a kernel's error about this program."""
        return explain_kernel_error(self.document, self.names, error)

    def nothing_left(self, sweep: Sweep) -> InvalidInput:
        """The `nothing-left` error of a sweep of this program that has no valid candidate."""
        return nothing_left(self.document, self.names, sweep)


@garbage_kept()
def compile_experiment(resolved: Resolved) -> Compiled:
    """Check an experiment as a whole and turn it into a program.

    The same experiment gives the same bytes on every machine and core.

    Raises:
        InvalidInput: With all problems of the first stage that has any: validation (predicates, overrides that
            no command line holds, 2^127 candidates or more), then merge conflicts (code `conflict`).
    """
    tables = build_tables(resolved)
    keys = override_keys(tables)
    size_problems, size_diagnostics = override_findings(tables, keys)
    predicates = compile_predicates(resolved)
    problems = [*predicates.problems, *size_problems, *candidate_problems(tables)]
    if problems:
        raise InvalidInput(problems)
    document = _document(tables, keys, predicates)
    conflicts = find_conflicts(tables, document["include"], document["exclude"])
    if conflicts:
        raise InvalidInput(conflicts)
    return Compiled(
        program=to_bytes(document),
        not_apart=not_told_apart(tables, document),
        diagnostics=(*predicates.diagnostics, *size_diagnostics),
        may_override=overrides(tables),
        document=document,
        names=Names(
            tuple(predicates.names),
            tuple(rule.place for rule in resolved.include),
            tuple(rule.place for rule in resolved.exclude),
        ),
    )


def _document(tables: Tables, keys: list[str], predicates: CompiledPredicates) -> Document:
    resolved = tables.resolved
    wandb = resolved.command.wandb
    tags = {option.tag for pack in resolved.packs for option in pack.options if option.tag is not None}
    ordered = sorted(tags.union(resolved.defaults.tags))
    tag_numbers = {tag: number for number, tag in enumerate(ordered)}
    document = empty_document()
    document["command"] = [resolved.command.program, *resolved.command.args]
    document["wandb"] = {name: wandb_key(tables, name) for name in ("name", "tags")} if wandb else None
    document["has_choices"] = any(choice for choice, _ in tables.paths)
    # tokens of tags are for the W&B override alone
    document["tags"] = [
        {"tag": tag, "name": _NOT_IN_NAMES.sub("_", tag), "token": encode(tag) if wandb else ""} for tag in ordered
    ]
    document["values"] = tables.values.entries
    document["paths"] = [
        {"choice": choice, "segments": list(segments), "key": key}
        for (choice, segments), key in zip(tables.paths, keys, strict=True)
    ]
    document["strategies"] = [
        {"path": path, "kind": "replace" if kind == "error" else kind}
        for path, kind in sorted(tables.strategies.items())
    ]
    document["defaults"] = {
        "writes": _pairs(tables.defaults),
        "tags": sorted({tag_numbers[tag] for tag in resolved.defaults.tags}),
    }
    document["packs"] = [
        {
            "name": pack.name,
            "options": [
                {
                    "id": option.id,
                    "priority": option.priority,
                    "tag": None if option.tag is None else tag_numbers[option.tag],
                    "writes": _pairs(option_writes),
                }
                for option, option_writes in zip(pack.options, writes, strict=True)
            ],
        }
        for pack, writes in zip(resolved.packs, tables.packs, strict=True)
    ]
    document["include"] = rule_forms(resolved.include, resolved)
    document["exclude"] = rule_forms(resolved.exclude, resolved)
    document["nodes"] = predicates.nodes
    document["predicates"] = predicates.predicates
    return document


def _pairs(writes: list[tuple[int, int]]) -> list[Any]:
    return [list(pair) for pair in writes]
