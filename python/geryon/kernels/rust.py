"""The Rust core behind the kernel's interface: it only turns the extension's exceptions into ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from geryon import _native
from geryon.kernels.protocol import CanonicalError, Chunk, KernelError


@contextmanager
def _kernel_errors() -> Iterator[None]:
    try:
        yield
    except _native.KernelFault as fault:
        raise KernelError(fault.args[0]) from None


class RustKernel:
    """See `geryon.kernels.protocol.Kernel`."""

    name = "rust"

    def canonical_json(self, value: object) -> bytes:
        """Canonical JSON of a plain value.

        Raises:
            CanonicalError: if it has none.
        """
        try:
            return _native.canonical_json(value)
        except ValueError as error:
            raise CanonicalError(str(error)) from None

    def config_id(self, canonical: bytes) -> str:
        """The first 32 hex digits of SHA-256 over these bytes."""
        return _native.config_id(canonical)

    def sweep(self, program: bytes) -> RustSweep:
        """Load a program.

        Raises:
            ValueError: if the bytes are not a program of version 1.
        """
        return RustSweep(program)


class RustSweep:
    """See `geryon.kernels.protocol.Sweep`."""

    def __init__(self, program: bytes) -> None:
        self._sweep = _native.Sweep(program)

    @property
    def candidates(self) -> int:
        """Size of the product."""
        return self._sweep.candidates

    def count(self) -> int:
        """Number of valid candidates."""
        with _kernel_errors():
            return self._sweep.count()

    def counter(self) -> RustCounter:
        """A count in steps."""
        return RustCounter(self._sweep.counter())

    def distinct(self) -> int:
        """Number of distinct ids among the valid candidates, by enumeration."""
        with _kernel_errors():
            return self._sweep.distinct()

    def rejects_alone(self) -> bytes:
        """Canonical JSON `{"exclude": [n], "include": n, "predicates": [n]}`."""
        return self._sweep.rejects_alone()

    def kth(self, rank: int) -> bytes:
        """The row of that rank."""
        with _kernel_errors():
            return self._sweep.kth(rank)

    def rows(self, start: int, stop: int) -> bytes:
        """Rows of ranks start..stop."""
        with _kernel_errors():
            return self._sweep.rows(start, stop)

    def render(self, run_id: str, batch_size: int, dedupe: bool, ranks: Sequence[int] | None = None) -> RustRenderer:
        """A renderer over all configurations, or over those of `ranks` (ascending)."""
        return RustRenderer(self._sweep.render(run_id, batch_size, dedupe, ranks))


class RustCounter:
    """See `geryon.kernels.protocol.Counter`."""

    def __init__(self, counter: _native.Counter) -> None:
        self._counter = counter

    @property
    def valid(self) -> int:
        """Valid candidates found so far."""
        return self._counter.valid

    @property
    def position(self) -> int:
        """Candidates decided so far."""
        return self._counter.position

    def advance(self, steps: int) -> bool:
        """Walk on for about `steps` visited options; True when all candidates are decided."""
        with _kernel_errors():
            return self._counter.advance(steps)


class RustRenderer:
    """See `geryon.kernels.protocol.Renderer`."""

    def __init__(self, renderer: _native.Renderer) -> None:
        self._renderer = renderer

    @property
    def duplicates(self) -> int:
        """Valid candidates dropped so far because their id had already occurred."""
        return self._renderer.duplicates

    def next(self, count: int) -> Chunk | None:
        """Render the next `count` configurations, fewer at the end, None past it."""
        with _kernel_errors():
            return self._renderer.next(count)
