"""The plain Python core: slower than the Rust one, and the readable definition of what both answer."""

from __future__ import annotations

from geryon.kernels.pure.canonical import canonical_json, config_id
from geryon.kernels.pure.sweep import PythonSweep

__all__ = ["PythonKernel"]


class PythonKernel:
    """See `geryon.kernels.protocol.Kernel`."""

    name = "python"

    def canonical_json(self, value: object) -> bytes:
        """Canonical JSON of a plain value.

        Raises:
            CanonicalError: if it has none.
        """
        return canonical_json(value)

    def config_id(self, canonical: bytes) -> str:
        """The first 32 hex digits of SHA-256 over these bytes."""
        return config_id(canonical)

    def sweep(self, program: bytes) -> PythonSweep:
        """Load a program.

        Raises:
            ValueError: if the bytes are not a program of version 1.
        """
        return PythonSweep(program)
