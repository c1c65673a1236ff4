"""`geryon show-config`."""

from __future__ import annotations

import json
import shlex

import click
from rich.console import Console

from geryon.app.runs import open_run
from geryon.app.show_config import show_planned, show_ranked
from geryon.cli.command import Output, geryon_command
from geryon.cli.tables import facts, table
from geryon.schema.output_plan import ShowConfigResult


@geryon_command()
@click.option("--run", metavar="PATH", help="The run's root, or `latest`.")
@click.option("--out", metavar="DIR", help="Where `--run latest` looks. [default: outputs]")
@click.option("--config-id", metavar="ID", help="The configuration; a unique prefix of 6 digits will do.")
@click.option("--experiment", metavar="FILE", help="Instead of a run: an experiment that need not be planned.")
@click.option("--run-set", metavar="NAME", help="The run set of --experiment.")
@click.option("--rank", type=click.INT, metavar="K", help="The K-th valid candidate of --experiment, from 0.")
@click.option("--explain", is_flag=True, help="Say which layer set each value.")
def show_config(
    run: str | None,
    out: str | None,
    config_id: str | None,
    experiment: str | None,
    run_set: str | None,
    rank: int | None,
    explain: bool,
) -> Output:
    """Show one configuration and its command.

    Either --run with --config-id, or --experiment with --rank.
    """
    if run is not None and config_id is not None and experiment is None and rank is None:
        result = show_planned(open_run(run, out), config_id, explain)
    elif experiment is not None and rank is not None and run is None and config_id is None:
        result = show_ranked(experiment, run_set, rank, explain)
    else:
        raise click.UsageError("give either --run and --config-id, or --experiment and --rank")
    return Output(result, lambda console: _print(console, result), quiet=shlex.join(result.command))


def _print(console: Console, result: ShowConfigResult) -> None:
    rows: list[tuple[str, object]] = [("id", result.config_id)]
    if result.rank is not None:
        rows.append(("rank", result.rank))
    if result.batch_index is not None:
        rows.append(("batch, line", f"{result.batch_index}, {result.line_index}"))
    rows.append(("name", result.wandb_name))
    rows += [(f"option of {pack}", option) for pack, option in result.selected_options.items()]
    rows += [(name, json.dumps(value, ensure_ascii=False)) for name, value in _leaves(result.choices)]
    rows += [(name, json.dumps(value, ensure_ascii=False)) for name, value in _leaves(result.params)]
    console.print(facts(rows))
    if result.layers is not None:
        layers = [
            (layer.path, layer.value, "defaults" if layer.pack is None else f"{layer.pack}: {layer.option}")
            for layer in result.layers
        ]
        console.print(table(("path", "value", "set by"), layers))
    click.echo(f"\n{shlex.join(result.command)}")


def _leaves(tree: dict[str, object], above: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for key, value in tree.items():
        name = f"{above}{key}"
        if isinstance(value, dict) and value and "$float" not in value:
            found += _leaves(value, f"{name}.")
        else:
            found.append((name, value))
    return found
