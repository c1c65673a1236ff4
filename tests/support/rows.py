"""Rendered rows without a sweep: plans of any size and with any ids, for tests of what is on disk."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path

from geryon.artifacts.layout import RunLayout
from geryon.artifacts.plan_writer import WrittenRows, write_rows
from geryon.schema.plan import PlanCounts, RunInfo


@dataclass
class Rows:
    """Consecutive rendered configurations: a `Chunk`."""

    rows: int = 0
    configs: bytes = b""
    config_lengths: bytes = b""
    ids: bytes = b""
    commands: bytes = b""
    command_lengths: bytes = b""
    manifest: bytes = b""
    csv: bytes = b""


@dataclass
class ListRenderer:
    """A `Renderer` over given ids."""

    ids: list[bytes]
    batch_size: int
    duplicates: int = 0
    position: int = field(default=0)

    def next(self, count: int) -> Rows | None:
        """The next rows."""
        taken = self.ids[self.position : self.position + count]
        if not taken:
            return None
        rows = Rows(rows=len(taken))
        for digest in taken:
            line = _line(digest, self.position, self.batch_size)
            rows.configs += line
            rows.config_lengths += struct.pack("<I", len(line))
            rows.ids += digest
            command = f"program x={self.position}\n".encode()
            rows.commands += command
            rows.command_lengths += struct.pack("<I", len(command))
            rows.manifest += json.dumps({"id": digest.hex()}).encode() + b"\n"
            rows.csv += f"{digest.hex()},exp,[],{{}}\n".encode()
            self.position += 1
        return rows


def ids_of(count: int, seed: str = "") -> list[bytes]:
    """Distinct ids that look like hashes."""
    return [hashlib.sha256(f"{seed}{number}".encode()).digest()[:16] for number in range(count)]


def write_run(root: Path, ids: list[bytes], batch_size: int, *, batch_files: bool = True) -> WrittenRows:
    """A run directory with these configurations."""
    layout = RunLayout(root)
    layout.plan.mkdir(parents=True)
    renderer = ListRenderer(ids, batch_size)
    rows = write_rows(layout, renderer, batch_size, len(ids), has_choices=False, batch_files=batch_files)
    info = RunInfo(
        run_id=root.name,
        run_uid="0" * 32,
        created_at="2030-01-02T03:04:05.000000Z",
        experiment="experiment.yaml",
        run_set=None,
        batch_size=batch_size,
        counts=PlanCounts(
            candidates=len(ids),
            valid=len(ids),
            configurations=len(ids),
            duplicates=0,
            batches=rows.batches,
        ),
        plan_digest=rows.plan_digest,
        command_digest="0" * 64,
        id_scheme="test",
        geryon_version="0",
        core="python",
        core_reason="test",
        cwd="/",
        hydra=True,
    )
    layout.run_json.write_text(info.model_dump_json())
    return rows


def _line(digest: bytes, position: int, batch_size: int) -> bytes:
    batch, line = divmod(position, batch_size)
    config = {
        "batch_index": batch,
        "choices": {},
        "command": ["program", f"x={position}"],
        "config_id": digest.hex(),
        "line_index": line,
        "params": {"x": position},
        "run_id": "run",
        "selected_options": {"x": str(position)},
        "tags": [],
        "wandb_name": "exp_" + digest.hex()[:8],
    }
    return json.dumps(config, separators=(",", ":")).encode() + b"\n"
