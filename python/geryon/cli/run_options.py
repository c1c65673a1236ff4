"""The options of running, shared by run-local, launch and recover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from geryon.app.profiles import DEFAULT_PROFILES_FILE
from geryon.app.run_request import RunRequest
from geryon.cli.options import comma_list
from geryon.cli.settings_options import GroupedOption, settings_options, take_settings


def _grouped(group: str, *names: str, **how: Any) -> Any:
    return click.option(*names, cls=GroupedOption, group=group, **how)


def execution_options(function: Any) -> Any:
    """Profile and settings; `take_run_request` makes a request of them."""
    options = (
        _grouped("Profile", "--profile", metavar="NAME", help="The profile whose settings count."),
        _grouped(
            "Profile", "--profiles-file", metavar="FILE", help=f"Where it is. [default: ./{DEFAULT_PROFILES_FILE}]"
        ),
        settings_options,
        _grouped(
            "Output",
            "--show-settings",
            "show_settings_",
            is_flag=True,
            help="Show the settings and where each comes from; run nothing.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def restriction_options(function: Any) -> Any:
    """`--batch-index`, `--config-id` and `--retry-file`."""
    options = (
        _grouped("Selection", "--batch-index", multiple=True, metavar="N", help="Run this batch; repeatable."),
        _grouped(
            "Selection",
            "--config-id",
            multiple=True,
            metavar="ID",
            help="Run this configuration; repeatable; a unique prefix of 6 digits will do.",
        ),
        _grouped("Selection", "--retry-file", metavar="FILE", help="Run what this file of `geryon rerun` names."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def backend_option(function: Any) -> Any:
    """`--backend`."""
    return click.option(
        "--backend", type=click.Choice(["local"]), default="local", show_default=True, help="Where the commands run."
    )(function)


def take_run_request(options: dict[str, Any]) -> RunRequest:
    """Take the run options out of a command's options; restrictions only where the command has them."""
    return RunRequest(
        batch_index=_numbers(options.pop("batch_index", ())),
        config_id=comma_list("--config-id", options.pop("config_id", ())),
        retry_file=options.pop("retry_file", None),
        profile=options.pop("profile"),
        profiles_file=options.pop("profiles_file"),
        flags=take_settings(options),
    )


def _numbers(values: Sequence[str]) -> tuple[int, ...]:
    parts = comma_list("--batch-index", values)
    for part in parts:
        if not part.isdecimal():
            raise click.BadParameter(f"`{part}` is no batch number", param_hint="--batch-index")
    return tuple(map(int, parts))
