"""What tests read from a sweep."""

from __future__ import annotations

import struct

from geryon.kernels.protocol import Chunk, KernelError, Renderer, Sweep

Row = tuple[int, ...]


def unpack(rows: bytes, packs: int) -> list[Row]:
    """Rows as tuples; those of a program without packs have no bytes."""
    return list(struct.iter_unpack(f"<{packs}I", rows)) if packs else []


def rows_or_error(sweep: Sweep, start: int, stop: int) -> tuple[str, bytes]:
    """The packed rows, or the data of the error."""
    try:
        return "rows", sweep.rows(start, stop)
    except KernelError as error:
        return "error", error.data


def count_or_error(sweep: Sweep) -> int | bytes:
    """The count, or the data of the error."""
    try:
        return sweep.count()
    except KernelError as error:
        return error.data


def drain(renderer: Renderer, count: int) -> list[Chunk]:
    """All chunks of that many configurations."""
    chunks = []
    while (chunk := renderer.next(count)) is not None:
        chunks.append(chunk)
    return chunks


def lines(text: bytes, lengths: bytes) -> list[bytes]:
    """A chunk's lines by their packed lengths."""
    end, found = 0, []
    for (length,) in struct.iter_unpack("<I", lengths):
        found.append(text[end : end + length])
        end += length
    assert end == len(text)
    return found


def parts(chunk: Chunk) -> dict[str, object]:
    """A chunk as data that can be compared."""
    names = ("rows", "configs", "config_lengths", "ids", "commands", "command_lengths", "manifest", "csv")
    return {name: getattr(chunk, name) for name in names}
