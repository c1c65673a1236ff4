"""`geryon rerun`."""

from __future__ import annotations

import click
from rich.console import Console

from geryon.app.rerun import rerun as run_rerun
from geryon.app.runs import open_run
from geryon.cli.command import Output, geryon_command
from geryon.cli.options import comma_list, dry_run_option, run_options, selection_options, statuses_of
from geryon.schema.output_results import RerunResult


@geryon_command()
@run_options
@selection_options
@dry_run_option("Show which configurations would be selected, and write nothing.")
def rerun(run: str, out: str, status: tuple[str, ...], config_id: tuple[str, ...], dry_run: bool) -> Output:
    """Write a retry file of configurations to run again.

    Without --status it takes those that failed; with --config-id alone, just those named.
    """
    ids = comma_list("--config-id", config_id)
    result = run_rerun(open_run(run, out), statuses_of(status, ids), ids, dry_run)
    return Output(result, lambda console: _print(console, result), quiet=result.retry_file)


def _print(_console: Console, result: RerunResult) -> None:
    if not result.config_ids:
        click.echo("nothing to run again")
        return
    for config_id in result.config_ids[:20]:
        click.echo(config_id)
    if len(result.config_ids) > 20:
        click.echo(f"... {len(result.config_ids)} in all")
    if result.retry_file is not None:
        click.echo(f"wrote {result.retry_file}")
