"""A report as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geryon.schema.output_results import ReportResult, StatusCounts

STATUS_COLUMNS = ("complete", "failed", "terminated", "missing")


def markdown(report: ReportResult) -> str:
    """The whole report; tables in GitHub's dialect."""
    parts = [f"# Run {report.run_id}", ""]
    if report.run_set:
        parts += [f"Run set: {report.run_set}", ""]
    totals = report.totals
    parts += _table(
        ("configurations", *STATUS_COLUMNS, "attempts", "retries"),
        [(totals.configurations, *counts(report.by_status), totals.attempts, totals.retries)],
    )
    if report.groups is not None:
        names = list(report.groups[0].options) if report.groups else []
        parts += [
            "## Groups",
            "",
            *_table(
                (*names, *STATUS_COLUMNS),
                [(*group.options.values(), *counts(group.by_status)) for group in report.groups],
            ),
        ]
    seconds = report.durations
    parts += [
        "## Durations of complete configurations, in seconds",
        "",
        *_table(
            ("configurations", "total", "median", "p90", "longest"),
            [(seconds.count, seconds.total, seconds.median, seconds.p90, seconds.longest)],
        ),
    ]
    if report.causes:
        parts += [
            "## Causes of failure",
            "",
            *_table(
                ("configurations", "status", "reason", "exit code", "signal", "last error", "ids"),
                [
                    (
                        cause.count,
                        cause.status,
                        cause.reason,
                        cause.exit_code,
                        cause.signal,
                        cause.last_error,
                        " ".join(config_id[:8] for config_id in cause.config_ids),
                    )
                    for cause in report.causes
                ],
            ),
        ]
    if report.slowest:
        parts += [
            "## Slowest configurations",
            "",
            *_table(
                ("configuration", "attempt", "status", "seconds", "run it again"),
                [
                    (slow.config_id, slow.attempt_index, slow.status, slow.duration_sec, f"`{slow.command}`")
                    for slow in report.slowest
                ],
            ),
        ]
    parts += [
        "## Hosts",
        "",
        *_table(
            ("host", "configurations", "seconds"),
            [(host.hostname, host.configurations, host.duration_sec) for host in report.hosts],
        ),
    ]
    damaged = [*report.corrupt, *report.torn]
    if damaged:
        parts += [
            "## Damaged records",
            "",
            *_table(
                ("file", "line", "byte", "kind"),
                [(row.file, row.line, row.offset, row.kind) for row in damaged],
            ),
        ]
    return "\n".join(parts).rstrip("\n") + "\n"


def counts(by_status: StatusCounts) -> tuple[int, int, int, int]:
    """The numbers in the order of `STATUS_COLUMNS`."""
    return (by_status.complete, by_status.failed, by_status.terminated, by_status.missing)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = [_line(columns), "|" + " --- |" * len(columns)]
    lines += [_line([_cell(value) for value in row]) for row in rows]
    return [*lines, ""]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(value: object) -> str:
    if value is None:
        return "-"
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
