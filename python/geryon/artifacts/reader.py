"""A plan on disk, read one configuration at a time."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from geryon.artifacts.index_format import ENTRY, HEADER, ID_BYTES, POSITION, IndexDamaged, IndexHeader, unpack_header
from geryon.artifacts.index_writer import rebuild
from geryon.artifacts.layout import RunLayout
from geryon.artifacts.run_info import read_run_info, unreadable
from geryon.errors import InvalidInput, Place, Problem, RunFailure
from geryon.schema.plan import PlannedConfig

_ID_PREFIX = re.compile(r"[0-9a-f]{6,32}")
_ROWS_AT_ONCE = 4096


class Plan:
    """The configurations of one run, by position, by batch and by id.

    Reads with `pread` only, a few hundred bytes at a time: memory does not depend on the plan's size. An index that
    is missing, or is found to be damaged when it is opened or read, is made anew from configs.jsonl.

    Attributes:
        layout: Where the run is.
        info: Its run.json.
        count: Number of configurations.
        batch_size: Configurations a batch.
    """

    def __init__(self, where: RunLayout | Path) -> None:
        """Open a plan.

        Raises:
            InvalidInput: `not-a-run`, or `plan-missing` where it was removed.
            RunFailure: `plan-damaged` or `unreadable`.
        """
        self.layout = where if isinstance(where, RunLayout) else RunLayout(where)
        self.info = read_run_info(self.layout)
        self._configs = -1
        self._index = -1
        self._header = self._open()
        self.count = self._header.count
        self.batch_size = self._header.batch_size

    @property
    def batch_count(self) -> int:
        """Number of batches; batch b is the positions [b * batch_size, (b + 1) * batch_size)."""
        return -(-self.count // self.batch_size)

    def config(self, position: int) -> PlannedConfig:
        """The configuration at a position, from 0.

        Raises:
            IndexError: there is none.
            RunFailure: `plan-damaged`.
        """
        return next(self.configs(self._checked(position), position + 1))

    def configs(self, start: int = 0, stop: int | None = None) -> Iterator[PlannedConfig]:
        """The configurations of positions start..stop (to the end without `stop`), in order.

        Raises:
            RunFailure: `plan-damaged`.
        """
        stop = self.count if stop is None else min(stop, self.count)
        mended = False
        while start < stop:
            for config in self._some(start, min(_ROWS_AT_ONCE, stop - start)):
                if config is None:
                    if mended:
                        raise self._damaged(f"line {start + 1} of configs.jsonl is not what was planned")
                    self._make_anew()
                    mended = True
                    break
                yield config
                start += 1

    def id_at(self, position: int) -> str:
        """The configuration id at a position, 32 hex digits.

        Raises:
            IndexError: there is none.
        """
        return self._digest(self._checked(position)).hex()

    def ids(self) -> Iterator[str]:
        """All configuration ids, in order of position."""
        for start in range(0, self.count, _ROWS_AT_ONCE):
            rows = min(_ROWS_AT_ONCE, self.count - start)
            for _, digest in ENTRY.iter_unpack(self._entries(start, rows)):
                yield digest.hex()

    def position(self, config_id: str) -> int:
        """The position of an id, or of the only id that begins so (6 digits or more), in O(log n).

        Raises:
            InvalidInput: `config-id-invalid`, `config-id-unknown` or `config-id-ambiguous`.
        """
        if not _ID_PREFIX.fullmatch(config_id):
            raise InvalidInput(
                Problem(
                    "config-id-invalid",
                    f"`{config_id}` is no configuration id",
                    hint="give the 32 hex digits of an id, or its first 6 or more",
                )
            )
        found = self._find(config_id)
        if not found and any(each.startswith(config_id) for each in self.ids()):
            # it is there, and bisection went astray
            self._make_anew()
            found = self._find(config_id)
        if not found:
            raise InvalidInput(
                Problem(
                    "config-id-unknown",
                    f"no configuration of the run `{self.info.run_id}` has the id `{config_id}`",
                    hint=f"`{self.layout.manifest_csv}` lists the ids",
                )
            )
        if len(found) > 1:
            both = " and ".join(f"`{self.id_at(position)}`" for position in found)
            raise InvalidInput(
                Problem(
                    "config-id-ambiguous",
                    f"`{config_id}` stands for more than one configuration, {both} among them",
                    hint="give more digits",
                )
            )
        return found[0]

    def _find(self, prefix: str) -> list[int]:
        """The first positions, two at most, of ids that begin so."""
        lowest = bytes.fromhex(prefix.ljust(2 * ID_BYTES, "0"))
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if self._digest(self._ordered(middle)) < lowest:
                low = middle + 1
            else:
                high = middle
        found: list[int] = []
        while low < self.count and len(found) < 2:
            position = self._ordered(low)
            if not self.id_at(position).startswith(prefix):
                break
            found.append(position)
            low += 1
        return found

    def close(self) -> None:
        """Close the files."""
        for descriptor in (self._configs, self._index):
            if descriptor >= 0:
                os.close(descriptor)
        self._configs = self._index = -1

    def __enter__(self) -> Plan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # Also of a plan whose opening failed half-way.
        if getattr(self, "_index", -1) >= 0 or getattr(self, "_configs", -1) >= 0:
            self.close()

    def _open(self) -> IndexHeader:
        try:
            self._configs = os.open(self.layout.configs, os.O_RDONLY)
        except FileNotFoundError as error:
            raise InvalidInput(
                Problem(
                    "plan-missing",
                    f"the run `{self.info.run_id}` has no plan any more",
                    Place(file=str(self.layout.configs)),
                    "plan the experiment again under another run id",
                )
            ) from error
        except OSError as error:
            raise unreadable(self.layout.configs, error) from error
        try:
            return self._open_index()
        except (IndexDamaged, FileNotFoundError):
            return self._rebuild()
        except OSError as error:
            raise unreadable(self.layout.index, error) from error

    def _open_index(self) -> IndexHeader:
        if self._index >= 0:
            os.close(self._index)
        self._index = os.open(self.layout.index, os.O_RDONLY)
        header = unpack_header(os.pread(self._index, HEADER.size, 0))
        if os.fstat(self._index).st_size != header.file_bytes:
            raise IndexDamaged("it has not the size that its header says")
        if header.count != self.info.counts.configurations or header.batch_size != self.info.batch_size:
            raise IndexDamaged("it is not of this run")
        if os.fstat(self._configs).st_size != header.configs_bytes:
            raise IndexDamaged("configs.jsonl has not the size that it says")
        return header

    def _rebuild(self) -> IndexHeader:
        try:
            rebuild(self.layout, self.info.batch_size, self.info.plan_digest)
            return self._open_index()
        except IndexDamaged as error:
            raise self._damaged(str(error)) from error
        except OSError as error:
            raise RunFailure(
                Problem(
                    "index-damaged",
                    f"`{self.layout.index}` is missing or damaged and cannot be written anew: "
                    f"{(error.strerror or str(error)).lower()}",
                    Place(file=str(self.layout.index)),
                    "make the run's directory writable: the index is made from configs.jsonl",
                )
            ) from error

    def _checked(self, position: int) -> int:
        if not 0 <= position < self.count:
            raise IndexError(position)
        return position

    def _entries(self, start: int, rows: int) -> bytes:
        return self._read(self._index, ENTRY.size * rows, HEADER.size + ENTRY.size * start)

    def _digest(self, position: int) -> bytes:
        return self._entries(position, 1)[8:]

    def _ordered(self, number: int) -> int:
        data = self._read(self._index, POSITION.size, self._header.order_start + POSITION.size * number)
        position = int(POSITION.unpack(data)[0])
        if position < self.count:
            return position
        self._make_anew()
        return self._ordered(number)

    def _read(self, descriptor: int, size: int, offset: int) -> bytes:
        data = os.pread(descriptor, size, offset)
        if len(data) != size:
            raise self._damaged("a file was cut while it was read")
        return data

    def _some(self, start: int, rows: int) -> Iterator[PlannedConfig | None]:
        """The configurations from `start` on; None for one that is not on the line where the index has it."""
        last = start + rows == self.count
        entries = list(ENTRY.iter_unpack(self._entries(start, rows if last else rows + 1)))
        ends = [offset for offset, _ in entries[1:]] + ([self._header.configs_bytes] if last else [])
        for position, (offset, digest), end in zip(range(start, start + rows), entries, ends, strict=False):
            yield self._parse(position, offset, end, digest)

    def _parse(self, position: int, offset: int, end: int, digest: bytes) -> PlannedConfig | None:
        """The configuration on that line; None where it is not the one that the index lists."""
        if not offset < end <= self._header.configs_bytes:
            return None
        try:
            config = PlannedConfig.model_validate(json.loads(self._read(self._configs, end - offset, offset)))
        except ValueError:
            return None
        where = config.batch_index, config.line_index
        return config if config.config_id == digest.hex() and where == divmod(position, self.batch_size) else None

    def _make_anew(self) -> None:
        self._header = self._rebuild()

    def _damaged(self, what: str) -> RunFailure:
        return RunFailure(
            Problem(
                "plan-damaged",
                f"the plan of `{self.info.run_id}` is damaged: {what}",
                Place(file=str(self.layout.configs)),
                "plan the experiment again under another run id",
            )
        )
