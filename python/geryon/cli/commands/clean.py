"""`geryon clean`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from geryon.app.clean import clean as run_clean
from geryon.app.clean import clean_stale
from geryon.app.runs import DEFAULT_OUT, latest_run
from geryon.cli.command import Output, geryon_command
from geryon.cli.options import dry_run_option
from geryon.schema.output_plan import CleanResult

What = Literal["plan", "exec", "all"]


@geryon_command()
@click.option("--run", metavar="PATH", help="The run's root, or `latest`.")
@click.option("--out", default=DEFAULT_OUT, show_default=True, metavar="DIR", help="For --stale and `--run latest`.")
@click.option("--plan", "what", flag_value="plan", help="Delete the plan.")
@click.option("--exec", "what", flag_value="exec", help="Delete records, logs and work directories.")
@click.option("--all", "what", flag_value="all", help="Delete the whole run.")
@click.option("--stale", "what", flag_value="stale", help="Delete what killed planners left below DIR/runs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option("Show what would be deleted.")
def clean(run: str | None, out: str, what: str | None, yes: bool, dry_run: bool) -> Output:
    """Delete a run's plan, its execution, all of it, or leftovers; nothing outside the run's root."""
    if what is None:
        raise click.UsageError("give one of --plan, --exec, --all and --stale")
    if what == "stale":
        result = clean_stale(Path(out) / "runs", dry_run=dry_run)
        return Output(result, lambda _console: _print(result))
    if run is None:
        raise click.UsageError("missing option '--run'")
    part: What = "plan" if what == "plan" else "exec" if what == "exec" else "all"
    root = latest_run(out) if run == "latest" else Path(run)
    result = run_clean(root, part, dry_run=True, despite_records=yes)
    if not dry_run and result.removed:
        if not (yes or _confirmed(result)):
            declined = result.model_copy(update={"removed": [], "bytes": 0, "dry_run": False})
            return Output(declined, lambda _console: click.echo("nothing deleted"))
        result = run_clean(root, part, despite_records=yes)
    return Output(result, lambda _console: _print(result))


def _confirmed(result: CleanResult) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("refusing to delete without --yes where nobody can be asked")
    names = ", ".join(result.removed)
    return click.confirm(f"delete {names} ({result.bytes} bytes)?", err=True)


def _print(result: CleanResult) -> None:
    if not result.removed:
        click.echo("nothing to delete")
    for path in result.removed:
        click.echo(f"{'would delete' if result.dry_run else 'deleted'} {path}")
