"""The Rust core, built from rust/src. `geryon.kernels.protocol` says what its classes are."""

from collections.abc import Sequence
from typing import final

__all__ = ["Chunk", "Counter", "KernelFault", "Renderer", "Sweep", "canonical_json", "config_id"]

class KernelFault(Exception):
    """An erring candidate stands in the way; the only argument is canonical JSON of the error."""

def canonical_json(value: object) -> bytes:
    """Canonical JSON of a plain value.

    Raises:
        ValueError: if it has none.
    """

def config_id(canonical: bytes) -> str:
    """The first 32 hex digits of SHA-256 over these bytes."""

@final
class Sweep:
    """The valid candidates of one program, by rank.

    Raises:
        ValueError: if the bytes are not a program of version 1.
    """

    def __new__(cls, program: bytes) -> Sweep: ...
    @property
    def candidates(self) -> int:
        """Size of the product."""

    def count(self) -> int:
        """Number of valid candidates.

        Raises:
            KernelFault: if there is an erring candidate.
        """

    def counter(self) -> Counter:
        """A count in steps."""

    def distinct(self) -> int:
        """Number of distinct ids among the valid candidates, by enumeration; keeps a set of all ids.

        Raises:
            KernelFault: as `count` does.
        """

    def rejects_alone(self) -> bytes:
        """Canonical JSON of how many candidates each rule rejects alone."""

    def kth(self, rank: int) -> bytes:
        """The row of that rank.

        Raises:
            IndexError: past the end.
            ValueError: if the rank is negative.
            KernelFault: as `rows(rank, rank + 1)`.
        """

    def rows(self, start: int, stop: int) -> bytes:
        """Rows of ranks start..stop: packed u32 little endian, one option index a pack.

        Raises:
            ValueError: unless 0 <= start <= stop.
            KernelFault: iff an erring candidate stands before the first valid one of rank >= stop, or
                before the end.
        """

    def render(self, run_id: str, batch_size: int, dedupe: bool, ranks: Sequence[int] | None = None) -> Renderer:
        """A renderer over all configurations, or over those of `ranks` (ascending).

        Raises:
            ValueError: if the batch size is below 1 or a rank is negative.
        """

@final
class Counter:
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
            KernelFault: at an erring candidate.
        """

@final
class Renderer:
    """A cursor over configurations, in rank order."""

    @property
    def duplicates(self) -> int:
        """Valid candidates dropped so far because their id had already occurred."""

    def next(self, count: int) -> Chunk | None:
        """Render the next `count` configurations, fewer at the end, None past it.

        Raises:
            ValueError: if `count` is below 1.
            IndexError: if a rank is past the end.
            KernelFault: as `Sweep.rows` does.
        """

@final
class Chunk:
    """The rendered artifacts of some consecutive configurations; see `geryon.kernels.protocol.Chunk`."""

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
