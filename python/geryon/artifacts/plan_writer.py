"""Writes the configurations of a plan: what a renderer gives, chunk by chunk, into every file that lists them."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from geryon.artifacts.index_format import line_ends
from geryon.artifacts.index_writer import IndexWriter
from geryon.artifacts.json_file import json_line
from geryon.artifacts.layout import RunLayout
from geryon.kernels import Renderer

CHUNK_BYTES = 4 * 2**20
_FIRST_ROWS = 64
_MAX_ROWS = 8192


@dataclass(frozen=True, slots=True)
class WrittenRows:
    """What was written.

    Attributes:
        configurations: Number of configurations.
        duplicates: Valid candidates that were dropped because their id had occurred.
        batches: Number of batches.
        plan_digest: SHA-256 over batch size and ids (docs/plan-index.md), hex digits.
    """

    configurations: int
    duplicates: int
    batches: int
    plan_digest: str


def write_rows(
    layout: RunLayout,
    renderer: Renderer,
    batch_size: int,
    expected: int,
    *,
    has_choices: bool,
    batch_files: bool = True,
    progress: Callable[[int], None] | None = None,
) -> WrittenRows:
    """Write configs.jsonl, configs.idx, batches.jsonl, the batch files and both manifests.

    Memory: one chunk of a few MiB, and the index's 20 bytes a configuration.

    Args:
        layout: The run that is being built; its plan directory exists and is empty of these files.
        renderer: Gives the configurations.
        batch_size: Configurations a batch.
        expected: Stop after so many configurations; there are at most so many.
        has_choices: Whether the manifests have the `choices` field.
        batch_files: Whether to write the files of shell-quoted commands.
        progress: Called with the number of configurations written so far.

    Raises:
        OSError: a file could not be written.
        KernelError: as the renderer does.
    """
    commands = _CommandFiles(layout, batch_size, _batches(expected, batch_size)) if batch_files else None
    with ExitStack() as files:
        index = IndexWriter(layout.index, batch_size)
        files.callback(index.close)
        if commands is not None:
            files.callback(commands.close)
        configs = files.enter_context(open(layout.configs, "xb"))
        manifest = files.enter_context(open(layout.manifest_jsonl, "xb"))
        table = files.enter_context(open(layout.manifest_csv, "xb"))
        table.write(csv_header(has_choices))
        rows = _FIRST_ROWS
        while index.count < expected:
            chunk = renderer.next(min(rows, expected - index.count))
            if chunk is None:
                break
            configs.write(chunk.configs)
            index.add(chunk.configs, chunk.config_lengths, chunk.ids)
            manifest.write(chunk.manifest)
            table.write(chunk.csv)
            if commands is not None:
                commands.add(chunk.commands, chunk.command_lengths)
            if progress is not None:
                progress(index.count)
            rows = max(1, min(_MAX_ROWS, CHUNK_BYTES * index.count // max(1, index.configs_bytes)))
        duplicates = renderer.duplicates
        header = index.finish()
    batches = _batches(header.count, batch_size)
    if commands is not None:
        commands.rename(batches)
    _write_batches(layout, header.count, batch_size)
    return WrittenRows(header.count, duplicates, batches, index.plan_digest)


def csv_header(has_choices: bool) -> bytes:
    """The first line of manifest.csv."""
    return b"id,wandb_name,tags,params" + (b",choices\n" if has_choices else b"\n")


def batch_name(batch_index: int, batches: int) -> str:
    """`batch_007.txt`: three digits, more where the plan has more than a thousand batches."""
    return f"batch_{batch_index:0{_digits(batches)}d}.txt"


def _digits(batches: int) -> int:
    return max(3, len(str(batches - 1)))


def _batches(configurations: int, batch_size: int) -> int:
    return -(-configurations // batch_size)


def _write_batches(layout: RunLayout, count: int, batch_size: int) -> None:
    batches = _batches(count, batch_size)
    with open(layout.batches, "xb") as file:
        for batch in range(batches):
            first = batch * batch_size
            file.write(
                json_line(
                    {
                        "batch_index": batch,
                        "path": f"batches/{batch_name(batch, batches)}",
                        "num_commands": min(batch_size, count - first),
                        "first_line": first,
                    }
                )
            )


class _CommandFiles:
    """Spreads rendered commands over the batch files."""

    def __init__(self, layout: RunLayout, batch_size: int, expected_batches: int) -> None:
        self._directory: Path = layout.batch_dir
        self._directory.mkdir()
        self._batch_size = batch_size
        self._expected = expected_batches
        self._count = 0
        self._file: io.BufferedWriter | None = None

    def add(self, commands: bytes, lengths: bytes) -> None:
        """Append consecutive commands (lengths: packed u32, little endian)."""
        ends = line_ends(lengths)
        text = memoryview(commands)
        row = 0
        while row < len(ends) - 1:
            batch, line = divmod(self._count, self._batch_size)
            if line == 0:
                self.close()
                self._file = open(self._directory / batch_name(batch, self._expected), "xb")  # noqa: SIM115
            taken = min(self._batch_size - line, len(ends) - 1 - row)
            assert self._file is not None
            self._file.write(text[ends[row] : ends[row + taken]])
            row += taken
            self._count += taken

    def close(self) -> None:
        """Close the file of the present batch."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def rename(self, batches: int) -> None:
        """Shorten the names where duplicates left fewer batches than were expected."""
        if _digits(batches) != _digits(self._expected):
            for batch in range(batches):
                long = self._directory / batch_name(batch, self._expected)
                long.rename(self._directory / batch_name(batch, batches))
