"""What the real pipeline makes of an experiment file, and what the oracle says it should, in one form."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from geryon.app.counts import rejects_alone
from geryon.app.experiment import Loaded, load
from geryon.app.layers import leaf_layers
from geryon.errors import InvalidInput
from geryon.kernels.protocol import Kernel, KernelError, Sweep
from support.experiment_oracle import Verdict
from support.experiment_oracle.merge import Conflict
from support.experiment_oracle.values import canonical

BATCH_SIZE = 5
RUN_ID = "run"
_STAGES = {"conflict": "conflict", "predicate-error": "predicate-error", "nothing-left": "nothing-left"}
_MEMBER = re.compile(r"(?:the defaults set|option `([^`]*)` of pack `([^`]*)` sets) `([^`]*)` to ")


@dataclass
class Outcome:
    """One way to end, with everything that a plan would hold.

    Attributes:
        stage: planned, invalid, conflict, predicate-error or nothing-left.
        codes: Of the problems of an invalid experiment.
        conflicts: Each as (path, pack, option) of one or two layers.
        error: Predicate, kind and selected options.
        options: The selected options of each valid candidate, or of those that can be had before the error.
        before_error: How many valid candidates stand before the one that errs.
        lines: The lines of configs.jsonl.
        duplicates: Valid candidates that were dropped.
        layers: For each configuration the layer that set each override.
        not_apart: Packs that are not told apart.
    """

    stage: str
    codes: set[str] = field(default_factory=set)
    conflicts: set[Conflict] = field(default_factory=set)
    error: tuple[str, str, dict[str, str]] | None = None
    options: list[dict[str, str]] = field(default_factory=list)
    before_error: int = 0
    lines: list[str] = field(default_factory=list)
    duplicates: int = 0
    layers: list[list[tuple[str, str, str | None]]] = field(default_factory=list)
    not_apart: list[str] | None = None

    def agrees(self, wanted: Outcome) -> bool:
        """Whether it is what the oracle says, as far as that says it."""
        if wanted.stage == "invalid":
            return self.stage == "invalid" and self.codes <= wanted.codes
        return replace(self, not_apart=self.not_apart if wanted.not_apart is not None else None) == wanted


def expected(verdict: Verdict) -> Outcome:
    """What the oracle says."""
    if verdict.stage == "predicate-error" and verdict.error:
        before, error = verdict.before_error, verdict.error
        options = [one.options for one in verdict.valid[: max(before - 1, 0)]]
        described = (error.predicate, error.kind, error.options)
        return Outcome("predicate-error", error=described, options=options, before_error=before)
    if verdict.stage != "planned":
        return Outcome(verdict.stage, set(verdict.faults), verdict.conflicts)
    lines = [
        canonical(
            {
                "batch_index": position // BATCH_SIZE,
                "choices": one.choices,
                "command": one.command,
                "config_id": one.id,
                "line_index": position % BATCH_SIZE,
                "params": one.params,
                "run_id": RUN_ID,
                "selected_options": one.options,
                "tags": one.tags,
                "wandb_name": one.wandb_name,
            }
        )
        for position, one in enumerate(verdict.configurations)
    ]
    dropped = len(verdict.valid) - len(lines)
    return Outcome(
        "planned",
        lines=lines,
        duplicates=dropped,
        options=[one.options for one in verdict.valid],
        layers=[one.layers for one in verdict.configurations],
        not_apart=verdict.not_apart,
    )


def outcomes(path: Path, run_set: str | None, kernels: Sequence[Kernel]) -> list[Outcome]:
    """What each core makes of an experiment file."""
    try:
        loaded = load(str(path), run_set)
    except InvalidInput as error:
        return [_refused(error)]
    return [_planned(loaded, kernel.sweep(loaded.compiled.program)) for kernel in kernels]


def _refused(error: InvalidInput) -> Outcome:
    codes = {problem.code for problem in error.problems}
    if codes != {"conflict"}:
        return Outcome("invalid", codes)
    found = [_conflict(problem.message) for problem in error.problems]
    assert len(set(found)) == len(found), "a conflict is reported twice"
    return Outcome("conflict", conflicts=set(found))


def _conflict(message: str) -> Conflict:
    """The layers that a message names."""
    members = [(path, pack or None, option if pack else None) for option, pack, path in _MEMBER.findall(message)]
    assert members, message
    return frozenset(members)


def _planned(loaded: Loaded, sweep: Sweep) -> Outcome:
    packs: list[dict[str, Any]] = json.loads(loaded.compiled.program)["packs"]
    try:
        valid = sweep.count()
    except KernelError as error:
        return _erring(loaded, sweep, packs, error)
    options = _rows(packs, sweep.rows(0, valid + 3), valid)
    if not valid:
        problem = loaded.compiled.nothing_left(sweep).problems[0]
        assert problem.code == "nothing-left"
        return Outcome("nothing-left")
    renderer = sweep.render(RUN_ID, BATCH_SIZE, True)
    lines: list[str] = []
    ids = b""
    while chunk := renderer.next(7):
        lines += chunk.configs.decode().split("\n")[:-1]
        ids += chunk.ids
    assert [ids[at : at + 16].hex() for at in range(0, len(ids), 16)] == [
        json.loads(line)["config_id"] for line in lines
    ]
    assert sweep.distinct() == len(lines)
    alone = rejects_alone(loaded, sweep)
    assert set(alone.predicates) <= {predicate.id for predicate in loaded.resolved.predicates}
    not_apart = list(loaded.compiled.not_apart)
    assert not_apart or renderer.duplicates == 0, "packs that are told apart gave duplicates"
    layers = [
        [(leaf.path, leaf.value, leaf.pack) for leaf in leaf_layers(loaded.compiled.program, selected)]
        for selected in (json.loads(line)["selected_options"] for line in lines)
    ]
    return Outcome("planned", set(), set(), None, options, 0, lines, renderer.duplicates, layers, not_apart)


def _erring(loaded: Loaded, sweep: Sweep, packs: list[dict[str, Any]], error: KernelError) -> Outcome:
    data = json.loads(error.data)
    selected = {pack["name"]: pack["options"][one]["id"] for pack, one in zip(packs, data["options"], strict=True)}
    problem = loaded.compiled.explain_kernel_error(error).problems[0]
    assert problem.code == "predicate-error"
    said = re.match(r"predicate `([^`]*)` is an error \(`(\w+)`\)", problem.message)
    assert said, problem.message
    before, rows = 0, b""
    while True:  # `rows(0, n)` fails from that n on of which the first valid one would stand behind the erring one
        try:
            rows = sweep.rows(0, before)
        except KernelError as again:
            assert again.data == error.data
            break
        before += 1
    options = _rows(packs, rows, max(before - 1, 0))
    described = (said[1], said[2], selected)
    return Outcome("predicate-error", error=described, options=options, before_error=before)


def _rows(packs: list[dict[str, Any]], rows: bytes, count: int) -> list[dict[str, str]]:
    assert len(rows) == 4 * len(packs) * count
    numbers = struct.unpack(f"<{len(packs) * count}I", rows)
    return [
        {pack["name"]: pack["options"][numbers[row * len(packs) + index]]["id"] for index, pack in enumerate(packs)}
        for row in range(count)
    ]
