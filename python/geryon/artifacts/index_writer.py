"""Writes configs.idx beside a configs.jsonl that is being written, or again from one that is there."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import struct
from pathlib import Path
from typing import Any

from geryon.artifacts.index_format import (
    HEADER,
    MAX_COUNT,
    IndexDamaged,
    IndexHeader,
    id_order,
    pack_entries,
    pack_order,
)
from geryon.artifacts.json_file import sync_directory
from geryon.artifacts.layout import RunLayout

_ROWS_AT_ONCE = 4096


def new_plan_digest(batch_size: int) -> Any:
    """The hash object of the plan digest: SHA-256 over the batch size (u64, little endian), then 16 bytes an id."""
    return hashlib.sha256(batch_size.to_bytes(8, "little"))


class IndexWriter:
    """Streams the index of one plan; memory: the ids (16 bytes a configuration) and, at the end, 4 more.

    Attributes:
        count: Configurations so far.
        configs_bytes: Bytes of configs.jsonl so far.
    """

    def __init__(self, path: Path, batch_size: int) -> None:
        self.count = 0
        self.configs_bytes = 0
        self._batch_size = batch_size
        self._file: io.BufferedWriter = open(path, "xb")  # noqa: SIM115
        self._file.write(bytes(HEADER.size))
        self._ids = bytearray()
        self._configs_hash = hashlib.sha256()
        self._plan_digest = new_plan_digest(batch_size)

    @property
    def plan_digest(self) -> str:
        """Hex digits of the plan digest of what was added so far."""
        return str(self._plan_digest.hexdigest())

    def add(self, configs: bytes, lengths: bytes, ids: bytes) -> None:
        """Add consecutive configurations.

        Args:
            configs: Their lines of configs.jsonl.
            lengths: Length of each line in bytes: packed u32, little endian.
            ids: 16 bytes each.
        """
        entries, self.configs_bytes = pack_entries(self.configs_bytes, lengths, ids)
        self.count += len(ids) // 16
        if self.count > MAX_COUNT:
            raise ValueError(f"an index holds at most {MAX_COUNT} configurations")
        self._configs_hash.update(configs)
        self._plan_digest.update(ids)
        self._ids += ids
        self._file.write(entries)

    def finish(self) -> IndexHeader:
        """Write the order and the header, and close the file; returns the header."""
        self._file.write(pack_order(id_order(self._ids)))
        header = IndexHeader(self.count, self._batch_size, self.configs_bytes, self._configs_hash.digest())
        self._file.seek(0)
        self._file.write(header.pack())
        self.close()
        return header

    def close(self) -> None:
        """Close the file, finished or not."""
        self._file.close()


def rebuild(layout: RunLayout, batch_size: int, plan_digest: str) -> IndexHeader:
    """Make configs.idx anew from configs.jsonl, with the bytes it had.

    Args:
        layout: The run.
        batch_size: As run.json has it.
        plan_digest: As run.json has it; it proves that configs.jsonl still is the plan.

    Raises:
        IndexDamaged: configs.jsonl is damaged too.
        OSError: a file could not be read or written.
    """
    unfinished = layout.index.with_name(f".{layout.index.name}.{secrets.token_hex(4)}")
    try:
        writer = IndexWriter(unfinished, batch_size)
        try:
            with open(layout.configs, "rb") as file:
                while lines := _some_lines(file):
                    lengths = struct.pack(f"<{len(lines)}I", *map(len, lines))
                    ids = b"".join(_line_id(line, writer.count + at) for at, line in enumerate(lines))
                    writer.add(b"".join(lines), lengths, ids)
            if writer.plan_digest != plan_digest:
                raise IndexDamaged("the ids of configs.jsonl do not have the digest in run.json")
            header = writer.finish()
        finally:
            writer.close()
        with open(unfinished, "rb") as written:
            os.fsync(written.fileno())
        os.replace(unfinished, layout.index)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_directory(layout.plan)
    return header


def _some_lines(file: io.BufferedReader) -> list[bytes]:
    lines = []
    for line in file:
        lines.append(line)
        if len(lines) == _ROWS_AT_ONCE:
            break
    return lines


def _line_id(line: bytes, position: int) -> bytes:
    try:
        data = bytes.fromhex(json.loads(line)["config_id"])
    except (ValueError, KeyError, TypeError):
        data = b""
    if len(data) != 16 or not line.endswith(b"\n"):
        raise IndexDamaged(f"line {position + 1} of configs.jsonl is no configuration")
    return data
