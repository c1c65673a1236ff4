"""Tables that status, report and collect share."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from geryon.cli.tables import table
from geryon.results.markdown import STATUS_COLUMNS, counts
from geryon.schema.output_results import DamageRow, Group, StatusCounts, Totals


def status_table(totals: Totals, by_status: StatusCounts) -> Table:
    """One line of numbers."""
    return table(
        ("configurations", *STATUS_COLUMNS, "attempts"),
        [(totals.configurations, *counts(by_status), totals.attempts)],
    )


def group_table(groups: Sequence[Group]) -> Table:
    """A line a group."""
    names = list(groups[0].options) if groups else []
    return table((*names, *STATUS_COLUMNS), [(*group.options.values(), *counts(group.by_status)) for group in groups])


def damage_table(rows: Sequence[DamageRow]) -> Table:
    """Damaged lines and files."""
    return table(("damaged file", "line", "byte", "kind"), [(row.file, row.line, row.offset, row.kind) for row in rows])
