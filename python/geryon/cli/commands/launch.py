"""`geryon launch`."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console

from geryon.app.launch import launch as run_launch
from geryon.app.run_local import show_settings
from geryon.cli.command import Output, geryon_command
from geryon.cli.commands.plan import print_plan
from geryon.cli.options import dry_run_option
from geryon.cli.plan_options import plan_options, take_request
from geryon.cli.progress import plan_progress
from geryon.cli.run_options import backend_option, execution_options, take_run_request
from geryon.cli.run_output import print_run, print_settings
from geryon.cli.run_progress import run_progress
from geryon.cli.settings_options import GroupedCommand
from geryon.schema.output_run import LaunchResult


@geryon_command(cls=GroupedCommand)
@plan_options
@backend_option
@click.option("--skip-validate", is_flag=True, help="No separate validation: planning proves all the same.")
@execution_options
@dry_run_option("Show what would be planned, and write and start nothing.")
def launch(backend: str, skip_validate: bool, show_settings_: bool, dry_run: bool, **options: Any) -> Output:
    """Plan an experiment and run it.

    Exits with 3 where a configuration did not succeed. With -q it prints the run's path.
    """
    plan_request = take_request(options, dry_run=dry_run)
    request = take_run_request(options)
    if show_settings_:
        settings = show_settings(request)
        return Output.of(settings, lambda console: print_settings(console, settings.result))
    with plan_progress() as planning, run_progress(planning.stop) as observer:
        answer = run_launch(plan_request, request, planning, observer)
    roots = "\n".join(run.run_root for run in answer.result.plan.runs)
    return Output.of(answer, lambda console: _print(console, answer.result), roots, exit_code=answer.result.exit_code)


def _print(console: Console, result: LaunchResult) -> None:
    print_plan(console, result.plan)
    for run in result.runs:
        click.echo()
        print_run(console, run)
