"""What bad input looks like on the command line, beside the table of malformed experiments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geryon.cli.main import run
from support.malformed import ROOT


def test_people_see_the_line_and_a_caret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The form of the founding style: headline, place, line, caret, hint."""
    (tmp_path / ROOT).write_text("command: {program: p}\npakcs: {}\n")
    monkeypatch.chdir(tmp_path)
    assert run(["validate-config", "--experiment", ROOT]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error[unknown-key]: unknown key `pakcs` in an experiment",
        " --> experiment.yaml:2:1 (pakcs)",
        "  |",
        "2 | pakcs: {}",
        "  | ^",
        "hint: did you mean `packs`?",
    ]


@pytest.mark.parametrize(
    ("run_id", "code"),
    [("a/b", "run-id-invalid"), (".hidden", "run-id-invalid"), ("", "run-id-invalid"), ("x" * 129, "run-id-invalid")],
)
def test_bad_run_ids_are_refused_before_anything_is_written(
    run_id: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slash, a leading dot, nothing, too long."""
    (tmp_path / ROOT).write_text("command: {program: p}\ndefaults: {params: {a: 1}}\n")
    monkeypatch.chdir(tmp_path)
    assert run(["plan", "--experiment", ROOT, "--run-id", run_id, "--format", "json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == code
    assert [path.name for path in tmp_path.iterdir()] == [ROOT]


def test_existing_run_is_never_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Planning under a name that exists is an error, and the run stays as it was."""
    (tmp_path / ROOT).write_text("command: {program: p}\ndefaults: {params: {a: 1}}\n")
    monkeypatch.chdir(tmp_path)
    plan = ["plan", "--experiment", ROOT, "--run-id", "one", "--format", "json"]
    assert run(plan) == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert run(plan) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == "run-exists"
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
