"""`geryon validate-config`."""

from __future__ import annotations

import click
from rich.console import Console

from geryon.app.validate import validate
from geryon.cli.command import Output, geryon_command
from geryon.cli.diagnostics_table import print_diagnostics_table
from geryon.cli.options import experiment_options, show_diagnostics_option
from geryon.cli.tables import table
from geryon.schema.output_plan import ValidateResult


@geryon_command()
@experiment_options
@show_diagnostics_option
def validate_config(experiment: str, run_set: str | None, show_diagnostics: bool) -> Output:
    """Check an experiment as thoroughly as planning would, and write nothing."""
    answer = validate(experiment, run_set, show_diagnostics)
    return Output.of(answer, lambda console: _print(console, answer.result))


def _print(console: Console, result: ValidateResult) -> None:
    console.print(table(("pack", "options"), [(pack.name, pack.options) for pack in result.packs]))
    click.echo(f"valid: {result.valid} of {result.candidates} candidates")
    if result.diagnostics is not None:
        print_diagnostics_table(console, result.diagnostics)
