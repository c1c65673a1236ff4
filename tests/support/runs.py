"""Runs on disk whose commands a test chooses, and what their execution left."""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geryon.app.run_local import run_local
from geryon.app.run_request import RunRequest
from geryon.artifacts.index_writer import IndexWriter
from geryon.artifacts.layout import RunLayout
from geryon.artifacts.reader import Plan
from geryon.kernels import kernel
from geryon.schema.output_run import RunResult
from geryon.schema.plan import PlanCounts, RunInfo


def make_run(
    root: Path, commands: Sequence[Sequence[str]], batch_size: int = 2, *, hydra: bool = False, cwd: Path | None = None
) -> Plan:
    """A run whose configurations have these commands."""
    layout = RunLayout(root)
    layout.plan.mkdir(parents=True)
    lines = []
    ids = b""
    for position, command in enumerate(commands):
        digest = hashlib.sha256(str(position).encode()).digest()[:16]
        ids += digest
        config = {
            "batch_index": position // batch_size,
            "choices": {},
            "command": list(command),
            "config_id": digest.hex(),
            "line_index": position % batch_size,
            "params": {"x": position},
            "run_id": root.name,
            "selected_options": {"x": str(position)},
            "tags": ["one", "two"],
            "wandb_name": f"one_two_{digest.hex()[:8]}",
        }
        lines.append(kernel().canonical_json(config) + b"\n")
    layout.configs.write_bytes(b"".join(lines))
    index = IndexWriter(layout.index, batch_size)
    index.add(b"".join(lines), b"".join(struct.pack("<I", len(line)) for line in lines), ids)
    index.finish()
    index.close()
    count = len(lines)
    counts = PlanCounts(
        candidates=count, valid=count, configurations=count, duplicates=0, batches=-(-count // batch_size)
    )
    info = RunInfo(
        run_id=root.name,
        run_uid="u" * 32,
        created_at="2030-01-02T03:04:05.000000Z",
        experiment="experiment.yaml",
        run_set=None,
        batch_size=batch_size,
        counts=counts,
        plan_digest=index.plan_digest,
        command_digest="0" * 64,
        id_scheme="test",
        geryon_version="0",
        core="python",
        core_reason="test",
        cwd=str(cwd or root),
        hydra=hydra,
    )
    layout.run_json.write_text(info.model_dump_json())
    return Plan(root)


def shell(*scripts: str) -> list[list[str]]:
    """Commands that run these lines of shell."""
    return [["sh", "-c", script] for script in scripts]


def python(*programs: str) -> list[list[str]]:
    """Commands that run these Python programs."""
    return [[sys.executable, "-c", program] for program in programs]


def run(plan: Plan, **flags: Any) -> RunResult:
    """Run all of a plan with these settings."""
    return run_local(plan, RunRequest(flags=flags)).result


def records(plan: Plan) -> list[dict[str, Any]]:
    """All attempt records, by configuration and attempt."""
    lines = [line for path in plan.layout.results.glob("task_*.jsonl") for line in path.read_bytes().splitlines()]
    return sorted(
        map(json.loads, lines),
        key=lambda record: (record["batch_index"], record["line_index"], record["attempt_index"]),
    )


def events(plan: Plan) -> list[dict[str, Any]]:
    """All events, file by file in the order of their first event."""
    files = [path.read_bytes().splitlines() for path in plan.layout.batch_logs.glob("task_*/task.events.jsonl")]
    parsed = [[json.loads(line) for line in lines] for lines in files if lines]
    return [event for lines in sorted(parsed, key=lambda lines: str(lines[0]["time"])) for event in lines]


def output(plan: Plan, record: dict[str, Any], name: str = "stdout_path") -> str:
    """What an attempt wrote."""
    path: str = record[name]
    return (plan.layout.root / path).read_text()
