"""Which core runs: `GERYON_CORE=rust|python|auto`; `auto` is Rust where the extension is built."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec

from geryon.errors import InvalidInput, Problem
from geryon.kernels.protocol import Kernel


@cache
def kernel() -> Kernel:
    """The core in use.

    Raises:
        InvalidInput: GERYON_CORE is no core, or asks for an extension that is not built.
    """
    return _load(core_choice()[0])


@cache
def core_choice() -> tuple[str, str]:
    """Name of the core in use and the reason, for `--version` and run.json."""
    wanted = os.environ.get("GERYON_CORE") or "auto"
    built = find_spec("geryon._native") is not None
    if wanted == "auto":
        if built:
            return "rust", "the extension is built"
        return "python", "the extension is not built"
    if wanted == "rust" and not built:
        raise InvalidInput(
            Problem(
                "core-missing",
                "GERYON_CORE is `rust`, but the extension is not built",
                hint="install with cargo on PATH, or unset GERYON_CORE",
            )
        )
    if wanted not in ("rust", "python"):
        raise InvalidInput(
            Problem(
                "core-unknown",
                f"GERYON_CORE is `{wanted}`; expected `rust`, `python` or `auto`",
                hint="unset GERYON_CORE",
            )
        )
    return wanted, "GERYON_CORE asks for it"


def _load(name: str) -> Kernel:
    if name == "rust":
        from geryon.kernels.rust import RustKernel

        return RustKernel()
    from geryon.kernels.pure import PythonKernel

    return PythonKernel()
