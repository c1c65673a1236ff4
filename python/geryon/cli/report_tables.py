"""The report as tables on a terminal."""

from __future__ import annotations

from rich.console import Console

from geryon.cli.status_tables import damage_table, group_table, status_table
from geryon.cli.tables import table
from geryon.schema.output_results import ReportResult


def print_report(console: Console, report: ReportResult) -> None:
    """Print every part of a report that has something to say."""
    console.print(f"run {report.run_id}" + (f", run set {report.run_set}" if report.run_set else ""), markup=False)
    console.print(status_table(report.totals, report.by_status))
    if report.groups is not None:
        _section(console, "groups", group_table(report.groups))
    seconds = report.durations
    if seconds.count:
        rows = [(seconds.count, seconds.total, seconds.median, seconds.p90, seconds.longest)]
        _section(
            console,
            "seconds of complete configurations",
            table(("n", "total", "median", "p90", "longest"), rows),
        )
    if report.causes:
        causes = [
            (cause.count, cause.status, cause.reason, cause.exit_code, cause.signal, cause.last_error)
            for cause in report.causes
        ]
        columns = ("n", "status", "reason", "exit code", "signal", "last error")
        _section(console, "causes of failure", table(columns, causes))
    if report.slowest:
        slowest = [(slow.config_id, slow.status, slow.duration_sec) for slow in report.slowest]
        _section(console, "slowest", table(("configuration", "status", "seconds"), slowest))
    if report.hosts:
        hosts = [(host.hostname, host.configurations, host.duration_sec) for host in report.hosts]
        _section(console, "hosts", table(("host", "configurations", "seconds"), hosts))
    damaged = [*report.corrupt, *report.torn]
    if damaged:
        _section(console, "damaged records", damage_table(damaged))


def _section(console: Console, title: str, content: object) -> None:
    console.print(f"\n{title}", markup=False)
    console.print(content)
