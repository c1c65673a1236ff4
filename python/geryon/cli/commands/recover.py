"""`geryon recover`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
from rich.console import Console

from geryon.app.recover import recover as run_recover
from geryon.app.rerun import rerun
from geryon.app.run_local import preview_local, show_settings
from geryon.app.runs import open_run
from geryon.cli.command import Output, geryon_command
from geryon.cli.options import comma_list, dry_run_option, run_options, selection_options, statuses_of
from geryon.cli.run_options import backend_option, execution_options, take_run_request
from geryon.cli.run_output import print_preview, print_run, print_settings
from geryon.cli.run_progress import run_progress
from geryon.cli.settings_options import GroupedCommand
from geryon.schema.output_run import RunResult


@geryon_command(cls=GroupedCommand)
@run_options
@selection_options
@backend_option
@execution_options
@dry_run_option("Show what would run again, and write and start nothing.")
def recover(
    run: str,
    out: str,
    status: tuple[str, ...],
    config_id: tuple[str, ...],
    backend: str,
    show_settings_: bool,
    dry_run: bool,
    **options: Any,
) -> Output:
    """Run again what failed, in one step: a retry file, and the run of what it names.

    Without --status it takes those that failed; with --config-id alone, just those named.
    """
    request = take_run_request(options)
    if show_settings_:
        settings = show_settings(request)
        return Output.of(settings, lambda console: print_settings(console, settings.result))
    plan = open_run(run, out)
    ids = comma_list("--config-id", config_id)
    statuses = statuses_of(status, ids)
    if dry_run:
        selected = rerun(plan, statuses, ids, dry_run=True)
        if not selected.config_ids:
            return Output(selected, lambda _console: click.echo("nothing to run again"))
        preview = preview_local(plan, replace(request, config_id=selected.config_ids))
        return Output.of(preview, lambda console: print_preview(console, preview.result))
    with run_progress() as observer:
        answer = run_recover(plan, statuses, ids, request, observer)
    return Output.of(answer, lambda console: _print(console, answer.result), exit_code=answer.result.exit_code)


def _print(console: Console, result: RunResult) -> None:
    if result.retry_file is None:
        click.echo("nothing to run again")
        return
    click.echo(f"wrote {result.retry_file}")
    print_run(console, result)
