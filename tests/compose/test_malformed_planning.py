"""The same table through the command line: exit code 2, the same problems in JSON, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geryon.cli.main import run
from support.malformed import ROOT, Malformed
from support.malformed.table import ALL


@pytest.mark.parametrize("malformed", ALL, ids=lambda malformed: malformed.code)
def test_planning_it_writes_nothing(
    malformed: Malformed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan command tells what is wrong and leaves the directory as it was."""
    for path, content in malformed.contents().items():
        (tmp_path / path).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    chosen = [] if malformed.run_set is None else ["--run-set", malformed.run_set]
    arguments = ["plan", "--experiment", ROOT, "--out", "out", "--batch-size", "4", "--format", "json", *chosen]
    assert run(arguments) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is False
    first = document["errors"][0]
    assert first["code"] == malformed.code
    assert (first["file"], first["line"], first["column"]) == malformed.place
    assert first["path"] == malformed.path
    assert {path.name for path in tmp_path.iterdir()} == set(malformed.files)
