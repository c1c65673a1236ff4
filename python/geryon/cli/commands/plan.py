"""`geryon plan`."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console

from geryon.app.plan import plan as make_plan
from geryon.cli.command import Output, geryon_command
from geryon.cli.options import dry_run_option
from geryon.cli.plan_options import plan_options, take_request
from geryon.cli.progress import plan_progress
from geryon.cli.tables import table
from geryon.schema.output_plan import PlanResult


@geryon_command()
@plan_options
@dry_run_option("Show what would be planned, and write nothing.")
def plan(dry_run: bool, **options: Any) -> Output:
    """Write the plan of an experiment: every configuration with its id and its command.

    With -q it prints the run's path, so that a script can say RUN=$(geryon plan -q ...).
    """
    request = take_request(options, dry_run=dry_run)
    with plan_progress() as progress:
        answer = make_plan(request, progress)
    roots = "\n".join(run.run_root for run in answer.result.runs)
    return Output.of(answer, lambda console: print_plan(console, answer.result), roots)


def print_plan(console: Console, result: PlanResult) -> None:
    """Print a line a run, and where it is."""
    rows = [
        (run.run_id, run.candidates, run.valid, run.total_configs, run.total_batches, run.bytes) for run in result.runs
    ]
    console.print(table(("run", "candidates", "valid", "configurations", "batches", "bytes"), rows))
    if result.dry_run:
        click.echo("nothing was written")
        return
    for run in result.runs:
        click.echo(f"wrote {run.run_root}")
