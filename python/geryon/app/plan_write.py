"""Writes one run: everything of it, or nothing."""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import asdict
from datetime import datetime, timezone

from geryon import __version__
from geryon.app.counts import rejects_alone
from geryon.app.experiment import Loaded
from geryon.app.files import printable
from geryon.app.plan_documents import diagnostics_document
from geryon.app.plan_draft import Draft
from geryon.app.plan_request import PlanRequest, Progress
from geryon.artifacts.appear import appearing
from geryon.artifacts.file_tree import bytes_below
from geryon.artifacts.json_file import json_line
from geryon.artifacts.layout import RunLayout
from geryon.artifacts.plan_writer import write_rows
from geryon.kernels import core_choice, kernel
from geryon.schema.output_plan import PlannedRun
from geryon.schema.plan import PlanCounts, RunInfo

# How an id is made: docs/runtime-artifacts.md.
ID_SCHEME = "sha256-128/canonical-json/1"


def write_run(draft: Draft, request: PlanRequest, tell: Progress) -> PlannedRun:
    """Write a run; it appears whole, or nothing of it is left.

    Raises:
        InvalidInput: `run-exists`, `output-unwritable`.
        RunFailure: `disk-full`, `write-failed`.
    """
    loaded = draft.loaded
    alone = rejects_alone(loaded, draft.sweep)
    with appearing(draft.final) as staged:
        layout = RunLayout(staged)
        layout.plan.mkdir()
        rows = write_rows(
            layout,
            draft.sweep.render(draft.run_id, request.batch_size, bool(loaded.compiled.not_apart)),
            request.batch_size,
            draft.expected,
            has_choices=loaded.compiled.document["has_choices"],
            batch_files=request.batch_files,
            progress=lambda done: tell("write", done, draft.expected),
        )
        counts = PlanCounts(
            candidates=draft.counted.candidates,
            valid=draft.counted.valid,
            configurations=rows.configurations,
            duplicates=rows.duplicates,
            batches=rows.batches,
        )
        layout.snapshot.write_bytes(loaded.snapshot)
        layout.composed.write_bytes(loaded.composed_text)
        layout.run_set.write_bytes(json_line(loaded.run_set_document))
        layout.diagnostics.write_bytes(json_line(diagnostics_document(loaded, counts, alone, request.limit)))
        layout.run_json.write_bytes(json_line(_run_info(draft, request, counts, rows.plan_digest).model_dump()))
        written = bytes_below(layout.plan)
    return PlannedRun(
        run_id=draft.run_id,
        run_root=str(draft.final),
        run_set=loaded.run_set,
        candidates=counts.candidates,
        valid=counts.valid,
        total_configs=counts.configurations,
        total_batches=counts.batches,
        bytes=written,
        core=core_choice()[0],
    )


def command_digest(loaded: Loaded) -> str:
    """SHA-256 over the canonical JSON of the command section as resolved, hex digits."""
    command = asdict(loaded.resolved.command)
    command["args"] = list(command["args"])
    return hashlib.sha256(kernel().canonical_json(command)).hexdigest()


def _run_info(draft: Draft, request: PlanRequest, counts: PlanCounts, plan_digest: str) -> RunInfo:
    core, reason = core_choice()
    command = draft.loaded.resolved.command
    now = datetime.now(timezone.utc)
    cwd = os.path.join(os.path.dirname(request.experiment), command.cwd) if command.cwd is not None else "."
    return RunInfo(
        run_id=draft.run_id,
        run_uid=uuid.uuid4().hex,
        created_at=f"{now:%Y-%m-%dT%H:%M:%S.%f}Z",
        experiment=printable(os.path.abspath(request.experiment)),
        run_set=draft.loaded.run_set,
        batch_size=request.batch_size,
        counts=counts,
        plan_digest=plan_digest,
        command_digest=command_digest(draft.loaded),
        id_scheme=ID_SCHEME,
        geryon_version=__version__,
        core=core,
        core_reason=reason,
        cwd=os.path.abspath(cwd),
        hydra=command.hydra,
    )
