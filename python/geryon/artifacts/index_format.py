"""The bytes of plan/configs.idx: docs/plan-index.md says what stands where."""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass
from itertools import accumulate

MAGIC = b"GERYIDX\n"
VERSION = 1
HEADER = struct.Struct("<8sIIQQQ32s")
ENTRY = struct.Struct("<Q16s")
POSITION = struct.Struct("<I")
ID_BYTES = 16
MAX_COUNT = 2**32 - 1


class IndexDamaged(ValueError):
    """configs.idx is not what its header says; it can be rebuilt from configs.jsonl."""


@dataclass(frozen=True, slots=True)
class IndexHeader:
    """The first 72 bytes.

    Attributes:
        count: Number of configurations.
        batch_size: Configurations a batch.
        configs_bytes: Size of configs.jsonl.
        configs_sha256: SHA-256 of configs.jsonl, 32 bytes.
    """

    count: int
    batch_size: int
    configs_bytes: int
    configs_sha256: bytes

    @property
    def order_start(self) -> int:
        """Where the positions in id order begin."""
        return HEADER.size + ENTRY.size * self.count

    @property
    def file_bytes(self) -> int:
        """Size of the whole index."""
        return self.order_start + POSITION.size * self.count

    def pack(self) -> bytes:
        """The header's bytes."""
        return HEADER.pack(
            MAGIC, VERSION, HEADER.size, self.count, self.batch_size, self.configs_bytes, self.configs_sha256
        )


def unpack_header(data: bytes) -> IndexHeader:
    """Read a header.

    Raises:
        IndexDamaged: it is none, or of another version.
    """
    if len(data) < HEADER.size:
        raise IndexDamaged("it is shorter than its header")
    magic, version, size, count, batch_size, configs_bytes, digest = HEADER.unpack_from(data)
    if magic != MAGIC or version != VERSION or size != HEADER.size or batch_size < 1:
        raise IndexDamaged("it does not begin with the header of version 1")
    return IndexHeader(count, batch_size, configs_bytes, digest)


def line_ends(lengths: bytes, start: int = 0) -> array[int]:
    """`start`, and behind it where each line ends (lengths: packed u32, little endian)."""
    sizes = array("I", lengths)
    if sys.byteorder == "big":
        sizes.byteswap()
    return array("Q", accumulate(sizes, initial=start))


def pack_entries(start: int, lengths: bytes, ids: bytes) -> tuple[bytes, int]:
    """The entries of consecutive configurations, and the offset behind the last one's line.

    Args:
        start: Offset of the first one's line in configs.jsonl.
        lengths: Length of each line in bytes: packed u32, little endian.
        ids: 16 bytes each.
    """
    halves = array("Q", ids)
    offsets = line_ends(lengths, start)
    end = offsets.pop()
    if sys.byteorder == "big":
        offsets.byteswap()
    words = array("Q", bytes(ENTRY.size * len(offsets)))
    view = memoryview(words)
    view[0::3] = memoryview(offsets)
    view[1::3] = memoryview(halves)[0::2]
    view[2::3] = memoryview(halves)[1::2]
    return words.tobytes(), end


def id_order(ids: bytes | bytearray) -> array[int]:
    """The positions of all configurations in the order of their ids, equal ids by position."""
    # A sort of all of them at once would hold 100 bytes a configuration; the first byte of a hash cuts it in 256.
    buckets = [array("I") for _ in range(256)]
    for position, first in enumerate(memoryview(ids)[::ID_BYTES]):
        buckets[first].append(position)
    order = array("I")
    for number, bucket in enumerate(buckets):
        order.extend(sorted(bucket, key=lambda at: bytes(ids[at * ID_BYTES : (at + 1) * ID_BYTES])))
        buckets[number] = array("I")
    return order


def pack_order(order: array[int]) -> bytes:
    """The positions as they stand in the file."""
    if sys.byteorder == "big":
        order = array("I", order)
        order.byteswap()
    return order.tobytes()
