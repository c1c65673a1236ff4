"""`geryon report`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from geryon.app.files import write_output
from geryon.app.report import report as run_report
from geryon.app.runs import open_run
from geryon.cli.command import Output, envelope, geryon_command
from geryon.cli.options import by_pack_option, comma_list, run_option, strict_option
from geryon.cli.report_tables import print_report
from geryon.results.markdown import markdown
from geryon.schema.output_results import ReportResult


@geryon_command(formats=("table", "markdown", "json"))
@run_option
@by_pack_option
@strict_option
@click.option("--out", "target", metavar="FILE", help="Write the report to this file instead of stdout.")
def report(form: str, run: str, by_pack: tuple[str, ...], strict_jsonl: bool, target: str | None) -> Output:
    """Report on a run: causes of failure, timings, slowest configurations, hosts."""
    answer = run_report(open_run(run), comma_list("--by-pack", by_pack), strict_jsonl)
    written = target if target is not None and not answer.problems else None
    if written is not None:
        write_output(Path(written), _document(answer.result, form).encode())
    return Output.of(
        answer, lambda console: _print(console, answer.result, form, target if not answer.problems else None), target
    )


def _document(result: ReportResult, form: str) -> str:
    if form == "json":
        return json.dumps(envelope("report", result, ()), ensure_ascii=False, indent=2) + "\n"
    if form == "markdown":
        return markdown(result)
    console = Console(width=100, highlight=False, no_color=True, color_system=None)
    with console.capture() as captured:
        print_report(console, result)
    return captured.get()


def _print(console: Console, result: ReportResult, form: str, target: str | None) -> None:
    if target is not None:
        click.echo(target)
    elif form == "markdown":
        click.echo(markdown(result), nl=False)
    else:
        print_report(console, result)
