"""`geryon status`."""

from __future__ import annotations

import click
from rich.console import Console

from geryon.app.runs import open_run
from geryon.app.status import status as run_status
from geryon.cli.command import Output, geryon_command
from geryon.cli.options import by_pack_option, comma_list, run_options, strict_option
from geryon.cli.status_tables import damage_table, group_table, status_table
from geryon.schema.output_results import StatusResult


@geryon_command()
@run_options
@by_pack_option
@strict_option
def status(run: str, out: str, by_pack: tuple[str, ...], strict_jsonl: bool) -> Output:
    """Say what succeeded, failed and is missing.

    Exits with 0 whatever the state of the configurations is; 1 for damaged records under --strict-jsonl.
    """
    answer = run_status(open_run(run, out), comma_list("--by-pack", by_pack), strict_jsonl)
    return Output.of(answer, lambda console: _print(console, answer.result), str(answer.result.by_status.complete))


def _print(console: Console, result: StatusResult) -> None:
    click.echo(f"run {result.run_id}")
    console.print(status_table(result.totals, result.by_status))
    if result.running:
        click.echo(f"{result.running} running")
    if result.groups is not None:
        console.print(group_table(result.groups))
    if result.corrupt or result.torn:
        console.print(damage_table([*result.corrupt, *result.torn]))
