"""`geryon count`."""

from __future__ import annotations

import click
from rich.console import Console

from geryon.app.count import count as run_count
from geryon.cli.command import Output, geryon_command
from geryon.cli.options import experiment_options
from geryon.cli.tables import facts, table
from geryon.schema.output_plan import CountResult


@geryon_command()
@experiment_options
@click.option("--timeout", type=click.FloatRange(min=0), metavar="SECONDS", help="Say after that long what was found.")
def count(experiment: str, run_set: str | None, timeout: float | None) -> Output:
    """Count candidates, valid ones and configurations; and what each rule rejects alone."""
    answer = run_count(experiment, run_set, timeout)
    found = answer.result.valid
    return Output.of(answer, lambda console: _print(console, answer.result), None if found is None else str(found))


def _print(console: Console, result: CountResult) -> None:
    valid = f"at least {result.at_least}" if result.valid is None else result.valid
    rows: list[tuple[str, object]] = [
        ("candidates", result.candidates),
        ("valid", valid),
        ("configurations", result.configurations),
        ("method", result.method),
    ]
    if result.not_told_apart:
        rows.append(("not told apart", ", ".join(result.not_told_apart)))
    console.print(facts(rows))
    alone = result.rejects_alone
    if alone is None:
        return
    rules: list[tuple[str, object]] = [("include", alone.include)] if alone.include is not None else []
    rules += [(f"exclude[{number}]", rejected) for number, rejected in enumerate(alone.exclude)]
    rules += [(f"predicate {name}", rejected) for name, rejected in alone.predicates.items()]
    if rules:
        console.print(table(("rule", "rejects alone"), rules))
