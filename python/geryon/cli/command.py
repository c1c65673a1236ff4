"""What every command shares: its options, its output in three forms, its exit code."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

from geryon.cli.problems import print_diagnostics, print_problems, problem_rows
from geryon.cli.streams import abandon_stdout
from geryon.errors import Diagnostic, Problem

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

    from geryon.app.answer import Answer

Command = TypeVar("Command", bound=Callable[..., "Output"])

CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"]}


@dataclass(slots=True)
class Output:
    """What a command answers.

    Attributes:
        body: The JSON document beside the envelope.
        human: Prints the answer for people on stdout.
        quiet: The one thing that `-q` prints, or None for nothing.
        exit_code: 0, or 3 where some configuration did not succeed.
        problems: What went wrong although there is an answer: `ok` is false then.
        diagnostics: Warnings for stderr.
    """

    body: BaseModel | dict[str, Any]
    human: Callable[[Console], None]
    quiet: str | None = None
    exit_code: int = 0
    problems: tuple[Problem, ...] = ()
    diagnostics: Iterable[Diagnostic] = field(default_factory=tuple)

    @classmethod
    def of(
        cls, answer: Answer[Any], human: Callable[[Console], None], quiet: str | None = None, exit_code: int = 0
    ) -> Output:
        """The output of a use case's answer; exit code 1 where it has problems."""
        return cls(
            answer.result,
            human,
            quiet,
            exit_code=1 if answer.problems else exit_code,
            problems=answer.problems,
            diagnostics=answer.diagnostics,
        )


def geryon_command(
    *, formats: tuple[str, ...] = ("table", "json"), cls: type[click.Command] = click.Command
) -> Callable[[Callable[..., Output]], click.Command]:
    """Make a click command of a function that returns an `Output`; adds the common options.

    Args:
        formats: What `--format` takes; the first is the default.
        cls: The kind of click command.
    """

    def decorate(function: Callable[..., Output]) -> click.Command:
        @functools.wraps(function)
        def run(**options: Any) -> None:
            form = options.pop("format_")
            quiet = options.pop("quiet")
            verbose = options.pop("verbose")
            options.pop("debug")
            if "form" in function.__annotations__:
                options["form"] = form
            output = function(**options)
            try:
                _print(output, click.get_current_context().info_name or "", form, quiet, verbose)
                sys.stdout.flush()
            except OSError:
                if output.exit_code <= 128:
                    raise
                abandon_stdout()  # what interrupted it also took its terminal
            raise click.exceptions.Exit(output.exit_code)

        for option in reversed(_common_options(formats)):
            run = option(run)
        return click.command(name=function.__name__.replace("_", "-"), cls=cls, context_settings=CONTEXT_SETTINGS)(run)

    return decorate


def _common_options(formats: tuple[str, ...]) -> list[Callable[[Any], Any]]:
    return [
        click.option(
            "--format",
            "format_",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            help="Form of the answer on stdout.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Print only the one thing a script wants, or nothing."),
        click.option("-v", "--verbose", is_flag=True, help="Show notes as well as warnings."),
        click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error."),
    ]


def _print(output: Output, command: str, form: str, quiet: bool, verbose: bool) -> None:
    if not quiet:
        print_diagnostics(output.diagnostics, infos=verbose)
    if form == "json":
        print_envelope(command, output.body, output.problems)
        if output.problems and not quiet:
            print_problems(output.problems)
        return
    if quiet:
        if output.quiet is not None:
            click.echo(output.quiet)
    else:
        from geryon.cli.tables import console

        output.human(console())
    if output.problems:
        print_problems(output.problems)


def envelope(
    command: str | None, body: BaseModel | dict[str, Any] | None, problems: tuple[Problem, ...]
) -> dict[str, Any]:
    """The JSON document of a command."""
    document: dict[str, Any] = {"schema_version": 1, "command": command, "ok": not problems}
    if problems:
        document["errors"] = problem_rows(problems)
    if body is not None:
        document |= body if isinstance(body, dict) else body.model_dump(mode="json", by_alias=True)
    return document


def print_envelope(command: str | None, body: BaseModel | dict[str, Any] | None, problems: tuple[Problem, ...]) -> None:
    """Print the one JSON document of a command."""
    text = json.dumps(envelope(command, body, problems), ensure_ascii=False, indent=2)
    click.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))
