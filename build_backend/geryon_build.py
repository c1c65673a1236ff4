"""Geryon's build backend: maturin where cargo is on PATH, a pure-Python wheel where it is not.

`GERYON_BUILD` chooses: `auto` (the default) compiles the extension if cargo is on PATH, `rust` insists on it, and
`pure` leaves it out. Once the extension is being built, a compile error is an error: nothing falls back silently.
The source distribution is the same in every case. Hooks: PEP 517 (wheel, sdist) and PEP 660 (editable).
"""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

MATURIN = "maturin>=1.9.4,<2"
HATCHLING = "hatchling>=1.26,<2"
_OPTIONAL_HOOKS = ("prepare_metadata_for_build_wheel", "prepare_metadata_for_build_editable")

Settings = dict[str, Any] | None


def builds_extension() -> bool:
    """Whether this build compiles the Rust core.

    Raises:
        SystemExit: GERYON_BUILD is no known word.
    """
    wanted = os.environ.get("GERYON_BUILD") or "auto"
    if wanted not in ("auto", "rust", "pure"):
        raise SystemExit(f"error: GERYON_BUILD is `{wanted}`; expected `auto`, `rust` or `pure`")
    return wanted == "rust" or (wanted == "auto" and shutil.which("cargo") is not None)


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    return [MATURIN if builds_extension() else HATCHLING]


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    return get_requires_for_build_wheel(config_settings)


def get_requires_for_build_sdist(config_settings: Settings = None) -> list[str]:
    return [HATCHLING]


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> str:
    return str(_delegate().build_wheel(wheel_directory, config_settings, metadata_directory))


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    if not builds_extension():
        _remove_built_extension()
    return str(_delegate().build_editable(wheel_directory, config_settings, metadata_directory))


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    return str(import_module("hatchling.build").build_sdist(sdist_directory, config_settings))


def __getattr__(name: str) -> Any:
    """Hooks that a backend may lack are there exactly when the chosen one has them."""
    if name in _OPTIONAL_HOOKS:
        return getattr(_delegate(), name)
    raise AttributeError(name)


def _delegate() -> Any:
    return import_module("maturin" if builds_extension() else "hatchling.build")


def _remove_built_extension() -> None:
    """An editable install runs from the source tree, where an older build would still be found."""
    for built in Path("python/geryon").glob("_native.*.so"):
        print(f"removing {built}: this editable install is pure Python")
        built.unlink()
