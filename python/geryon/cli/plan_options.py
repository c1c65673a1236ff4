"""The options of planning, shared by plan and launch."""

from __future__ import annotations

from typing import Any

import click

from geryon.app.plan_request import MAX_CONFIGS, PlanRequest
from geryon.app.runs import DEFAULT_OUT
from geryon.cli.settings_options import GroupedOption

DEFAULT_BATCH_SIZE = 16
_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--experiment",), {"required": True, "metavar": "FILE", "help": "The experiment's YAML file."}),
    (
        ("--out",),
        {
            "default": DEFAULT_OUT,
            "show_default": True,
            "metavar": "DIR",
            "help": "Runs are written to DIR/runs/<run id>.",
        },
    ),
    (
        ("--batch-size",),
        {
            "type": click.INT,
            "default": DEFAULT_BATCH_SIZE,
            "show_default": True,
            "help": "Configurations a batch.",
        },
    ),
    (("--run-id",), {"metavar": "ID", "help": "The run's name. [default: made of the time]"}),
    (("--run-set",), {"metavar": "NAME", "help": "Plan this run set."}),
    (("--all-run-sets",), {"is_flag": True, "help": "Plan each run set into a run of its own."}),
    (("--limit",), {"type": click.INT, "metavar": "N", "help": "Plan only the first N configurations."}),
    (("--no-batch-files",), {"is_flag": True, "help": "Leave out plan/batches/, the files of shell commands."}),
    (
        ("--max-configs",),
        {
            "type": click.INT,
            "default": MAX_CONFIGS,
            "show_default": True,
            "metavar": "N",
            "help": "Refuse to plan more.",
        },
    ),
)


def plan_options(function: Any) -> Any:
    """Every option of planning; `take_request` makes a request of them."""
    for names, how in reversed(_OPTIONS):
        function = click.option(*names, cls=GroupedOption, group="Planning", **how)(function)
    return function


def take_request(options: dict[str, Any], *, dry_run: bool) -> PlanRequest:
    """Take the planning options out of a command's options."""
    return PlanRequest(
        experiment=options.pop("experiment"),
        out=options.pop("out"),
        batch_size=options.pop("batch_size"),
        run_id=options.pop("run_id"),
        run_set=options.pop("run_set"),
        all_run_sets=options.pop("all_run_sets"),
        dry_run=dry_run,
        limit=options.pop("limit"),
        batch_files=not options.pop("no_batch_files"),
        max_configs=options.pop("max_configs"),
    )
