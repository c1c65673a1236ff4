"""`geryon collect`."""

from __future__ import annotations

import click
from rich.console import Console

from geryon.app.collect import collect as run_collect
from geryon.app.runs import open_run
from geryon.cli.command import Output, geryon_command
from geryon.cli.options import dry_run_option, run_options, strict_option
from geryon.cli.status_tables import damage_table
from geryon.cli.tables import facts
from geryon.schema.output_results import CollectResult


@geryon_command()
@run_options
@strict_option
@dry_run_option("Show the summary without writing it.")
def collect(run: str, out: str, strict_jsonl: bool, dry_run: bool) -> Output:
    """Aggregate all attempt records into exec/results/summary.json."""
    answer = run_collect(open_run(run, out), strict_jsonl, dry_run)
    return Output.of(answer, lambda console: _print(console, answer.result), answer.result.summary_path)


def _print(console: Console, result: CollectResult) -> None:
    final = result.configurations.final_by_status
    attempts = result.attempts
    console.print(
        facts(
            [
                ("run", result.run_id),
                ("complete", final.complete),
                ("failed", final.failed),
                ("terminated", final.terminated),
                ("missing", final.missing),
                ("attempts", attempts.total),
            ]
        )
    )
    if result.corrupt or result.torn:
        console.print(damage_table([*result.corrupt, *result.torn]))
    if result.summary_path is not None:
        click.echo(f"wrote {result.summary_path}")
