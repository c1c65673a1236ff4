"""Standard streams that are closed, full or gone, interrupts, and `-q`."""

from __future__ import annotations

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from geryon.cli.main import run
from support.geryon_command import GERYON
from support.processes import wait_until
from support.runs import make_run, output, records, shell


def in_shell(arguments: list[str], redirections: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run geryon with these redirections."""
    line = f"{shlex.join([*GERYON, *arguments])} {redirections}"
    return subprocess.run(["sh", "-c", line], cwd=cwd, capture_output=True, text=True, check=False)


def test_closed_streams_are_empty_ones(tmp_path: Path) -> None:
    """Files and pipes that are opened later do not get their numbers: what is run and recorded is as ever."""
    plan = make_run(tmp_path / "r", shell('echo "$SETUP"'))
    line = "export SETUP=$((40 + 2))"
    done = in_shell(["run-local", "--run", "r", "--env-setup-cmds", line], "<&- >&- 2>&-", tmp_path)
    assert done.returncode == 0
    (record,) = records(plan)
    assert output(plan, record) == "42\n"
    assert in_shell(["status", "--run", "r"], ">&-", tmp_path).stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("form", ["table", "json"])
def test_a_full_stdout_is_one_error(tmp_path: Path, form: str) -> None:
    """On stderr, as there is no other place; no traceback."""
    make_run(tmp_path / "r", shell("exit 0"))
    done = in_shell(["status", "--run", "r", "--format", form], "> /dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error[os-error]: No space left on device")
    assert "Traceback" not in done.stderr


def test_a_terminal_that_hangs_up(tmp_path: Path) -> None:
    """The run is recorded as interrupted and the exit code says by what, although nobody can be told."""
    plan = make_run(tmp_path / "r", shell("echo > started; sleep 600"))
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm"
        os.execv(sys.executable, [*GERYON, "run-local", "--run", str(tmp_path / "r")])
    wait_until((tmp_path / "r" / "started").exists)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP
    assert [(r["status"], r["status_reason"]) for r in records(plan)] == [("terminated", "interrupted")]


def test_an_interrupt_is_one_document(tmp_path: Path) -> None:
    """Who asked for JSON gets it, whatever ends the command."""
    experiment = tmp_path / "experiment.yaml"
    os.mkfifo(experiment)
    arguments = [*GERYON, "validate-config", "--experiment", str(experiment), "--format", "json"]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with experiment.open("w"):  # returns once geryon reads
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate()
    assert process.returncode == 130
    document = json.loads(out)
    assert (document["ok"], document["command"]) == (False, "validate-config")
    assert [error["code"] for error in document["errors"]] == ["interrupted"]


def test_quiet_runs_say_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the answer nor notices."""
    make_run(tmp_path / "r", shell("exit 0"))
    assert (
        run(["run-local", "--run", str(tmp_path / "r"), "--max-total-cores", "1", "--max-concurrent-tasks", "2"]) == 0
    )
    assert "concurrency-lowered" in capsys.readouterr().err
    arguments = [
        "run-local",
        "-q",
        "--run",
        str(tmp_path / "r"),
        "--max-total-cores",
        "1",
        "--max-concurrent-tasks",
        "2",
    ]
    assert run(arguments) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
