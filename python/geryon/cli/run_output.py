"""What the run commands print."""

from __future__ import annotations

import json
import shlex

import click
from rich.console import Console

from geryon.cli.tables import facts, table
from geryon.schema.output_run import RunPreview, RunResult, SettingsResult

SHOWN = 20


def print_run(console: Console, result: RunResult) -> None:
    """Print how the selected configurations stand, and what to do next."""
    numbers = result.configurations
    attempts = result.attempts.by_status
    console.print(
        facts(
            [
                ("run", result.run_id),
                ("complete", numbers.complete),
                ("failed", numbers.failed),
                ("missing", numbers.missing),
                ("attempts now", attempts.success + attempts.failed + attempts.terminated),
            ]
        )
    )
    if result.stopped_by is not None:
        click.echo(f"stopped by {result.stopped_by}")
    root = shlex.quote(result.run_root)
    if numbers.failed:
        click.echo(f"next: geryon report --run {root}")
    elif numbers.missing:
        click.echo(f"next: geryon run-local --run {root}")


def print_preview(console: Console, preview: RunPreview) -> None:
    """Print what would run."""
    console.print(
        facts(
            [
                ("run", preview.run_id),
                ("selected", preview.selected),
                ("already complete", preview.complete),
                ("would run", len(preview.would_run)),
                ("at the same time", preview.concurrency),
            ]
        )
    )
    for config in preview.would_run[:SHOWN]:
        click.echo(f"{config.config_id[:8]}  {shlex.join(config.command)}")
    if len(preview.would_run) > SHOWN:
        click.echo(f"... {len(preview.would_run)} in all")


def print_settings(console: Console, result: SettingsResult) -> None:
    """Print each setting with its value and where it comes from."""
    rows = [(row.name, json.dumps(row.value, ensure_ascii=False), row.origin) for row in result.settings]
    console.print(table(("setting", "value", "from"), rows))
