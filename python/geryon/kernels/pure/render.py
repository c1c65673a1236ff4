"""The lines of a plan's files, for consecutive configurations."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geryon.kernels.protocol import KernelError
from geryon.kernels.pure.canonical import quoted
from geryon.kernels.pure.quoting import csv_field
from geryon.kernels.pure.text import Configuration, ConfigurationText
from geryon.kernels.pure.walk import Checks, Cursor


@dataclass(frozen=True, slots=True)
class PythonChunk:
    """See `geryon.kernels.protocol.Chunk`."""

    rows: int
    configs: bytes
    config_lengths: bytes
    ids: bytes
    commands: bytes
    command_lengths: bytes
    manifest: bytes
    csv: bytes


class Lines:
    """The lines that one configuration gives.

    Args:
        run_id: The run that they belong to.
        batch_size: Configurations a batch.
        has_choices: Whether the manifests have choices.
    """

    def __init__(self, run_id: str, batch_size: int, has_choices: bool) -> None:
        self._run_id = quoted(run_id)
        self._batch_size = batch_size
        self._has_choices = has_choices

    def config(self, configuration: Configuration, position: int) -> str:
        """The line of configs.jsonl."""
        batch, line = divmod(position, self._batch_size)
        return (
            f'{{"batch_index":{batch},"choices":{configuration.choices},"command":[{configuration.tokens}],'
            f'"config_id":"{configuration.id}","line_index":{line},"params":{configuration.params},'
            f'"run_id":{self._run_id},"selected_options":{{{configuration.selected}}},'
            f'"tags":{configuration.tags},"wandb_name":"{configuration.wandb_name}"}}\n'
        )

    def manifest(self, configuration: Configuration) -> str:
        """The line of manifest.jsonl."""
        choices = f'"choices":{configuration.choices},' if self._has_choices else ""
        return (
            f'{{{choices}"id":"{configuration.id}","params":{configuration.params},'
            f'"tags":{configuration.tags},"wandb_name":"{configuration.wandb_name}"}}\n'
        )

    def csv(self, configuration: Configuration) -> str:
        """The line of manifest.csv."""
        fields = [configuration.id, configuration.wandb_name, configuration.tags, configuration.params]
        if self._has_choices:
            fields.append(configuration.choices)
        return ",".join([csv_field(field) for field in fields]) + "\n"


class PythonRenderer:
    """A cursor over configurations, in rank order.

    Args:
        checks: The rules to walk by.
        text: Writes a configuration.
        lines: Writes its lines.
        dedupe: Whether a configuration whose id occurred before is dropped.
        ranks: The ranks to render, ascending; all if None.

    Attributes:
        duplicates: Configurations dropped so far.
    """

    def __init__(
        self,
        checks: Checks,
        text: ConfigurationText,
        lines: Lines,
        dedupe: bool,
        ranks: Sequence[int] | None = None,
    ) -> None:
        self._cursor = Cursor(checks)
        self._text = text
        self._lines = lines
        self._seen: set[bytes] | None = set() if dedupe else None
        self._ranks = None if ranks is None else iter(ranks)
        self._rank = 0
        self._position = 0
        self._error: Exception | None = None
        self.duplicates = 0

    def next(self, count: int) -> PythonChunk | None:
        """Render the next `count` configurations, fewer at the end, None past it.

        Raises:
            KernelError: as `PythonSweep.rows` does.
            IndexError: a rank is past the end.
        """
        if count < 1:
            raise ValueError("expected at least 1")
        if self._error is not None:
            raise self._error
        try:
            configurations = self._take(count)
        except (KernelError, IndexError) as error:
            self._error = error
            raise
        return self._chunk(configurations) if configurations else None

    def _take(self, count: int) -> list[Configuration]:
        taken: list[Configuration] = []
        candidates = self._all() if self._ranks is None else self._chosen(self._ranks)
        for options in candidates:
            configuration = self._text.write(options)
            if self._is_new(configuration):
                taken.append(configuration)
                if len(taken) == count:
                    break
        # an erring candidate before the next valid one belongs to what was taken
        self._cursor.options(self._rank)
        return taken

    def _all(self) -> Iterator[tuple[int, ...]]:
        while (options := self._cursor.options(self._rank)) is not None:
            self._rank += 1
            yield options

    def _chosen(self, ranks: Iterable[int]) -> Iterator[tuple[int, ...]]:
        for rank in ranks:
            yield candidate(self._cursor, rank)
            self._rank = rank + 1

    def _is_new(self, configuration: Configuration) -> bool:
        if self._seen is None:
            return True
        identity = bytes.fromhex(configuration.id)
        if identity in self._seen:
            self.duplicates += 1
            return False
        self._seen.add(identity)
        return True

    def _chunk(self, configurations: list[Configuration]) -> PythonChunk:
        lines = self._lines
        configs = [lines.config(each, self._position + number).encode() for number, each in enumerate(configurations)]
        commands = [f"{each.shell}\n".encode() for each in configurations]
        self._position += len(configurations)
        return PythonChunk(
            rows=len(configurations),
            configs=b"".join(configs),
            config_lengths=_lengths(configs),
            ids=bytes.fromhex("".join([each.id for each in configurations])),
            commands=b"".join(commands),
            command_lengths=_lengths(commands),
            manifest="".join([lines.manifest(each) for each in configurations]).encode(),
            csv="".join([lines.csv(each) for each in configurations]).encode(),
        )


def candidate(cursor: Cursor, rank: int) -> tuple[int, ...]:
    """The candidate of that rank.

    Raises:
        IndexError: past the end.
        KernelError: as `PythonSweep.rows(rank, rank + 1)`.
    """
    options = cursor.options(rank)
    if options is None:
        raise IndexError(f"no valid candidate of rank {rank}")
    cursor.options(rank + 1)
    return options


def _lengths(lines: list[bytes]) -> bytes:
    return struct.pack(f"<{len(lines)}I", *map(len, lines))
