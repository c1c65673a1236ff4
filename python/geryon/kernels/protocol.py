"""What a planning kernel is: the same four things in Rust and in plain Python.

The program that a `Sweep` reads is defined in docs/program-format.md; so is every byte that it returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class CanonicalError(ValueError):
    """A value that canonical JSON cannot hold."""


class KernelError(Exception):
    """An erring candidate stands in the way.

    Attributes:
        data: Canonical JSON of the error (docs/program-format.md, "A kernel error").
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.data = data


class Chunk(Protocol):
    """The rendered artifacts of some consecutive configurations.

    Attributes:
        rows: Number of configurations.
        configs: Lines of configs.jsonl.
        config_lengths: Length of each of these lines in bytes, LF included: packed u32, little endian.
        ids: 16 bytes a configuration.
        commands: Lines of batch files.
        command_lengths: Their lengths, as above.
        manifest: Lines of manifest.jsonl.
        csv: Lines of manifest.csv.
    """

    @property
    def rows(self) -> int: ...
    @property
    def configs(self) -> bytes: ...
    @property
    def config_lengths(self) -> bytes: ...
    @property
    def ids(self) -> bytes: ...
    @property
    def commands(self) -> bytes: ...
    @property
    def command_lengths(self) -> bytes: ...
    @property
    def manifest(self) -> bytes: ...
    @property
    def csv(self) -> bytes: ...


class Renderer(Protocol):
    """A cursor over configurations, in rank order."""

    @property
    def duplicates(self) -> int:
        """Valid candidates dropped so far because their id had already occurred."""

    def next(self, count: int) -> Chunk | None:
        """Render the next `count` configurations, fewer at the end, None past it.

        Raises:
            KernelError: as `Sweep.rows` does.
        """


class Counter(Protocol):
    """A count that can be interrupted."""

    @property
    def valid(self) -> int:
        """Valid candidates found so far."""

    @property
    def position(self) -> int:
        """Candidates decided so far, of `Sweep.candidates`."""

    def advance(self, steps: int) -> bool:
        """Walk on for about `steps` visited options; True when all candidates are decided.

        Raises:
            KernelError: at an erring candidate.
        """


class Sweep(Protocol):
    """The valid candidates of one program, by rank."""

    @property
    def candidates(self) -> int:
        """Size of the product."""

    def count(self) -> int:
        """Number of valid candidates.

        Raises:
            KernelError: if there is an erring candidate.
        """

    def counter(self) -> Counter:
        """A count in steps."""

    def distinct(self) -> int:
        """Number of distinct ids among the valid candidates, by enumeration; keeps a set of all ids."""

    def rejects_alone(self) -> bytes:
        """Canonical JSON `{"exclude": [n], "include": n, "predicates": [n]}`: what each rejects alone.

        A number is null where it would cost over 10^6 steps; `include` is null also where there is no include rule.
        """

    def kth(self, rank: int) -> bytes:
        """The row of that rank.

        Raises:
            IndexError: past the end.
            KernelError: as `rows(rank, rank + 1)`.
        """

    def rows(self, start: int, stop: int) -> bytes:
        """Rows of ranks start..stop: packed u32 little endian, one option index a pack; fewer past the end.

        Law: `rows(a, c) == rows(a, b) + rows(b, c)`.

        Raises:
            KernelError: iff an erring candidate stands before the first valid one of rank >= stop, or
                before the end.
        """

    def render(self, run_id: str, batch_size: int, dedupe: bool, ranks: Sequence[int] | None = None) -> Renderer:
        """A renderer over all configurations, or over those of `ranks` (ascending).

        With `dedupe`, ids are remembered and a configuration whose id occurred before is dropped.
        """


class Kernel(Protocol):
    """One core: `rust` or `python`."""

    @property
    def name(self) -> str: ...

    def canonical_json(self, value: object) -> bytes:
        """Canonical JSON of a plain value.

        Raises:
            CanonicalError: if it has none; both cores give the same message.
        """

    def config_id(self, canonical: bytes) -> str:
        """The first 32 hex digits of SHA-256 over these bytes."""

    def sweep(self, program: bytes) -> Sweep:
        """Load a program.

        Raises:
            ValueError: if the bytes are not a program of version 1.
        """
