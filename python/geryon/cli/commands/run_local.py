"""`geryon run-local`."""

from __future__ import annotations

from typing import Any

from geryon.app.run_local import preview_local, show_settings
from geryon.app.run_local import run_local as run_plan
from geryon.app.runs import open_run
from geryon.cli.command import Output, geryon_command
from geryon.cli.options import dry_run_option, run_options
from geryon.cli.run_options import execution_options, restriction_options, take_run_request
from geryon.cli.run_output import print_preview, print_run, print_settings
from geryon.cli.run_progress import run_progress
from geryon.cli.settings_options import GroupedCommand


@geryon_command(cls=GroupedCommand)
@run_options
@restriction_options
@execution_options
@dry_run_option("Show what would run, and start nothing.")
def run_local(run: str, out: str, show_settings_: bool, dry_run: bool, **options: Any) -> Output:
    """Run a plan on this machine.

    Configurations that already succeeded are skipped. Exits with 3 where a selected configuration did not succeed.
    """
    request = take_run_request(options)
    if show_settings_:
        settings = show_settings(request)
        return Output.of(settings, lambda console: print_settings(console, settings.result))
    plan = open_run(run, out)
    if dry_run:
        preview = preview_local(plan, request)
        return Output.of(preview, lambda console: print_preview(console, preview.result))
    with run_progress() as observer:
        answer = run_plan(plan, request, observer)
    return Output.of(answer, lambda console: print_run(console, answer.result), exit_code=answer.result.exit_code)
