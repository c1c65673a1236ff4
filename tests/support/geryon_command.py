"""The installed command line as a process, as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

GERYON = (sys.executable, "-c", "from geryon.cli import main; main()")


def geryon(
    *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command; `python` on PATH is this interpreter, so that planned commands find their libraries."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    return subprocess.run(
        [*GERYON, *arguments],
        cwd=cwd,
        env={**os.environ, "PATH": path, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def geryon_json(*arguments: str, cwd: Path | None = None) -> dict[str, Any]:
    """The JSON document of a command that succeeds."""
    done = geryon(*arguments, "--format", "json", cwd=cwd)
    assert done.returncode == 0, done.stderr + done.stdout
    document: dict[str, Any] = json.loads(done.stdout)
    return document
