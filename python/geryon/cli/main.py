"""The entry point: the group of commands, loaded when named, and the way from exceptions to exit codes."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from geryon import __version__
from geryon.cli.command import CONTEXT_SETTINGS, print_envelope
from geryon.cli.problems import print_problems
from geryon.cli.streams import abandon_stdout, open_missing_streams
from geryon.errors import GeryonError, Problem
from geryon.suggest import nearest

# Name -> one line of help; a command's module is commands/<name>.py, imported when the command is called.
COMMANDS = {
    "launch": "Plan an experiment and run it.",
    "plan": "Write the plan of an experiment.",
    "validate-config": "Check an experiment as thoroughly as planning would.",
    "inspect-config": "Print the experiment after imports, definitions and selection.",
    "count": "Count candidates and valid configurations.",
    "run-local": "Run a plan on this machine.",
    "status": "Say what succeeded, failed and is missing.",
    "report": "Report on a run: causes of failures, timings, hosts.",
    "collect": "Aggregate all attempt records into a summary.",
    "rerun": "Write a retry file of configurations to run again.",
    "recover": "Run again what failed, in one step.",
    "list-profiles": "Show the profiles of a profiles file.",
    "show-config": "Show one configuration and its command.",
    "clean": "Delete a run's plan, its execution, or leftovers.",
    "doctor": "Check what is here: core, cores, programs.",
}
ALIASES = {"build": "plan", "local": "run-local"}


class Commands(click.Group):
    """The commands, each imported only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first session."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None."""
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            return None
        module = name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(f"geryon.cli.commands.{module}"), module)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; an alias goes by its full name from here on."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not name.startswith("-"):
            guess = nearest(name, [*COMMANDS, *ALIASES])
            raise click.UsageError(f"no such command `{name}`" + (f"; did you mean `{guess}`?" if guess else ""), ctx)
        if command is None:
            return super().resolve_command(ctx, args)
        return ALIASES.get(name, name), command, args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for `--help`, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        with formatter.section("Aliases"):
            formatter.write_dl(list(ALIASES.items()))


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from geryon.kernels import core_choice

    name, reason = core_choice()
    click.echo(f"geryon {__version__} (core: {name}, {reason})")
    ctx.exit()


@click.group(cls=Commands, context_settings=CONTEXT_SETTINGS, no_args_is_help=True)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Version and core.")
def cli() -> None:
    r"""Plan and run pack-based Hydra sweeps, deterministically.

    \b
    A first session:
      geryon validate-config --experiment experiment.yaml
      geryon launch --experiment experiment.yaml --out outputs
      geryon status --out outputs --run latest
    """


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with the documented code."""
    open_missing_streams()
    argv = list(sys.argv[1:] if args is None else args)
    sys.exit(run(argv))


def run(argv: list[str]) -> int:
    """Run one command line; the exit code.

    Every exception ends here: 2 for invalid input and usage, 1 for what the machine refuses, 128 and the signal if
    interrupted.
    """
    try:
        code = cli.main(argv, prog_name="geryon", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except GeryonError as error:
        return _fail(argv, error.problems, error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return 2
    except click.UsageError as error:
        return _fail(argv, (_usage_problem(error),), 2)
    except (click.Abort, KeyboardInterrupt):
        return _interrupted(argv, 130)
    except SystemExit as end:  # SIGTERM or SIGHUP, while something had to be cleaned up
        return _interrupted(argv, int(end.code or 0))
    except BrokenPipeError:
        abandon_stdout()
        return 141
    except Exception as error:
        return _unexpected(argv, error)


def _usage_problem(error: click.UsageError) -> Problem:
    path = error.ctx.command_path if error.ctx else "geryon"
    message = error.format_message().rstrip(".")
    return Problem("usage", message[:1].lower() + message[1:], hint=f"see `{path} --help`")


def _interrupted(argv: list[str], code: int) -> int:
    return _fail(argv, (Problem("interrupted", "the command was interrupted"),), code)


def _unexpected(argv: list[str], error: Exception) -> int:
    if "--debug" in argv:
        traceback.print_exc()
    if isinstance(error, OSError):
        name = f" `{error.filename}`" if error.filename is not None else ""
        problem = Problem("os-error", f"{error.strerror or error}{name}")
    else:
        problem = Problem(
            "internal",
            f"unexpected {type(error).__name__}: {error}",
            hint="this is a fault of geryon; run again with --debug and report what it prints",
        )
    return _fail(argv, (problem,), 1)


def _fail(argv: list[str], problems: tuple[Problem, ...], code: int) -> int:
    if _wants_json(argv):
        try:
            print_envelope(_command_name(argv), None, problems)
            return code
        except OSError:
            abandon_stdout()
    with contextlib.suppress(OSError):
        print_problems(problems)
    try:
        sys.stdout.flush()
    except OSError:
        abandon_stdout()
    return code


def _wants_json(argv: list[str]) -> bool:
    if "--format=json" in argv:
        return True
    return any(a == "--format" and b == "json" for a, b in itertools.pairwise(argv))


def _command_name(argv: list[str]) -> str | None:
    for word in argv:
        if not word.startswith("-"):
            return ALIASES.get(word, word)
    return None


__all__: list[Any] = ["ALIASES", "COMMANDS", "cli", "main", "run"]
