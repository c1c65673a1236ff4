"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from geryon.app.runs import DEFAULT_OUT

Decorator = Callable[[Any], Any]
RETRY_STATUSES = ("failed", "terminated", "missing")


def run_options(function: Any) -> Any:
    """`--run`, and `--out` for `--run latest`."""
    return run_option(
        click.option(
            "--out",
            default=DEFAULT_OUT,
            show_default=True,
            help="Where `--run latest` looks for the newest run.",
        )(function)
    )


def run_option(function: Any) -> Any:
    """`--run` alone."""
    return click.option("--run", required=True, metavar="PATH", help="The run's root, or `latest`.")(function)


def by_pack_option(function: Any) -> Any:
    """`--by-pack`."""
    return click.option(
        "--by-pack",
        multiple=True,
        metavar="PACK",
        help="Group by the selected option of this pack; repeatable.",
    )(function)


def strict_option(function: Any) -> Any:
    """`--strict-jsonl`."""
    return click.option("--strict-jsonl", is_flag=True, help="Make any damaged record an error.")(function)


def experiment_options(function: Any) -> Any:
    """`--experiment` and `--run-set`."""
    return experiment_option(
        click.option("--run-set", metavar="NAME", help="The run set to use, where the experiment has any.")(function)
    )


def experiment_option(function: Any) -> Any:
    """`--experiment` alone."""
    return click.option("--experiment", required=True, metavar="FILE", help="The experiment's YAML file.")(function)


def dry_run_option(help_text: str) -> Decorator:
    """`--dry-run` with what it shows."""
    return click.option("--dry-run", is_flag=True, help=help_text)


def comma_list(option: str, values: Sequence[str]) -> tuple[str, ...]:
    """A repeatable option that also takes comma lists, flattened; empty parts are dropped.

    Raises:
        click.BadParameter: it was given, and nothing is left: no restriction is not what an empty variable meant.
    """
    parts = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    if values and not parts:
        raise click.BadParameter("it is empty", param_hint=option)
    return parts


def selection_options(function: Any) -> Any:
    """`--status` and `--config-id` of rerun and recover."""
    with_status = click.option(
        "--status",
        multiple=True,
        metavar="STATUS",
        help="failed, terminated or missing; repeatable or a comma list. [default: failed]",
    )(function)
    return click.option(
        "--config-id",
        multiple=True,
        metavar="ID",
        help="This configuration too; repeatable; a unique prefix will do.",
    )(with_status)


def statuses_of(status: Sequence[str], config_ids: Sequence[str]) -> tuple[str, ...]:
    """The final statuses to run again: those named; `failed` where neither a status nor an id is named.

    Raises:
        click.BadParameter: a word that is no such status, or none.
    """
    names = comma_list("--status", status)
    for name in names:
        if name not in RETRY_STATUSES:
            raise click.BadParameter(f"`{name}` is none of {', '.join(RETRY_STATUSES)}", param_hint="--status")
    return names or (() if config_ids else ("failed",))


def show_diagnostics_option(function: Any) -> Any:
    """`--show-diagnostics`."""
    return click.option("--show-diagnostics", is_flag=True, help="List all diagnostics in the answer.")(function)
