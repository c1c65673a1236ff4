"""`geryon doctor`."""

from __future__ import annotations

from rich.console import Console

from geryon.app.doctor import DoctorResult
from geryon.app.doctor import doctor as run_doctor
from geryon.cli.command import Output, geryon_command
from geryon.cli.tables import table


@geryon_command()
def doctor() -> Output:
    """Check what is here: core, CPUs, programs; and say what to do about what is missing."""
    result = run_doctor()
    return Output(result, lambda console: _print(console, result))


def _print(console: Console, result: DoctorResult) -> None:
    rows = [(check.name, check.state, check.detail, check.advice or "") for check in result.checks]
    console.print(table(("what", "state", "found", "what to do"), rows, title=f"geryon {result.version}"))
