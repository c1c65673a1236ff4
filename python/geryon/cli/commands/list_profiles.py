"""`geryon list-profiles`."""

from __future__ import annotations

import json

import click
from rich.console import Console

from geryon.app.profiles import DEFAULT_PROFILES_FILE
from geryon.app.profiles import list_profiles as read_profiles
from geryon.cli.command import Output, geryon_command
from geryon.cli.tables import table
from geryon.schema.output_run import ProfilesResult


@geryon_command()
@click.option("--profiles-file", metavar="FILE", help=f"The profiles file. [default: ./{DEFAULT_PROFILES_FILE}]")
def list_profiles(profiles_file: str | None) -> Output:
    """Show the profiles of a profiles file. Of environment variables only the names are shown."""
    answer = read_profiles(profiles_file)
    names = "\n".join(profile.name for profile in answer.result.profiles)
    return Output.of(answer, lambda console: _print(console, answer.result), names)


def _print(console: Console, result: ProfilesResult) -> None:
    rows = [
        (profile.name if number == 0 else "", key, json.dumps(value, ensure_ascii=False))
        for profile in result.profiles
        for number, (key, value) in enumerate(_flat(profile.settings))
    ]
    console.print(table(("profile", "setting", "value"), rows))


def _flat(settings: dict[str, object]) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for key, value in settings.items():
        if key == "defaults" and isinstance(value, dict):
            found += [(f"{command}.{name}", item) for command, keys in value.items() for name, item in keys.items()]
        else:
            found.append((key, value))
    return found or [("-", None)]
