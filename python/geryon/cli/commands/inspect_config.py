"""`geryon inspect-config`."""

from __future__ import annotations

import click
from rich.console import Console

from geryon.app.inspect import inspect
from geryon.cli.command import Output, geryon_command
from geryon.cli.diagnostics_table import print_diagnostics_table
from geryon.cli.options import experiment_options, show_diagnostics_option
from geryon.schema.output_plan import InspectResult


@geryon_command(formats=("yaml", "json"))
@experiment_options
@show_diagnostics_option
@click.option("--out", "target", metavar="FILE", help="Write the composed document to this file instead of stdout.")
def inspect_config(experiment: str, run_set: str | None, show_diagnostics: bool, target: str | None) -> Output:
    """Print the experiment after imports, definitions and selection."""
    answer = inspect(experiment, run_set, show_diagnostics, target)
    return Output.of(answer, lambda console: _print(console, answer.result, target), target)


def _print(console: Console, result: InspectResult, target: str | None) -> None:
    if target is not None:
        click.echo(target)
    else:
        from geryon.artifacts.yaml_text import yaml_text

        click.echo(yaml_text(result.experiment), nl=False)
    if result.diagnostics is not None:
        print_diagnostics_table(console, result.diagnostics)
