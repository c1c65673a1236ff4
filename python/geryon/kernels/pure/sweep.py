"""The valid candidates of one program, in plain Python: the definition that the Rust twin must equal."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from math import prod

from geryon.kernels.pure.canonical import canonical_json
from geryon.kernels.pure.counting import PythonCounter, Rejections
from geryon.kernels.pure.forest import Forest
from geryon.kernels.pure.predicates import Expressions
from geryon.kernels.pure.program import read_program
from geryon.kernels.pure.render import Lines, PythonRenderer, candidate
from geryon.kernels.pure.sections import Sections
from geryon.kernels.pure.text import ConfigurationText
from geryon.kernels.pure.walk import Checks, Cursor

_STEPS = 1 << 16


class PythonSweep:
    """See `geryon.kernels.protocol.Sweep`.

    Raises:
        ValueError: if the bytes are not a program of version 1.
    """

    def __init__(self, program: bytes) -> None:
        self._program = read_program(program)
        forest = Forest(self._program)
        sections = Sections(self._program, forest)
        self._expressions = Expressions(self._program, forest, sections)
        self._checks = Checks(self._program, self._expressions)
        self._text = ConfigurationText(self._program, sections)
        self._cursor = Cursor(self._checks)

    @property
    def candidates(self) -> int:
        """Size of the product."""
        return prod(self._program.sizes)

    def count(self) -> int:
        """Number of valid candidates.

        Raises:
            KernelError: if there is an erring candidate.
        """
        counter = self.counter()
        while not counter.advance(_STEPS):
            pass
        return counter.valid

    def counter(self) -> PythonCounter:
        """A count in steps."""
        return PythonCounter(self._checks)

    def distinct(self) -> int:
        """Number of distinct ids among the valid candidates, by enumeration.

        Raises:
            KernelError: if there is an erring candidate.
        """
        cursor, rank = Cursor(self._checks), 0
        ids: set[bytes] = set()
        while (options := cursor.options(rank)) is not None:
            ids.add(bytes.fromhex(self._text.write(options).id))
            rank += 1
        return len(ids)

    def rejects_alone(self) -> bytes:
        """Canonical JSON `{"exclude": [n], "include": n, "predicates": [n]}`."""
        rejections = Rejections(self._program, self._expressions)
        return canonical_json(
            {
                "exclude": [rejections.exclude(rule) for rule in self._program.exclude],
                "include": rejections.include(),
                "predicates": [rejections.predicate(number) for number in range(len(self._program.predicates))],
            }
        )

    def kth(self, rank: int) -> bytes:
        """The row of that rank.

        Raises:
            IndexError: past the end.
            KernelError: as `rows(rank, rank + 1)`.
        """
        _check_range(rank, rank)
        return self._pack(candidate(self._cursor, rank))

    def rows(self, start: int, stop: int) -> bytes:
        """Rows of ranks start..stop: packed u32 little endian, one option index a pack; fewer past the end.

        Raises:
            KernelError: iff an erring candidate stands before the first valid one of rank >= stop, or before the end.
        """
        _check_range(start, stop)
        rows = []
        rank = start
        while rank < stop and (options := self._cursor.options(rank)) is not None:
            rows.append(self._pack(options))
            rank += 1
        self._cursor.options(rank)
        return b"".join(rows)

    def render(self, run_id: str, batch_size: int, dedupe: bool, ranks: Sequence[int] | None = None) -> PythonRenderer:
        """A renderer over all configurations, or over those of `ranks` (ascending)."""
        if batch_size < 1:
            raise ValueError("expected at least 1")
        for rank in ranks or ():
            _check_range(rank, rank)
        lines = Lines(run_id, batch_size, self._program.has_choices)
        return PythonRenderer(self._checks, self._text, lines, dedupe, ranks)

    def _pack(self, options: tuple[int, ...]) -> bytes:
        return struct.pack(f"<{len(options)}I", *options)


def _check_range(start: int, stop: int) -> None:
    if not 0 <= start <= stop:
        raise ValueError("expected 0 <= start <= stop")
