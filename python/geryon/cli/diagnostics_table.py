"""Diagnostics as a table."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console

from geryon.cli.tables import table
from geryon.schema.output_plan import DiagnosticRow


def print_diagnostics_table(console: Console, rows: Sequence[DiagnosticRow]) -> None:
    """Print a line a diagnostic, with its place."""
    if not rows:
        click.echo("no diagnostics")
        return
    cells = [(row.severity, row.code, _place(row), row.message) for row in rows]
    console.print(table(("severity", "code", "place", "message"), cells))


def _place(row: DiagnosticRow) -> str:
    return ":".join(str(part) for part in (row.file, row.line, row.column) if part is not None)
