"""Problems and diagnostics as text for people and as rows of JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from geryon.errors import Diagnostic, Place, Problem

SHOWN = 20


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Every problem as the JSON envelope's `errors` has it; absent places are null."""
    return [
        {
            "code": problem.code,
            "message": problem.message,
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "path": problem.place.path,
            "hint": problem.hint,
        }
        for problem in problems
    ]


def print_problems(problems: Sequence[Problem]) -> None:
    """Print the first 20 problems on stderr, and how many there are beyond."""
    for problem in problems[:SHOWN]:
        say(_headline("error", "red", problem.code, problem.message))
        _print_place(problem.place)
        if problem.hint:
            say(f"{style('hint:', fg='cyan')} {_visible(problem.hint)}")
    if len(problems) > SHOWN:
        say(f"... and {len(problems) - SHOWN} more errors ({len(problems)} in all)")


def print_diagnostics(diagnostics: Iterable[Diagnostic], *, infos: bool) -> None:
    """Print warnings on stderr, and with `infos` what is only worth knowing; each text once."""
    seen: set[tuple[str, Place]] = set()
    for item in diagnostics:
        if (item.severity != "warning" and not infos) or (item.message, item.place) in seen:
            continue
        seen.add((item.message, item.place))
        colour = "yellow" if item.severity == "warning" else "blue"
        say(_headline(item.severity, colour, item.code, item.message))
        _print_place(item.place)


def say(text: str) -> None:
    """One line on stderr."""
    click.echo(text, err=True)


def style(text: str, **how: Any) -> str:
    """Text with a colour, where stderr is a terminal that wants one."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stderr.isatty():
        return text
    return click.style(text, **how)


def _headline(kind: str, colour: str, code: str, message: str) -> str:
    return f"{style(f'{kind}[{code}]', fg=colour, bold=True)}: {_visible(message)}"


def _visible(text: str) -> str:
    """Control characters of user values as escapes, so that they cannot steer a terminal."""
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode() for char in text
    )


def _print_place(place: Place) -> None:
    if place.file is None:
        return
    where = place.file
    if place.line is not None:
        where += f":{place.line}"
        if place.column is not None:
            where += f":{place.column}"
    say(_visible(f" --> {where}" + (f" ({place.path})" if place.path else "")))
    if place.source is None or place.line is None:
        return
    source, column = _window(place.source.rstrip("\r\n"), place.column or 1)
    number = str(place.line)
    gutter = " " * len(number)
    say(f"{gutter} |")
    say(f"{number} | {_visible(source.expandtabs(4))}")
    before = _visible(source[: column - 1].expandtabs(4))
    say(f"{gutter} | {' ' * len(before)}{style('^', fg='red', bold=True)}")


def _window(source: str, column: int) -> tuple[str, int]:
    """At most 120 characters of a line around the column, and the column inside them."""
    if len(source) <= 120:
        return source, column
    start = max(0, column - 60)
    return source[start : start + 120], column - start
