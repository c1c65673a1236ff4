"""Diagnostics as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from geryon.cli.tables import table
from geryon.schema.output_plan import DiagnosticRow


def diagnostics_table(rows: Sequence[DiagnosticRow]) -> Table:
    """A line a diagnostic, with its place."""
    return table(
        ("severity", "code", "place", "message"),
        [(row.severity, row.code, _place(row), row.message) for row in rows],
    )


def _place(row: DiagnosticRow) -> str:
    return ":".join(str(part) for part in (row.file, row.line, row.column) if part is not None)
