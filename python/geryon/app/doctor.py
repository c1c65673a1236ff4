"""`geryon doctor`: what is here, and what to do about what is missing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
from typing import Literal

from pydantic import BaseModel

from geryon import __version__
from geryon.kernels import core_choice

State = Literal["ok", "missing", "limited"]


class Check(BaseModel):
    """One thing that was looked at; `advice` says what to do where it is not ok."""

    name: str
    state: State
    detail: str
    advice: str | None = None


class DoctorResult(BaseModel):
    """`geryon doctor`."""

    version: str
    checks: list[Check]


def doctor() -> DoctorResult:
    """Look at the core, the CPUs and the programs that geryon can use; nothing is changed or started."""
    return DoctorResult(
        version=__version__,
        checks=[_core(), _python(), _cores(), _hydra(), _bash(), *_programs()],
    )


def _core() -> Check:
    name, reason = core_choice()
    if name == "rust":
        return Check(name="core", state="ok", detail=f"rust, {reason}")
    return Check(
        name="core",
        state="limited",
        detail=f"python, {reason}",
        advice="planning is slower: reinstall geryon with cargo on PATH and without GERYON_BUILD=pure",
    )


def _python() -> Check:
    return Check(name="python", state="ok", detail=f"{platform.python_implementation()} {platform.python_version()}")


def _cores() -> Check:
    if hasattr(os, "sched_getaffinity"):
        usable = sorted(os.sched_getaffinity(0))
        return Check(name="cores", state="ok", detail=f"{len(usable)} usable of {os.cpu_count()}")
    return Check(
        name="cores",
        state="limited",
        detail=f"{os.cpu_count()}, without pinning",
        advice="this system cannot pin commands to CPUs; core groups set thread limits only",
    )


def _hydra() -> Check:
    try:
        version = importlib.metadata.version("hydra-core")
    except importlib.metadata.PackageNotFoundError:
        return Check(
            name="hydra-core",
            state="missing",
            detail="not installed beside geryon",
            advice="nothing to do if the application has an environment of its own",
        )
    return Check(name="hydra-core", state="ok", detail=version)


def _bash() -> Check:
    path = shutil.which("bash")
    if path is None:
        return Check(
            name="bash",
            state="missing",
            detail="not on PATH",
            advice="env_script and env_setup_cmds need bash",
        )
    return Check(name="bash", state="ok", detail=path)


def _programs() -> list[Check]:
    """What other executors and Slurm need: reported, not required by local runs."""
    pylauncher = importlib.util.find_spec("pylauncher")
    return [
        _other("tmux", shutil.which("tmux"), "`tmux` is not on PATH"),
        _other("pylauncher", None if pylauncher is None else pylauncher.origin, "not installed beside geryon"),
        _other("Slurm", shutil.which("sbatch"), "`sbatch` is not on PATH"),
    ]


def _other(name: str, path: str | None, without: str) -> Check:
    if path is not None:
        return Check(name=name, state="ok", detail=path)
    advice = "nothing to do: local runs with the process executor do without it"
    return Check(name=name, state="missing", detail=without, advice=advice)
