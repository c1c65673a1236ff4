"""The generated parts of the documentation are those that the code makes today."""

from __future__ import annotations

import os
import subprocess
import sys

from support.doc_pages import ROOT


def test_command_reference_is_current() -> None:
    """docs/interface.md shows every command and option as they are."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "cli_page.py"), "--check"],
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
