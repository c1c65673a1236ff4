"""The command line itself: names, forms, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geryon.cli.main import ALIASES, COMMANDS, cli, run
from support.runs import make_run, shell

GERYON = [sys.executable, "-c", "from geryon.cli import main; main()"]


def test_mistyped_command_gets_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and a guess."""
    assert run(["statsu"]) == 2
    assert "did you mean `status`?" in capsys.readouterr().err


def test_mistyped_option_gets_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and a guess."""
    assert run(["status", "--runn", "x"]) == 2
    assert "--run" in capsys.readouterr().err


def test_usage_error_in_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    """A script that asked for JSON gets JSON, also for its own mistakes."""
    assert run(["status", "--format", "json"]) == 2
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert (document["schema_version"], document["command"], document["ok"]) == (1, "status", False)
    assert document["errors"][0]["code"] == "usage"
    assert set(document["errors"][0]) == {"code", "message", "file", "line", "column", "path", "hint"}


def test_alias_speaks_by_its_full_name(capsys: pytest.CaptureFixture[str]) -> None:
    """`local` is run-local in every answer."""
    assert run(["local", "--format=json"]) == 2
    assert json.loads(capsys.readouterr().out)["command"] == "run-local"


@pytest.mark.parametrize("name", [*COMMANDS, *ALIASES])
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """-h and --help are the same and exit with 0."""
    texts = []
    for flag in ("-h", "--help"):
        assert run([name, flag]) == 0
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]
    assert texts[0].startswith(f"Usage: geryon {ALIASES.get(name, name)}")


def test_every_command_has_the_help_that_the_list_promises() -> None:
    """The list of commands is written without importing them, so it is compared here."""
    import click

    context = click.Context(cli)
    for name, text in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert text.endswith(".")


def test_without_a_command_the_help_is_shown_and_the_code_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    """No command is a usage error."""
    assert run([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_version_says_which_core_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    """`rust` or `python`, and the reason."""
    assert run(["--version"]) == 0
    assert "core: " in capsys.readouterr().out


def test_unknown_core_is_refused() -> None:
    """GERYON_CORE is checked before anything is done."""
    done = subprocess.run(
        [*GERYON, "--version"], env={"GERYON_CORE": "fortran"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "error[core-unknown]" in done.stderr


def test_start_imports_neither_pydantic_nor_rich() -> None:
    """`geryon --version` and `--help` stay quick: the heavy libraries are imported when they are needed."""
    heavy = "{'pydantic', 'rich', 'yaml', 'submitit'}"
    code = f"import sys; from geryon.cli.main import run; run(['--help']); print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_closed_pipe_ends_quietly() -> None:
    """`geryon ... | head -1` prints no traceback."""
    done = subprocess.run(
        f"{sys.executable} -c 'from geryon.cli import main; main()' plan --help | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("Usage: geryon plan")


@pytest.mark.parametrize("command", ["run-local", "recover", "rerun"])
@pytest.mark.parametrize("value", ["", " , "])
def test_an_empty_restriction_is_none_of_everything(
    command: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--config-id "$UNSET"` must not run all configurations."""
    plan = make_run(tmp_path / "r", shell("exit 0"))
    assert run([command, "--run", str(tmp_path / "r"), "--config-id", value]) == 2
    assert "invalid value for --config-id: it is empty" in capsys.readouterr().err
    assert not plan.layout.exec.exists()


@pytest.mark.parametrize(
    "arguments",
    [["run-local", "--batch-index", ""], ["rerun", "--status", ""], ["status", "--by-pack", ","]],
)
def test_every_list_needs_something_in_it(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty value is no value left out."""
    make_run(tmp_path / "r", shell("exit 0"))
    assert run([*arguments, "--run", str(tmp_path / "r")]) == 2
    assert f"invalid value for {arguments[1]}: it is empty" in capsys.readouterr().err
