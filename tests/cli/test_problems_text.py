"""How problems look to people and to machines."""

from __future__ import annotations

import pytest

from geryon.cli.problems import SHOWN, print_diagnostics, print_problems, problem_rows
from geryon.errors import Diagnostic, Place, Problem

PLACE = Place("a.yaml", 3, 5, "packs.model", "    naem: x")


def test_problem_with_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    """Code and message, file with line and column and path, the line with a caret, the hint."""
    print_problems([Problem("unknown-key", "unknown key `naem`", PLACE, "did you mean `name`?")])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "error[unknown-key]: unknown key `naem`",
        " --> a.yaml:3:5 (packs.model)",
        "  |",
        "3 |     naem: x",
        "  |     ^",
        "hint: did you mean `name`?",
    ]


def test_problem_without_a_place_is_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    """No empty arrows."""
    print_problems([Problem("usage", "no such option")])
    assert capsys.readouterr().err == "error[usage]: no such option\n"


def test_at_most_twenty_and_then_a_count(capsys: pytest.CaptureFixture[str]) -> None:
    """A thousand errors do not scroll the first one away."""
    print_problems([Problem("x", f"number {n}") for n in range(SHOWN + 7)])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == SHOWN + 1
    assert lines[-1] == f"... and 7 more errors ({SHOWN + 7} in all)"


def test_control_characters_of_values_are_shown_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    """An escape sequence in a user's file cannot reach the terminal."""
    place = Place("a\x1b[1m.yaml", 1, 1, "packs.\x1b[3m", "id: \x1b[31m")
    print_problems([Problem("x", "bad \x1b[2J", place, "not \x1b[2J")])
    assert "\x1b" not in capsys.readouterr().err


def test_caret_stands_below_the_column_after_a_tab(capsys: pytest.CaptureFixture[str]) -> None:
    """Tabs are widened in the line and before the caret alike."""
    print_problems([Problem("x", "m", Place("f", 1, 2, None, "\tbad"))])
    lines = capsys.readouterr().err.splitlines()
    assert lines[3].index("bad") == lines[4].index("^")


def test_long_line_is_shown_around_the_column(capsys: pytest.CaptureFixture[str]) -> None:
    """A minified file does not flood the terminal."""
    source = "x" * 5000 + "HERE" + "y" * 5000
    print_problems([Problem("x", "m", Place("f", 1, 5001, None, source))])
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) < 140
    assert lines[3].index("HERE") == lines[4].index("^")


def test_rows_have_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    """Absent places are null."""
    assert problem_rows([Problem("x", "m")]) == [
        {"code": "x", "message": "m", "file": None, "line": None, "column": None, "path": None, "hint": None}
    ]


def test_notes_only_with_infos_and_each_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings always, notes with -v."""
    items = [Diagnostic("a", "warned"), Diagnostic("a", "warned"), Diagnostic("b", "noted", severity="info")]
    print_diagnostics(items, infos=False)
    assert capsys.readouterr().err == "warning[a]: warned\n"
    print_diagnostics(items, infos=True)
    assert capsys.readouterr().err == "warning[a]: warned\ninfo[b]: noted\n"
